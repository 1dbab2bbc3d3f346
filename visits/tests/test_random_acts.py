"""Random acts by random people: no rule of any preset is ever broken, and a refused act leaves no trace.

The acts go through the services, whoever tries them. What must hold is asked of the rows alone, in words of its own and not by the
product's rules, so that a rule that has gone missing shows.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import Household, Pupil, School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from homevisits.policy.presets import PRESETS
from homevisits.policy.values import Values
from visits.models import AlarmAcknowledgement, CheckIn, HomeVisit, SafeguardingDecision, VisitApproval, VisitOutcome, VisitReport
from visits.models.planning import RiskLevel
from visits.services import approval, break_glass, briefing, departure, outcomes, reports, risk, weekly
from visits.services.alarm import acknowledge, call_for_help
from visits.services.out import check_in, delay
from visits.services.planning import plan_visit
from visits.services.refusals import family_refuses
from visits.states import TRANSITIONS

from .factories import NOW, a_school, ready

S = HomeVisit.Status
APPS = ("visits", "safeguarding", "messaging", "audit", "documents", "people", "policy")
POINTS = list(CheckIn.Point.values)


@dataclass
class World:
    """A school with everybody who might act, a family, and what was seen so far."""

    school: School
    values: Values
    staff: dict[str, Staff]
    pupils: list[Pupil]
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
    return World(school, school.policy_versions.get().values, staff, pupils)


def trace() -> str:
    """A hash over every row of the product's own tables."""
    digest = hashlib.sha256()
    for name in APPS:
        for model in apps.get_app_config(name).get_models(include_auto_created=True):
            digest.update(repr(list(model._default_manager.order_by("pk").values_list())).encode())
    return digest.hexdigest()


Act = Callable[[World, Staff, Any], object]


def _plan(world: World, by: Staff, draw: Any) -> object:
    names = draw(st.lists(st.sampled_from(["tess", "ted", "tom", "unready", "headteacher"]), min_size=0, max_size=3, unique=True))
    visit = world.visit
    fresh = visit is None or visit.status not in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED)
    return plan_visit(
        school=world.school, pupil=world.pupils[0], visit=None if fresh else visit, pair=[world.staff[name] for name in names],
        due_back=world.now + timedelta(minutes=draw(st.sampled_from([-5, 45, 60]))), by=by, now=world.now,
        purpose=draw(st.sampled_from(["welfare", "attendance", "absent_child_check", "tutoring", ""])),
        unannounced_reason=draw(st.sampled_from(["", "", "No answer for days"])),
    )  # fmt: skip


def _pair(world: World, by: Staff, draw: Any) -> object:
    """A plan that is good as a rule, so that the walk gets further."""
    visit = world.visit
    fresh = visit is None or visit.status not in (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED)
    return plan_visit(
        school=world.school, pupil=world.pupils[0], visit=None if fresh else visit, pair=[world.staff["tess"], world.staff["ted"]],
        due_back=world.now + timedelta(hours=1), by=by, now=world.now, purpose="attendance",
    )  # fmt: skip


def _assess(world: World, by: Staff, draw: Any) -> object:
    yes = draw(st.lists(st.sampled_from(["violence", "animals", "infection"]), max_size=1))
    answers = dict.fromkeys(yes, True) | {"safeguarding_record_checked": draw(st.sampled_from([True, True, False]))}
    actions = dict.fromkeys(yes, "Two go") if draw(st.booleans()) else {}
    level = draw(st.sampled_from([*RiskLevel.values, "medium"]))
    return risk.assess_risk(visit=the(world), level=level, answers=answers, actions=actions, by=by, now=world.now)


def _ready_up(world: World, by: Staff, draw: Any) -> object:
    """One of those who go reads, acknowledges and ticks everything."""
    visit = the(world)
    risk.confirm_read(visit=visit, by=by, now=world.now)
    visit.refresh_from_db()
    briefing.acknowledge(visit=visit, version=visit.version, by=by, now=world.now)
    lines = departure.lines_of(visit, by)
    return departure.answer_checklist(visit=visit, answers=dict.fromkeys(lines, True), by=by, now=world.now)


def _check_in(world: World, by: Staff, draw: Any) -> object:
    adult, parent = draw(st.sampled_from([True, True, False, None])), draw(st.sampled_from([True, False, None]))
    point = draw(st.sampled_from([*POINTS, "departed", "returned"]))
    return check_in(visit=the(world), point=point, by=by, now=world.now, adult_present=adult, parent_present=parent)


def _outcome(world: World, by: Staff, draw: Any) -> object:
    kind = draw(st.sampled_from(VisitOutcome.Kind.values))
    return outcomes.record_outcome(visit=the(world), kind=kind, by=by, now=world.now, note_text=draw(st.sampled_from(["", "A dog"])))


