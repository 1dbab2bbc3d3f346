"""Planning a visit, changing the plan, withdrawing it, a family that refuses."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.matrix import allows
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..purposes import TUTORING
from ..rules.plans import plannable_blocks, refused_blocks, withdraw_blocks
from ..rules.timetable import repeat_blocks
from ..states import PENDING
from .act import Act

S = HomeVisit.Status


def _plans(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return allows("plan_visit", roles)


def _withdraws(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return visit.raised_by_id == person.pk or allows("plan_visit", roles)


def _asked(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return visit.raised_by_id == person.pk or allows("plan_visit", roles) or visit.members.filter(staff=person).exists()


def _plannable(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return plannable_blocks(visit)


def _withdrawn(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return withdraw_blocks(visit, person, runs_visits=True)


def _refused(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return refused_blocks(visit)


def _tutors(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return visit.purpose == TUTORING and allows("plan_visit", roles)


WAITING = frozenset(PENDING - {S.OUT})
PLANNING_ACTS = (
    Act("plan", "Plan the visit", "visit_plan", frozenset({S.RAISED, S.SENT_BACK}), _plans, _plannable),
    Act("repeat", "Repeat on a timetable", "visit_repeat", WAITING, _tutors, lambda v, p, now: repeat_blocks(v, p, now)),
    Act("change_plan", "Change the plan", "visit_plan", frozenset({S.PLANNED, S.APPROVED}), _plans, _plannable),
)
# What ends a visit before anybody goes: last among the acts of its page.
ENDING_ACTS = (
    Act("family_refuses", "The family refuses", "visit_refused", WAITING, _asked, _refused),
    Act("withdraw", "Withdraw the request", "visit_withdraw", WAITING, _withdraws, _withdrawn, danger=True),
)
