"""Staff matters: writing one, the list and the record for whoever may see it, and what is added."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.audit.selectors import closed_events
from homevisits.audit.words import words
from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import SchoolRequest, holders, school_view
from homevisits.people.models import Role, Staff
from homevisits.people.selectors.staff import people_here

from ..forms.allegations import EntryForm, WriteForm
from ..models import Allegation, AllegationEntry
from ..rules.allegations import entry_blocks, owed
from ..selectors.allegations import readers, seen_by, standing, written_by
from ..services import allegations as service

E = AllegationEntry.Kind
TITLES = {
    E.AMENDMENT: "Add to what was written", E.ACTION: "Record what was done", E.DECISION: "Decide what it is",
    E.LADO: "The LADO was told", E.OUTCOME: "The outcome",
}  # fmt: skip


@school_view(act="write_allegation")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SchoolRequest) -> HttpResponseBase:
    """Write about an adult at the school; whoever writes sees afterwards only that it arrived."""
    day = local_day(request.now)
    places = _places(request)
    form = WriteForm(
        request.POST or None, people=people_here(request.school, day), writer=request.user, readers=[*places["heads"], *places["chairs"]]
    )
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "subject_words", "says", "when_words", "witnesses", "token")}
        try:
            row = service.write_allegation(school=request.school, subjects=form.subjects(), by=request.user, now=request.now, **given)
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _arrived(readers(row, day)))
            return HttpResponseRedirect(reverse("allegation_own", args=[request.school.slug]))
    return render(request, "safeguarding/allegation_write.html", {"form": form, **places})


@school_view(act="write_allegation")
@require_safe
def own(request: SchoolRequest) -> HttpResponse:
    """What a person has written: when it arrived, and whether it was taken up. Not a word of it."""
    rows = written_by(request.user, request.school)
    return render(request, "safeguarding/allegation_own.html", {"rows": rows, **_places(request)})


@school_view(act="see_allegations")
@require_safe
def listed(request: SchoolRequest) -> HttpResponse:
    """Those that this person may see."""
    rows = [(row, owed(row)) for row in _seen(request)[:200]]
    return render(request, "safeguarding/allegations.html", {"rows": rows})


@school_view(act="see_allegations")
@require_safe
def shown(request: SchoolRequest, public_id: UUID) -> HttpResponse:
    """One record with all that was done about it."""
    row = _found(request, public_id)
    service.allegation_read(allegation=row, by=request.user, now=request.now)
    trail = closed_events(school_id=request.school.pk, object_type="Allegation", object_id=row.pk)[:50]
    context = {
        "allegation": row, "entries": list(standing(row)), "owed": [] if row.closed_at else owed(row),
        "trail": [(event, words(event.act)) for event in trail],
        "acts": [(kind.value, TITLES[kind]) for kind in E if not entry_blocks(row, kind)],
        "complaint": getattr(row, "complaint", None),
    }  # fmt: skip
    return render(request, "safeguarding/allegation.html", context)


@school_view(act="see_allegations")
@require_POST
def taken_up(request: SchoolRequest, public_id: UUID) -> HttpResponse:
    """Deal with it."""
    row = _found(request, public_id)
    service.take_up(allegation=row, by=request.user, now=request.now)
    messages.success(request, "You have taken it up. Whoever wrote it sees that, and nothing else.")
    return HttpResponseRedirect(_page(request, row))


@school_view(act="see_allegations")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SchoolRequest, public_id: UUID, kind: str) -> HttpResponseBase:
    """Add what was done, decided or told; with `?replaces=` correct an entry, which stays to be read."""
    row = _found(request, public_id)
    if kind not in E.values:
        raise Http404("No such act.")
    replaces = _replaced(row, kind, request.GET.get("replaces", ""))
    wall = local(request.now)
    first = {"day": wall.date(), "wall": wall.time(), **(_of(replaces) if replaces else {})}
    form = EntryForm(request.POST or None, kind=kind, initial=first)
    blocks = [] if replaces else entry_blocks(row, kind)
    if request.method == "POST" and form.is_valid():
        try:
            service.add_entry(allegation=row, kind=kind, replaces=replaces, by=request.user, now=request.now, **form.given())
        except Blocked as why:
            blocks = why.blocks
            form.add_error(None, str(why))
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Recorded.")
            return HttpResponseRedirect(_page(request, row))
    heading = f"{TITLES[E(kind)]}: correct the entry" if replaces else TITLES[E(kind)]
    context = {"form": form if not blocks or request.method == "POST" else None, "blocks": blocks, "heading": heading}
    return render(request, "safeguarding/allegation_add.html", {**context, "back_url": _page(request, row), "replaces": replaces})


def _arrived(people: list[Staff]) -> str:
    """Who reads this one, worked out for whom it is about."""
    if not people:
        return "It is kept, but nobody here can read it yet. Ring the local authority’s designated officer now."
    names = " and ".join(person.name for person in people)
    return f"It has arrived. Nobody but {names} can read it, and it cannot be changed any more."


def _seen(request: SchoolRequest) -> QuerySet[Allegation]:
    return seen_by(request.user, request.school_roles, request.school, local_day(request.now))


def _found(request: SchoolRequest, public_id: UUID) -> Allegation:
    """The record, 404 where there is none for this person: the same answer for one about themselves as for one that never was."""
    row: Allegation | None = _seen(request).filter(public_id=public_id).first()
    if row is None:
        raise Http404("No such page.")
    return row


def _page(request: SchoolRequest, row: Allegation) -> str:
    return reverse("allegation", args=[request.school.slug, row.public_id])


def _replaced(row: Allegation, kind: str, number: str) -> AllegationEntry | None:
    if not number:
        return None
    try:
        entry = row.entries.filter(kind=kind, replaced_by__isnull=True, public_id=UUID(number)).first()
    except ValueError:
        entry = None
    if entry is None:
        raise Http404("No such entry.")
    return entry


def _of(entry: AllegationEntry) -> dict[str, object]:
    kept = {name: getattr(entry, name) for name in ("decision", "told", "reference", "done_by", "says")}
    return {**kept, "day": local_day(entry.happened_at), "wall": local(entry.happened_at).time()}


def _places(request: SchoolRequest) -> dict[str, list[Staff]]:
    """Who reads what is written, by their place: the same words whomever it is about."""
    day = local_day(request.now)
    return {
        "heads": list(holders(request.school, Role.HEADTEACHER, day)),
        "chairs": list(holders(request.school, Role.CHAIR_OF_GOVERNORS, day)),
    }
