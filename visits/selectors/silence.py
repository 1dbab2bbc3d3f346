"""The truth about silence: since when nothing was heard of staff who are out, although word was expected (derived, never stored)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from .. import alarms
from ..alarms import Way
from ..models import HomeVisit, VisitEvent

S = HomeVisit.Status
_SAID = VisitEvent.objects.filter(Q(what="spoken_to") | Q(what__startswith="found_"), visit=OuterRef("pk"))
# When the last of what was said at the door came in, besides check-ins and delays: `board.shown` annotates it, without another query.
SAID_AT = Subquery(_SAID.annotate(came=Coalesce("received_at", "at")).order_by("-came").values("came")[:1])


def last_heard(visit: HomeVisit) -> datetime | None:
    """When anything was last heard of those who are out, however old it was when it came in; None before they left."""
    rows: list[Any] = [*visit.check_ins.all(), *visit.delays.all()]
    times: list[datetime] = [row.received_at or row.at for row in rows]
    times += [alarm.heard_at for alarm in visit.alarms.all() if alarm.step == alarms.HELP and not alarm.covert]
    said: datetime | None = getattr(visit, "said_at", None)
    return max([*times, *([said] if said else [])], default=visit.departed_at)


def silent_since(visit: HomeVisit, now: datetime) -> datetime | None:
    """Since when nothing was heard of staff who are out, once their next word is due; None while none is, and for who is back.

    `visit` is fetched with `board.shown`. The next word is the next check-in of the policy at its time, else the return.
    """
    heard = last_heard(visit)
    if heard is None or visit.departed_at is None or visit.returned_at is not None or visit.due_back is None:
        return None
    # Whoever says what the door brought has been there: then the visit is made.
    said = {row.point for row in visit.check_ins.all()} | ({"arrived"} if visit.status == S.DONE else set())
    asked = () if visit.drill else visit.policy.values.check_in_points
    arrived = min((one.arrived_at for one in visit.members.all() if one.arrived_at), default=None)
    delayed = timedelta(minutes=sum(row.minutes for row in visit.delays.all()))
    way = Way(visit.arrive_at, visit.due_back, timedelta(minutes=visit.length_minutes), arrived, delayed)
    due = alarms.word_due(alarms.points_missing(asked, said), way)
    return heard if heard < due < now else None
