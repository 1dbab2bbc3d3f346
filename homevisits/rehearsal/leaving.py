"""Before a pair departs in a scenario: they carry what the policy asks for, have read what they must, and tick every line with yes.

Through the services that the screens use. What a scenario says otherwise (no mobile, not trained) is not filled in.
"""

from datetime import datetime, timedelta

from homevisits.people.models import AlarmDevice, School, Staff
from visits.models import Appointment, HomeVisit
from visits.rules.appointments import current, is_confirmed, offer_blocks
from visits.rules.leaving import before_leaving_blocks, lines_for, pair_of
from visits.services import appointments, briefing, departure
from visits.services.spoken import contacts_of

SAID = "Given in the rehearsal"


def make_ready_to_leave(visit: HomeVisit, now: datetime) -> None:
    """Let everybody of the pair read, choose and tick, where they still are about to leave."""
    pair = pair_of(visit)
    if before_leaving_blocks(visit) or not pair:
        return
    _equip(visit, pair, now)
    visit.refresh_from_db()
    for person in pair:
        briefing.acknowledge(visit=visit, version=visit.version, by=person, now=now)
        answers = {line.code: True for line in lines_for(visit, person, now)}
        departure.answer_checklist(visit=visit, answers=answers, by=person, now=now)


def _equip(visit: HomeVisit, pair: list[Staff], now: datetime) -> None:
    values = visit.policy.values
    carrier = visit.device_carrier if visit.device_carrier in pair else pair[0]
    wants_device = values.man_down_device_required
    kit = departure.Kit(
        vehicle=visit.vehicle, vehicle_words=visit.vehicle_words or "On foot",
        device=visit.device or (_device(visit.school) if wants_device else None), device_carrier=carrier if wants_device else None,
        safe_word=visit.safe_word or ("Rehearsal" if values.safe_word_required else ""), from_home=visit.from_home, to_home=visit.to_home,
    )  # fmt: skip
    departure.equip(visit=visit, kit=kit, by=pair[0], now=now)


def _device(school: School) -> AlarmDevice:
    return AlarmDevice.objects.get_or_create(school=school, label="Device of the rehearsal")[0]


def confirm_appointment(visit: HomeVisit, by: Staff, now: datetime) -> None:
    """Where the policy lets nobody in without one, a visit that was announced has its appointment confirmed before anybody leaves."""
    if not visit.policy.values.entry_needs_appointment or visit.status != HomeVisit.Status.APPROVED or offer_blocks(visit, False, now):
        return
    # No event says what time was agreed: it is the latest at which the visit still ends in time.
    latest = (visit.due_back or now) - timedelta(minutes=visit.length_minutes)
    at = visit.arrive_at or max(now + timedelta(minutes=1), latest)
    contact = next((one for one in contacts_of(visit) if not one.restricted), None)
    if is_confirmed(visit) or contact is None or at <= now:
        return
    row = current(visit) or appointments.offer(
        visit=visit, at=at, length_minutes=visit.length_minutes, place="At home", what_happens=SAID,
        questions=SAID, to=[(contact, "text" if contact.mobile else "letter")], by=by, now=now,
    )  # fmt: skip
    appointments.answer(appointment=row, state=Appointment.State.CONFIRMED, words=SAID, by=by, now=now)
