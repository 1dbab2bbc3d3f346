"""The chronology of a pupil: read, added to by hand, put right, taken out. For the safeguarding team; every reading is on the trail."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput
from homevisits.documents.handing import hand_out
from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Pupil
from homevisits.people.selectors.pupils import pupil_of, siblings_of
from safeguarding.models import ChronologyExport, ChronologyNote
from safeguarding.selectors.chronology import exports_of, note_of
from safeguarding.services import chronology as acts
from safeguarding.services.reading import chronology_read

from .chronology import KINDS, Entry, chosen, entries_of, whom_of
from .chronology.drawn import in_words, timeline
from .chronology.entry import on_day
from .chronology.system import system_of
from .chronology.taken import Taken, also_about, as_pdf, as_text, as_zip
from .forms_chronology import NoteForm, PupilsNoteForm, PutRightForm, SearchForm, TakeOutForm

Form = ChronologyExport.Form


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    entry: Entry
    about: str
    state: str


def _pupil(request: SchoolRequest, pupil_id: int) -> Pupil:
    pupil = pupil_of(request.school, pupil_id)
    if pupil is None:
        raise Http404("No such pupil.")
    return pupil


@school_view(act="read_concerns")
@require_safe
def chronology(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """All that is known of a pupil in the order in which it happened, or a part of it."""
    pupil = _pupil(request, pupil_id)
    siblings = request.GET.get("siblings") in ("on", "true", "True", "1")
    whom = whom_of([pupil], siblings=siblings)
    found = entries_of(whom)
    people = sorted({(entry.by_id, entry.by) for entry in found if entry.by_id}, key=lambda pair: pair[1])
    form = SearchForm(request.GET or None, people=people)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    shown = chosen(
        found, from_day=asked.get("from_day"), to_day=asked.get("to_day"), by_id=asked.get("by_id"),
        kinds=[asked["kind"]] if asked.get("kind") else (),
    )  # fmt: skip
    chronology_read(pupil=pupil, shown=len(shown), siblings=siblings, by=request.user, now=request.now)
    lines = [Line(entry, also_about(entry, whom.family, pupil.pk), KINDS[entry.kind][1]) for entry in shown]
    context = {
        "pupil": pupil, "form": form, "lines": lines[::-1] if asked.get("newest") else lines, "total": len(found),
        "drawn": timeline(shown), "drawn_words": in_words(shown) if shown else "", "searched": any(asked.values()),
        "exports": exports_of(pupil), "system": system_of(request.school, local_day(request.now)),
    }  # fmt: skip
    return render(request, "home/chronology.html", context)


@school_view(act="read_concerns")
def note(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """Write down a call or a meeting with an agency, or what else has no page of its own."""
    pupil = _pupil(request, pupil_id)
    siblings = siblings_of(pupil)
    names = [(each.pk, str(each)) for each in siblings]
    form = PupilsNoteForm(request.POST or None, initial=NoteForm.at(request.now), siblings=names)
    if request.method == "POST" and form.is_valid():
        also = set(form.cleaned_data.get("also") or ())
        about = [pupil, *(each for each in siblings if each.pk in also)]
        try:
            acts.write_note(
                school=request.school, pupils=about, said=form.said(), token=form.cleaned_data["token"], by=request.user, now=request.now
            )
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            return HttpResponseRedirect(_home(request, pupil))
    context = {"form": form, "heading": f"Call, meeting or note about {pupil}", "submit_words": "Keep it for good", "pupil": pupil,
               "back_url": _home(request, pupil), "back_words": "Chronology"}  # fmt: skip
    return render(request, "home/chronology_note.html", context)


@school_view(act="read_concerns")
def put_right(request: SchoolRequest, pupil_id: int, note_id: UUID) -> HttpResponseBase:
    """A note as it was written, and another one in its place where it is wrong."""
    pupil = _pupil(request, pupil_id)
    row = note_of(pupil, note_id)
    if row is None:
        raise Http404("No such note.")
    after = getattr(row, "replaced_by", None)
    form = None if after else PutRightForm(request.POST or None, initial=_initial(row))
    if form and request.method == "POST" and form.is_valid():
        try:
            acts.supersede_note(
                note=row, said=form.said(), because=form.cleaned_data["because"], token=form.cleaned_data["token"], by=request.user,
                now=request.now,
            )  # fmt: skip
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            return HttpResponseRedirect(_home(request, pupil))
    if request.method == "GET":
        chronology_read(pupil=pupil, shown=1, siblings=False, by=request.user, now=request.now)
    context = {"form": form, "heading": "Put a note right" if form else "Note", "submit_words": "Put this in its place", "pupil": pupil,
               "note": row, "after": after, "back_url": _home(request, pupil), "back_words": "Chronology"}  # fmt: skip
    return render(request, "home/chronology_note.html", context)


@school_view(act="read_concerns")
def take_out(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """A chronology, or a part of it, as a PDF, a ZIP or text: for whom and for what is asked, and stays on record."""
    pupil = _pupil(request, pupil_id)
    form = TakeOutForm(request.POST or None, initial=_as_shown(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _handed(request, pupil, form.cleaned_data)
        except (BadInput, PdfUnavailable) as why:
            form.add_error(None, str(why))
    context = {"form": form, "heading": f"Print or take out the chronology of {pupil}", "submit_words": "Take it out", "pupil": pupil,
               "back_url": _home(request, pupil), "back_words": "Chronology"}  # fmt: skip
    return render(request, "home/chronology_take_out.html", context)


def _as_shown(request: SchoolRequest) -> dict[str, Any]:
    """What the page showed when somebody wanted it on paper."""
    asked = SearchForm(request.GET, people=[])
    asked.is_valid()  # by whom an entry was written is no way to cut a copy: some days of it, or some kinds
    kept = {name: asked.cleaned_data[name] for name in ("from_day", "to_day", "siblings") if asked.cleaned_data.get(name)}
    return {**kept, "kinds": [asked.cleaned_data["kind"]] if asked.cleaned_data.get("kind") else []}


def _handed(request: SchoolRequest, pupil: Pupil, asked: dict[str, Any]) -> HttpResponse:
    """What was asked for, made and recorded before it is handed out. Raises BadInput and PdfUnavailable."""
    whom = whom_of([pupil], siblings=asked["siblings"])
    found = chosen(entries_of(whom), from_day=asked["from_day"], to_day=asked["to_day"], kinds=asked["kinds"])
    taken = Taken(pupil, found, whom.family, request.user, asked["reason"].strip(), request.now, _limits(asked))
    text = as_text(taken)
    content = {Form.PDF: as_pdf, Form.ZIP: as_zip}.get(asked["form"], lambda _: text.encode())(taken)
    left_in = {name: str(asked[name]) for name in ("from_day", "to_day") if asked[name]}
    acts.note_export(
        school=request.school, pupil=pupil, form=asked["form"], reason=taken.reason, content=content, entries=len(found),
        chosen={**left_in, "kinds": asked["kinds"], "siblings": asked["siblings"]}, by=request.user, now=request.now,
    )  # fmt: skip
    if asked["form"] == Form.TEXT:
        context = {"pupil": pupil, "text": text, "count": len(found), "back_url": _home(request, pupil)}
        return render(request, "home/chronology_text.html", context)
    return hand_out(content, asked["form"], f"{taken.name}.{asked['form']}")


def _limits(asked: dict[str, Any]) -> list[str]:
    """What was left in, in sentences: whoever reads it has to know that there is more."""
    first, last = asked["from_day"], asked["to_day"]
    days = " ".join(filter(None, [first and f"from {on_day(first)}", last and f"to {on_day(last)}"]))
    kinds = ", ".join(KINDS[kind][0].lower() for kind in asked["kinds"])
    said = [f"Only {days}." if days else "", f"Only: {kinds}." if kinds else "", "With brothers and sisters." if asked["siblings"] else ""]
    return [line for line in said if line]


def _initial(row: ChronologyNote) -> dict[str, Any]:
    at = local(row.happened_at)
    return {"kind": row.kind, "with_whom": row.with_whom, "says": row.says, "day": at.date(), "time": at.time()}


def _home(request: SchoolRequest, pupil: Pupil) -> str:
    return reverse("chronology", args=[request.school.slug, pupil.pk])
