"""Referrals of a school, for those who may know of each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from homevisits.people.models import Agency, Pupil, School, Staff

from ..deadlines import Deadline, deadline
from ..models import AgencyTask, Referral
from ..rules.referrals import ABOUT_STAFF, reads, sees
from .allegations import seen_by

# So long what is done stands on the page of what is open.
RECENT = timedelta(days=60)
OPEN = Q(closed_at=None, not_sent_at=None)


@dataclass(frozen=True)
class Row:
    """A referral as a list shows it."""

    referral: Referral
    due: Deadline | None
    pupils: str

    @property
    def look(self) -> str:
        """The shape and colour of its state."""
        if self.due:
            return "due" if self.due.late else "open"
        return "resting" if self.referral.closed_at or self.referral.not_sent_at else "done"


def referrals(school: School) -> QuerySet[Referral]:
    """Every referral of the school but those about staff: they are reached one by one (`referral_of`)."""
    return _with(Referral.objects.filter(school=school).exclude(kind=ABOUT_STAFF))


def _with(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    people = ("school", "opened_by", "sent_by", "acknowledged_by", "closed_by", "not_sent_by", "sending", "allegation")
    return rows.select_related(*people).prefetch_related("pupils")


def open_rows(school: School, now: datetime) -> list[Row]:
    """What is open, the nearest deadline first, what only waits for its outcome last."""
    rows = [_row(one, now) for one in referrals(school).filter(OPEN)]
    return sorted(rows, key=lambda row: (row.due is None, row.due.at if row.due else row.referral.opened_at))


def done_rows(school: School, now: datetime) -> list[Row]:
    """What was closed or decided against lately, the newest first."""
    lately = Q(closed_at__gte=now - RECENT) | Q(not_sent_at__gte=now - RECENT)
    return [_row(one, now) for one in referrals(school).filter(lately).order_by("-opened_at", "-pk")[:100]]


def referral_of(school: School, public_id: UUID, person: Staff, roles: Collection[str], day: date) -> Referral | None:
    """One referral, None where there is none for this person; one about staff goes with its allegation."""
    row = _with(Referral.objects.filter(school=school)).filter(public_id=public_id).first()
    if row is None or not sees(row, roles):
        return None
    if row.allegation_id is not None and not seen_by(person, roles, school, day).filter(pk=row.allegation_id).exists():
        return None
    return row


def of_visit(school: School, visit_id: int) -> list[Referral]:
    """The referrals that a visit's outcomes opened, for those who keep referrals."""
    return list(referrals(school).filter(visit_id=visit_id).order_by("pk"))


def _row(referral: Referral, now: datetime) -> Row:
    return Row(referral, deadline(referral, now), names(referral.pupils.all()))


def names(pupils: Iterable[Pupil]) -> str:
    """Pupils in a line."""
    return ", ".join(str(pupil) for pupil in pupils)


@dataclass(frozen=True)
class Step:
    """One thing that was done about a referral, for its timeline."""

    title: str
    at: datetime
    by: str
    text: str = ""


def steps(referral: Referral, roles: Collection[str]) -> list[Step]:
    """What was done about it, the newest first; the words of it only for those who may read them."""
    whole, one = reads(referral, roles), referral
    said = [Step("Opened", one.opened_at, _who(one.opened_by, one.opened_at), one.why if whole else "")]
    if one.sent_at:
        said.append(Step("Sent", one.sent_at, one.sent_by.called(one.sent_at) if one.sent_by else "", _to_whom(one) if whole else ""))
    if one.not_sent_at:
        said.append(
            Step("Decided not to refer", one.not_sent_at, _who(one.not_sent_by, one.not_sent_at), one.not_sent_because if whole else "")
        )
    if one.acknowledged_at:
        text = f"By {one.acknowledged_from}" + (f", reference {one.reference}" if one.reference else "") if whole else ""
        said.append(Step("Acknowledged", one.acknowledged_at, f"recorded by {_who(one.acknowledged_by, one.acknowledged_at)}", text))
    if one.closed_at:
        said.append(Step("Closed", one.closed_at, _who(one.closed_by, one.closed_at), one.outcome if whole else ""))
    return sorted(said, key=lambda step: step.at, reverse=True)


def _who(person: Staff | None, at: datetime) -> str:
    """Who did something, by the name of then; the product, where it was nobody."""
    return person.called(at) if person else "The product"


def _to_whom(referral: Referral) -> str:
    sending = getattr(referral, "sending", None)
    return f"To {sending.to_name}, {sending.to_organisation}; {sending.get_way_display().lower()}" if sending else ""


def agencies_to_tell(school: School) -> QuerySet[AgencyTask]:
    """The agencies of families that are still to be made aware, the longest waiting first (PRI-41)."""
    return AgencyTask.objects.filter(school=school, told_at=None).prefetch_related("pupils").order_by("opened_at", "pk")


def agencies_told(school: School, now: datetime) -> QuerySet[AgencyTask]:
    """Those that were told lately, the newest first."""
    rows = AgencyTask.objects.filter(school=school, told_at__gte=now - RECENT).select_related("told_by").prefetch_related("pupils")
    return rows.order_by("-told_at", "-pk")[:100]


def numbers_of(task: AgencyTask) -> list[Agency]:
    """Whom to ring at an agency, as it stands on the pupils, each once."""
    rows = Agency.objects.filter(pupil__in=task.pupils.all(), name=task.agency).order_by("pk")
    return list({(row.worker, row.phone, row.email): row for row in rows if row.worker or row.phone or row.email}.values())


def task_of(school: School, task_id: UUID) -> AgencyTask | None:
    """One task of the school, None where there is none."""
    return AgencyTask.objects.filter(school=school, public_id=task_id).prefetch_related("pupils").first()


def referrals_about(pupil: Pupil) -> QuerySet[Referral]:
    """The referrals about a pupil, for the safeguarding team, without those about staff."""
    return referrals(pupil.school).filter(pupils=pupil).order_by("opened_at", "pk")


def agencies_about(pupil: Pupil) -> QuerySet[AgencyTask]:
    """What agencies were to be told about a pupil."""
    return AgencyTask.objects.filter(school=pupil.school_id, pupils=pupil).select_related("told_by").order_by("opened_at", "pk")
