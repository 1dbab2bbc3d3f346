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

CORRECTION, WITHDRAWN = "correction", "all_clear_withdrawn"
# What each puts right: a family that was texted in error, and one that was told all is well about a child still missing.
PUTS_RIGHT = {CORRECTION: (*TEXTS, "all_clear"), WITHDRAWN: ("all_clear",)}


@dataclass(frozen=True)
class Reached:
    """What can be put right about a case: with which text, to which numbers, and whether that has been done since."""

    template: str
    numbers: dict[str, list[tuple[int, int | None]]]
    corrected: bool
    language: str = ""


def reached(case: UnexplainedAbsence) -> Reached:
    """The numbers that have accepted a text about this pupil on the case's day, without those found wrong, dead or restricted since.

    While the case is open only an all-clear is wrong; when it is closed every text about it may have been.
    """
    template = WITHDRAWN if case.status == UnexplainedAbsence.Status.OPEN else CORRECTION
    about = {"school": case.school_id, "day": case.day, "about__pupil": case.pupil_id}
    texts = Message.objects.filter(**about, channel="text", template__in=PUTS_RIGHT[template], status__in=GOT_THERE)
    rows = list(texts.values_list("to", "about__contact", "created_at", "about__pupil", "language"))
    numbers: dict[str, list[tuple[int, int | None]]] = {}
    for number, contact, _, pupil, _ in rows:
        if pupil == case.pupil_id and (pupil, contact) not in numbers.setdefault(number, []):
            numbers[number].append((pupil, contact))
    shut = set(Contact.objects.filter(pupil=case.pupil_id, restricted=True).values_list("mobile", flat=True))
    shut |= set(NumberFault.objects.filter(school=case.school_id, number__in=numbers, cleared_at=None).values_list("number", flat=True))
    last = max((at for _, _, at, _, _ in rows), default=None)
    corrected = bool(last and Message.objects.filter(**about, template=template, created_at__gte=last).exists())
    languages = {language for *_, language in rows}
    # One language for all, else English: the preview shows the words that go.
    only = languages.pop() if len(languages) == 1 else ""
    return Reached(template, {number: about for number, about in numbers.items() if number not in shut}, corrected, only)


def send_correction(*, school: School, case: UnexplainedAbsence, why: str, by: Staff, now: datetime) -> list[Message]:
    """Put right what was texted, once until another text has gone: a mistake when the case is closed, an all-clear while it is open.

    `why` stays in the trail and is never sent. Raises Blocked when nobody was reached or they were told already.
    """
    with transaction.atomic():
        case = UnexplainedAbsence.objects.select_for_update(of=("self",)).select_related("policy").get(pk=case.pk, school=school)
        there = reached(case)
        refuse_if(person_blocks(school, by, "retry_message", now) + correct_blocks(case, len(there.numbers), there.corrected))
        climb = climb_of(school, case.policy, case.day, case.session)
        sent = [
            outbox.put(
                school=school, day=case.day, template=there.template, to=number, about=about, due_at=now, language=there.language,
                purpose=f"{case.day}:{there.template}:{number}:{case.pk}:{now:%H%M%S}", give_up_at=climb.give_up_at(now), by=by, now=now,
            ) for number, about in sorted(there.numbers.items())
        ]  # fmt: skip
        what = "corrected" if there.template == CORRECTION else "all_clear_back"
        CaseEvent.objects.create(case=case, at=now, what=what, by=by, note=why[:400], detail={"numbers": len(sent)})
        record("attendance.case.corrected", by=by, now=now, school_id=school.pk, object_type="UnexplainedAbsence", object_id=case.pk,
               detail={"numbers": len(sent), "day": str(local_day(now)), "text": there.template})  # fmt: skip
    return [message for message in sent if message]
