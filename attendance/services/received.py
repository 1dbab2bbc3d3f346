"""A register that a connector of the information system sends."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput
from homevisits.people import upn as upns
from homevisits.people.importing import values
from homevisits.people.models import Pupil, School

from ..codes import CODES
from ..importing import numbers_of
from ..models import Mark, RegisterReceived
from .marks import MarkGiven
from .registers import take_register


class UsedForAnother(BadInput):
    """The id was used before for something else."""


@dataclass(frozen=True)
class SentMark:
    """One mark as it was sent: the pupil by UPN or by the number in the information system."""

    upn: str
    mis_id: str
    code: str
    minutes_late: int | None = None
    comment: str = ""


def receive_register(
    *, school: School, client_id: str, day: date, session: str, marks: Sequence[SentMark], classes: Collection[str] | None, by: Actor,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Take the register once however often it is sent; the answer says how many marks were taken, which were not, and who has none.

    Raises UsedForAnother when the id was used for other content, BadInput when no mark can be taken, the school is closed, a class does
    not exist or the day is to come.
    """
    said = [day.isoformat(), session, sorted(classes) if classes is not None else None, [vars(mark) for mark in marks]]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    if (before := _before(school, client_id, digest)) is not None:
        return before
    unknown = sorted(set(classes or ()) - set(_on_roll(school).values_list("class_name", flat=True)))
    if unknown:
        raise BadInput(f"There is no class “{unknown[0]}” at this school.")
    taken, wrong = _read(school, marks)
    if not taken:
        raise BadInput("No mark could be taken. " + " ".join(fault["says"] for fault in wrong[:5]))
    unexplained = sum(mark.code == "N" for mark in taken.values())
    answer: dict[str, Any] = {"taken": len(taken), "unexplained": unexplained, "not_taken": wrong}
    try:
        with transaction.atomic():
            registers = take_register(
                school=school, day=day, session=session, marks=taken, class_names=classes, source="Sent by a connector", by=by, now=now
            )
            answer["classes"] = _cover(school, day, session, {register.class_name for register in registers}, classes)
            RegisterReceived.objects.create(school=school, client_id=client_id, digest=digest, answer=answer, at=now)
    except IntegrityError:
        # The same request came twice at once, and the other was first.
        if (before := _before(school, client_id, digest)) is not None:
            return before
        raise
    return {**answer, "repeated": False}


def _on_roll(school: School) -> QuerySet[Pupil]:
    return Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL).order_by()


def _cover(school: School, day: date, session: str, taken: Collection[str], classes: Collection[str] | None) -> list[dict[str, Any]]:
    """For each class with a mark of the session, or said to be complete: how many pupils have none, and whether its register is taken."""
    marked = set(Mark.objects.filter(school=school, day=day, session=session).values_list("pupil_id", flat=True))
    rows: dict[str, list[bool]] = {}
    for pk, name in _on_roll(school).values_list("pk", "class_name"):
        rows.setdefault(name, []).append(pk in marked)
    shown = {name for name, row in rows.items() if any(row)} if classes is None else set(classes)
    return [{"class_name": name, "without_mark": rows[name].count(False), "taken": name in taken} for name in sorted(shown)]


def _before(school: School, client_id: str, digest: str) -> dict[str, Any] | None:
    row = RegisterReceived.objects.filter(school=school, client_id=client_id).first()
    if row is None:
        return None
    if row.digest != digest:
        raise UsedForAnother(f"The id “{client_id}” was used on {row.at:%-d %B %Y at %H:%M} for another register.")
    return {**row.answer, "repeated": True}


def _read(school: School, marks: Sequence[SentMark]) -> tuple[dict[int, MarkGiven], list[dict[str, Any]]]:
    """The marks by pupil, and those that cannot be taken with their place in the list."""
    pupils = numbers_of(school)
    taken: dict[int, MarkGiven] = {}
    wrong: list[dict[str, Any]] = []
    for place, mark in enumerate(marks):
        keys = (("upn", upns.normalised(mark.upn)), ("mis_id", values.mis_id(mark.mis_id)))
        pupil = next((pupils[key] for key in keys if key[1] and key in pupils), None)
        code = mark.code.strip().upper()
        if pupil is None:
            wrong.append({"place": place, "says": f"No pupil with the number {mark.upn or mark.mis_id or '(empty)'} is on file."})
        elif code not in CODES:
            wrong.append({"place": place, "says": f"“{mark.code}” is not an attendance code."})
        elif pupil in taken:
            wrong.append({"place": place, "says": "This pupil is in the list twice; the first mark was taken."})
        else:
            taken[pupil] = MarkGiven(code=code, minutes_late=mark.minutes_late, comment=mark.comment[:200])
    return taken, wrong
