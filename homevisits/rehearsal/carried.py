"""What the people of a scenario say and carry where its events have no word for it: whatever the policy asks for (rehearsal.md)."""

from collections.abc import Sequence

from homevisits.people.matrix import OFFICE
from homevisits.people.models import AlarmDevice, Staff, Vehicle
from homevisits.policy.values import Values
from visits.models import HomeVisit
from visits.purposes import BY_CODE, TRANSPORT
from visits.rules.unannounced import REASONS
from visits.services.planning import Plan

from .cast import Cast

SAID = "Given in the rehearsal"


def what_is_asked(cast: Cast, visit: HomeVisit | None, purpose: str, pair: Sequence[Staff]) -> Plan:
    """The rest of a plan: the purpose's questions, why and whom to see, and what the policy wants carried."""
    values, code = cast.policy.values, visit.purpose if visit else purpose
    questions = BY_CODE[code].questions if code in BY_CODE else ()
    carrier = pair[0] if pair and values.man_down_device_required else None
    return Plan(
        reason=(visit.reason if visit else "") or SAID, why_not_at_school=SAID, whom_to_see=SAID, hours_reason=SAID, no_alternative=True,
        base_contact=_contact(cast, pair), base_contact_words=SAID,
        answers={question.code: SAID for question in questions if not (visit and visit.purpose_answers.get(question.code))},
        vehicle=_minibus(cast) if code == TRANSPORT else None, vehicle_words=None if code == TRANSPORT else "On foot",
        driver=pair[0] if pair and code == TRANSPORT else None, device=_device(cast, carrier) if carrier else None, device_carrier=carrier,
        safe_word="Rehearsal" if values.safe_word_required else None,
    )  # fmt: skip


def a_reason(values: Values, words: str) -> str:
    """Why a visit goes unannounced, in the words of the event, under one of the policy's reasons where it has a list."""
    listed = values.unannounced_allowed_for.get("reasons") == "required"
    if not words or not listed or any(words.startswith(one) for one in REASONS):
        return words
    return f"{REASONS[3]}: {words}"


def _contact(cast: Cast, pair: Sequence[Staff]) -> Staff | None:
    """Somebody of the office who does not go."""
    for person in cast.staff.values():
        if person not in pair and person.roles.filter(role__in=OFFICE).exists():
            return person
    return next((person for person in cast.staff.values() if person not in pair), None)


def _device(cast: Cast, carrier: Staff) -> AlarmDevice:
    return AlarmDevice.objects.get_or_create(school=cast.school, label=f"Device of {carrier}"[:40])[0]


def _minibus(cast: Cast) -> Vehicle:
    made = {"make": "Rehearsal", "model": "Minibus", "colour": "White", "minibus": True, "insured_until": cast.policy.prepared_at.date()}
    return Vehicle.objects.get_or_create(school=cast.school, registration="RE26 HRS", defaults=made)[0]
