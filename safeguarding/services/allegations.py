"""Allegations and low-level concerns: written, taken up, worked on, closed; told again until somebody takes them up.

Every act stands in the school's closed chain (audit.services.closed_chain): the school's own trail, its length and its kinds say nothing
to somebody who may read it and be the one whom it is about.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import closed_chain, record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import instant, local, local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff

from ..models import Allegation, AllegationEntry
from ..rules.allegations import FIRST, LAST, entry_blocks
from ..selectors.allegations import about_head, nobody_left, readers
from .sent_once import key_of

JOB = SystemJob("Safeguarding reminders")
AGAIN = timedelta(hours=2)
DAY_BEGINS, DAY_ENDS = time(7), time(20)
E = AllegationEntry.Kind
NOBODY_READS = (
    "Nothing was sent: nobody here but whom it is about could read it. Ring the local authority’s designated officer (LADO) now and say it "
    "there; in danger, ring 999."
)


def write_allegation(
    *,
    school: School,
    kind: str,
    subjects: Sequence[Staff],
    subject_words: str = "",
    says: str,
    when_words: str,
    witnesses: str = "",
    source: str = "",
    token: UUID,
    by: Staff,
    now: datetime,
) -> Allegation:
    """Keep what somebody wrote about an adult at the school, and tell at once whoever may see it. The same words sent twice with a token
    are one; other words under it are kept as another.

    Raises BadInput without words, without anybody whom it is about, about everybody who could read it, or for a kind that does not
    exist.
    """
    if kind not in Allegation.Kind.values or not says.strip():
        raise BadInput("Write what happened, in your own words.")
    if not subjects and not subject_words.strip():
        raise BadInput("Say whom it is about.")
    with transaction.atomic():
        about = sorted(person.pk for person in subjects)
        key = key_of(token, by, school.pk, kind, about, subject_words, says, when_words, witnesses, source)
        before = Allegation.objects.filter(token=key).first()
        if before:
            return before
        day = local_day(now)
        if nobody_left(school, subjects, day):
            raise BadInput(NOBODY_READS)
        allegation = Allegation.objects.create(
            school=school, kind=kind, subject_words=subject_words.strip()[:200], for_chair=about_head(school, subjects, day), says=says,
            when_words=when_words[:200], witnesses=witnesses[:300], source=source[:120], token=key, at=now, by=by,
            next_action_at=_again_after(now),
        )  # fmt: skip
        allegation.subjects.set(subjects)
        _tell(allegation, by=by, now=now)
        _record("written", allegation, by, now)
    return allegation


def take_up(*, allegation: Allegation, by: Staff, now: datetime) -> None:
    """Say that one deals with it: it is not told again, and its writer sees that it was taken up. Twice is the same as once."""
    with transaction.atomic():
        row = Allegation.objects.select_for_update().get(pk=allegation.pk)
        if row.taken_up_at:
            return
        row.taken_up_at, row.taken_up_by, row.next_action_at = now, by, None
        row.save(update_fields=["taken_up_at", "taken_up_by", "next_action_at"])
        _record("taken_up", row, by, now)


def add_entry(
    *,
    allegation: Allegation,
    kind: str,
    says: str,
    decision: str = "",
    happened_at: datetime | None = None,
    done_by: str = "",
    told: str = "",
    reference: str = "",
    replaces: AllegationEntry | None = None,
    token: UUID,
    by: Staff,
    now: datetime,
) -> AllegationEntry:
    """Add what was done, decided, told or came of it; `replaces` names the entry that it corrects, which stays as it was.

    Raises BadInput without words or a decision where one is asked, for a time still to come, or for correcting what is corrected
    already; Blocked while the record owes something before its outcome, or is closed.
    """
    _check(kind, says, decision, happened_at, now)
    with transaction.atomic():
        row = Allegation.objects.select_for_update().get(pk=allegation.pk)
        corrects = replaces.pk if replaces else None
        key = key_of(token, by, row.pk, kind, says, decision, happened_at, done_by, told, reference, corrects)
        before = AllegationEntry.objects.filter(token=key).first()
        if before:
            return before
        refuse_if(entry_blocks(row, kind) if replaces is None else _correcting(row, kind, replaces))
        entry = AllegationEntry.objects.create(
            allegation=row, kind=kind, decision=decision, says=says, happened_at=happened_at or now, done_by=done_by[:150],
            told=told[:150], reference=reference[:60], replaces=replaces, token=key, at=now, by=by,
        )  # fmt: skip
        if kind == E.OUTCOME and row.closed_at is None:
            row.closed_at = now
            row.save(update_fields=["closed_at"])
        _record(f"entry.{kind}", row, by, now)
    return entry


def allegation_read(*, allegation: Allegation, by: Staff, now: datetime) -> None:
    """Somebody opened the record."""
    with transaction.atomic():
        _record("read", allegation, by, now)


def tell_again(real: datetime) -> int:
    """Tell again of what nobody has taken up, each school by its own clock. How many were told."""
    told = 0
    own_clock = Q(school__clock_from__isnull=False)
    waiting = Allegation.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False).select_related("school")
    for allegation in waiting.order_by("pk"):
        now = allegation.school.at(real)
        with transaction.atomic():
            due = Allegation.objects.filter(pk=allegation.pk, next_action_at__lte=now, taken_up_at__isnull=True)
            if due.update(next_action_at=_again_after(now)):
                _tell(allegation, by=JOB, now=now)
                _record("told_again", allegation, JOB, now)
                told += 1
    return told


def _tell(allegation: Allegation, *, by: Actor, now: datetime) -> None:
    # No role that others hold too: a task of a role shows to all of its holders, and one of them may be whom it is about.
    tell(
        school=allegation.school, role="named", about="staff_matter", says="Something written about staff waits to be taken up.",
        link=f"/s/{allegation.school.slug}/staff-matters/{allegation.public_id}/", clause="ATT-55", alarm=True,
        people=readers(allegation, local_day(now)), by=by, now=now,
    )  # fmt: skip


def _again_after(now: datetime) -> datetime:
    """Two hours later, or in the morning: nobody is woken by what waits for a person at school."""
    at = now + AGAIN
    wall, day = local(at).time(), local_day(at)
    if wall < DAY_BEGINS:
        return instant(day, DAY_BEGINS)
    return instant(day + timedelta(days=1), DAY_BEGINS) if wall >= DAY_ENDS else at


def _check(kind: str, says: str, decision: str, happened_at: datetime | None, now: datetime) -> None:
    if kind not in E.values or not says.strip():
        raise BadInput("Write it in a sentence at least.")
    allowed: Any = {E.DECISION: FIRST, E.OUTCOME: LAST}.get(E(kind), ("",))
    if decision not in allowed:
        raise BadInput("Choose what is decided.")
    if happened_at is not None and happened_at > now:
        raise BadInput("The time is still to come.")


def _correcting(row: Allegation, kind: str, replaces: AllegationEntry) -> list[Block]:
    if replaces.allegation_id != row.pk or replaces.kind != kind:
        raise BadInput("Only an entry of the same kind in the same record can be corrected.")
    replaced = AllegationEntry.objects.filter(replaces=replaces).exists()
    return [Block("This entry was corrected already: correct the newer one.")] if replaced else []


def _record(act: str, allegation: Allegation, by: Actor, now: datetime) -> None:
    record(
        f"safeguarding.allegation.{act}", by=by, now=now, school_id=closed_chain(allegation.school_id), object_type="Allegation",
        object_id=allegation.pk,
    )  # fmt: skip
