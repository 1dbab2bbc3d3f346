"""Who may go: two, free, checked, trained, well; alone only where the policy lets one go; what they travel with and carry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from homevisits.common.errors import Blocked
from homevisits.people.models import HouseholdConflict, School, Staff, StaffCheck, StaffTraining
from homevisits.people.services.lone_working import mark_stale
from homevisits.people.services.off_visits import report_unwell
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from homevisits.policy.models import PolicyRead
from visits.models import HomeVisit
from visits.rules.approval import ready_blocks
from visits.rules.leaving import departure_blocks
from visits.rules.people import knows_safe_word, pair_blocks
from visits.selectors.suggestions import candidates, suggested
from visits.services.planning import TASKS, plan_visit

from .factories import NOW, TESTS, a_plan, a_school, a_vehicle, a_visit, may_go_alone, ready
from .test_asking import refused

pytestmark = pytest.mark.django_db
PRESETS = ["primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"]


def planned(school: School, pair: Sequence[Staff], *, at: datetime = NOW, purpose: str = "attendance", **more: Any) -> HomeVisit:
    """A new visit of an hour, with what the policy asks and `more`."""
    purpose = "welfare" if school.policy_versions.get().preset == "secondary" and purpose == "attendance" else purpose
    by = StaffFactory.create(school=school, roles=["headteacher"])
    return plan_visit(
        school=school, pupil=PupilFactory.create(school=school), visit=None, pair=pair, due_back=at + timedelta(hours=1), by=by, now=NOW,
        purpose=purpose, plan=replace(a_plan(school, pair, purpose), sets_off=at, **more),
    )  # fmt: skip


def against(school: School, pair: Sequence[Staff], **more: Any) -> list[str]:
    """The clauses against a plan; nothing of it stays."""
    StaffFactory.create(school=school, roles=["headteacher"])
    return refused(lambda: planned(school, pair, **more))


@pytest.mark.clause("PRI-02")
@pytest.mark.clause("PRI-03")
@pytest.mark.clause("ATT-01")
@pytest.mark.parametrize(
    ("preset", "clause"), [("primary-procedures", "PRI-02"), ("attendance-officer", "ATT-01"), ("academy-trust", "MAT-10")]
)
def test_one_person_or_the_same_one_twice_is_no_pair_whatever_a_head_says(preset: str, clause: str) -> None:
    school = a_school(preset)
    one, head = ready(school), StaffFactory.create(school=school, roles=["headteacher"])
    may_go_alone(school, one)
    for pair in ([], [one], [one, one]):
        assert clause in against(school, pair)
    if preset != "academy-trust":
        assert clause in against(school, [one], override_by=head, override_reason="Nobody else is here")


@pytest.mark.clause("PRI-02")
@pytest.mark.clause("PRI-03")
def test_a_pair_of_which_one_drops_out_can_neither_be_approved_nor_leave() -> None:
    visit = a_visit()
    last = visit.members.order_by("pk").last()
    assert last is not None
    last.delete()
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.APPROVED)
    visit.refresh_from_db()
    for blocks in (ready_blocks(visit, NOW), departure_blocks(visit, NOW)):
        assert "PRI-02" in {block.clause for block in blocks}


@pytest.mark.clause("PRI-03")
@pytest.mark.clause("MAT-10")
@pytest.mark.clause("ATT-10")
def test_the_trust_lets_one_go_on_the_word_of_a_named_senior_with_a_reason_and_a_lone_worker_assessment() -> None:
    school = a_school("academy-trust")
    one, head = ready(school), StaffFactory.create(school=school, roles=["principal"])
    teacher = StaffFactory.create(school=school, roles=["class_teacher"])
    word: dict[str, Any] = {"override_by": head, "override_reason": "The second fell ill and the child waits"}
    assert "MAT-10" in against(school, [one], **word)  # no lone-worker assessment
    assessment = may_go_alone(school, one)
    for wrong in ({**word, "override_by": teacher}, {**word, "override_reason": " "}, {**word, "override_by": one}):
        assert "MAT-10" in against(school, [one], **wrong)
    visit = planned(school, [one], **word)
    assert (visit.override_by, visit.members.get().staff) == (head, one)
    mark_stale(assessment=assessment, because="Moved house", by=TESTS, now=NOW)
    assert "MAT-10" in {block.clause for block in ready_blocks(visit, NOW)}


@pytest.mark.clause("ALT-23")
@pytest.mark.clause("SEC-02")
@pytest.mark.clause("ATT-10")
@pytest.mark.parametrize(("preset", "clause"), [("alternative-provision", "ALT-23"), ("secondary", "SEC-02")])
def test_one_goes_alone_by_policy_only_on_an_assessment_that_is_not_stale(preset: str, clause: str) -> None:
    school = a_school(preset)
    one = ready(school)
    assert planned(school, [one]).members.count() == 1
    other = ready(school)
    mark_stale(assessment=may_go_alone(school, other), because="A new condition", by=TESTS, now=NOW)
    assert against(school, [other]) == [clause]


@pytest.mark.clause("SEC-02")
@pytest.mark.parametrize(("preset", "clause"), [("alternative-provision", "ALT-31"), ("secondary", "ATT-52")])
def test_nobody_takes_a_pupil_anywhere_alone(preset: str, clause: str) -> None:
    school = a_school(preset)
    assert clause in against(school, [ready(school)], purpose="transport")


@pytest.mark.clause("ATT-52")
def test_the_officer_takes_a_pupil_in_the_minibus_with_a_named_driver_and_a_second_person() -> None:
    school = a_school("attendance-officer")
    pair = [ready(school), ready(school)]
    assert against(school, pair, purpose="transport", vehicle=a_vehicle(school)) == ["ATT-52"]
    assert against(school, pair, purpose="transport", driver=None) == ["ATT-52"]
    assert "ATT-52" in against(school, pair[:1], purpose="transport")
    visit = planned(school, pair, purpose="transport")
    assert [member.staff for member in visit.members.filter(driver=True)] == pair[:1]


@pytest.mark.clause("ATT-50")
@pytest.mark.clause("ALT-32")
@pytest.mark.parametrize(
    ("preset", "purpose", "level", "clause"),
    [
        ("attendance-officer", "attendance", "enhanced_dbs", "ATT-50"),
        ("attendance-officer", "attendance", "barred_list", "ATT-50"),
        ("alternative-provision", "attendance", "enhanced_dbs", "ALT-32"),
        ("alternative-provision", "tutoring", "barred_list", "ALT-32"),
        ("alternative-provision", "transport", "barred_list", "ALT-32"),
    ],
)
def test_staff_without_the_check_that_the_purpose_asks_for_are_not_assigned(preset: str, purpose: str, level: str, clause: str) -> None:
    school = a_school(preset)
    pair = [ready(school), ready(school)]
    check = StaffCheck.objects.get(staff=pair[0], level=level)
    StaffCheck.objects.filter(pk=check.pk).update(expires_on=NOW.date() - timedelta(days=1))
    assert against(school, pair, purpose=purpose) == [clause]
    StaffCheck.objects.filter(pk=check.pk).update(expires_on=NOW.date())
    assert planned(school, pair, purpose=purpose).pk


@pytest.mark.clause("ALT-32")
def test_without_a_barred_list_check_staff_still_go_on_other_visits() -> None:
    school = a_school("alternative-provision")
    pair = [ready(school), ready(school)]
    StaffCheck.objects.filter(level="barred_list").delete()
    assert planned(school, pair).pk


@pytest.mark.clause("ATT-02", "MAT-10", "ALT-02")
@pytest.mark.parametrize(
    ("preset", "clause"), [("attendance-officer", "ATT-02"), ("academy-trust", "MAT-10"), ("alternative-provision", "ALT-02")]
)
def test_whoever_has_not_confirmed_the_version_in_force_is_not_assigned(preset: str, clause: str) -> None:
    school = a_school(preset)
    pair = [ready(school), ready(school)]
    assert planned(school, pair).pk
    PolicyRead.objects.filter(staff=pair[1]).delete()
    assert against(school, pair, at=NOW + timedelta(hours=2)) == [clause]


@pytest.mark.clause("ALT-27")
def test_a_code_of_conduct_confirmed_for_an_earlier_version_does_not_count() -> None:
    school = a_school("alternative-provision")
    pair = [ready(school), ready(school)]
    StaffTraining.objects.filter(staff=pair[0], name="code_of_conduct").update(for_version=0)
    assert against(school, pair) == ["ALT-27"]


@pytest.mark.parametrize("preset", PRESETS)
def test_whoever_is_off_visits_or_must_not_visit_the_household_does_not_go(preset: str) -> None:
    school = a_school(preset)
    pair = [ready(school), ready(school)]
    visit = planned(school, pair)
    policy = visit.policy
    assert pair_blocks(visit, school, policy, pair, visit.purpose, visit.due_back, NOW) == []
    report_unwell(school=school, staff=pair[0], symptoms_from=NOW.date(), by=TESTS, now=NOW)
    HouseholdConflict.objects.create(staff=pair[1], household=visit.household, at=NOW, reason="Cousins")
    said = [block.says for block in pair_blocks(visit, school, policy, pair, visit.purpose, visit.due_back, NOW)]
    assert said == [f"{pair[0]} is off visits on that day.", f"{pair[1]} does not visit this household."]


@pytest.mark.clause("ATT-01")
@pytest.mark.parametrize(("minutes", "free"), [(-60, True), (-59, False), (0, False), (30, False), (59, False), (60, True)])
def test_a_second_person_is_available_unless_another_visit_overlaps_either_way(minutes: int, free: bool) -> None:
    school = a_school("attendance-officer")
    busy = ready(school)
    noon = NOW + timedelta(hours=2)
    planned(school, [busy, ready(school)], at=noon)
    pair = [busy, ready(school)]
    if free:
        assert planned(school, pair, at=noon + timedelta(minutes=minutes)).pk
    else:
        assert against(school, pair, at=noon + timedelta(minutes=minutes)) == ["ATT-01"]


@pytest.mark.clause("ATT-01")
@pytest.mark.parametrize(
    ("due_back", "sets_off", "says"),
    [(60, 60, "is out until 11:00"), (60, 89, "is out until 11:00"), (60, 90, ""), (60, 200, ""), (-1, 200, "was due back at 9:59")],
)
def test_somebody_who_is_out_goes_again_half_an_hour_after_being_due_back_and_not_while_late(
    due_back: int, sets_off: int, says: str
) -> None:
    school = a_school("attendance-officer")
    out = ready(school)
    visit = planned(school, [out, ready(school)])
    HomeVisit.objects.filter(pk=visit.pk).update(
        status=HomeVisit.Status.OUT, due_at=NOW - timedelta(minutes=30), departed_at=NOW - timedelta(minutes=30),
        due_back=NOW + timedelta(minutes=due_back),
    )  # fmt: skip
    StaffFactory.create(school=school, roles=["headteacher"])
    pair, at = [out, ready(school)], NOW + timedelta(minutes=sets_off)
    if not says:
        assert planned(school, pair, at=at).pk
        return
    with pytest.raises(Blocked, match=says):
        planned(school, pair, at=at)


@pytest.mark.clause("PRI-07")
def test_the_pair_comes_from_the_class_one_for_the_parents_and_one_for_the_child() -> None:
    school = a_school()
    others = [ready(school), ready(school)]
    teacher = ready(school, ["class_teacher"])
    assistant = ready(school, ["teaching_assistant"])
    for person in (teacher, assistant):
        person.roles.update(class_name="3A")
    visit = planned(school, others)
    found = suggested(visit, candidates(visit, NOW), NOW)
    assert found[0].people == (teacher, assistant)
    again = plan_visit(
        school=school, pupil=visit.visit_pupils.get().pupil, visit=visit, pair=found[0].people, due_back=NOW + timedelta(hours=1),
        by=others[0], now=NOW,
    )  # fmt: skip
    assert [(member.staff, member.task) for member in again.members.order_by("pk")] == list(zip(found[0].people, TASKS, strict=True))


def test_a_pair_that_leaves_nobody_to_approve_is_not_suggested_and_whoever_cannot_go_says_why() -> None:
    school = a_school("attendance-officer")
    only = ready(school, ["senior_manager"])
    free = [ready(school), ready(school)]
    unwell = ready(school)
    report_unwell(school=school, staff=unwell, symptoms_from=NOW.date(), by=TESTS, now=NOW)
    visit = planned(school, free)
    found = candidates(visit, NOW)
    assert [one.blocks[0].clause for one in found if one.staff == unwell] == ["ATT-82"]
    for one in suggested(visit, found, NOW):
        assert only not in one.people
        assert unwell not in one.people


@pytest.mark.clause("ATT-18")
@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True)])
@pytest.mark.parametrize(("preset", "clause"), [("attendance-officer", "ATT-18"), ("alternative-provision", "ALT-25")])
def test_a_vehicle_out_of_insurance_cannot_be_taken(preset: str, clause: str, days: int, taken: bool) -> None:
    school = a_school(preset)
    pair = [ready(school), ready(school)]
    vehicle = a_vehicle(school, insured_until=NOW.date() + timedelta(days=days))
    if taken:
        assert planned(school, pair, vehicle=vehicle).vehicle == vehicle
    else:
        assert against(school, pair, vehicle=vehicle) == [clause]
    assert clause in against(school, [ready(school), ready(school)], vehicle=None, vehicle_words="My own car")


@pytest.mark.clause("ATT-16")
def test_the_alarm_device_is_carried_by_a_named_one_of_the_pair() -> None:
    school = a_school("attendance-officer")
    pair = [ready(school), ready(school)]
    assert against(school, pair, device_carrier=ready(school)) == ["ATT-16"]
    visit = planned(school, pair)
    assert visit.device_carrier == pair[0]
    assert against(school, [ready(school), ready(school)], device=visit.device) == ["ATT-16"]


@pytest.mark.clause("MAT-21")
def test_the_safe_word_is_agreed_and_seen_by_the_pair_and_those_whom_the_alarm_reaches() -> None:
    school = a_school("academy-trust")
    pair = [ready(school), ready(school)]
    assert against(school, pair, safe_word="") == ["MAT-21"]
    visit = planned(school, pair)
    office, teacher = (StaffFactory.create(school=school, roles=[role]) for role in ("office_admin", "class_teacher"))
    assert [knows_safe_word(visit, person, NOW) for person in (pair[0], pair[1], office, teacher)] == [True, True, True, False]


def test_a_refused_plan_leaves_the_visit_as_it_was() -> None:
    visit = a_visit()
    before = HomeVisit.objects.filter(pk=visit.pk).values().get()
    by = ready(visit.school, ["office_admin"])
    with pytest.raises(Blocked):
        plan_visit(
            school=visit.school, pupil=visit.visit_pupils.get().pupil, visit=visit, pair=[by], due_back=NOW + timedelta(hours=2), by=by,
            now=NOW,
        )  # fmt: skip
    assert HomeVisit.objects.filter(pk=visit.pk).values().get() == before
    assert visit.members.count() == 2


@pytest.mark.clause("SEC-09")
def test_staff_leave_from_home_and_end_at_home_where_the_plan_says_so() -> None:
    school = a_school("secondary")
    visit = planned(school, [ready(school), ready(school)], from_home=True, to_home=True)
    assert (visit.from_home, visit.to_home) == (True, True)
