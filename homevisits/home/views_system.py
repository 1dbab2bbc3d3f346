"""The list of what is to be entered in the school's own safeguarding system: read, pasted, attached, ticked off (ALT-16, ALT-18)."""

from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm
from homevisits.documents.handing import hand_out
from homevisits.people.access import SchoolRequest, school_view
from safeguarding.models import ChronologyExport, SystemEntry
from safeguarding.selectors import chronology as selectors
from safeguarding.services.chronology import note_export
from safeguarding.services.reading import system_entries_read
from safeguarding.services.system_entries import mark_entries

from .chronology.entry import Entry
from .chronology.system import read, system_of
from .chronology.taken import as_csv, entry_text, line_of, zipped
from .forms_chronology import ReasonForm

A_PAGE = 50
State = SystemEntry.State
LOOK = {State.TO_ENTER: "open", State.ENTERED: "done", State.NOT_NEEDED: "resting"}


class MarkForm(BaseForm):
    """What became of the ticked ones."""

    state = forms.ChoiceField(label="What became of them?", choices=State.choices, initial=State.ENTERED)
    reference = forms.CharField(label="Reference in that system", required=False, max_length=100)
    reason = forms.CharField(label="Why, where it is not needed there", required=False, max_length=200)


@school_view(act="read_concerns")
@require_safe
def system_entries(request: SchoolRequest) -> HttpResponse:
    """The list by state, worked through here."""
    return _page(request, MarkForm())


def _page(request: SchoolRequest, form: MarkForm, ticked: frozenset[int] = frozenset(), status: int = 200) -> HttpResponse:
    asked = request.GET.get("state") or request.POST.get("shown") or ""
    state = asked if asked in State.values else State.TO_ENTER.value
    page = Paginator(selectors.system_entries(request.school, state), A_PAGE).get_page(request.GET.get("page"))
    rows, _ = read(list(page.object_list))
    system_entries_read(school=request.school, entry_ids=[row.pk for row, _ in rows], by=request.user, now=request.now)
    counts = selectors.system_counts(request.school)
    context = {
        "form": form, "page_obj": page, "rows": rows, "shown": state, "words": State(state).label, "look": LOOK[State(state)],
        "tabs": [(value, label, counts[value]) for value, label in State.choices], "ticked": ticked,
        "system": system_of(request.school, local_day(request.now)), "waits": counts[State.TO_ENTER],
    }  # fmt: skip
    return render(request, "home/system_entries.html", context, status=status)


@school_view(act="read_concerns")
@require_POST
def system_mark(request: SchoolRequest) -> HttpResponseBase:
    """Mark the ticked ones: entered under a reference, not needed there, or to enter after all."""
    form, ticked = MarkForm(request.POST), frozenset(int(pk) for pk in request.POST.getlist("entry") if pk.isdigit())
    if form.is_valid() and not ticked:
        form.add_error(None, "Tick the entries that you mean")
    if form.is_valid():
        try:
            mark_entries(school=request.school, entry_ids=ticked, **form.cleaned_data, by=request.user, now=request.now)
        except BadInput as why:
            form.add_error("reason", str(why))
        else:
            return HttpResponseRedirect(reverse("system_entries", args=[request.school.slug]))
    return _page(request, form, ticked, status=422)


@school_view(act="read_concerns")
@require_safe
def system_entry(request: SchoolRequest, entry_id: UUID) -> HttpResponse:
    """One entry as text to copy into the other system."""
    row = selectors.system_entry(request.school, entry_id)
    found, names = read([row] if row else [])
    if not found:
        raise Http404("No such entry.")
    row, entry = found[0]
    system_entries_read(school=request.school, entry_ids=[row.pk], by=request.user, now=request.now)
    form = MarkForm(initial={"state": State.ENTERED, "reference": row.reference})
    form.fields["state"].label = "What became of it?"
    context = {"row": row, "entry": entry, "text": entry_text(entry, names, row.pupil_id), "form": form,
               "system": system_of(request.school, local_day(request.now)), "look": LOOK[State(row.state)],
               "back_url": reverse("system_entries", args=[request.school.slug])}  # fmt: skip
    return render(request, "home/system_entry.html", context)


@school_view(act="read_concerns")
def system_zip(request: SchoolRequest) -> HttpResponseBase:
    """All that waits as a ZIP: a text for each entry, one table, and the list of them. They wait on until somebody marks them."""
    form = ReasonForm(request.POST or None)
    rows, names = read(list(selectors.system_entries(request.school, State.TO_ENTER)))
    if request.method == "POST" and form.is_valid() and not rows:
        form.add_error(None, "Nothing waits to be entered.")
    if request.method == "POST" and form.is_valid():
        name = f"entries-{local_day(request.now).isoformat()}"
        content = _zip(request, rows, names, name)
        note_export(
            school=request.school, pupil=None, form=ChronologyExport.Form.ENTRIES, reason=form.cleaned_data["reason"], content=content,
            entries=len(rows), chosen={"entries": [row.pk for row, _ in rows]}, by=request.user, now=request.now,
        )  # fmt: skip
        return hand_out(content, "zip", f"{name}.zip")
    context = {"form": form, "heading": "Take out what is to be entered", "submit_words": "Save the ZIP", "count": len(rows),
               "back_url": reverse("system_entries", args=[request.school.slug]), "back_words": "Entries to enter"}  # fmt: skip
    return render(request, "home/system_zip.html", context)


def _zip(request: SchoolRequest, rows: list[tuple[SystemEntry, Entry]], names: dict[int, str], name: str) -> bytes:
    files, lines = {}, []
    for row, entry in rows:
        file = f"{row.pupil.upn or f'pupil-{row.pupil_id}'}_{local_day(entry.happened_at).isoformat()}_{entry.key}_{row.short}.txt"
        files[file] = entry_text(entry, names, row.pupil_id).encode()
        lines.append(line_of(row.pupil, file, files[file], entry.title, request.now))
    files["entries.csv"] = as_csv([(row.pupil, entry) for row, entry in rows], names)
    return zipped(files, lines, request.school.name, name)