def _hand_in(world: World, by: Staff, draw: Any) -> object:
    visit = the(world)
    answers = {"notes_said": "yes", "family_met": "Mother", "needs": "None", "reminded": "done"}
    with transaction.atomic():
        reports.save_draft(
            visit=visit, text=draw(st.sampled_from(["", "Well."])), evaluation=draw(st.sampled_from(["", "Reached."])), entered=True,
            child_present=True, answers=answers, by=by, now=world.now,
        )  # fmt: skip
        reports.hand_in(visit=visit, by=by, now=world.now)
    return None


def _go_now(world: World, by: Staff, draw: Any) -> object:
    names = draw(st.lists(st.sampled_from(["tess", "ted", "unready"]), min_size=0, max_size=2, unique=True))
    return break_glass.go_now(
        school=world.school, pupils=world.pupils[:1], visit=world.visit, pair=[world.staff[name] for name in names],
        due_back=world.now + timedelta(hours=1), reason=draw(st.sampled_from(["", "Danger"])), by=by, now=world.now,
    )  # fmt: skip


def _sign_week(world: World, by: Staff, draw: Any) -> object:
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
    "decide": lambda w, by, draw: risk.decide_high_risk(
        visit=the(w), decision=draw(st.sampled_from(["visit", "visit", "meet_at_school", "do_not_visit"])), reason="Known to us",
        other_contact="By phone", by=by, now=w.now,
    ),
    "approve": lambda w, by, draw: approval.approve(visit=the(w), by=by, now=w.now),
    "decline": lambda w, by, draw: approval.decline(visit=the(w), reason=draw(st.sampled_from(["", "Not needed"])), by=by, now=w.now),
    "send back": lambda w, by, draw: approval.send_back(visit=the(w), reason="Other time", by=by, now=w.now),
    "sign the week": _sign_week,
    "go now": _go_now,
    "refuse": lambda w, by, draw: family_refuses(visit=the(w), reason="They said no", by=by, now=w.now),
    "check in": _check_in,
    "delay": lambda w, by, draw: delay(visit=the(w), minutes=draw(st.sampled_from([0, 10])), by=by, now=w.now),
    "help": lambda w, by, draw: call_for_help(visit=the(w), by=by, now=w.now),
    "acknowledge": lambda w, by, draw: acknowledge(visit=the(w), by=by, now=w.now),
    "outcome": _outcome,
    "hand in": _hand_in,
}  # fmt: skip
# Those who carry a visit on are tried more often, else few walks leave the school.
LIKELY = ("plan well", "assess", "ready up", "approve", "sign the week", "check in", "outcome", "hand in")


def walk(world: World, draw: Any, steps: int) -> list[str]:
    """So many random acts; after each what must hold is looked at. Answers with what was done."""
    done = []
    for _ in range(steps):
        name = draw(st.sampled_from([*ACTS, *LIKELY, *LIKELY]))
        who = draw(st.sampled_from([*world.staff, "tess", "ted", "headteacher", "senior_manager", "line_manager"]))
        world.now += timedelta(minutes=draw(st.sampled_from([0, 1, 5])))
        before = trace()
        try:
            with transaction.atomic():
                ACTS[name](world, world.staff[who], draw)
        except (Blocked, BadInput):
            assert trace() == before, f"{who}'s “{name}” was refused and left a trace, after {done}"
        else:
            done.append(f"{who}: {name}")
            must_hold(world, done)
    return done


def must_hold(world: World, done: list[str]) -> None:
    """What no act may break, asked of the rows."""
    for visit in HomeVisit.objects.filter(school=world.school):
        before = world.statuses.get(visit.pk)
        after = visit.status
        if before != after:
            reached = {after} if before is None else set(TRANSITIONS[before]) | {end for step in TRANSITIONS[before] for end in TRANSITIONS[step]}
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
@pytest.mark.parametrize("preset", PRESETS)
def test_random_acts_by_random_people_break_no_rule(preset: str) -> None:
    _many(preset, examples=6, steps=14)


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("preset", PRESETS)
def test_many_random_acts_break_no_rule(preset: str) -> None:
    _many(preset, examples=400, steps=40)


def _many(preset: str, *, examples: int, steps: int) -> None:
    world = a_world(preset)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.data())
    def try_it(data: Any) -> None:
        held = transaction.atomic()
        held.__enter__()
        try:
            walk(World(world.school, world.values, world.staff, world.pupils), data.draw, steps)
        finally:
            transaction.set_rollback(True)
            held.__exit__(None, None, None)

    try_it()
    assert connection.in_atomic_block
