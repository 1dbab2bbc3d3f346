"""A reason arrives, or the child does: logged in seconds, taken back honestly (PRI-30, PRI-32)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.clock import local, local_day
from homevisits.common.errors import refuse_if
from homevisits.people.models import Contact, Pupil, School, Staff

from ..models import AbsenceMessage, Arrival, Register, UnexplainedAbsence
from ..models.registers import Session
from ..rules import message_blocks, person_blocks, undo_blocks
from . import closing
from .locks import lock_school
from .mis import suggest, withdraw_suggestions
from .opening import open_after_all


def log_absence(
    *,
    school: School,
    pupils: Sequence[Pupil],
    channel: str,
    code: str,
    by: Staff,
    now: datetime,
    contact: Contact | None = None,
    until: date | None = None,
    reason: str = "",
    caller: str = "",
    token: uuid.UUID | None = None,
) -> list[AbsenceMessage]:
    """Record a reason for one pupil or several siblings; it stops the ladder of each (PRI-30).

    `until` is the last day that it explains, today when absent. A `token` already used changes nothing and answers with what
    it wrote. Raises Blocked with a sentence for a wrong code or day, or a person who may not.
    """  # fmt: skip
    day = local_day(now)
    refuse_if(person_blocks(school, by, "log_absence", now, "PRI-30") + message_blocks(code, until, day))
    with transaction.atomic():
        tokens = [uuid.uuid5(token, str(pupil.pk)) for pupil in pupils] if token else [None] * len(pupils)
        if token and AbsenceMessage.objects.filter(token__in=tokens).exists():
            return list(AbsenceMessage.objects.filter(school=school, token__in=tokens))
        lock_school(school)
        # The case is locked before the message is written: a sweep that opens or texts it waits, or has finished.
        cases = _lock_cases(school, pupils)
        messages = [
            AbsenceMessage.objects.create(
                school=school, pupil=pupil, first_day=day, last_day=until or day, channel=channel, code=code, reason=reason,
                contact=contact if contact and contact.pupil_id == pupil.pk else None, caller=caller or (contact.name if contact else ""),
                at=now, by=by, token=one,
            ) for pupil, one in zip(pupils, tokens, strict=True)
        ]  # fmt: skip
        for message in messages:
            record("attendance.absence.logged", by=by, now=now, school_id=school.pk, object_type="AbsenceMessage", object_id=message.pk,
                   detail={"pupil": message.pupil_id, "code": code, "channel": channel})  # fmt: skip
            suggest(message.pupil, school, day, code, comment=reason, now=now)
        closing.close_cases(
            school=school, case_ids=[case.pk for case in cases], reason=UnexplainedAbsence.Closed.EXPLAINED, note=_note(channel, code,
            contact, caller),
            reporter_numbers=contact.numbers if contact else (), by=by, now=now,
        )  # fmt: skip
    return messages


def _note(channel: str, code: str, contact: Contact | None, caller: str) -> str:
    who = str(contact) if contact else caller
    return f"{AbsenceMessage.Channel(channel).label}{', ' + who if who else ''}: suggested code {code}"


def _lock_cases(school: School, pupils: Sequence[Pupil]) -> list[UnexplainedAbsence]:
    open_cases = UnexplainedAbsence.objects.filter(school=school, pupil__in=pupils, status="open")
    return list(open_cases.select_for_update().order_by("pk"))


def undo_absence(*, school: School, message: AbsenceMessage, because: str, by: Staff, now: datetime) -> None:
    """Take an absence message back: its trail stays, the case that it closed reopens where it stood.

    Raises Blocked when it is undone already or of an earlier day.
    """
    refuse_if(person_blocks(school, by, "log_absence", now) + undo_blocks(message.undone_at, message.last_day, local_day(now)))
    with transaction.atomic():
        changed = AbsenceMessage.objects.filter(pk=message.pk, school=school, undone_at__isnull=True).update(
            undone_at=now, undone_by=by, undone_because=because
        )
        if not changed:
            return
        record("attendance.absence.undone", by=by, now=now, school_id=school.pk, object_type="AbsenceMessage", object_id=message.pk)
        withdraw_suggestions(message.pupil, local_day(now))
        _reopen(school, message.pupil, "explained", "The message was undone" + (f": {because}" if because else ""), by, now)


def record_arrival(*, school: School, pupil: Pupil, by: Staff, now: datetime, token: uuid.UUID | None = None) -> Arrival:
    """The child is at school: the case closes, a visit on its way is stood down. Suggests L before the register closed, U after."""
    refuse_if(person_blocks(school, by, "log_absence", now))
    day = local_day(now)
    with transaction.atomic():
        if token and (there := Arrival.objects.filter(school=school, token=token).first()):
            return there
        lock_school(school)
        cases = _lock_cases(school, [pupil])
        session, code = _session_and_code(school, pupil, day, now)
        arrival = Arrival.objects.create(school=school, pupil=pupil, day=day, at=now, by=by, code=code, token=token)
        record("attendance.arrival.recorded", by=by, now=now, school_id=school.pk, object_type="Arrival", object_id=arrival.pk,
               detail={"pupil": pupil.pk, "code": code})  # fmt: skip
        suggest(pupil, school, day, code, session=session, comment=f"Arrived {local(now):%H:%M}", now=now)
        closing.close_cases(
            school=school,
            case_ids=[case.pk for case in cases],
            reason=UnexplainedAbsence.Closed.ARRIVED,
            note="Seen at school",
            by=by,
            now=now,
        )
    return arrival


def _session_and_code(school: School, pupil: Pupil, day: date, now: datetime) -> tuple[str, str]:
    """The session that an arrival falls into, and L or U by whether its register had closed (domain.md)."""
    registers = Register.objects.filter(school=school, day=day, class_name=pupil.class_name).order_by("closes_at")
    afternoon = next((register for register in registers if register.session == Session.PM), None)
    morning = next((register for register in registers if register.session == Session.AM), None)
    if afternoon and morning and now >= morning.closes_at and now > afternoon.closes_at:
        return Session.PM, "U"
    return Session.AM, "U" if morning and now >= morning.closes_at else "L"


def undo_arrival(*, school: School, arrival: Arrival, by: Staff, now: datetime) -> None:
    """Take an arrival back: the case that it closed reopens where it stood. Raises Blocked when undone already."""
    refuse_if(person_blocks(school, by, "log_absence", now) + undo_blocks(arrival.undone_at, arrival.day, local_day(now)))
    with transaction.atomic():
        if Arrival.objects.filter(pk=arrival.pk, school=school, undone_at__isnull=True).update(undone_at=now, undone_by=by):
            record("attendance.arrival.undone", by=by, now=now, school_id=school.pk, object_type="Arrival", object_id=arrival.pk)
            withdraw_suggestions(arrival.pupil, arrival.day)
            _reopen(school, arrival.pupil, "arrived", "The arrival was undone", by, now)


def _reopen(school: School, pupil: Pupil, reason: str, note: str, by: Actor, now: datetime) -> None:
    """Reopen the case that this closed, or open the one that it prevented, unless another reason still stands or one is open."""
    day = local_day(now)
    explained = AbsenceMessage.objects.filter(pupil=pupil, first_day__lte=day, last_day__gte=day, undone_at__isnull=True).exists()
    arrived = Arrival.objects.filter(pupil=pupil, day=day, undone_at__isnull=True).exists()
    missing = UnexplainedAbsence.objects.filter(school=school, pupil=pupil, status="open").exists()
    if explained or arrived or missing:
        return
    cases = UnexplainedAbsence.objects.select_for_update(of=("self",)).select_related("policy")
    case = cases.filter(school=school, pupil=pupil, status="closed", closed_reason=reason, day=day).order_by("-closed_at").first()
    if case:
        closing.reopen_case(school=school, case=case, note=note, by=by, now=now)
    else:
        # It was known before the register was read, so no case was opened: without this nobody would look for the child.
        open_after_all(school=school, pupil=pupil, by=by, now=now)
