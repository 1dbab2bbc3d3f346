"""Complaints about a home visit: received, acknowledged, looked into by somebody whom it is not about, answered in time (ATT-56).

Their acts stand in the school's closed chain: somebody who may read the trail may be the one of whom it complains.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import closed_chain, record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import instant, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff
from homevisits.people.school_calendar import add_school_days

from ..models import Allegation, Complaint, ComplaintEvent
from ..rules.complaints import ACKNOWLEDGE, ANSWER, HANDLER, MOVE, act_blocks
from ..selectors.complaints import keepers, nobody_left
from .allegations import write_allegation
from .sent_once import key_of

JOB = SystemJob("Safeguarding reminders")
DAYS_TO_ANSWER = 10  # school days, where nobody says until when
REMIND_BEFORE = timedelta(days=2)
MORNING = time(8)
NOBODY_KEEPS = (
    "Nothing was recorded: nobody here but whom it complains of could look into it. Pass it on to the local authority, or to the trust, "
    "and tell whoever complains so."
)


def receive_complaint(
    *,
    school: School,
    received_on: date,
    how: str,
    from_whom: str,
    says: str,
    subjects: Sequence[Staff] = (),
    visit_id: int | None = None,
    answer_by: date | None = None,
    is_allegation: bool = False,
    token: UUID,
    by: Staff,
    now: datetime,
) -> Complaint:
    """Record a complaint and tell those who keep it; one that is an allegation goes on to that record at once. The same
    sent twice is one; other words under a token are kept as another.

    Raises BadInput without words or from whom, for a day still to come, of everybody who could keep it, or an allegation about nobody.
    """
    if not says.strip() or not from_whom.strip() or how not in Complaint.How.values:
        raise BadInput("Say from whom the complaint is, how it came, and what it is about.")
    if received_on > local_day(now):
        raise BadInput("The day on which it was received is still to come.")
    # A calendar that ends before gives the same by weeks.
    due = answer_by or add_school_days(school, received_on, DAYS_TO_ANSWER) or received_on + timedelta(days=14)
    if due < received_on:
        raise BadInput("It cannot be answered before it was received.")
    with transaction.atomic():
        about = sorted(person.pk for person in subjects)
        key = key_of(token, by, school.pk, received_on, how, from_whom, says, about, visit_id, answer_by, is_allegation)
        before = Complaint.objects.filter(token=key).first()
        if before:
            return before
        if not is_allegation and nobody_left(school, subjects, local_day(now)):
            raise BadInput(NOBODY_KEEPS)
        complaint = Complaint.objects.create(
            school=school, visit_id=visit_id, received_on=received_on, how=how, from_whom=from_whom.strip()[:150], says=says, at=now,
            by=by, token=key, answer_by=due, next_action_at=instant(due, MORNING) - REMIND_BEFORE,
        )  # fmt: skip
        complaint.subjects.set(subjects)
        if is_allegation:
            _hand_over(complaint, by=by, now=now)
        else:
            _tell(complaint, "A complaint about a home visit was received.", by=by, now=now)
        _note(complaint, "Received", by, now, "received")
    return complaint


def acknowledge(*, complaint: Complaint, on: date, by: Staff, now: datetime) -> None:
    """Whoever complained knows that it arrived. Raises Blocked when that is done already, BadInput for a day that cannot be."""
    if on > local_day(now) or on < complaint.received_on:
        raise BadInput("It was acknowledged between the day on which it was received and today.")
    with transaction.atomic():
        row = _locked(complaint, ACKNOWLEDGE)
        row.acknowledged_on = on
        row.save(update_fields=["acknowledged_on"])
        _note(row, f"Acknowledged on {on:%-d %B %Y}", by, now, "acknowledged")


def give_to(*, complaint: Complaint, handler: Staff, answer_by: date, token: UUID, by: Staff, now: datetime) -> None:
    """Say who looks into it, and until when it is answered. Sent twice it is once.

    Raises BadInput for somebody of whom it complains, or who cannot see it.
    """
    if handler not in keepers(complaint, local_day(now)):
        raise BadInput("Somebody else looks into it: one who keeps complaints, and of whom it does not complain.")
    with transaction.atomic():
        row = _locked(complaint, HANDLER)
        if ComplaintEvent.objects.filter(token=token).exists():
            return
        row.handler, row.answer_by, row.next_action_at = handler, answer_by, instant(answer_by, MORNING) - REMIND_BEFORE
        row.save(update_fields=["handler", "answer_by", "next_action_at"])
        _tell(row, "A complaint about a home visit is yours to look into.", people=[handler], by=by, now=now)
        _note(row, f"{handler.name} looks into it; to be answered by {answer_by:%-d %B %Y}", by, now, "given", token)


def answer(*, complaint: Complaint, on: date, outcome: str, says: str, policy_to_amend: bool, by: Staff, now: datetime) -> None:
    """What came of it, when whoever complained was told, and whether the policy is to be amended. It is closed with that."""
    if outcome not in Complaint.Outcome.values or not says.strip():
        raise BadInput("Say what came of it, and why.")
    if on > local_day(now) or on < complaint.received_on:
        raise BadInput("It was answered between the day on which it was received and today.")
    with transaction.atomic():
        row = _locked(complaint, ANSWER)
        row.answered_on, row.outcome, row.outcome_says, row.policy_to_amend = on, outcome, says, policy_to_amend
        row.closed_at, row.next_action_at = now, None
        row.save(update_fields=["answered_on", "outcome", "outcome_says", "policy_to_amend", "closed_at", "next_action_at"])
        if policy_to_amend:
            _tell(row, "A complaint asks for a change of the policy.", link=f"/s/{row.school.slug}/policy/", by=by, now=now)
        _note(row, f"Answered on {on:%-d %B %Y}: {row.get_outcome_display().lower()}", by, now, "answered")


def move_to_allegation(*, complaint: Complaint, by: Staff, now: datetime) -> Allegation:
    """It is an allegation: it goes on to that record and is no longer a complaint that others see. Raises BadInput about nobody."""
    with transaction.atomic():
        row = _locked(complaint, MOVE)
        allegation = _hand_over(row, by=by, now=now)
        _note(row, "Went on as an allegation", by, now, "moved_on")
    return allegation


def remind(real: datetime) -> int:
    """Tell of complaints that are to be answered soon, or should have been: each morning until they are. How many were told."""
    told = 0
    own_clock = Q(school__clock_from__isnull=False)
    due = Complaint.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False).select_related("school")
    for complaint in due.order_by("pk"):
        now = complaint.school.at(real)
        again = instant(local_day(now) + timedelta(days=1), MORNING)
        with transaction.atomic():
            if Complaint.objects.filter(pk=complaint.pk, next_action_at__lte=now).update(next_action_at=again):
                late = local_day(now) > complaint.answer_by
                says = "was to be answered by" if late else "is to be answered by"
                _tell(complaint, f"A complaint about a home visit {says} {complaint.answer_by:%-d %B}.", by=JOB, now=now)
                _record("reminded", complaint, JOB, now)
                told += 1
    return told


def complaint_read(*, complaint: Complaint, by: Staff, now: datetime) -> None:
    """Somebody opened it."""
    with transaction.atomic():
        _record("read", complaint, by, now)


def _hand_over(complaint: Complaint, *, by: Staff, now: datetime) -> Allegation:
    allegation = write_allegation(
        school=complaint.school, kind=Allegation.Kind.ALLEGATION, subjects=list(complaint.subjects.all()), says=complaint.says,
        when_words=f"Received on {complaint.received_on:%-d %B %Y}", source=f"A complaint by {complaint.from_whom}", token=uuid4(),
        by=by, now=now,
    )  # fmt: skip
    Complaint.objects.filter(pk=complaint.pk).update(allegation=allegation, next_action_at=None)
    return allegation


def _locked(complaint: Complaint, act: str) -> Complaint:
    row = Complaint.objects.select_for_update(of=("self",)).select_related("school").get(pk=complaint.pk)
    refuse_if(act_blocks(row, act))
    return row


def _tell(complaint: Complaint, says: str, *, people: Sequence[Staff] | None = None, link: str = "", by: Actor, now: datetime) -> None:
    tell(
        school=complaint.school, role="named", about="complaint", says=says, clause="ATT-56",
        link=link or f"/s/{complaint.school.slug}/visits/complaints/{complaint.public_id}/",
        people=keepers(complaint, local_day(now)) if people is None else people, by=by, now=now,
    )  # fmt: skip


def _note(complaint: Complaint, says: str, by: Staff, now: datetime, act: str, token: UUID | None = None) -> None:
    ComplaintEvent.objects.create(complaint=complaint, says=says, at=now, by=by, token=token)
    _record(act, complaint, by, now)


def _record(act: str, complaint: Complaint, by: Actor, now: datetime) -> None:
    record(
        f"safeguarding.complaint.{act}", by=by, now=now, school_id=closed_chain(complaint.school_id), object_type="Complaint",
        object_id=complaint.pk,
    )  # fmt: skip
