"""Approving, declining, sending back: who may, what is signed, and that a decision is made on what was read."""

from datetime import timedelta

import pytest

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import DutyDay, School, Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, SafeguardingDecision, VisitApproval
from visits.rules.approval import approver_roles, missing_roles
from visits.services.approval import approve, decline, send_back
from visits.tests.factories import NOW, a_school, a_visit, assessed, ready

pytestmark = pytest.mark.django_db
S = HomeVisit.Status


def staff(school: School, *roles: str) -> Staff:
    return StaffFactory.create(school=school, roles=list(roles))


def refused(visit: HomeVisit, by: Staff, **more: object) -> list[tuple[str | None, str]]:
    """Why an approval is refused, which leaves no trace."""
    before = (VisitApproval.objects.count(), AuditEvent.objects.count(), Notice.objects.count(), visit.events.count())
    with pytest.raises(Blocked) as why:
        approve(visit=visit, by=by, now=NOW, **more)  # type: ignore[arg-type]
    assert before == (VisitApproval.objects.count(), AuditEvent.objects.count(), Notice.objects.count(), visit.events.count())
    return [(block.clause, block.says) for block in why.value.blocks]


def clauses(visit: HomeVisit, by: Staff) -> set[str | None]:
    return {clause for clause, _ in refused(visit, by)}


@pytest.mark.clause("ATT-33")
def test_an_approval_is_a_signature_with_name_role_time_and_version_by_who_is_on_duty_that_day() -> None:
    school = a_school("attendance-officer")
    visit = assessed(a_visit(school))
    duty, deputy, other = (staff(school, "senior_manager") for _ in range(3))
    DutyDay.objects.create(school=school, day=NOW.date(), staff=duty, deputy=deputy, at=NOW)
    assert clauses(visit, other) == {"ATT-33"}
    assert approver_roles(school, visit.policy.values, deputy, NOW) == ["senior_manager_on_duty"]
    assert approver_roles(school, visit.policy.values, duty, NOW + timedelta(days=1)) == ["senior_manager_on_duty"]  # no rota that day
    assert approve(visit=visit, by=duty, now=NOW)
    visit.refresh_from_db()
    signed = VisitApproval.objects.get(visit=visit)
    assert (visit.status, signed.name, signed.role, signed.at) == (S.APPROVED, duty.name, "senior_manager_on_duty", NOW)
    assert (signed.version, signed.risk) == (visit.version, visit.risks.get())
    assert f"version {visit.version}" in signed.says
    assert "senior manager on duty" in signed.says


@pytest.mark.clause("MAT-01")
@pytest.mark.parametrize("role", ["principal", "dsl"])
@pytest.mark.parametrize(("needed", "whole"), [("any", True), ("all", False)])
def test_approver_roles_and_whether_one_or_both_are_a_setting(role: str, needed: str, whole: bool) -> None:
    school = a_school("academy-trust", approvals_needed=needed)
    visit = assessed(a_visit(school))
    assert approve(visit=visit, by=staff(school, role), now=NOW) is whole
    visit.refresh_from_db()
    assert visit.status == (S.APPROVED if whole else S.PLANNED)
    assert missing_roles(visit) == ([] if whole else [{"principal": "dsl", "dsl": "principal"}[role]])
    if not whole:
        assert approve(visit=visit, by=staff(school, "headteacher" if role == "dsl" else "dsl"), now=NOW)


@pytest.mark.clause("ALT-12")
@pytest.mark.clause("ALT-02")
def test_line_manager_and_headteacher_both_approve_and_assert_necessity_and_interest() -> None:
    school = a_school("alternative-provision")
    goes = ready(school, ["visiting_staff", "line_manager"])
    visit = assessed(a_visit(school, pair=[goes, ready(school)]))
    assert "Nobody decides about their own visit." in {says for _, says in refused(visit, goes)}
    manager, head = staff(school, "line_manager"), staff(school, "headteacher")
    assert not approve(visit=visit, by=manager, now=NOW)
    assert {says for _, says in refused(visit, manager)} == {"It is approved by this role already."}
    assert approve(visit=visit, by=head, now=NOW)
    for signed in visit.approvals.all():
        assert "It is necessary and appropriate, and it is in the pupil's interest." in signed.says
    roles = set(visit.approvals.values_list("role", flat=True))
    assert roles == {"line_manager", "headteacher"}


