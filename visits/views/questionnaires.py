"""The school's questionnaires: the list, the editor, the preview, versions."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view

from ..forms import questionnaires as forms
from ..models import QuestionnaireDraft, QuestionnaireVersion
from ..questionnaire_paper import NO_HEADS, blank_pdf
from ..questionnaires.compare import changes
from ..questionnaires.defaults import default, keys, under
from ..questionnaires.definition import Definition
from ..questionnaires.editing import lacking, move, name_of, switch_off, switch_on, switched_off
from ..questionnaires.forms import section_form
from ..rules.questionnaires import ACT
from ..selectors import questionnaires as selected
from ..selectors.filled import version_of
from ..selectors.questionnaires import heads_of
from ..services import questionnaires as service
from .common import found, said, tried, with_policy

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


class Desk:
    """One questionnaire as the editor shows it: the version in use, the draft, what is asked in it."""

    def __init__(self, request: SchoolRequest, key: str) -> None:
        if key not in keys():
            raise Http404("No such questionnaire.")
        self.request, self.key = request, key
        preset = service.preset_of(request.school, request.now)
        self.default = default(key, preset)
        self.version: QuestionnaireVersion = service.version_in_use(school=request.school, key=key, preset=preset, now=request.now)
        self.draft: QuestionnaireDraft | None = selected.draft_of(request.school, key)
        self.asks: Definition = under((self.draft or self.version).asks, preset)
        self.state = service.state_of(self.version, self.draft)
        self.url = address(request, "questionnaire", key)

    def change(self, state: str, change: Callable[[Definition], Definition]) -> QuestionnaireDraft:
        """Change the draft as the service does, for this person now."""
        request = self.request
        return service.change_draft(school=request.school, key=self.key, state=state, change=change, by=request.user, now=request.now)

    def keep(self, state: str, words: str) -> QuestionnaireVersion:
        """Keep the draft as a new version, for this person now."""
        request = self.request
        return service.keep_version(school=request.school, key=self.key, state=state, change=words, by=request.user, now=request.now)

    def discard(self, state: str) -> None:
        """Give up the draft, for this person now."""
        request = self.request
        service.discard_draft(school=request.school, key=self.key, state=state, by=request.user, now=request.now)


def address(request: SchoolRequest, name: str, *parts: object) -> str:
    """An address of the editor in this school."""
    return reverse(name, args=[request.school.slug, *parts])


@school_view(act=ACT)
@require_safe
@with_policy
def questionnaire_list(request: SchoolRequest) -> HttpResponse:
    """The questionnaires that the school's policy has a purpose for."""
    rows = selected.listed(request.school, service.preset_of(request.school, request.now), request.now)
    return render(request, "visits/questionnaires/list.html", {"rows": rows})


