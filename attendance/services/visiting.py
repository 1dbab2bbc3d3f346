"""The welfare visit of a case that is open again."""

from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.messaging.notices import tell
from homevisits.people.models import Contact, School
from homevisits.policy.clauses import clause_for
from visits.models import HomeVisit
from visits.services.child_checks import Wanted, raise_child_checks

from ..models import ContactAttempt, UnexplainedAbsence
from .names import named, plan_link

TOLD = ("pupil_support_lead", "senior_manager", "dsl")


def visit_again(*, school: School, case: UnexplainedAbsence, by: Actor, now: datetime) -> None:
    """Raise the visit anew that was stood down when the case closed: its rung is taken already and would not come again (PRI-35)."""
    if case.visit is None or case.visit.status != HomeVisit.Status.STOOD_DOWN:
        return
    wanted = Wanted(case.household, case.policy_id, [case.pupil_id], _untried(case))
    reason = "Absent without a reason; a reason that had come was taken back."
    case.visit = raise_child_checks(school=school, wanted=[wanted], reason=reason, due_at=now, by=by, now=now)[case.household_id]
    case.save(update_fields=["visit"])
    for role in TOLD:
        tell(
            school=school, role=role, about="visit_needed", pupils=[case.pupil_id], link=plan_link(school, [case.visit_id]), alarm=True,
            says=f"A home visit is needed after all for {named(school, [case.pupil_id])}.",
            clause=clause_for(case.policy.preset, "welfare_visit_at") or "", by=by, now=now,
        )  # fmt: skip


def _untried(case: UnexplainedAbsence) -> list[int]:
    """The unrestricted contacts whom nobody has called that day."""
    calls = ContactAttempt.objects.filter(household=case.household_id, day=case.day)
    tried, numbers = set(calls.values_list("contact_id", flat=True)), set(calls.values_list("number", flat=True))
    contacts = Contact.objects.filter(pupil=case.pupil_id, restricted=False, gone=False).order_by("priority", "pk")
    return [contact.pk for contact in contacts if contact.pk not in tried and not numbers.intersection(contact.numbers)]
