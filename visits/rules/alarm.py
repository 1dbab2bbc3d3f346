"""Alarms: who calls for help, who hears of one and takes it on, who decides about the police."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from homevisits.common.clock import local, local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Role, Staff
from homevisits.policy.values import Values

from ..alarms import HELP
from ..models import HomeVisit
from .common import clause

# Those whom an alarm reaches: they see the safe word and the silent alarms (MAT-21).
ON_ALARM_LIST = frozenset(
    {Role.OFFICE_ADMIN, Role.SENIOR_MANAGER, Role.HEADTEACHER, Role.PRINCIPAL, Role.DSL, Role.DEPUTY_DSL, Role.DEPUTY_HEADTEACHER}
)


def goes(visit: HomeVisit, person: Staff) -> bool:
    """Whether the person is one of those who go."""
    return any(member.staff_id == person.pk for member in visit.members.all())


def on_alarm_list(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """Whether the visit's alarms reach this person; never one of those who go, whatever their role."""
    return not goes(visit, person) and (bool(ON_ALARM_LIST.intersection(roles)) or person.pk == visit.base_contact_id)


def deals_with_alarms(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """Whether the person may open the visit's alarm and act on it: whoever works at the office, and the responsible contact."""
    return not goes(visit, person) and (bool(OFFICE.intersection(roles)) or person.pk == visit.base_contact_id)


def help_blocks(visit: HomeVisit, by: Staff, now: datetime, *, offline: bool = False) -> list[Block]:
    """Why this person cannot call for help. `offline`: it was pressed then and comes in later. Nothing holds that up for those who go:
    that they have left may still be on the other one's tablet."""
    mine = visit.members.filter(staff=by).exists()
    if not visit.departed_at and not (offline and mine):
        return [Block("Nobody is out on this visit.")]
    if mine or roles_of(by, visit.school, local_day(now)) & OFFICE:
        return []
    return [Block("Only those who are out, or the office for them, call for help here.")]


def acknowledge_blocks(visit: HomeVisit, values: Values, by: Staff) -> list[Block]:
    """Why this person cannot take on the return alarm or a call for help. A check-in that was missed is no such alarm."""
    if not visit.alarms.filter(step__in=[HELP, *values.return_alarm_steps]).exists():
        return [Block("There is no alarm.", clause(values, "alarm_rest"))]
    return _not_the_pair(visit, values, by)


def see_to_blocks(visit: HomeVisit, values: Values, by: Staff) -> list[Block]:
    """Why this person cannot say that they see to a missed check-in or wellbeing check."""
    if not visit.alarms.exists():
        return [Block("Nothing was missed.", clause(values, "check_in_points"))]
    return _not_the_pair(visit, values, by)


def _not_the_pair(visit: HomeVisit, values: Values, by: Staff) -> list[Block]:
    if visit.members.filter(staff=by).exists():
        return [Block("The pair itself does not silence its alarm.", clause(values, "alarm_rest"))]
    return []


def over_blocks(visit: HomeVisit, by: Staff, how: str, now: datetime) -> list[Block]:
    """Why this person cannot say that a call for help, or a silent alarm, is over: never the pair, and not without how they know."""
    if not visit.alarms.filter(step=HELP, over_at=None).exists():
        return [Block("No call for help stands.", "PRI-25")]
    if goes(visit, by):
        return [Block("Somebody other than the pair says that it is over, when they have seen or spoken to both.", "MAT-21")]
    if not deals_with_alarms(visit, by, roles_of(by, visit.school, local_day(now))):
        return [Block("Only the office, or the responsible contact, says that it is over.", "PRI-25")]
    return [] if how.strip() else [Block("Say how you have seen or spoken to each of them.", "MAT-21")]


def help_stands_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why nobody goes inside after help was called; a silent alarm changes nothing that the pair can see."""
    called = visit.alarms.filter(Q(over_at=None) | Q(over_at__gt=now), step=HELP, at__lte=now, covert=False).order_by("at").first()
    return [Block(f"Help was called at {local(called.at):%-H:%M} and it is not over: stay outside.", "PRI-25")] if called else []


def safe_word_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot enter what was heard on a call."""
    if not deals_with_alarms(visit, by, roles_of(by, visit.school, local_day(now))):
        return [Block("Only the office, or the responsible contact, enters what was heard on a call.", "MAT-21")]
    return [] if visit.departed_at else [Block("Nobody is out on this visit.", "MAT-21")]


def police_blocks(visit: HomeVisit, by: Staff, called: bool) -> list[Block]:
    """Why this person cannot record the call to the police, or the decision against it."""
    if not visit.departed_at:
        return [Block("Nobody is out on this visit.")]
    if not called and visit.members.filter(staff=by).exists():
        return [Block("Those who are out do not decide that the police are not called.", clause(visit.policy.values, "return_alarm_steps"))]
    return []
