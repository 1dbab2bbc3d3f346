"""Raising concerns: written by anybody, read by the safeguarding team."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID, uuid5

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput
from homevisits.people.models import Pupil, School, Staff

from ..body import PARTS
from ..climbing import next_telling
from ..models import Concern, ConcernMark
from ..references import new_reference
from .concern_history import note
from .concern_telling import tell_team
from .family import say_family_told


@dataclass(frozen=True)
class Mark:
    """A mark on the body map: a part of `body.PARTS`, what it looks like, and where on the drawing; None: in the middle of the part."""

    part: str
    says: str = ""
    x: int | None = None
    y: int | None = None


class MoreOfConcern(TypedDict, total=False):
    """What can be written of a concern besides its facts."""

    words: str
    place: str
    others: str
    told_others: str
    danger: bool
    emergency_at: datetime | None
    emergency_reference: str
    visit_id: int | None
    written_at: datetime | None
    adds_to: Concern | None


def raise_concern(
    *,
    school: School,
    pupil_ids: Collection[int],
    says: str,
    source: str = "",
    clause: str = "",
    told: bool = False,
    seen_at: datetime | None = None,
    link: str = "",
    marks: Sequence[Mark] = (),
    family: tuple[str, str] = ("", ""),
    token: UUID | None = None,
    by: Staff,
    now: datetime,
    **more: Unpack[MoreOfConcern],
) -> Concern:
    """Write a concern and tell the safeguarding team at once, without its content; untaken it is told again (ATT-54).

    One token and one content, one concern: other words from the same page are a concern of their own, nothing is dropped. `told` says that
    the act which causes it has told them already: one act, one notice. `seen_at`: when it was seen; `written_at`: when it was written,
    where it arrives later. `link`: the page that it came from. `family`: whether the family was told, and why not (PRI-26).
    Raises BadInput for a child of another school, a part of the body that does not exist, or a time still to come.
    """
    pupils, written = set(pupil_ids), more.pop("written_at", None)
    seen_at = seen_at or written or now
    _possible(school, pupils, (seen_at, written, more.get("emergency_at")), now)
    if token:  # sent again, "just now" is later and still the same
        at = "just now" if seen_at in (written, now) else seen_at.isoformat()
        token = uuid5(token, repr((by.pk, sorted(pupils), says, at, list(marks), family, sorted(more.items(), key=lambda one: one[0]))))
    with transaction.atomic():
        if token:  # two taps at once are one, the second waits for the first
            School.objects.select_for_update(no_key=True).get(pk=school.pk)
            if known := Concern.objects.filter(school=school, by=by, token=token).first():
                return known
        concern = Concern.objects.create(
            school=school, says=says, source=source[:60], source_link=link[:200], seen_at=seen_at, at=now, by=by, reference=_reference(),
            written_at=written if written is not None and written < now else None, token=token,
            next_action_at=next_telling(0, bool(more.get("danger")), now), **_trimmed(more),
        )  # fmt: skip
        concern.pupils.set(pupils)
        ConcernMark.objects.bulk_create([mark_row(concern, mark) for mark in marks])
        _into_history(concern, by, now)
        if not told:
            tell_team(concern=concern, pupils=sorted(pupils), clause=clause or "ATT-54", by=by, now=now)
        if family[0]:
            say_family_told(concerns=[concern], told=family[0], why=family[1], by=by, now=written or now, received=now)
    return concern


def _possible(school: School, pupils: Collection[int], times: Collection[datetime | None], now: datetime) -> None:
    """Raises BadInput for a child of another school, or a time that is still to come."""
    if Pupil.objects.filter(school=school, pk__in=pupils).count() != len(pupils):
        raise BadInput("Choose children of this school, and describe others in words.")
    if any(at is not None and at > now for at in times):
        raise BadInput("That time is still to come.")


def _into_history(concern: Concern, by: Staff, now: datetime) -> None:
    note(concern, "raised", by=by, now=now)
    if concern.adds_to is not None:
        note(concern.adds_to, "added", by=by, now=now, says=concern.reference or "")
    record(
        "safeguarding.concern.raised", by=by, now=now, school_id=concern.school_id, object_type="Concern", object_id=concern.pk,
        detail={"sha256": digest(concern)},
    )  # fmt: skip


def digest(concern: Concern) -> str:
    """SHA-256, hex, of what the writer said: the audit trail keeps it, so that a change made behind the database's back shows."""
    said = [
        concern.reference, concern.says, concern.words, concern.place, concern.others, concern.told_others, concern.danger,
        int(concern.seen_at.timestamp()), int(concern.at.timestamp()), concern.by_id, sorted(concern.pupils.values_list("pk", flat=True)),
        [[mark.part, mark.x, mark.y, mark.says] for mark in concern.marks.order_by("pk")],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def _reference() -> str:
    while Concern.objects.filter(reference=(drawn := new_reference())).exists():
        pass
    return drawn


def _trimmed(more: Mapping[str, Any]) -> dict[str, Any]:
    """Without blanks around what was typed; the child's own words stay as they are."""
    return {name: value.strip() if isinstance(value, str) and name != "words" else value for name, value in more.items()}


def mark_row(concern: Concern, mark: Mark) -> ConcernMark:
    """The row of a mark, not saved yet. Raises BadInput for a part of the body that does not exist."""
    part = PARTS.get(mark.part)
    if part is None:
        raise BadInput("Choose the part of the body from the list.")
    x, y = (part.x, part.y) if mark.x is None or mark.y is None else (mark.x, mark.y)
    return ConcernMark(concern=concern, part=part.code, side=part.side, x=x, y=y, says=mark.says.strip()[:300])
