"""Putting right what was sent: whoever was texted in error hears so (issue of honest undo: what went out cannot be called back)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import refuse_if
from homevisits.messaging import outbox
from homevisits.messaging.models import Message
from homevisits.people.models import Contact, NumberFault, School, Staff

from ..models import CaseEvent, UnexplainedAbsence
from ..rules import correct_blocks, person_blocks
from .closing import GOT_THERE, TEXTS
from .opening import climb_of

WRONG = (*TEXTS, "all_clear")


@dataclass(frozen=True)
class Reached:
    """Whom texts about a case have reached: numbers with the contacts they stand for; and whether they were corrected since."""

    numbers: dict[str, list[tuple[int, int | None]]]
    corrected: bool


def reached(case: UnexplainedAbsence) -> Reached:
    """The numbers that have accepted a text about this pupil on the case's day, without those found wrong, dead or restricted since."""
    texts = Message.objects.filter(
        school=case.school_id, day=case.day, channel="text", template__in=WRONG, about__pupil=case.pupil_id, status__in=GOT_THERE
    )
    rows = list(texts.values_list("to", "about__contact", "created_at", "about__pupil"))
    numbers: dict[str, list[tuple[int, int | None]]] = {}
    for number, contact, _, pupil in rows:
        if pupil == case.pupil_id and (pupil, contact) not in numbers.setdefault(number, []):
            numbers[number].append((pupil, contact))
    shut = set(Contact.objects.filter(pupil=case.pupil_id, restricted=True).values_list("mobile", flat=True))
    shut |= set(NumberFault.objects.filter(school=case.school_id, number__in=numbers, cleared_at=None).values_list("number", flat=True))
    last = max((at for _, _, at, _ in rows), default=None)
    corrections = Message.objects.filter(school=case.school_id, day=case.day, template="correction", about__pupil=case.pupil_id)
    corrected = bool(last and corrections.filter(created_at__gte=last).exists())
    return Reached({number: about for number, about in numbers.items() if number not in shut}, corrected)


def send_correction(*, school: School, case: UnexplainedAbsence, why: str, by: Staff, now: datetime) -> list[Message]:
    """Tell everybody whom a text about this case reached that it was sent by mistake, once until another text has gone.

    `why` stays in the trail and is never sent. Raises Blocked when nobody was reached or they were told already.
    """
    with transaction.atomic():
        UnexplainedAbsence.objects.select_for_update(of=("self",)).get(pk=case.pk, school=school)
        there = reached(case)
        refuse_if(person_blocks(school, by, "retry_message", now) + correct_blocks(case, len(there.numbers), there.corrected))
        climb = climb_of(school, case.policy, case.day, case.session)
        sent = [
            outbox.put(
                school=school, day=case.day, template="correction", to=number, about=about, due_at=now,
                purpose=f"{case.day}:correction:{number}:{case.pk}:{now:%H%M%S}", give_up_at=climb.give_up_at(now), by=by, now=now,
            ) for number, about in sorted(there.numbers.items())
        ]  # fmt: skip
        CaseEvent.objects.create(case=case, at=now, what="corrected", by=by, note=why[:400], detail={"numbers": len(sent)})
        record("attendance.case.corrected", by=by, now=now, school_id=school.pk, object_type="UnexplainedAbsence", object_id=case.pk,
               detail={"numbers": len(sent), "day": str(local_day(now))})  # fmt: skip
    return [message for message in sent if message]
