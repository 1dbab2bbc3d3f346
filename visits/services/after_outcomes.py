"""What still follows an outcome: the reason in writing, and what the safeguarding team decides."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import mark_done, tell
from homevisits.people.models import Role, Staff
from safeguarding.models import Incident, Referral
from safeguarding.services.incidents import add_to_incident
from safeguarding.services.referrals import open_referral

from .. import findings
from ..models import HomeVisit, OutcomeDecision, VisitOutcome
from ..rules.door import decision_on_outcome_blocks, reason_blocks
from .common import link_to, locked, note, visit_words

Decision = OutcomeDecision.Decision
REFERRALS = {Decision.SOCIAL_CARE: Referral.Kind.SOCIAL_CARE, Decision.POLICE: Referral.Kind.POLICE}


def give_reason(*, outcome: VisitOutcome, text: str, by: Staff, now: datetime) -> None:
    """Write why a visit was ended, after the event: it goes to the headteacher in writing, or to safeguarding (ATT-38, ALT-16).

    Raises Blocked when it is written already or for somebody who did not go, BadInput without words.
    """
    if not text.strip():
        raise BadInput("Write why the visit was ended.")
    with transaction.atomic():
        visit = locked(outcome.visit)
        row = VisitOutcome.objects.select_for_update().get(pk=outcome.pk)
        refuse_if(reason_blocks(row, by, now))
        row.note = text.strip()
        row.save(update_fields=["note"])
        note(visit, "reason_written", by=by, now=now, says=row.note, outcome=row.kind)
        _end_tasks(visit, "reason_owed", by, now)
        for incident in Incident.objects.filter(
            school=visit.school_id, visit_id=visit.pk, kind=row.kind, note="", reviewed_at__isnull=True
        ):
            add_to_incident(incident=incident, note=row.note, by=by, now=now)
        if visit.policy.values.cancellation_reason_to == findings.IN_WRITING:
            tell(
                school=visit.school, role=Role.HEADTEACHER, about="written_reason",
                says=f"{visit_words(visit, now)}: why the visit was ended: {row.note}",
                pupils=list(row.for_pupils.values_list("pupil_id", flat=True)), link=link_to(visit.school, visit),
                clause=findings.reason_clause(row.kind, visit.policy.values), by=by, now=now,
            )  # fmt: skip


def decide_on_outcome(
    *, outcome: VisitOutcome, decision: str, reason: str, by: Staff, now: datetime, token: UUID | None = None
) -> OutcomeDecision:
    """The safeguarding team refers, or does not, with the reason (MAT-12); the task that asked for it ends. One token, one decision.

    Raises Blocked for somebody else, BadInput for a decision that does not exist or without a reason.
    """
    if decision not in Decision.values:
        raise BadInput(f"“{decision}” is not a decision.")
    if not reason.strip():
        raise BadInput("Give the reason: a decision not to refer is a record too.")
    with transaction.atomic():
        visit = locked(outcome.visit)
        if token and (known := OutcomeDecision.objects.filter(outcome=outcome, token=token).first()):
            return known
        refuse_if(decision_on_outcome_blocks(outcome, by, now))
        row = OutcomeDecision.objects.create(outcome=outcome, decision=decision, reason=reason.strip(), token=token, at=now, by=by)
        if decision in REFERRALS:
            open_referral(
                school=visit.school, kind=REFERRALS[Decision(decision)], repeat_minutes=visit.policy.values.referral_repeat,
                pupil_ids=list(outcome.for_pupils.values_list("pupil_id", flat=True)), clause="MAT-12", visit_id=visit.pk,
                why=f"{findings.BY_KIND[outcome.kind].says} {reason.strip()}", by=by, now=now,
            )  # fmt: skip
        note(visit, "decided_on_outcome", by=by, now=now, says=f"{row.get_decision_display()}: {row.reason}", decision=decision)
        _end_tasks(visit, outcome.kind, by, now)
    return row


def _end_tasks(visit: HomeVisit, about: str, by: Staff, now: datetime) -> None:
    """The tasks that asked for what has now been done."""
    waiting = Notice.objects.filter(school=visit.school_id, about=about, link=link_to(visit.school, visit), task=True, done_at__isnull=True)
    for notice in waiting:
        mark_done(notice=notice, by=by, now=now)
