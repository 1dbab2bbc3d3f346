"""Somebody does not go: with one tap and no question; ill or gone; and what a change of an approved plan brings with it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from homevisits.messaging.models import Notice
from homevisits.people.models import StaffRole
from homevisits.people.services.off_visits import report_unwell
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitApproval
from visits.services.members import drop_those_who_cannot_go, say_no
from visits.services.planning import plan_visit

from .factories import NOW, TESTS, a_plan, a_school, a_vehicle, a_visit, ready
from .test_asking import refused

pytestmark = pytest.mark.django_db
S = HomeVisit.Status
BOTH = pytest.mark.parametrize(
    ("preset", "clause", "approver"),
    [("academy-trust", "MAT-24", "principal"), ("attendance-officer", "ATT-19", "senior_manager")],
)


def approved(preset: str = "academy-trust") -> HomeVisit:
    """A visit with an approval that holds."""
    visit = a_visit(a_school(preset), purpose="attendance")
    assert visit.raised_by is not None
    VisitApproval.objects.create(visit=visit, role="principal", staff=visit.raised_by, name="Example", version=visit.version, at=NOW)
    HomeVisit.objects.filter(pk=visit.pk).update(status=S.APPROVED)
    visit.refresh_from_db()
    return visit


@BOTH
@pytest.mark.clause("MAT-24")
@pytest.mark.clause("ATT-19")
def test_one_tap_takes_them_off_and_the_approver_is_told_without_a_reason(client: Client, preset: str, clause: str, approver: str) -> None:
    visit = approved(preset)
    one, other = (member.staff for member in visit.members.select_related("staff").order_by("pk"))
    client.force_login(one)
    client.post(f"/s/{visit.school.slug}/visits/{visit.pk}/say-no/")
    visit.refresh_from_db()
    assert (visit.status, [member.staff for member in visit.members.all()]) == (S.RAISED, [other])
    assert not visit.approvals.filter(voided_at__isnull=True).exists()
    assert visit.events.get(what="said_no").note == ""
    told = {notice.role: notice for notice in Notice.objects.filter(about="said_no")}
    assert told.keys() >= {approver, "planner", "pair"}
    assert {notice.clause for notice in told.values()} == {clause}


@BOTH
@pytest.mark.clause("MAT-24")
@pytest.mark.clause("ATT-19")
def test_on_the_way_or_inside_they_stop_and_the_visit_goes_on_being_watched(preset: str, clause: str, approver: str) -> None:
    visit = approved(preset)
    HomeVisit.objects.filter(pk=visit.pk).update(status=S.OUT, departed_at=NOW)
    one = visit.members.order_by("pk")[0].staff
    for _ in range(2):
        say_no(visit=visit, by=one, now=NOW)
    visit.refresh_from_db()
    assert (visit.status, visit.members.count()) == (S.OUT, 2)
    notice = Notice.objects.get(about="said_stop", role=approver)
    assert (notice.alarm, notice.clause) == (True, clause)


def test_nobody_says_no_for_others() -> None:
    visit = approved()
    head = visit.raised_by
    assert head is not None
    assert refused(lambda: say_no(visit=visit, by=head, now=NOW))


@pytest.mark.clause("PRI-02")
@pytest.mark.parametrize("why", ["ill", "left"])
def test_whoever_falls_ill_or_leaves_sends_the_visit_back_to_planning(why: str) -> None:
    visit = a_visit()
    one = visit.members.order_by("pk")[0].staff
    assert drop_those_who_cannot_go(NOW) == 0
    if why == "ill":
        report_unwell(school=visit.school, staff=one, symptoms_from=NOW.date(), by=TESTS, now=NOW)
    else:
        StaffRole.objects.filter(staff=one).update(ends_on=NOW.date() - timedelta(days=1))
    assert [drop_those_who_cannot_go(NOW) for _ in range(2)] == [1, 0]
    visit.refresh_from_db()
    assert (visit.status, visit.members.count()) == (S.RAISED, 1)
    assert Notice.objects.filter(about="dropped_out", role="planner").exists()


@pytest.mark.clause("ATT-36")
@pytest.mark.parametrize("change", ["time", "pair", "place", "vehicle"])
def test_a_change_after_approval_is_told_to_the_headteacher_and_stays_on_the_trail(change: str) -> None:
    visit = approved("attendance-officer")
    school, pair = visit.school, [member.staff for member in visit.members.order_by("pk")]
    changes: dict[str, dict[str, Any]] = {"place": {"place": "The library"}, "vehicle": {"vehicle": a_vehicle(school)}}
    plan = changes.get(change, {})
    if change == "pair":
        pair[1] = ready(school)
    back = visit.due_back + timedelta(minutes=15) if change == "time" and visit.due_back else visit.due_back
    assert back is not None
    by = StaffFactory.create(school=school, roles=["office_admin"])
    whole = replace(a_plan(school, pair), **plan)
    plan_visit(school=school, pupil=visit.visit_pupils.get().pupil, visit=visit, pair=pair, due_back=back, by=by, now=NOW, plan=whole)
    visit.refresh_from_db()
    assert visit.status == S.PLANNED
    assert not visit.approvals.filter(voided_at__isnull=True).exists()
    notice = Notice.objects.get(about="visit_changed", role="headteacher")
    words = {"time": "Due back", "pair": "Who goes", "place": "Where", "vehicle": "By"}[change]
    assert words in notice.says
    assert words in visit.events.get(what="approval_void").note
    assert visit.events.filter(what="planned", by=by).exists()
