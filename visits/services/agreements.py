"""What is agreed with a family: who does what by when, reminded of when it is overdue, ended as kept or not (ATT-40, ATT-41)."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School, Staff
from homevisits.people.school_calendar import school_day_status

from ..models import HomeVisit, VisitAgreement
from ..rules.agreements import agree_blocks, end_blocks
from .common import draft_letter, link_to, locked, note, pupils_of, visit_words

REMINDS = SystemJob("the reminders of agreements")
NINE = time(9)
State = VisitAgreement.State


def agree(
    *,
    visit: HomeVisit,
    what: str,
    due_on: date,
    owner: Staff | None = None,
    owner_words: str = "",
    token: UUID | None = None,
    by: Staff,
    now: datetime,
    received: datetime | None = None,
) -> VisitAgreement:
    """Keep what was agreed, with who does it and by when. The same `token` twice is one.

    `owner` is one of the staff; else `owner_words` says who of the family. Raises Blocked for a visit that nobody made, BadInput without
    words, an owner, or for a day that is over.
    """
    with transaction.atomic():
        visit = locked(visit)
        if token and (known := VisitAgreement.objects.filter(visit=visit, token=token).first()):
            return known
        refuse_if(agree_blocks(visit, by, now))
        what, owner_words = what.strip(), " ".join(owner_words.split())
        if not what or not (owner or owner_words):
            raise BadInput("Say what was agreed and who does it.")
        if due_on < local_day(now):
            raise BadInput("The day by which it is done is over.")
        row = VisitAgreement.objects.create(
            visit=visit, what=what, owner=owner, owner_words="" if owner else owner_words[:150], due_on=due_on, token=token, at=now, by=by
        )
        note(visit, "agreed", by=by, now=now, received=received, says=f"{row.owner_name}, by {due_on.day} {due_on:%B}", agreement=row.pk)
    return row


def end_agreement(*, agreement: VisitAgreement, kept: bool, by: Staff, now: datetime) -> VisitAgreement:
    """Say that an agreement was kept, or was not: then a reminder letter to the family is drafted (ATT-41).

    Raises Blocked when it is ended already, or for somebody who does not say it.
    """
    with transaction.atomic():
        visit = locked(agreement.visit)
        row = VisitAgreement.objects.select_for_update(of=("self",)).select_related("owner").get(pk=agreement.pk)
        refuse_if(end_blocks(row, visit, by, now))
        row.state, row.ended_at, row.ended_by = (State.KEPT if kept else State.NOT_KEPT), now, by
        row.save(update_fields=["state", "ended_at", "ended_by"])
        note(visit, f"agreement_{row.state}", by=by, now=now, agreement=row.pk)
        if not kept:
            draft_letter(visit, "reminder_letter", now)
    return row


def remind_of_agreements(real: datetime) -> int:
    """Tell the owner of what is overdue, from nine on each school day, once a day; for the family's part the pair and the office."""
    told = 0
    for school in School.objects.filter(visits__agreements__state=State.OPEN).distinct():
        now = school.at(real)
        day = local_day(now)
        if now >= instant(day, NINE) and school_day_status(school, day)[0]:
            told += sum(_remind(row, now) for row in _overdue(school, day))
    return told


def _overdue(school: School, day: date) -> list[VisitAgreement]:
    today = Q(reminded_at__gte=instant(day, time.min))
    found = VisitAgreement.objects.filter(visit__school=school, state=State.OPEN, due_on__lt=day).exclude(today)
    return list(found.select_related("visit__school", "visit__household", "owner").order_by("due_on", "pk"))


def _remind(row: VisitAgreement, now: datetime) -> bool:
    visit = row.visit
    with transaction.atomic():
        if not VisitAgreement.objects.filter(pk=row.pk, state=State.OPEN, reminded_at=row.reminded_at).update(reminded_at=now):
            return False
        about = {
            "school": visit.school,
            "about": "agreement_due",
            "pupils": pupils_of(visit),
            "clause": "ATT-40",
            "by": REMINDS,
            "now": now,
        }
        says = f"{visit_words(visit, now)}: what was agreed is overdue since {row.due_on.day} {row.due_on:%B}. Say whether it was kept."
        people = [row.owner] if row.owner else [one.staff for one in visit.members.select_related("staff")]
        tell(role="pair", people=people, says=says, link=link_to(visit.school, visit), **about)  # type: ignore[arg-type]
        if row.owner is None:
            tell(role=Role.OFFICE_ADMIN, says=says, link=link_to(visit.school, visit), **about)  # type: ignore[arg-type]
        record("visits.agreement.reminded", by=REMINDS, now=now, school_id=visit.school_id, object_type="VisitAgreement", object_id=row.pk)
    return True
