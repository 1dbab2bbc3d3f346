"""The truth about silence: since when nothing was heard of staff who are out, although word was expected (derived, never stored)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from .. import alarms
from ..alarms import Way
from ..models import HomeVisit


def last_heard(visit: HomeVisit) -> datetime | None:
    """When anything was last heard of those who are out, however old it was when it came in; None before they left."""
    said: Iterable[Any] = chain(visit.check_ins.all(), visit.delays.all(), visit.outcomes.all(), visit.spoken_to.all())
    times: list[datetime] = [row.received_at or row.at for row in said]
    times += [alarm.heard_at for alarm in visit.alarms.all() if alarm.step == alarms.HELP]
    return max(times, default=visit.departed_at)


def silent_since(visit: HomeVisit, now: datetime) -> datetime | None:
    """Since when nothing was heard of staff who are out, once their next word is due; None while none is, and for who is back.

    `visit` is fetched with `board.shown`. The next word is the next check-in of the policy at its time, else the return.
    """
    heard = last_heard(visit)
    if heard is None or visit.departed_at is None or visit.returned_at is not None or visit.due_back is None:
        return None
    said = {row.point for row in visit.check_ins.all()} | ({"arrived"} if visit.outcomes.all() else set())
    asked = () if visit.drill else visit.policy.values.check_in_points
    arrived = min((one.arrived_at for one in visit.members.all() if one.arrived_at), default=None)
    delayed = timedelta(minutes=sum(row.minutes for row in visit.delays.all()))
    way = Way(visit.arrive_at, visit.due_back, timedelta(minutes=visit.length_minutes), arrived, delayed)
    due = alarms.word_due(alarms.points_missing(asked, said), way)
    return heard if heard < due < now else None
