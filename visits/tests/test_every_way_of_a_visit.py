"""Every way of the state table is gone by a service, and each service that would go another way is refused and leaves no trace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.services import approval, break_glass, high_risk, meeting, members, outcomes, reports, requests
from visits.services.child_checks import stand_down
from visits.services.out import check_in
from visits.services.planning import plan_visit
from visits.states import TRANSITIONS

from .factories import NOW, a_plan, a_request, a_school, assessed, ready, ready_to_leave
from .test_random_acts import TABLES

S = HomeVisit.Status
OTHER = "A call to the aunt"


@dataclass
class Cast:
    """A visit that nobody has asked for yet, and everybody whose act can move it."""

    school: School
    tess: Staff
    ted: Staff
    head: Staff
    lead: Staff
    senior: Staff
    now: datetime = NOW

    @property
    def visit(self) -> HomeVisit:
        """The visit as it is now."""
        return HomeVisit.objects.get(school=self.school)

    @property
    def pair(self) -> list[Staff]:
        """Those who go."""
        return [self.tess, self.ted]

    @property
    def back_by(self) -> datetime:
        """When they are due back."""
        return self.now + timedelta(hours=1)


@pytest.fixture
def cast(db: None) -> Cast:
    """A school where a high risk waits for the safeguarding team."""
    school = a_school()
    lead, senior, head = (StaffFactory.create(school=school, roles=[role]) for role in ("dsl", "senior_manager", "headteacher"))
    return Cast(school, ready(school), ready(school), head, lead, senior)


def plan(cast: Cast) -> None:
    plan_visit(
        school=cast.school, pupil=cast.visit.visit_pupils.get().pupil, visit=cast.visit, pair=cast.pair, due_back=cast.back_by,
        by=cast.head, now=cast.now, plan=a_plan(cast.school, cast.pair),
    )  # fmt: skip


def decide(cast: Cast, decision: str) -> None:
    high_risk.decide_high_risk(visit=cast.visit, decision=decision, reason="Known", other_contact=OTHER, by=cast.lead, now=cast.now)


def say_no(cast: Cast) -> None:
    """The last of those who still are to go says no."""
    last = cast.visit.members.order_by("-pk").first()
    members.say_no(visit=cast.visit, by=last.staff if last else cast.tess, now=cast.now)


def go_now(cast: Cast) -> None:
    break_glass.go_now(
        school=cast.school, pupils=[], visit=cast.visit, pair=cast.pair, due_back=cast.back_by, reason="A call for help", by=cast.lead,
        now=cast.now,
    )  # fmt: skip


def leave(cast: Cast) -> None:
    with transaction.atomic():  # what they tick before leaving is part of the act: refused, none of it stays
        ready_to_leave(cast.visit, cast.now)
        check_in(visit=cast.visit, point="departed", by=cast.tess, now=cast.now)


def hand_in(cast: Cast) -> None:
    with transaction.atomic():
        reports.save_draft(
            visit=cast.visit, text="All well.", evaluation="", entered=False, child_present=True, answers={}, by=cast.tess, now=cast.now
        )
        reports.hand_in(visit=cast.visit, by=cast.tess, now=cast.now)


Act = Callable[[Cast], object]
ACTS: dict[str, Act] = {
    "plan": plan,
    "approve": lambda cast: approval.approve(visit=cast.visit, by=cast.senior, now=cast.now),
    "decline": lambda cast: approval.decline(visit=cast.visit, reason="Not needed", by=cast.senior, now=cast.now),
    "send back": lambda cast: approval.send_back(visit=cast.visit, reason="Another time", by=cast.senior, now=cast.now),
    "meet at school": lambda cast: decide(cast, "meet_at_school"),
    "do not visit": lambda cast: decide(cast, "do_not_visit"),
    "say no": say_no,
    "send at once": go_now,
    "family refuses": lambda cast: requests.family_refuses(visit=cast.visit, reason="", by=cast.head, now=cast.now),
    "withdraw": lambda cast: requests.withdraw_request(visit=cast.visit, reason="Not needed", by=cast.tess, now=cast.now),
    "child accounted for": lambda cast: stand_down(
        school=cast.school, visit_ids=[cast.visit.pk], because="She is at school.", by=cast.head, now=cast.now
    ),
    "leave": leave,
    "say what was found": lambda cast: outcomes.record_outcome(visit=cast.visit, kind="child_seen", by=cast.tess, now=cast.now),
    "hand in": hand_in,
    "meeting held": lambda cast: meeting.record_meeting(visit=cast.visit, came=True, says="A good talk", by=cast.lead, now=cast.now),
    "other contact": lambda cast: meeting.record_other_contact(visit=cast.visit, says="Reached", by=cast.lead, now=cast.now),
}
BEFORE_LEAVING: dict[str, str] = {
    "plan": S.PLANNED,
    "meet at school": S.MEETING,
    "do not visit": S.NOT_VISITING,
    "say no": S.RAISED,
    "family refuses": S.REFUSED,
    "withdraw": S.STOOD_DOWN,
    "child accounted for": S.STOOD_DOWN,
}
# From each status where each act leads to; every other act is refused there. What is led to from where it stands, stays.
WAYS: dict[str, dict[str, str]] = {
    S.RAISED: BEFORE_LEAVING | {"send at once": S.APPROVED},
    S.PLANNED: BEFORE_LEAVING | {"send at once": S.APPROVED, "approve": S.APPROVED, "decline": S.DECLINED, "send back": S.SENT_BACK},
    S.SENT_BACK: BEFORE_LEAVING | {"send at once": S.APPROVED},
    S.APPROVED: BEFORE_LEAVING | {"decline": S.DECLINED, "send back": S.SENT_BACK, "leave": S.OUT},
    S.OUT: {"say what was found": S.DONE, "child accounted for": S.STOOD_DOWN},
    S.DONE: {"hand in": S.CLOSED},
    S.MEETING: {"meeting held": S.CLOSED, "family refuses": S.REFUSED, "withdraw": S.STOOD_DOWN},
    S.NOT_VISITING: {"other contact": S.CLOSED},
    S.CLOSED: {}, S.DECLINED: {}, S.REFUSED: {}, S.STOOD_DOWN: {},
}  # fmt: skip
# What may be done and moves nothing: to stop on the way, to say more of what was found, to stand down what has ended (nothing does).
STAYS = {(S.OUT, "say no"), (S.DONE, "say what was found")} | {(status, "child accounted for") for status in TRANSITIONS}


def bring(cast: Cast, *acts: str) -> None:
    """Ask for the visit, plan and assess it, and go on by these acts."""
    requests.request_visit(school=cast.school, asked=a_request(cast.school), by=cast.tess, now=cast.now)
    plan(cast)
    assessed(cast.visit, "high", by=cast.head)
    for act in acts:
        if act == "return":
            for person in cast.pair:
                check_in(visit=cast.visit, point="returned", by=person, now=cast.now)
        elif act == "decide to visit":
            decide(cast, "visit")
        else:
            ACTS[act](cast)
        cast.now += timedelta(minutes=1)


def trace(cast: Cast) -> tuple[object, object]:
    """How many rows each table has, and the visit as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f'SELECT count(*) FROM "{table}"' for table in TABLES))  # the names are the models' own
        return cursor.fetchall(), HomeVisit.objects.filter(school=cast.school).values().get()


