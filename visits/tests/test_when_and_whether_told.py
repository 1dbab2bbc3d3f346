"""When visits are made, and when the family is not told: what needs a reason, whose word passes, what the approver is shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from homevisits.common.clock import instant
from homevisits.people.models import Closure, School, Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import HomeVisit
from visits.rules.plans import plan_cautions
from visits.rules.unannounced import REASONS
from visits.services.planning import plan_visit
from visits.services.requests import request_visit

from .factories import NOW, a_plan, a_request, a_school, ready
from .test_asking import refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)  # a Wednesday
SATURDAY = date(2026, 11, 28)


def at(
    day: date, start: str, back: str, school: School, *, by: str = "headteacher", purpose: str = "meeting_at_home", **more: Any
) -> HomeVisit:
    """A visit planned from `start` until `back` on a day."""
    pair = [ready(school), ready(school)]
    begins, ends = (instant(day, time.fromisoformat(each)) for each in (start, back))
    planner = StaffFactory.create(school=school, roles=[by])
    return plan_visit(
        school=school, pupil=PupilFactory.create(school=school), visit=None, pair=pair, due_back=ends, by=planner, now=NOW, purpose=purpose,
        plan=replace(a_plan(school, pair, purpose), sets_off=begins, **more),
    )  # fmt: skip


def cautions(visit: HomeVisit) -> list[tuple[str | None, str]]:
    """What the approver is shown."""
    return [(one.clause, one.says) for one in plan_cautions(visit, NOW)]


@pytest.mark.clause("PRI-05")
def test_in_year_visits_are_after_school_without_a_reason_others_need_one() -> None:
    school = a_school("primary-procedures")
    assert at(DAY, "15:30", "16:15", school, purpose="in_year").hours_reason == ""
    PupilFactory.create(school=school)
    assert refused(lambda: at(DAY, "15:30", "16:15", school)) == ["PRI-05"]
    assert at(DAY, "15:30", "16:15", school, hours_reason="Mother works").hours_reason == "Mother works"
    assert at(DAY, "14:30", "15:30", school).pk


@pytest.mark.clause("MAT-23")
@pytest.mark.parametrize(("start", "back", "evening"), [("17:00", "17:59", False), ("17:00", "18:00", True), ("18:00", "18:30", True)])
def test_an_evening_visit_warns_and_needs_a_reason_and_a_second_look(start: str, back: str, evening: bool) -> None:
    school = a_school("academy-trust")
    if not evening:
        assert "MAT-23" not in [clause for clause, _ in cautions(at(DAY, start, back, school))]
        return
    assert refused(lambda: at(DAY, start, back, school)) == ["MAT-23"]
    visit = at(DAY, start, back, school, hours_reason="The father is home only then")
    assert any(clause == "MAT-23" and "second look" in says and "father" in says for clause, says in cautions(visit))


@pytest.mark.clause("ALT-13")
def test_outside_school_hours_needs_a_reason_no_alternative_and_a_contact_who_stays() -> None:
    school = a_school("alternative-provision")
    contact = StaffFactory.create(school=school, roles=["office_admin"])
    whole: dict[str, Any] = {"hours_reason": "Tutoring after work", "no_alternative": True, "base_contact": contact}
    for missing in whole:
        given = {name: value for name, value in whole.items() if name != missing}
        assert refused(lambda given=given: at(DAY, "15:00", "15:31", school, **given)) == ["ALT-13"]  # type: ignore[misc]
    visit = at(DAY, "15:00", "15:31", school, **whole)
    assert (visit.base_contact, visit.no_alternative) == (contact, True)
    assert at(DAY, "14:00", "15:30", school).pk


@pytest.mark.clause("SEC-12")
def test_the_welfare_officer_plans_on_a_closed_day_without_a_reason_and_the_contact_is_asked_of_all() -> None:
    school = a_school("secondary")
    Closure.objects.create(school=school, day=DAY, kind=Closure.Kind.CLOSED, reason="Holidays", entered_at=NOW)
    shut = {"base_contact_words": "Robin Example, 01632 960222"}
    for day in (DAY, SATURDAY):
        assert refused(lambda day=day: at(day, "10:00", "11:00", school, by="education_welfare_officer")) == ["SEC-12"]  # type: ignore[misc]
        assert at(day, "10:00", "11:00", school, by="education_welfare_officer", **shut).hours_reason == ""
        assert refused(lambda day=day: at(day, "10:00", "11:00", school, by="office_admin", **shut)) == ["SEC-12"]  # type: ignore[misc]
        assert at(day, "10:00", "11:00", school, by="office_admin", hours_reason="Agreed with the mother", **shut).pk


def asks(school: School, role: str = "class_teacher", **asked: Any) -> HomeVisit:
    """A request by somebody of that role."""
    by = StaffFactory.create(school=school, roles=[role])
    return request_visit(school=school, asked=a_request(school, **{"purpose": "attendance", "answers": {}, **asked}), by=by, now=NOW)


@pytest.mark.clause("MAT-02")
def test_the_trust_goes_unannounced_for_two_purposes_or_with_a_reason_that_the_approver_sees() -> None:
    school = a_school("academy-trust")
    PupilFactory.create(school=school)
    for purpose, question in (("absent_child_check", "attempts"), ("safeguarding_emergency", "concern")):
        assert asks(school, purpose=purpose, answers={question: "Said"}, announced=False).pk
    assert refused(lambda: asks(school, announced=False)) == ["MAT-02"]
    visit = asks(school, announced=False, unannounced_reason="No number works")
    assert ("MAT-02", "Unannounced. Reason: No number works") in cautions(visit)


@pytest.mark.clause("ALT-11")
def test_alternative_provision_goes_unannounced_for_an_exempt_purpose_only() -> None:
    school = a_school("alternative-provision")
    assert refused(lambda: asks(school, announced=False, unannounced_reason="No number works")) == ["ALT-11"]
    assert asks(school, purpose="safeguarding_emergency", answers={"concern": "A call for help"}, announced=False).pk


@pytest.mark.clause("SEC-05")
def test_unannounced_takes_a_listed_reason_and_warns_unless_the_officer_or_childrens_services_ask() -> None:
    school = a_school("secondary")
    asked: dict[str, Any] = {"purpose": "school_refusal", "announced": False}
    for words in ("", "It is nearer"):
        assert refused(lambda words=words: asks(school, unannounced_reason=words, **asked)) == ["SEC-05"]  # type: ignore[misc]
    for reason in REASONS:
        (caution,) = cautions(asks(school, unannounced_reason=f"{reason}: seen in town", **asked))
        assert caution[0] == "SEC-05"
        assert "neither the education welfare officer" in caution[1]
    passing: Sequence[tuple[str, dict[str, str]]] = (
        ("education_welfare_officer", {}), ("class_teacher", {"asked_by_agency": "Wren Worker, 23 November"}),
    )  # fmt: skip
    for role, more in passing:
        ((_, says),) = cautions(asks(school, role, unannounced_reason=REASONS[0], **asked, **more))
        assert says == f"Unannounced. Reason: {REASONS[0]}"


@pytest.mark.clause("SEC-05")
def test_a_visit_that_the_ladder_raised_carries_its_reason_itself() -> None:
    school = a_school("secondary")
    pair: list[Staff] = [ready(school), ready(school)]
    pupil = PupilFactory.create(school=school)
    visit = HomeVisit.objects.create(
        school=school, household=pupil.household, policy=school.policy_versions.get(), purpose="absent_child_check", announced=False,
        reason="Absent without a reason", unannounced_reason="Absent without a reason", due_at=NOW, raised_at=NOW,
    )  # fmt: skip
    visit.visit_pupils.create(pupil=pupil)
    back: datetime = NOW + timedelta(hours=1)
    planned = plan_visit(school=school, pupil=pupil, visit=visit, pair=pair, due_back=back, by=pair[0], now=NOW)
    assert cautions(planned) == [("SEC-05", "Unannounced. Reason: Absent without a reason")]
