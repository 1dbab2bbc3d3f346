"""What is held in the child protection file: only the safeguarding team sees that any of it is there."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from homevisits.people.models import Pupil
from safeguarding import models as s
from safeguarding.incident_questions import answered

from .facts import Facts, day_of, facts, in_a_line, in_words, words_of
from .registry import Found, found, held, others_of
from .wording import part_of

APP = "safeguarding"


def parts(model: type[Model]) -> tuple[type[Model], ...]:
    """The kinds of row of this app that belong to rows of a model, and those that belong to them; with the model itself first."""
    known: list[type[Model]] = [model]
    for one in known:
        for link in links(one):
            if link.related_model not in known:
                known.append(link.related_model)
    return tuple(known)


def links(model: type[Model]) -> list[Any]:
    """The ways from a row of this app to rows of this app that belong to it."""
    return [
        link for link in model._meta.related_objects
        if link.related_model._meta.app_label == APP and link.related_model not in TOPS and not link.many_to_many
    ]  # fmt: skip


def _whole(row: Model, skip: set[str]) -> Facts:
    """A row with everything that belongs to it, the later parts after it."""
    said = facts(row, skip)
    for link in links(type(row)):
        for number, part in enumerate(link.related_model._default_manager.filter(**{link.field.name: row}).order_by("pk"), 1):
            said.append(_part(part, number, link.field.name))
    return said


def _part(part: Model, number: int, belongs: str) -> list[str]:
    """A row that belongs to another one: its own name, and what it says."""
    if isinstance(part, s.ConcernMark):
        where = f"{words_of(part, _column(part, 'part'))} ({part.get_side_display().lower()})"
        gone = "".join(f". Withdrawn {in_words(one.at)}: {one.because}" for one in part.gone_by.all())
        return [f"Mark {number} on the body", (f"{where}: {part.says}" if part.says else where) + gone]
    if isinstance(part, s.ConcernEvent):
        what = f"{words_of(part, _column(part, 'what'))}, {part.by or 'by itself'}"
        return [in_words(part.at), f"{what}: {part.says}" if part.says else what]
    return [part_of(part), in_a_line(part, {belongs})]


def _column(row: Model, name: str) -> Any:
    return row._meta.get_field(name)


def marks_of(source: str, source_id: str) -> list[dict[str, Any]]:
    """The marks in force of a collected concern, with the numbers of its facts, as its drawing shows them; empty for every other record."""
    if source != s.Concern._meta.label or not source_id.isdecimal():
        return []
    rows = s.ConcernMark.objects.filter(concern=int(source_id)).prefetch_related("gone_by").order_by("pk")
    return [{"number": number, "mark": mark} for number, mark in enumerate(rows, 1) if not mark.gone_by.all()]


TOPS: tuple[type[Model], ...] = (s.Concern, s.Incident, s.Referral, s.AgencyTask, s.HouseholdWarning, s.ChronologyNote)


@held("concerns", "Concerns", *parts(s.Concern))
def concerns(pupil: Pupil) -> Iterator[Found]:
    """Concerns in the words of whoever wrote them, with amendments, decisions and what the family was told."""
    for row in pupil.concerns.select_related("by").prefetch_related("pupils").order_by("at", "pk"):
        yield found(row, "Concern", day_of(row.seen_at), _whole(row, set()), apart=True, shared=others_of(row, pupil))


@held("incidents", "Incidents", *parts(s.Incident))
def incidents(pupil: Pupil) -> Iterator[Found]:
    """What happened on visits."""
    for row in pupil.incidents.select_related("by", "reviewed_by").prefetch_related("pupils").order_by("happened_at", "pk"):
        title = f"Incident: {row.get_kind_display().lower()}"
        said = _whole(row, {"details"}) + [[one.words, answer] for one, answer in answered(row.kind, row.details) if answer]
        yield found(row, title, day_of(row.happened_at), said, apart=True, shared=others_of(row, pupil))


@held("referrals", "Referrals and agencies told", *parts(s.Referral), *parts(s.AgencyTask))
def referrals(pupil: Pupil) -> Iterator[Found]:
    """What was sent outside, when and to whom; agencies that were told."""
    # What goes out because of an allegation is about staff, and not for the safeguarding team as such.
    for row in pupil.referrals.filter(allegation=None).prefetch_related("pupils").order_by("opened_at", "pk"):
        title = f"Referral: {row.to_words}"
        yield found(row, title, day_of(row.opened_at), _whole(row, {"repeat_minutes"}), apart=True, shared=others_of(row, pupil))
    for task in pupil.agency_tasks.prefetch_related("pupils").order_by("opened_at", "pk"):
        title = f"Agency to be told: {task.words}"
        yield found(task, title, day_of(task.opened_at), _whole(task, set()), apart=True, shared=others_of(task, pupil))


@held("chronology", "Chronology", *parts(s.ChronologyNote))
def chronology(pupil: Pupil) -> Iterator[Found]:
    """Calls with agencies, meetings and notes of the safeguarding team."""
    for row in s.ChronologyNote.objects.filter(pupils=pupil).select_related("by").prefetch_related("pupils").order_by("happened_at", "pk"):
        title = f"Chronology: {row.get_kind_display().lower()}"
        yield found(row, title, day_of(row.happened_at), _whole(row, {"replaces"}), apart=True, shared=others_of(row, pupil))


@held("warnings", "What staff must know of the home", *parts(s.HouseholdWarning))
def warnings(pupil: Pupil) -> Iterator[Found]:
    """Warnings about the home, ended ones too."""
    for row in s.HouseholdWarning.objects.filter(household=pupil.household_id).select_related("by", "ended_by").order_by("pk"):
        about = words_of(row, _column(row, "about")).lower()
        yield found(row, f"Warning about the home: {about}", row.since, _whole(row, {"household", "visit_id"}), apart=True)
