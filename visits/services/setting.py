"""When the next thing of a visit's alarm is due: one instant in the row, which the sweep finds by its index."""

from datetime import datetime, timedelta

from django.db.models import Min, Sum

from .. import alarms
from ..alarms import Way
from ..models import HomeVisit


def set_alarm(visit: HomeVisit) -> None:
    """Write down when the next step of the return alarm, missed check-in or missed wellbeing check is due."""
    if visit.due_back is None or visit.departed_at is None or visit.returned_at is not None:
        return
    steps = visit.policy.values.return_alarm_steps
    others = [*missed_points(visit).values(), *missed_checks(visit).values()]
    visit.alarm_at = alarms.next_at(steps, visit.due_back, raised_steps(visit), visit.alarm_quiet_until, others)
    visit.save(update_fields=["alarm_at"])


def raised_steps(visit: HomeVisit) -> set[str]:
    """The alarms of the clock that were raised."""
    return set(visit.alarms.exclude(step=alarms.HELP).values_list("step", flat=True))


def missed_points(visit: HomeVisit) -> dict[str, datetime]:
    """{point: when it counts as missed}: the check-ins of the policy that nobody has said and no alarm was raised for (ATT-12)."""
    if visit.due_back is None or visit.drill:
        return {}
    said = set(visit.check_ins.values_list("point", flat=True))
    if visit.outcomes.exists():
        said.add("arrived")  # whoever says what the door brought has been there
    arrived = visit.members.aggregate(at=Min("arrived_at"))["at"]
    delayed = timedelta(minutes=visit.delays.aggregate(sum=Sum("minutes"))["sum"] or 0)
    way = Way(visit.arrive_at, visit.due_back, timedelta(minutes=visit.length_minutes), arrived, delayed)
    raised = raised_steps(visit)
    due = {point: alarms.point_due(point, way) for point in alarms.points_missing(visit.policy.values.check_in_points, said)}
    return {point: at for point, at in due.items() if at is not None and alarms.MISSED + point not in raised}


def missed_checks(visit: HomeVisit) -> dict[int, datetime]:
    """{place: when it counts as missed}: the wellbeing checks not done yet that no alarm was raised for (ALT-13)."""
    raised = set(visit.alarms.filter(step=alarms.WELLBEING).values_list("place", flat=True))
    checks = visit.wellbeing_checks.order_by("pk").values_list("pk", "due_at", "done_at")
    return {place: due + alarms.WELL_GRACE for place, (_, due, done) in enumerate(checks, start=1) if done is None and place not in raised}


def next_due() -> datetime | None:
    """The earliest instant at which something of an alarm is due; None when nobody is out."""
    at: datetime | None = HomeVisit.objects.aggregate(at=Min("alarm_at"))["at"]
    return at
