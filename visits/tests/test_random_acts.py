"""Random acts by random people: no rule of any preset is ever broken, and a refused act leaves no trace.

The acts go through the services, whoever tries them. What must hold is asked of the rows alone, in words of its own and not by the
product's rules, so that a rule that has gone missing shows.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import Household, Pupil, School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from homevisits.policy.presets import PRESETS
from homevisits.policy.values import Values
from homevisits.rehearsal.leaving import make_ready_to_leave
from homevisits.testing.shares import share
from visits.models import AlarmAcknowledgement, CheckIn, HomeVisit, SafeguardingDecision, VisitApproval, VisitOutcome, VisitReport
from visits.risk_questions import safe_answers
from visits.services import approval, break_glass, outcomes, reports, risk, weekly
from visits.services.alarm import acknowledge, call_for_help
from visits.services.out import check_in, delay
from visits.services.planning import Plan, plan_visit
from visits.services.requests import family_refuses
from visits.states import TRANSITIONS

from .factories import NOW, a_plan, a_school, assessed, ready

S = HomeVisit.Status
APPS = ("visits", "safeguarding", "messaging", "audit", "documents", "people", "policy")
POINTS = list(CheckIn.Point.values)
TABLES = [model._meta.db_table for name in APPS for model in apps.get_app_config(name).get_models(include_auto_created=True)]


@dataclass
class World:
    """A school with everybody who might act, a family, and what was seen so far."""

    school: School
    values: Values
    staff: dict[str, Staff]
    pupils: list[Pupil]
    plan: Plan
    now: datetime = NOW
    statuses: dict[int, str] = field(default_factory=dict)

    @property
    def visit(self) -> HomeVisit | None:
        """The newest visit."""
        return HomeVisit.objects.filter(school=self.school).order_by("-pk").first()


def a_world(preset: str) -> World:
    """A school on a preset: everybody of importance, three who may visit, one who lacks every check."""
    school = a_school(preset)
    staff = {name: ready(school) for name in ("tess", "ted", "tom")}
    staff["unready"] = StaffFactory.create(school=school, roles=["visiting_staff"])
    for role in ("office_admin", "headteacher", "dsl", "senior_manager", "line_manager", "governor"):
        staff[role] = ready(school, roles=[role])
    household: Household = HouseholdFactory.create(school=school)
    pupils = [PupilFactory.create(school=school, household=household) for _ in range(2)]
    for pupil in pupils:
        ContactFactory.create(pupil=pupil, priority=1, parental_responsibility=True)
    # Made once: a device of its own for every plan would be a trace that no service left.
    plan = a_plan(school, [staff["tess"], staff["ted"]], "attendance")
    return World(school, school.policy_versions.get().values, staff, pupils, plan)


def trace() -> str:
    """A hash over every row of the product's own tables."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # the names are the models' own
            digest.update(repr(cursor.fetchall()).encode())
    return digest.hexdigest()


Act = Callable[[World, Staff, Random], object]


def _plan(world: World, by: Staff, dice: Random) -> object:
    names = dice.sample(["tess", "ted", "tom", "unready", "headteacher"], dice.randint(0, 3))
    visit = world.visit
    fresh = visit is None or visit.status not in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED)
    return plan_visit(
        school=world.school, pupil=world.pupils[0], visit=None if fresh else visit, pair=[world.staff[name] for name in names],
        due_back=world.now + timedelta(minutes=dice.choice([-5, 45, 60])), by=by, now=world.now,
        purpose=dice.choice(["welfare", "attendance", "absent_child_check", "tutoring", ""]),
        unannounced_reason=dice.choice(["", "", "No answer for days"]),
    )  # fmt: skip


