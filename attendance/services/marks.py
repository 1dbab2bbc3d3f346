"""Keeping marks: the register as it stands, with every amendment's original entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.people.models import School

from ..models import Mark, MarkChange

CHUNK = 2000
Key = tuple[int, date, str]  # pupil, day, session


@dataclass(frozen=True)
class MarkGiven:
    """A mark as a register brings it."""

    code: str
    minutes_late: int | None = None
    comment: str = ""


@dataclass
class Kept:
    """What a load of marks did, as numbers of marks."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def keep_marks(*, school: School, marks: Mapping[Key, MarkGiven], why: str, by: Actor, now: datetime) -> Kept:
    """Write marks in bulk: new ones added, different ones amended with what they were, equal ones left alone."""
    kept = Kept()
    with transaction.atomic():
        keys = list(marks)
        for start in range(0, len(keys), CHUNK):
            _keep_chunk(school, {key: marks[key] for key in keys[start : start + CHUNK]}, why, by, now, kept)
        if kept.new or kept.changed:
            record(
                "attendance.marks.kept", by=by, now=now, school_id=school.pk, detail={"new": kept.new, "changed": kept.changed, "why": why}
            )
    return kept


def _keep_chunk(school: School, marks: Mapping[Key, MarkGiven], why: str, by: Actor, now: datetime, kept: Kept) -> None:
    there = _there(school, marks)
    new, changed, changes = [], [], []
    for (pupil, day, session), given in marks.items():
        mark = there.get((pupil, day, session))
        if mark is None:
            new.append(
                Mark(school=school, pupil_id=pupil, day=day, session=session, code=given.code, minutes_late=given.minutes_late,
                     comment=given.comment, recorded_at=now)
            )  # fmt: skip
        elif (mark.code, mark.minutes_late, mark.comment) != (given.code, given.minutes_late, given.comment):
            if mark.code != given.code:
                changes.append(MarkChange(mark=mark, was=mark.code, became=given.code, why=why, at=now, by_id=by.pk))
            mark.code, mark.minutes_late, mark.comment, mark.recorded_at = given.code, given.minutes_late, given.comment, now
            changed.append(mark)
    Mark.objects.bulk_create(new)
    Mark.objects.bulk_update(changed, ["code", "minutes_late", "comment", "recorded_at"], batch_size=500)
    MarkChange.objects.bulk_create(changes)
    kept.new += len(new)
    kept.changed += len(changed)
    kept.unchanged += len(marks) - len(new) - len(changed)


def _there(school: School, keys: Iterable[Key]) -> dict[Key, Mark]:
    pupils, days, sessions = (set(column) for column in zip(*keys, strict=True))
    found = Mark.objects.filter(school=school, pupil__in=pupils, day__in=days, session__in=sessions)
    return {(mark.pupil_id, mark.day, mark.session): mark for mark in found}
