"""The form of a visit: its sections as a task list, one section a page, answers that differ, everything that was ever written."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view

from ..forms.filled import OTHER, RIVAL, AnswersForm, ChooseForm, hidden_of, read_changes
from ..models import FilledForm, HomeVisit, QuestionnaireVersion
from ..purposes import words_of
from ..questionnaires.definition import Definition, Section
from ..questionnaires.forms import section_form
from ..rules.agreements import agree_blocks
from ..rules.filled import answer_blocks, readable
from ..rules.packs import take_blocks
from ..selectors import class_answers, filled
from ..selectors.agreements import agreements_of
from ..services import answers, class_reading
from .common import found, said, tried
from .door import help_of, tablet_of


def form_url(visit: HomeVisit, name: str = "visit_form", *more: object) -> str:
    """The address of a page of the visit's form."""
    return reverse(name, args=[visit.school.slug, visit.pk, *more])


def asked_of(request: SchoolRequest, visit_id: int) -> tuple[HomeVisit, QuestionnaireVersion, Definition]:
    """The visit with the questions of its form, as far as this person may read them; 404 where there is none for them."""
    visit = found(request, visit_id)
    version = filled.version_of(visit, request.now)
    if version is None:
        raise Http404("No form for this purpose.")
    asked, who = version.asks, (request.user, request.school_roles, request.now)
    return visit, version, Definition(asked.key, asked.title, tuple(one for one in asked.sections if readable(one, visit, *who)))


def frame(visit: HomeVisit, **more: Any) -> dict[str, Any]:
    """What every page of the form has."""
    home = reverse("visit_today", args=[visit.school.slug])
    return {"visit": visit, "help_url": help_of(visit), "home_url": home, "tablet_url": tablet_of(visit), **more}