def _pair(world: World, by: Staff, dice: Random) -> object:
    """A plan that is good as a rule, so that the walk gets further."""
    visit = world.visit
    fresh = visit is None or visit.status not in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED)
    pair = [world.staff["tess"], world.staff["ted"]]
    return plan_visit(
        school=world.school, pupil=world.pupils[0], visit=None if fresh else visit, pair=pair, by=by, now=world.now,
        due_back=world.now + timedelta(hours=1), purpose="attendance", plan=world.plan,
    )  # fmt: skip


def _assess(world: World, by: Staff, dice: Random) -> object:
    visit = the(world)
    yes = dice.sample(["violence", "animals", "infection"], dice.choice([0, 0, 1]))
    answers: dict[str, Any] = {**safe_answers(visit.policy.values), **dict.fromkeys(yes, "yes")}
    if dice.random() < 0.2:
        answers["safeguarding_record_checked"] = "no"
    return assessed(
        visit, dice.choice(["", "", "low", "high"]), by=by, now=world.now, answers=answers, actions=dict.fromkeys(yes, "Two go")
    )


def _ready_up(world: World, by: Staff, dice: Random) -> object:
    """Those who go choose what they take, read, acknowledge and tick everything; nothing where they are not about to leave."""
    visit = the(world)
    before = trace()
    make_ready_to_leave(visit, world.now)
    if trace() == before:
        raise BadInput("They are not about to leave.")
    return None


def _check_in(world: World, by: Staff, dice: Random) -> object:
    adult, parent = dice.choice([True, True, False, None]), dice.choice([True, False, None])
    visit = the(world)
    likely = "returned" if visit.departed_at else "departed"
    point = likely if dice.random() < 0.5 else dice.choice(POINTS)
    return check_in(visit=visit, point=point, by=by, now=world.now, adult_present=adult, parent_present=parent)


def _outcome(world: World, by: Staff, dice: Random) -> object:
    kind = dice.choice(VisitOutcome.Kind.values)
    return outcomes.record_outcome(visit=the(world), kind=kind, by=by, now=world.now, note_text=dice.choice(["", "A dog"]))


def _hand_in(world: World, by: Staff, dice: Random) -> object:
    visit = the(world)
    answers = {"notes_said": "yes", "family_met": "Mother", "needs": "None", "reminded": "done"}
    with transaction.atomic():
        reports.save_draft(
            visit=visit, text=dice.choice(["", "Well."]), evaluation=dice.choice(["", "Reached."]), entered=True,
            child_present=True, answers=answers, by=by, now=world.now,
        )  # fmt: skip
        reports.hand_in(visit=visit, by=by, now=world.now)
    return None


def _go_now(world: World, by: Staff, dice: Random) -> object:
    names = dice.sample(["tess", "ted", "unready"], dice.randint(0, 2))
    return break_glass.go_now(
        school=world.school, pupils=world.pupils[:1], visit=world.visit, pair=[world.staff[name] for name in names],
        due_back=world.now + timedelta(hours=1), reason=dice.choice(["", "Danger"]), by=by, now=world.now,
    )  # fmt: skip


def _sign_week(world: World, by: Staff, dice: Random) -> object:
    day = world.now.date()
    return weekly.sign_list(school=world.school, week=day - timedelta(days=day.weekday()), by=by, now=world.now)


def the(world: World) -> HomeVisit:
    """The newest visit; none is an act that cannot be tried."""
    visit = world.visit
    if visit is None:
        raise BadInput("There is no visit.")
    return visit


