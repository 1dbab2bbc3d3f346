"""What every act on a visit does: find it locked, move it, note it."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput
from homevisits.people.models import School

from ..heard import heard, late
from ..models import HomeVisit, VisitEvent, VisitLetter

Row = TypeVar("Row", bound=Model)


def locked(visit: HomeVisit) -> HomeVisit:
    """The visit as it is now, its row locked until the transaction ends: two decisions cannot pass one another (R15)."""
    return HomeVisit.objects.select_for_update(of=("self",)).select_related("policy", "school", "household").get(pk=visit.pk)


def note(
    visit: HomeVisit, what: str, *, by: Actor, now: datetime, received: datetime | None = None, says: str = "", **detail: object
) -> None:
    """Write the act into the visit's history, with its real time, and into the audit trail when it came in."""
    VisitEvent.objects.create(visit=visit, at=now, received_at=late(now, received), what=what, by_id=by.pk, by_name=by.name, note=says)
    record(
        f"visits.visit.{what}", by=by, now=heard(now, received), school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk,
        detail=detail | happened(now, received),
    )  # fmt: skip


def happened(now: datetime, received: datetime | None) -> dict[str, object]:
    """What the audit says beside the time of receipt of something that was said without network."""
    return {"happened_at": now} if late(now, received) else {}


def pupils_of(visit: HomeVisit) -> list[int]:
    """The numbers of the visit's pupils."""
    return list(visit.visit_pupils.order_by("pk").values_list("pupil_id", flat=True))


def visit_words(visit: HomeVisit, now: datetime) -> str:
    """Which visit a notice is about: “Amara Kowal, today 10:15”. For readers behind the sign-in: it names the pupils."""
    names = [str(one.pupil) for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    who = (
        ("Drill" if visit.drill else "A home visit")
        if not names
        else names[0]
        if len(names) == 1
        else f"{names[0]} and {len(names) - 1} more"
    )
    at = local(visit.arrive_at or visit.due_at)
    days = (at.date() - local_day(now)).days
    day = {0: "today", 1: "tomorrow"}.get(days) or f"{at:%a} {at.day} {at:%b}"
    return f"{who}, {day} {at:%H:%M}"


def draft_letter(visit: HomeVisit, kind: str, now: datetime) -> None:
    """Put a letter of that kind on the list of what a person sends; once a visit. One that was made to take along is owed from now on."""
    letter, made = VisitLetter.objects.get_or_create(visit=visit, kind=kind, defaults={"drafted_at": now})
    if not made and letter.ahead and not letter.sent_at:
        VisitLetter.objects.filter(pk=letter.pk).update(ahead=False, drafted_at=now, discarded_at=None, discarded_by=None)


def link_to(school: School, visit: HomeVisit) -> str:
    """Path of the visit's page."""
    return f"/s/{school.slug}/visits/{visit.pk}/"


def repeated(rows: "QuerySet[Row]", visit: HomeVisit, token: UUID | None) -> "Row | None":
    """The row that the same page has made before; None for a fresh token. Raises BadInput for a token of another visit."""
    row = rows.filter(token=token).first() if token is not None else None
    if row is not None and getattr(row, "visit_id", None) != visit.pk:
        raise BadInput("This page is out of date. Open it afresh and send it again.")
    return row
