"""Records about staff that have been kept long enough: a review for whoever may see the record, and what they decide.

All of it stands in the school's closed chain, and is told to named people only, as everything about these records.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError, Q

from homevisits.audit.services import closed_chain, record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.access import roles_held
from homevisits.people.models import RetentionPeriod, Role, School, Staff, StaffRole
from safeguarding.models import Allegation, AllegationEntry, Complaint, ComplaintEvent, Referral, StaffMatterReview
from safeguarding.selectors.allegations import readers

from ..dates import years_after
from ..erase import whole
from ..erasing import Counted
from ..staff_rules import LOW_LEVEL, Ends, ends

BY = SystemJob("the schedule of keeping")
Decision = StaffMatterReview.Decision


def ends_of(allegation: Allegation, today: date, after_leaving: int = 0) -> Ends:
    """By which rule a record ends, and when: by the outcome that counts now."""
    rows = allegation.entries.filter(kind=AllegationEntry.Kind.OUTCOME, replaced_by__isnull=True)
    outcome = rows.order_by("-at", "-pk").values_list("decision", flat=True).first() or ""
    closed_on = local_day(allegation.closed_at) if allegation.closed_at else None
    left = _left_on(allegation, closed_on, today)
    return ends(outcome=outcome, alleged_on=local_day(allegation.at), closed_on=closed_on, left_on=left, after_leaving=after_leaving)


def _left_on(allegation: Allegation, closed_on: date | None, today: date) -> date | None:
    """When the last of those whom it is about left the school; None while one is here. Of people without an account a year after."""
    subjects = [person.pk for person in allegation.subjects.all()]
    if not subjects:
        return years_after(closed_on, 1) if closed_on else None
    school = allegation.school
    if roles_held(school, list(Role), today).filter(staff__in=subjects).exists():
        return None
    held = StaffRole.objects.filter(Q(school=school) | Q(trust__schools=school), staff__in=subjects, ends_on__lte=today)
    last: date | None = held.aggregate(last=Max("ends_on"))["last"]
    return last or closed_on


def open_staff_reviews(real: datetime) -> int:
    """Open a review of each record that has been kept long enough, and tell whoever may see it. How many are new."""
    made = 0
    for school in School.objects.filter(allegations__closed_at__isnull=False).distinct().order_by("pk"):
        now = school.at(real)
        today, years = local_day(now), years_after_leaving(school)
        settled = StaffMatterReview.objects.filter(Q(decision="") | Q(decision="keep", keep_until__gt=today), allegation__isnull=False)
        rows = Allegation.objects.filter(school=school, closed_at__isnull=False).exclude(pk__in=settled.values("allegation"))
        made += sum(_open(row, ends_of(row, today, years), now) for row in rows.prefetch_related("subjects").order_by("pk"))
    return made


def years_after_leaving(school: School) -> int:
    """How many years after somebody has left a school keeps low-level concerns: none, unless it has said so."""
    return RetentionPeriod.objects.filter(school=school, kind=LOW_LEVEL).values_list("years", flat=True).first() or 0


def _open(row: Allegation, due: Ends, now: datetime) -> bool:
    if due.on is None or due.on > local_day(now):
        return False
    with transaction.atomic():
        given = {
            "school": row.school, "record": row.pk, "for_chair": row.for_chair, "rule": due.rule, "due_on": due.on, "opened_at": now,
        }  # fmt: skip
        _, new = StaffMatterReview.objects.get_or_create(allegation=row, decision="", defaults=given)
        if new:
            tell(
                school=row.school, role="named", about="staff_matter", says="Something written about staff has been kept long enough.",
                link=f"/s/{row.school.slug}/data-protection/staff-matters/", people=readers(row, local_day(now)), by=BY, now=now,
            )  # fmt: skip
            _record("keeping_due", row, BY, now)
    return new


def staff_blocks(review: StaffMatterReview, today: date) -> list[Block]:
    """Why a record cannot be erased now; keeping it on is always possible."""
    if review.decision or review.allegation is None:
        return [Block("It is decided already.")]
    due = ends_of(review.allegation, today, years_after_leaving(review.school))
    if due.on is None or due.on > today:
        return [Block(f"It is not due any more: its outcome was corrected, or the person is back. {due.rule}")]
    if Referral.objects.filter(allegation=review.allegation, sent_at=None, not_sent_at=None).exists():
        return [Block("A referral to the LADO is still open.")]
    return []


def decide_staff(
    *, review: StaffMatterReview, decision: str, reason: str, keep_until: date | None = None, pension_reached: bool = False, by: Staff,
    now: datetime,
) -> StaffMatterReview:  # fmt: skip
    """Keep until a day, or erase the record with all that hangs on it. What went is hashed and counted; no word or name of it stays.

    Raises BadInput for a day not to come, or where nobody says that pension age is reached; Blocked where it is not due.
    """
    today = local_day(now)
    if decision == Decision.KEEP and (keep_until is None or keep_until <= today):
        raise BadInput("Say until which day to come it is kept.")
    if decision not in Decision.values:
        raise BadInput("Say what becomes of it.")
    counted = Counted()
    try:
        with transaction.atomic():
            row = StaffMatterReview.objects.select_for_update().get(pk=review.pk)
            if decision == Decision.DELETE or row.decision:
                refuse_if(staff_blocks(row, today))
            allegation = row.allegation
            assert allegation is not None
            if decision == Decision.DELETE and ends_of(allegation, today).pension and not pension_reached:
                raise BadInput("It is kept until normal pension age, where that is later: tick that it is reached, or keep it until then.")
            row.decision, row.reason, row.decided_at, row.decided_by = decision, reason, now, by
            row.keep_until = keep_until if decision == Decision.KEEP else None
            _record(f"keeping_{decision}", allegation, by, now)
            if decision == Decision.DELETE:
                row.allegation = None
                row.save()
                _erase(allegation, counted)
                row.gone, row.sha256 = dict(counted.gone), counted.sha256
            row.save()
    except (ProtectedError, IntegrityError) as why:
        raise Blocked([Block("Something else still refers to this record. Nothing was erased; tell whoever runs the product.")]) from why
    return row


def _erase(allegation: Allegation, counted: Counted) -> None:
    """The record with all that hangs on it; its earlier reviews stay, as certificates without a name."""
    whole(counted, Referral.objects.filter(allegation=allegation))
    complaints = Complaint.objects.filter(allegation=allegation)
    counted.delete(ComplaintEvent.objects.filter(complaint__in=complaints))
    counted.delete(complaints)
    for pk in allegation.entries.order_by("-pk").values_list("pk", flat=True):
        counted.delete(AllegationEntry.objects.filter(pk=pk))
    counted.delete(Allegation.objects.filter(pk=allegation.pk))


def _record(act: str, row: Allegation, by: Actor, now: datetime) -> None:
    record(
        f"safeguarding.allegation.{act}", by=by, now=now, school_id=closed_chain(row.school_id), object_type="Allegation", object_id=row.pk
    )