ACTS: dict[str, Act] = {
    "plan": _plan,
    "plan well": _pair,
    "assess": _assess,
    "ready up": _ready_up,
    "decide": lambda w, by, dice: risk.decide_high_risk(
        visit=the(w), decision=dice.choice(["visit", "visit", "meet_at_school", "do_not_visit"]), reason="Known to us",
        other_contact="By phone", by=by, now=w.now,
    ),
    "approve": lambda w, by, dice: approval.approve(visit=the(w), by=by, now=w.now),
    "decline": lambda w, by, dice: approval.decline(visit=the(w), reason=dice.choice(["", "Not needed"]), by=by, now=w.now),
    "send back": lambda w, by, dice: approval.send_back(visit=the(w), reason="Other time", by=by, now=w.now),
    "sign the week": _sign_week,
    "go now": _go_now,
    "refuse": lambda w, by, dice: family_refuses(visit=the(w), reason="They said no", by=by, now=w.now),
    "check in": _check_in,
    "delay": lambda w, by, dice: delay(visit=the(w), minutes=dice.choice([0, 10]), by=by, now=w.now),
    "help": lambda w, by, dice: call_for_help(visit=the(w), by=by, now=w.now),
    "acknowledge": lambda w, by, dice: acknowledge(visit=the(w), by=by, now=w.now),
    "outcome": _outcome,
    "hand in": _hand_in,
}  # fmt: skip
# What carries a visit on from each status, and who does it as a rule; tried more often, else few walks leave the school.
ONWARD: dict[str, list[tuple[str, str]]] = {
    "": [("plan well", "headteacher"), ("plan", "headteacher"), ("go now", "dsl")],
    S.RAISED: [("plan well", "headteacher"), ("go now", "headteacher")],
    S.SENT_BACK: [("plan well", "tess")],
    S.PLANNED: [("assess", "tess"), ("assess", "tess"), ("decide", "dsl"), ("approve", "headteacher"), ("approve", "senior_manager"),
                ("approve", "line_manager"), ("approve", "dsl"), ("decline", "headteacher")],
    S.APPROVED: [("sign the week", "headteacher"), ("ready up", "tess"), ("check in", "tess"), ("check in", "tess")],
    S.OUT: [("check in", "tess"), ("check in", "ted"), ("outcome", "ted"), ("help", "ted"), ("acknowledge", "office_admin")],
    S.DONE: [("check in", "tess"), ("check in", "ted"), ("hand in", "tess")],
}  # fmt: skip


def walk(world: World, dice: Random, steps: int, reached: set[str]) -> None:
    """So many acts, sensible or random; after each what must hold is looked at. `reached` gathers the statuses that were seen."""
    done: list[str] = []
    before = trace()
    for _ in range(steps):
        visit = world.visit
        onward = ONWARD.get(visit.status if visit else "", ONWARD[""])
        if dice.random() < 0.7:
            name, who = dice.choice(onward)
        else:
            name, who = dice.choice(list(ACTS)), dice.choice(list(world.staff))
        world.now += timedelta(minutes=dice.choice([0, 1, 5]))
        try:
            ACTS[name](world, world.staff[who], dice)
        except (Blocked, BadInput):
            assert trace() == before, f"{who}'s “{name}” was refused and left a trace, after {done}"
        else:
            done.append(f"{who}: {name}")
            must_hold(world, done)
            before = trace()
            reached |= set(HomeVisit.objects.filter(school=world.school).values_list("status", flat=True))


def must_hold(world: World, done: list[str]) -> None:
    """What no act may break, asked of the rows."""
    for visit in HomeVisit.objects.filter(school=world.school):
        before = world.statuses.get(visit.pk)
        after = visit.status
        if before != after:
            reached = (
                {after} if before is None else set(TRANSITIONS[before]) | {end for step in TRANSITIONS[before] for end in TRANSITIONS[step]}
            )
            assert after in reached, f"{before} became {after} after {done}"
            if after == S.OUT:
                has_left_rightly(world, visit)
            world.statuses[visit.pk] = after
        members = set(visit.members.values_list("staff_id", flat=True))
        approved = VisitApproval.objects.filter(visit=visit, voided_at__isnull=True).exclude(role="break_glass")
        assert not set(approved.values_list("staff_id", flat=True)) & members, f"somebody approved their own visit: {done}"
        assert not AlarmAcknowledgement.objects.filter(visit=visit, by__in=members).exists()
        deciders = set(SafeguardingDecision.objects.filter(visit=visit).values_list("by", flat=True))
        assert deciders <= {world.staff["dsl"].pk}
        if visit.returned_at:
            assert visit.alarm_at is None
            assert not visit.members.filter(returned_at__isnull=True).exists()
        if visit.departed_at and not visit.returned_at and visit.due_back:
            assert visit.alarm_at is not None or visit.alarms.filter(step="police_prompt").exists(), f"nobody watches the pair: {done}"
        if visit.status == S.CLOSED:
            report = VisitReport.objects.filter(visit=visit, handed_in_at__isnull=False).first()
            assert report is not None, f"closed without a report: {done}"
            assert report.text
            assert world.values.preset != "attendance-officer" or report.evaluation
        if VisitOutcome.objects.filter(visit=visit).exclude(kind="family_declined").exists():
            assert visit.departed_at
        went_inside_rightly(world, visit)