@school_view(act="see_visits")
@require_safe
def tasks(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The sections, each with its state, and what comes after them."""
    visit, _, asked = asked_of(request, visit_id)
    form = filled.form_of(visit)
    parts = filled.parts_of(asked, form)
    rows = [
        {"title": part.section.title, "url": form_url(visit, "visit_form_section", part.section.code),
         "state": part.state[0], "words": part.state[1]}
        for part in parts
    ]  # fmt: skip
    context = frame(
        visit, agreements=agreements_of(visit), today=local_day(request.now),
        may_agree=not agree_blocks(visit, request.user, request.now), asked=asked, form_row=form, tasks=rows,
        done=sum(part.state[0] == "done" for part in parts),
        differ=filled.open_conflicts(form) if form else [], signed=filled.signatures(form),
        first=next((row["url"] for row, part in zip(rows, parts, strict=True) if part.state[0] != "done"), ""),
        pupils=[one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")],
        purpose=words_of(visit.purpose, visit.purpose_words), blocks=answer_blocks(visit, request.user, request.now),
        may_take=not take_blocks(visit, request.user, request.now),
    )  # fmt: skip
    return render(request, "visits/filled/tasks.html", context)


@school_view(act="see_visits")
def section(request: SchoolRequest, visit_id: int, section: str) -> HttpResponseBase:
    """One section of the form: each change is kept as it is made; without JavaScript it is saved here."""
    visit, version, asked = asked_of(request, visit_id)
    part, row = asked.section(section), filled.form_of(visit)
    if part is None:
        raise Http404("No such section.")
    form, blocks = section_form(part, initial=filled.values_of(row), whole=False), answer_blocks(visit, request.user, request.now)
    if request.method == "POST":
        form, changes = read_changes(part, request.POST)
        travels = AnswersForm(request.POST)
        if not travels.is_valid():
            form.add_error(None, "This page is out of date. Open it afresh and send it again.")
        if form.is_valid():
            blocks = tried(form, lambda: _save(request, visit, travels.cleaned_data, changes))
        if not form.errors:
            return said(request, f"Saved: {part.title}.", _onward(visit, asked, part))
    context = frame(
        visit, form=form, asked=asked, part=part, blocks=blocks, version=version, token=uuid.uuid4(), onward=_onward(visit, asked, part),
        hidden=hidden_of(part, filled.revisions_of(row)), place=asked.sections.index(part) + 1, lines=_lines(row, asked, part),
        handed_in=row.handed_in_at if row else None, differ=_differ_here(row, part),
    )  # fmt: skip
    return render(request, "visits/filled/section.html", context, status=422 if form.errors else 200)


def _save(request: SchoolRequest, visit: HomeVisit, given: dict[str, Any], changes: list[answers.Change]) -> None:
    shown = filled.version_by(visit, given["version"])
    row = answers.open_form(visit=visit, version=shown, by=request.user, now=request.now)
    answers.save_answers(form=row, changes=changes, token=given["token"], by=request.user, now=request.now)


def _onward(visit: HomeVisit, asked: Definition, part: Section) -> str:
    """The next section, after the last one the check of the answers."""
    place = asked.sections.index(part) + 1
    if place < len(asked.sections):
        return form_url(visit, "visit_form_section", asked.sections[place].code)
    return form_url(visit, "visit_form_check")


def _lines(row: FilledForm | None, asked: Definition, part: Section) -> list[filled.Line]:
    """Who wrote what of this section: shown below it where the other one of the pair did."""
    mine = next(one for one in filled.parts_of(asked, row) if one.section.code == part.code)
    return [line for line in mine.lines if line.words]


def _differ_here(row: FilledForm | None, part: Section) -> int:
    codes = {question.code for question in part.walk()}
    return len({one.code for one in filled.open_conflicts(row) if one.code in codes}) if row else 0


@school_view(act="see_visits")
@require_safe
def differences(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Answers that differ, side by side, with who and when."""
    visit, _, asked = asked_of(request, visit_id)
    row = filled.form_of(visit)
    rows = [(one, _choose_form(one)) for one in filled.differences(row, asked)] if row else []
    return render(request, "visits/filled/differences.html", frame(visit, rows=rows, handed_in=row.handed_in_at if row else None))


def _choose_form(one: filled.Difference, data: Any = None) -> ChooseForm:
    return ChooseForm(
        data, question=one.question, standing=one.standing_words or "Nothing written", rival=one.rival_words or "Nothing written",
        initial={"standing": one.revision}, auto_id=f"differ-{one.conflict.pk}-%s",
    )  # fmt: skip


@school_view(act="see_visits")
@require_POST
def choose(request: SchoolRequest, visit_id: int, difference_id: int) -> HttpResponseBase:
    """Choose which of two answers stands; refused, the page with both comes back."""
    visit, _, asked = asked_of(request, visit_id)
    row = filled.form_of(visit)
    shown = filled.differences(row, asked) if row else []
    one = next((each for each in shown if each.conflict.pk == difference_id), None)
    if one is None:
        raise Http404("Nothing to choose.")
    form = _choose_form(one, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        values = {RIVAL: one.conflict.rival.value, OTHER: given.get("other", "")}
        value = values.get(given["choice"], one.standing.value if one.standing else "")
        tried(
            form,
            lambda: answers.choose(
                conflict=one.conflict, value=value, standing=given["standing"], by=request.user, now=request.now
            ),
        )  # fmt: skip
        if not form.errors:
            left = len(shown) - 1
            return said(
                request, "Chosen. Both answers stay in the history.", form_url(visit, *(["visit_form_differences"] if left else []))
            )
    rows = [(each, form if each is one else _choose_form(each)) for each in shown]
    context = frame(visit, rows=rows, form=form, handed_in=row.handed_in_at if row else None)
    return render(request, "visits/filled/differences.html", context, status=422)


@school_view(act="see_visits")
@require_safe
def history(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Everything that was ever written in the form."""
    visit, _, asked = asked_of(request, visit_id)
    row = filled.form_of(visit)
    rows = filled.history(row, asked) if row else []
    return render(request, "visits/filled/history.html", frame(visit, rows=rows))


@school_view(roles={"class_teacher"})
@require_safe
def class_list(request: SchoolRequest) -> HttpResponse:
    """The children of a teacher's class whose home was visited before they start, or when they joined (PRI-27)."""
    return render(request, "visits/filled/class_list.html", {"rows": class_answers.for_teacher(request.school, request.user, request.now)})


@school_view(roles={"class_teacher"})
@require_safe
def for_class(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """What helps a child to settle, for the teacher of the child's class; every other teacher is sent to the list of their own."""
    shown = class_answers.parts_for_class(request.school, request.user, visit_id, request.now)
    if shown is not None:
        class_reading.note_read(form=shown.form, by=request.user, now=request.now)
        return render(request, "visits/filled/for_class.html", {"shown": shown})
    if not class_answers.in_school(request.school, visit_id):
        raise Http404("No such visit.")
    messages.warning(request, "These answers are for the teacher of the child’s class.")
    return HttpResponseRedirect(reverse("visit_class_list", args=[request.school.slug]))