OUT = ("decide to visit", "approve", "leave")
TO: dict[str, tuple[str, ...]] = {
    S.RAISED: ("say no",),
    S.PLANNED: ("decide to visit",),
    S.SENT_BACK: ("send back",),
    S.APPROVED: OUT[:2],
    S.OUT: OUT,
    S.DONE: (*OUT, "say what was found", "return"),
    S.MEETING: ("meet at school",),
    S.NOT_VISITING: ("do not visit",),
    S.CLOSED: (*OUT, "say what was found", "return", "hand in"),
    S.DECLINED: ("decline",),
    S.REFUSED: ("family refuses",),
    S.STOOD_DOWN: ("withdraw",),
}


def test_the_ways_that_are_gone_are_those_of_the_table() -> None:
    assert {status: frozenset(ways.values()) for status, ways in WAYS.items()} == TRANSITIONS


@pytest.mark.parametrize("status", list(TRANSITIONS))
def test_from_each_status_every_act_goes_a_way_of_the_table_or_is_refused(cast: Cast, status: str) -> None:
    bring(cast, *TO[status])
    assert cast.visit.status == status
    before = trace(cast)
    for name, act in ACTS.items():
        point = transaction.savepoint()
        try:
            act(cast)
        except (Blocked, BadInput):
            assert name not in WAYS[status], f"“{name}” was refused"
            assert trace(cast) == before, f"“{name}” was refused and left a trace"
        else:
            stays = (status, name) in STAYS
            assert name in WAYS[status] or stays, f"“{name}” was let through"
            assert cast.visit.status == WAYS[status].get(name, status), name
        transaction.savepoint_rollback(point)


def test_only_the_start_and_the_ends_have_no_way_in_or_out() -> None:
    led_to = {to for ways in WAYS.values() for to in ways.values()}
    assert set(TRANSITIONS) - led_to == set()
    assert {status for status, ways in WAYS.items() if not ways} == {S.CLOSED, S.DECLINED, S.REFUSED, S.STOOD_DOWN}