def has_left_rightly(world: World, visit: HomeVisit) -> None:
    """What was there when the pair left."""
    values = world.values
    members = list(visit.members.select_related("staff"))
    assert len(members) >= values.minimum_staff
    assert values.lone_visit_allowed or len(members) >= 2
    assert world.staff["unready"] not in [member.staff for member in members] or not (values.required_checks or values.required_training)
    if hasattr(visit, "break_glass"):
        return
    given = set(VisitApproval.objects.filter(visit=visit, voided_at__isnull=True).values_list("role", flat=True))
    assert given >= set(values.approvers) if values.approvals_needed == "all" else given & set(values.approvers)
    current = visit.risks.get(replaced_at__isnull=True)
    assert current.stale_at is None
    rank = {"low": 0, "medium": 1, "high": 2}
    assert rank[current.level] >= rank[values.first_visit_minimum_risk]
    if current.level == "high" and values.high_risk_needs_safeguarding_decision:
        decision = visit.decisions.order_by("-pk").first()
        assert decision is not None
        assert decision.decision == "visit"
    if len(members) == 1:
        assert rank[current.level] <= rank[values.lone_visit_max_risk]
    if values.weekly_list_signed:
        assert visit.weekly_signatures.exists()
    if values.preset == "alternative-provision":
        assert all(member.briefed_at for member in members)
    assert all(member.staff.mobile for member in members) or values.preset == "primary-procedures"


def went_inside_rightly(world: World, visit: HomeVisit) -> None:
    """Nobody went in against the policy."""
    for row in CheckIn.objects.filter(visit=visit, point="inside"):
        if world.values.adult_present_rule != "warn":
            assert row.adult_present is True
        if world.values.entry_needs_appointment:
            assert visit.announced
            assert row.parent_present is True
        if world.values.preset == "academy-trust":
            assert not visit.members.filter(arrived_at__isnull=True).exists()


@pytest.mark.clause("PRI-03")
@pytest.mark.django_db
@pytest.mark.parametrize("preset", share(tuple(PRESETS)))
def test_random_acts_by_random_people_break_no_rule(preset: str) -> None:
    assert _many(preset, range(12), steps=40) >= {S.PLANNED, S.APPROVED, S.OUT}


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("preset", PRESETS)
def test_many_random_acts_break_no_rule(preset: str) -> None:
    assert _many(preset, range(40), steps=50) >= {S.PLANNED, S.SENT_BACK, S.APPROVED, S.OUT, S.DONE, S.CLOSED, S.DECLINED, S.REFUSED}


def _many(preset: str, seeds: Iterable[int], *, steps: int) -> set[str]:
    """Walks in a school on a preset, each from the same beginning. Answers with the statuses that were reached."""
    world, reached = a_world(preset), set[str]()

    for seed in seeds:
        point = transaction.savepoint()
        try:
            walk(World(world.school, world.values, world.staff, world.pupils, world.plan), Random(seed), steps, reached)
        finally:
            transaction.savepoint_rollback(point)
    return reached
