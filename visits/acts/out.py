"""Acts while a visit is under way."""

from collections.abc import Collection

from homevisits.people.matrix import OFFICE
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.alarm import deals_with_alarms, help_blocks, see_to_blocks
from ..rules.check_ins import delay_blocks
from .act import Act

S = HomeVisit.Status
UNDER_WAY = frozenset({S.OUT, S.DONE, S.STOOD_DOWN})


def _out(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """Those who go and the office, as long as somebody is out."""
    return visit.departed_at is not None and visit.returned_at is None and (_goes(visit, person) or bool(OFFICE.intersection(roles)))


def _goes(visit: HomeVisit, person: Staff) -> bool:
    return visit.members.filter(staff=person).exists()


def _alarmed(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """An alarm that waits, for those who may deal with it."""
    return deals_with_alarms(visit, person, roles) and visit.alarms.exists() and visit.returned_at is None


OUT: tuple[Act, ...] = (
    Act("alarm", "Deal with the alarm", "visit_alarm", UNDER_WAY, _alarmed, lambda v, p, now: see_to_blocks(v, v.policy.values, p), True),
    Act("delay", "Move the time due back", "visit_delay", UNDER_WAY, _out, delay_blocks),
    Act("help", "Call for help", "visit_help", UNDER_WAY, _out, help_blocks, True),
)
