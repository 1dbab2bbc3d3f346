"""Notes of a chronology: written once, put right by another one. That somebody took a chronology out, and why."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput
from homevisits.people.models import Pupil, School, Staff

from ..models import ChronologyExport, ChronologyNote

Kind, Form = ChronologyNote.Kind, ChronologyExport.Form
SHORTEST = 5  # letters of a reason


@dataclass(frozen=True)
class Said:
    """What a note says: what it was, with whom, when."""

    kind: str
    says: str
    happened_at: datetime
    with_whom: str = ""


def write_note(*, school: School, pupils: Collection[Pupil], said: Said, token: UUID, by: Staff, now: datetime) -> ChronologyNote:
    """Keep a call, a meeting or a note about pupils, with when it was and when it was written. The same token twice is one.

    Raises BadInput for no words, no pupil or another school's, a kind that does not exist, a time that is still to come.
    """
    if not pupils or any(pupil.school_id != school.pk for pupil in pupils):
        raise BadInput("Choose whom the note is about.")
    _possible(said, now)
    with transaction.atomic():
        School.objects.select_for_update(no_key=True).get(pk=school.pk)  # two taps at once are one: the second waits for the first
        known = ChronologyNote.objects.filter(school=school, token=token).first()
        return known or _kept(school, pupils, said, token, by, now)


def supersede_note(*, note: ChronologyNote, said: Said, because: str, token: UUID, by: Staff, now: datetime) -> ChronologyNote:
    """Put a note right: another one takes its place and says why, both stay. The same token twice is one.

    Raises BadInput as `write_note`, without a reason, and for a note whose place another one has taken already.
    """
    if not because.strip():
        raise BadInput("Say why it is put right.")
    _possible(said, now)
    with transaction.atomic():
        row = ChronologyNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
        after = ChronologyNote.objects.filter(replaces=row).first()
        if after is not None and after.token == token:
            return after
        if after is not None:
            raise BadInput("Another note has taken its place already. Put that one right.")
        return _kept(row.school, list(row.pupils.all()), said, token, by, now, replaces=row, because=because.strip()[:300])


def _possible(said: Said, now: datetime) -> None:
    if said.kind not in Kind.values:
        raise BadInput(f"“{said.kind}” is not a kind of note.")
    if not said.says.strip():
        raise BadInput("Write what was said or done.")
    if said.happened_at > now:
        raise BadInput("The time is still to come.")


def _kept(school: School, pupils: Collection[Pupil], said: Said, token: UUID, by: Staff, now: datetime, **earlier: Any) -> ChronologyNote:
    row = ChronologyNote.objects.create(
        school=school, kind=said.kind, with_whom=said.with_whom.strip()[:200], says=said.says.strip(), happened_at=said.happened_at,
        at=now, by=by, token=token, **earlier,
    )  # fmt: skip
    row.pupils.set(pupils)
    record(
        "safeguarding.chronology.superseded" if earlier else "safeguarding.chronology.note", by=by, now=now, school_id=school.pk,
        object_type="ChronologyNote", object_id=row.pk, detail={"replaces": row.replaces_id} if earlier else {},
    )  # fmt: skip
    return row


def note_export(
    *,
    school: School,
    pupil: Pupil | None,
    form: str,
    reason: str,
    content: bytes,
    entries: int,
    chosen: Mapping[str, Any],
    by: Staff,
    now: datetime,
) -> ChronologyExport:
    """Record that exactly these bytes leave the product: reader, reason, time and their SHA-256.

    Raises BadInput without a reason in words.
    """
    if len(reason.strip()) < SHORTEST:
        raise BadInput("Say for whom or for what it is taken out.")
    with transaction.atomic():
        row = ChronologyExport.objects.create(
            school=school, pupil=pupil, form=Form(form), reason=reason.strip()[:300], chosen=dict(chosen), entries=entries, at=now, by=by,
            sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        record(
            "safeguarding.chronology.exported", by=by, now=now, school_id=school.pk, object_type="pupil",
            object_id=pupil.pk if pupil else "", detail={"form": form, "reason": row.reason, "entries": entries, "sha256": row.sha256},
        )  # fmt: skip
    return row
