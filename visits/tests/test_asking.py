"""Asking for a visit: by any member of staff, with a purpose and what it asks, once; withdrawing; a family that refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import Role
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import HomeVisit, VisitItem
from visits.purposes import PURPOSES, purposes_of
from visits.services.planning import plan_visit
from visits.services.requests import Asked, answer_item, family_refuses, request_visit, withdraw_request

from .factories import NOW, a_plan, a_request, a_school, a_visit, a_visit_in, ready

pytestmark = pytest.mark.django_db
S = HomeVisit.Status


def traces() -> dict[str, int]:
    """How many rows of visits, messages and the audit of visits there are."""
    tables: list[Any] = [model for model in apps.get_models() if model._meta.app_label in ("visits", "messaging")]
    found = {model.__name__: model.objects.count() for model in tables}
    return {**found, "audit": AuditEvent.objects.filter(act__startswith="visits.").count()}


def refused(act: Callable[[], object]) -> list[str]:
    """What stands against an act that leaves no trace."""
    before = traces()
    with pytest.raises((Blocked, BadInput)) as why:
        act()
    assert traces() == before
    return [block.clause or "" for block in why.value.blocks] if isinstance(why.value, Blocked) else [str(why.value)]


@pytest.mark.clause("ALT-03")
@pytest.mark.parametrize("role", ["class_teacher", "teaching_assistant", "office_admin", "visiting_staff"])
def test_any_member_of_staff_asks_for_a_visit(role: str) -> None:
    school = a_school("alternative-provision")
    by = StaffFactory.create(school=school, roles=[role])
    visit = request_visit(school=school, asked=a_request(school), by=by, now=NOW)
    assert (visit.status, visit.raised_by, visit.events.get().what) == (S.RAISED, by, "raised")


def test_a_governor_asks_for_none() -> None:
    school = a_school()
    by = StaffFactory.create(school=school, roles=["governor"])
    asked = a_request(school)
    assert refused(lambda: request_visit(school=school, asked=asked, by=by, now=NOW)) == ["ALT-03"]


def test_the_same_page_sent_twice_asks_once() -> None:
    school = a_school()
    by, asked = StaffFactory.create(school=school, roles=["class_teacher"]), a_request(school, token=uuid4())
    first, second = (request_visit(school=school, asked=asked, by=by, now=NOW) for _ in range(2))
    assert first == second
    assert HomeVisit.objects.count() == 1


@pytest.mark.clause("ALT-10")
@pytest.mark.clause("SEC-01")
@pytest.mark.parametrize(("preset", "clause"), [("alternative-provision", "ALT-10"), ("secondary", "SEC-01")])
def test_another_purpose_needs_its_words_and_none_is_no_request(preset: str, clause: str) -> None:
    school = a_school(preset)
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    asked = a_request(school)
    for wrong in (replace(asked, purpose=""), replace(asked, purpose="other")):
        assert clause in refused(lambda wrong=wrong: request_visit(school=school, asked=wrong, by=by, now=NOW))  # type: ignore[misc]
    visit = request_visit(school=school, asked=replace(asked, purpose="other", purpose_words="A lost coat"), by=by, now=NOW)
    assert visit.purpose_words == "A lost coat"


@pytest.mark.clause("MAT-03")
@pytest.mark.parametrize(("purpose", "question"), [("absent_child_check", "attempts"), ("transport", "concern")])
def test_the_child_check_asks_for_attempts_and_transport_for_the_concern(purpose: str, question: str) -> None:
    school = a_school("academy-trust")
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    asked = a_request(school, purpose=purpose, answers={})
    assert "MAT-03" in refused(lambda: request_visit(school=school, asked=asked, by=by, now=NOW))
    visit = request_visit(school=school, asked=replace(asked, answers={question: "Two calls"}), by=by, now=NOW)
    assert visit.purpose_answers == {question: "Two calls"}


@pytest.mark.clause("MAT-03")
def test_the_trust_lists_its_thirteen_purposes_and_takes_no_other() -> None:
    listed = {one.code for one in purposes_of("academy-trust")}
    assert listed >= {
        "new_or_hard_to_reach", "school_refusal", "attendance", "educated_at_home", "all_contact_failed", "meeting_at_home",
        "absent_child_check", "strategies", "transport", "work", "long_absence", "holiday_suspected",
    }  # fmt: skip
    school = a_school("academy-trust")
    by, unlisted = StaffFactory.create(school=school, roles=["class_teacher"]), next(one.code for one in PURPOSES if one.code not in listed)
    asked = a_request(school, purpose=unlisted)
    assert "MAT-03" in refused(lambda: request_visit(school=school, asked=asked, by=by, now=NOW))


@pytest.mark.clause("MAT-10")
@pytest.mark.parametrize("empty", ["why_not_at_school", "whom_to_see"])
def test_the_trust_asks_why_not_at_school_and_whom_to_see(empty: str) -> None:
    school = a_school("academy-trust")
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    asked = replace(a_request(school, purpose="attendance"), **{empty: ""})  # type: ignore[arg-type]
    assert refused(lambda: request_visit(school=school, asked=asked, by=by, now=NOW)) == ["MAT-10"]


@pytest.mark.clause("MAT-06")
@pytest.mark.parametrize("emergency", [True, False])
def test_a_visit_is_marked_as_an_emergency_or_as_a_procedure(emergency: bool) -> None:
    school = a_school("academy-trust")
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    visit = request_visit(school=school, asked=a_request(school, purpose="attendance", emergency=emergency), by=by, now=NOW)
    assert HomeVisit.objects.get(pk=visit.pk).emergency is emergency


@pytest.mark.clause("SEC-03")
def test_a_joint_visit_names_the_agency_its_worker_and_its_protocol() -> None:
    school = a_school("secondary")
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    asked = a_request(school, joint_agency="Social care")
    assert refused(lambda: request_visit(school=school, asked=asked, by=by, now=NOW)) == ["SEC-03", "SEC-03"]
    whole = replace(asked, joint_worker="Wren Worker", joint_worker_contact="01632 960111", joint_protocol_confirmed=True)
    visit = request_visit(school=school, asked=whole, by=by, now=NOW)
    assert (visit.joint_worker, visit.joint_protocol_confirmed) == ("Wren Worker", True)


@pytest.mark.clause("PRI-08")
@pytest.mark.clause("MAT-15")
def test_what_to_prepare_and_to_take_is_listed_answered_and_blocks_nothing() -> None:
    school = a_school()
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    asked = a_request(school, purpose="in_year", answers={}, documents=["Welcome pack", " "])
    visit = request_visit(school=school, asked=asked, by=by, now=NOW)
    items = {item.what: item for item in visit.items.all()}
    assert [item.kind for item in items.values()] == ["document", "preparation", "preparation"]
    for answer in VisitItem.Answer.values:
        answer_item(item=items["Welcome pack"], answer=answer, by=by, now=NOW)
        assert visit.items.get(what="Welcome pack").answer == answer
    assert refused(lambda: answer_item(item=items["Welcome pack"], answer="perhaps", by=by, now=NOW))
    pair = [ready(school), ready(school)]
    plan_visit(
        school=school, pupil=asked.pupils[0], visit=visit, pair=pair, due_back=NOW + timedelta(hours=4), by=by, now=NOW,
        plan=a_plan(school, pair),
    )  # fmt: skip
    assert visit.items.filter(answer="").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        lambda asked: replace(asked, pupils=[]),
        lambda asked: replace(asked, pupils=[*asked.pupils, PupilFactory.create(school=asked.pupils[0].school)]),
        lambda asked: replace(asked, reason=" "),
        lambda asked: replace(asked, arrive_at=NOW - timedelta(minutes=1)),
    ],
)
def test_no_child_two_homes_no_reason_or_a_time_past_is_no_request(wrong: Callable[[Asked], Asked]) -> None:
    school = a_school()
    by, asked = StaffFactory.create(school=school, roles=["class_teacher"]), wrong(a_request(school))
    assert refused(lambda: request_visit(school=school, asked=asked, by=by, now=NOW))


def told(visit: HomeVisit) -> dict[str, str]:
    """What each role was told."""
    return dict(Notice.objects.filter(school=visit.school).values_list("role", "about"))


@pytest.mark.clause("PRI-15")
@pytest.mark.parametrize("purpose", ["welfare", "induction"])
def test_a_refusal_ends_the_visit_and_the_safeguarding_team_hears_it_at_once(purpose: str) -> None:
    visit = a_visit(purpose=purpose)
    by = StaffFactory.create(school=visit.school, roles=["office_admin"])
    family_refuses(visit=visit, reason="", by=by, now=NOW)
    visit.refresh_from_db()
    assert visit.status == S.REFUSED
    notice = Notice.objects.get(role=Role.DSL)
    assert (notice.about, notice.clause, notice.at) == ("family_declined", "PRI-15", NOW)
    assert ("their choice" in notice.says) is (purpose == "induction")
    assert refused(lambda: family_refuses(visit=visit, reason="", by=by, now=NOW))


def test_whoever_asked_withdraws_and_the_pair_hears_it_others_do_not() -> None:
    visit = a_visit()
    asker, teacher = visit.raised_by, StaffFactory.create(school=visit.school, roles=["class_teacher"])
    assert asker is not None
    assert refused(lambda: withdraw_request(visit=visit, reason="No longer needed", by=teacher, now=NOW))
    assert refused(lambda: withdraw_request(visit=visit, reason=" ", by=asker, now=NOW))
    withdraw_request(visit=visit, reason="No longer needed", by=asker, now=NOW)
    visit.refresh_from_db()
    assert (visit.status, told(visit)["pair"]) == (S.STOOD_DOWN, "visit_withdrawn")


def test_what_the_morning_raised_nobody_withdraws() -> None:
    school = a_school()
    by: Any = StaffFactory.create(school=school, roles=["headteacher"])
    visit = a_visit_in(school)
    HomeVisit.objects.filter(pk=visit.pk).update(purpose="absent_child_check", token=None, raised_by=None)
    assert refused(lambda: withdraw_request(visit=visit, reason="Too far", by=by, now=NOW)) == ["PRI-35"]