@school_view(act=ACT)
@require_safe
@with_policy
def editor(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """The editor of one questionnaire."""
    return _editor(request, questionnaire)


def _editor(request: SchoolRequest, key: str, *, blocks: list[Block] | None = None, wrong: str = "") -> HttpResponse:
    desk = Desk(request, key)
    off = switched_off(desk.asks, desk.default)
    context: dict[str, Any] = {
        "desk": desk, "blocks": blocks or [], "wrong": wrong, "has_errors": bool(wrong), "at": request.GET.get("at", ""),
        "off": off, "off_sections": [one for one in off if not one[2]], "off_questions": [one for one in off if one[2]],
        "changes": changes(desk.version.asks, desk.asks) if desk.draft else [], "is_default": desk.asks == desk.default,
        "lacks": lacking(desk.asks, desk.default),
    }  # fmt: skip
    return render(request, "visits/questionnaires/editor.html", context, status=422 if blocks or wrong else 200)


@school_view(act=ACT)
@require_POST
@with_policy
def act(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """One tap: a section or a question up, down, off or on."""
    desk, form = Desk(request, questionnaire), forms.ActForm(request.POST)
    try:
        if not form.is_valid():
            raise forms.refused_input(form)
        what, code = form.cleaned_data["act"]
        words = name_of(desk.default if what == "on" else desk.asks, code)
        desk.change(form.cleaned_data["state"], _tap(desk.default, what, code))
    except Blocked as why:
        return _editor(request, questionnaire, blocks=why.blocks)
    except BadInput as why:
        return _editor(request, questionnaire, wrong=str(why))
    if what in ("up", "down"):
        # Back to the same button, so that the next tap needs no search.
        return HttpResponseRedirect(f"{desk.url}?at={what}-{code}")
    return said(request, f"“{words}” is switched {what} in the draft.", desk.url)


def _tap(original: Definition, what: str, code: str) -> Callable[[Definition], Definition]:
    taps: dict[str, Callable[[Definition], Definition]] = {
        "up": lambda asks: move(asks, code, up=True),
        "down": lambda asks: move(asks, code, up=False),
        "off": lambda asks: switch_off(asks, code),
        "on": lambda asks: switch_on(asks, original, code),
    }
    return taps[what]


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def reword_question(request: SchoolRequest, questionnaire: str, part: str) -> HttpResponse:
    """Reword a question, and what can be answered."""
    desk = Desk(request, questionnaire)
    one = desk.asks.questions.get(part)
    if one is None:
        raise Http404("No such question.")
    form = forms.QuestionForm(request.POST or None, question=one, initial={"state": desk.state})
    return _form(desk, form, "Reword the question", stands=one.words, clause=one.clause, done=f"{desk.url}#part-{part}")


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def reword_section(request: SchoolRequest, questionnaire: str, section: str) -> HttpResponse:
    """Reword a section."""
    desk = Desk(request, questionnaire)
    one = desk.asks.section(section)
    if one is None:
        raise Http404("No such section.")
    form = forms.SectionWordsForm(request.POST or None, section=one, initial={"state": desk.state})
    return _form(desk, form, "Reword the section", stands=one.title, clause=one.clause, done=f"{desk.url}#part-{section}")


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def title(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """Give the questionnaire another title."""
    desk = Desk(request, questionnaire)
    form = forms.TitleForm(request.POST or None, initial={"state": desk.state, "title": desk.asks.title})
    return _form(desk, form, "Change the title", stands=desk.asks.title, done=desk.url)


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def add(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """Add a question of the school's own."""
    desk = Desk(request, questionnaire)
    taken = service.codes_ever(request.school, questionnaire)
    first = {"state": desk.state, "section": request.GET.get("section", "")}
    form = forms.AddForm(request.POST or None, definition=desk.asks, taken=taken, initial=first)
    return _form(desk, form, "Add a question of your own", done=desk.url)


def _form(desk: Desk, form: forms.StateForm, heading: str, *, done: str, stands: str = "", clause: str = "") -> HttpResponse:
    """A page of the editor with one form; what was typed stays when it is refused."""
    blocks: list[Block] = []
    request = desk.request
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: desk.change(form.cleaned_data["state"], form.change))
        if not form.errors:
            return said(request, "Changed in the draft. Staff are asked it once you keep it as a new version.", done)
        # Whoever was too late has been told, and sees what stands now: the next sending goes on from there.
        form.goes_on_from(desk.state)
    context = {
        "desk": desk, "form": form, "blocks": blocks, "heading": heading, "back_url": desk.url, "submit_words": "Change the draft",
        "stands": stands, "clause": clause,
    }  # fmt: skip
    return render(request, "visits/questionnaires/form.html", context)


@school_view(act=ACT)
@require_safe
@with_policy
def preview(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """The questionnaire as it will look on the tablet; nothing can be sent from here."""
    desk = Desk(request, questionnaire)
    pages = [(section, section_form(section)) for section in desk.asks.sections]
    return render(request, "visits/questionnaires/preview.html", {"desk": desk, "pages": pages})


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def keep(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """Compare with the version in use, and keep the draft as a new one."""
    desk = Desk(request, questionnaire)
    form = forms.KeepForm(request.POST or None, initial={"state": desk.state})
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: desk.keep(form.cleaned_data["state"], form.cleaned_data["change_words"]))
        if not form.errors:
            return said(request, "Kept. Whoever opens this questionnaire from now on is asked the new version.", desk.url)
        form.goes_on_from(desk.state)
    context = {
        "desk": desk, "form": form, "blocks": blocks, "changes": changes(desk.version.asks, desk.asks), "back_url": desk.url,
    }  # fmt: skip
    return render(request, "visits/questionnaires/keep.html", context)


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def discard(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """Give up the changes that were not kept."""
    desk = Desk(request, questionnaire)
    lines = ["What staff are asked does not change.", "The draft is gone. It cannot be had back."]
    return _confirm(desk, "Give up these changes?", lines, "Give them up", desk.discard)


@school_view(act=ACT)
@GET_OR_POST
@with_policy
def to_default(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """Back to the questionnaire that the product comes with, as a draft that can be looked at first."""
    desk = Desk(request, questionnaire)
    lines = ["The draft becomes what the product comes with; your own questions and words are not in it.",
             "Nothing changes for staff before you keep it as a new version. Earlier versions stay in the list."]  # fmt: skip
    return _confirm(desk, "Go back to the default?", lines, "Back to the default", lambda state: desk.change(state, lambda _: desk.default))


def _confirm(desk: Desk, asked: str, lines: list[str], words: str, do: Callable[[str], object]) -> HttpResponse:
    """Ask before an act; when it is refused say why on the same page."""
    request = desk.request
    form = forms.StateForm(request.POST or None, initial={"state": desk.state})
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: do(form.cleaned_data["state"]))
        if not form.errors:
            return said(request, "Done.", desk.url)
        form.goes_on_from(desk.state)
    context = {"question": asked, "consequences": lines, "act_words": words, "form": form, "blocks": blocks, "back_url": desk.url}
    return render(request, "layouts/confirm.html", context)


@school_view(act=ACT)
@require_safe
@with_policy
def versions(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """Every version: who made it, when, and what changed from the one before."""
    desk = Desk(request, questionnaire)
    rows = selected.versions_of(request.school, questionnaire)
    before: list[QuestionnaireVersion | None] = [*rows[1:], None]
    compared = [(row, changes(old.asks, row.asks) if old else []) for row, old in zip(rows, before, strict=True)]
    return render(request, "visits/questionnaires/versions.html", {"desk": desk, "compared": compared})


@school_view(act="see_visits")
@require_safe
@with_policy
def blank(request: SchoolRequest, questionnaire: str) -> HttpResponse:
    """The version in use with room to write, for a home where no tablet goes; 503 with a sentence where PDFs cannot be made."""
    return _blank(request, Desk(request, questionnaire).version)


@school_view(act="see_visits")
@require_safe
def blank_of_visit(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The same for one visit, with whom it is about, when and who goes; the questions are those of its form where one is begun."""
    visit = found(request, visit_id)
    version = version_of(visit, request.now)
    if version is None:
        raise Http404("This purpose has no questionnaire.")
    return _blank(request, version, heads_of(visit))


def _blank(request: SchoolRequest, version: QuestionnaireVersion, heads: Sequence[tuple[str, str]] = NO_HEADS) -> HttpResponse:
    try:
        content = blank_pdf(version.asks, school=request.school, heads=heads, version=f"Version {version.number}")
    except PdfUnavailable as why:
        return HttpResponse(str(why), status=503, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'inline; filename="{version.key}-blank.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