@pytest.mark.clause("PRI-01")
@pytest.mark.parametrize(
    ("preset", "by", "clause"),
    [
        ("primary-procedures", "senior_manager", "PRI-01"),
        ("attendance-officer", "senior_manager", "ATT-80"),
        ("academy-trust", "principal", "MAT-10"),
        ("alternative-provision", "headteacher", "ALT-02"),
        ("secondary", "senior_manager", "PRI-01"),
    ],
)
def test_no_preset_approves_without_a_completed_risk_assessment(preset: str, by: str, clause: str) -> None:
    school = a_school(preset)
    visit = a_visit(school)
    assert clause in clauses(visit, staff(school, by))


@pytest.mark.clause("ATT-80")
def test_a_second_name_a_mobile_or_the_assessment_missing_blocks_approval() -> None:
    school = a_school("attendance-officer")
    manager = staff(school, "senior_manager")
    visit = assessed(a_visit(school))
    member = visit.members.order_by("pk").first()
    assert member is not None
    Staff.objects.filter(pk=member.staff_id).update(mobile="")
    assert ("ATT-80", f"There is no mobile number for {member.staff}.") in refused(visit, manager)
    member.delete()
    assert any("needs 2 different members of staff" in says for _, says in refused(visit, manager))
    assert "ATT-80" in clauses(a_visit(school), manager)


@pytest.mark.clause("PRI-12")
def test_a_high_risk_waits_for_the_safeguarding_team() -> None:
    school = a_school()
    visit, manager = assessed(a_visit(school), "high"), staff(school, "senior_manager")
    assert clauses(visit, manager) == {"PRI-12"}
    SafeguardingDecision.objects.create(visit=visit, decision="visit", reason="Known family", at=NOW, by=staff(school, "dsl"))
    assert approve(visit=visit, by=manager, now=NOW)


def test_a_visit_that_changed_while_it_was_read_is_not_decided_about() -> None:
    school = a_school()
    visit, manager = assessed(a_visit(school)), staff(school, "senior_manager")
    read = visit.version
    assessed(visit, "medium", by=manager)
    assert [says for _, says in refused(visit, manager, version=read, status=S.PLANNED)] == [
        "The visit changed while you read it. Nothing was decided: look at it again and decide then."
    ]
    with pytest.raises(Blocked):
        decline(visit=visit, reason="No", by=manager, now=NOW, version=read)
    visit.refresh_from_db()
    assert visit.status == S.PLANNED
    assert approve(visit=visit, by=manager, now=NOW, version=visit.version, status=S.PLANNED)
    with pytest.raises(Blocked, match=f"Meanwhile the visit is “approved” by {manager.name}"):
        send_back(visit=visit, reason="No", by=staff(school, "senior_manager"), now=NOW, version=visit.version, status=S.PLANNED)


@pytest.mark.parametrize(("act", "status"), [(decline, S.DECLINED), (send_back, S.SENT_BACK)])
def test_declining_and_sending_back_need_a_reason_void_approvals_and_tell_requester_and_pair(act: object, status: str) -> None:
    school = a_school("academy-trust", approvals_needed="all")
    visit, principal, dsl = assessed(a_visit(school)), staff(school, "principal"), staff(school, "dsl")
    approve(visit=visit, by=principal, now=NOW)
    with pytest.raises(BadInput):
        act(visit=visit, reason="  ", by=dsl, now=NOW)  # type: ignore[operator]
    act(visit=visit, reason="Not now", by=dsl, now=NOW)  # type: ignore[operator]
    visit.refresh_from_db()
    assert (visit.status, visit.approvals.filter(voided_at__isnull=True).count()) == (status, 0)
    told = Notice.objects.filter(about="visit_decided").latest("pk")
    people = set(told.people.values_list("staff_id", flat=True))
    assert people == {visit.raised_by_id, *visit.members.values_list("staff_id", flat=True)}
    assert "Not now" in visit.events.latest("pk").note


def test_the_same_tap_twice_signs_once() -> None:
    school = a_school()
    visit, manager = assessed(a_visit(school)), staff(school, "senior_manager")
    approve(visit=visit, by=manager, now=NOW, version=visit.version, status=S.PLANNED)
    refused(visit, manager, version=visit.version, status=S.PLANNED)
    assert VisitApproval.objects.count() == 1
