"""Sending a pair at once: who may, what still holds, who is told, and the review of the next school day."""

from datetime import timedelta
from typing import Any

import pytest

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import AlarmDevice, Closure, School, Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import BreakGlass, HomeVisit, VisitApproval
from visits.rules.approval import approval_blocks
from visits.rules.leaving import departure_blocks
from visits.services.break_glass import Taken, ask_for_reviews, go_now, review
from visits.services.planning import plan_visit
from visits.tests.factories import NOW, a_school, a_visit, ready, sent_at_once

pytestmark = pytest.mark.django_db
BACK = NOW + timedelta(hours=1)


def staff(school: School, role: str) -> Staff:
    return StaffFactory.create(school=school, roles=[role])


def kit(school: School) -> Taken:
    """What the policy wants taken along."""
    return Taken(
        device=AlarmDevice.objects.create(school=school, label=f"Alarm {AlarmDevice.objects.count()}"),
        vehicle_words="On foot",
        safe_word="Blue folder",
    )


def send(school: School, by: Staff, **more: Any) -> HomeVisit:
    given: dict[str, Any] = {"pupils": [PupilFactory.create(school=school)], "pair": [ready(school), ready(school)], "due_back": BACK}
    given["taken"] = kit(school)
    return go_now(**{"school": school, "reason": "A call for help", "by": by, "now": NOW, **given, **more})


@pytest.mark.parametrize("role", ["headteacher", "principal", "dsl", "deputy_dsl"])
def test_a_lead_or_the_head_sends_a_pair_at_once_and_everybody_concerned_is_told(role: str) -> None:
    school = a_school("attendance-officer")
    by = staff(school, role)
    visit = send(school, by)
    signed = VisitApproval.objects.get(visit=visit)
    assert (visit.status, signed.role, signed.risk, signed.name) == (HomeVisit.Status.APPROVED, "break_glass", None, by.name)
    assert "A call for help" in signed.says
    told = Notice.objects.filter(about="sent_at_once", alarm=True)
    assert set(told.values_list("role", flat=True)) == {"headteacher", "dsl", "office_admin", "pair"}
    assert BreakGlass.objects.get(visit=visit).review_due_on == (NOW + timedelta(days=1)).date()


@pytest.mark.clause("PRI-02")
@pytest.mark.parametrize("preset", ["primary-procedures", "attendance-officer"])
def test_the_rule_of_two_holds_in_an_emergency_where_the_policy_says_always(preset: str) -> None:
    school = a_school(preset)
    by, one = staff(school, "headteacher"), ready(school)
    before = AuditEvent.objects.count(), HomeVisit.objects.count(), Notice.objects.count()
    with pytest.raises(Blocked, match="needs 2 different members of staff"):
        send(school, by, pair=[one])
    assert before == (AuditEvent.objects.count(), HomeVisit.objects.count(), Notice.objects.count())


def test_nobody_else_sends_nobody_sends_themselves_and_there_is_a_reason() -> None:
    school = a_school()
    head = ready(school, ["headteacher"])
    for by, more in ((staff(school, "senior_manager"), {}), (head, {"pair": [head, ready(school)]}), (head, {"due_back": NOW})):
        with pytest.raises(Blocked):
            send(school, by, **more)
    with pytest.raises(BadInput):
        send(school, head, reason=" ")
    assert HomeVisit.objects.count() == 0


@pytest.mark.clause("ATT-16")
def test_what_the_policy_wants_taken_along_is_taken_in_an_emergency_too() -> None:
    school = a_school("attendance-officer")
    with pytest.raises(Blocked, match="No alarm device"):
        send(school, staff(school, "headteacher"), taken=Taken(vehicle_words="On foot"))


def test_a_plan_that_changes_after_the_sending_needs_what_every_plan_needs() -> None:
    school = a_school()
    visit = sent_at_once(a_visit(school))
    assert "PRI-01" not in {block.clause for block in departure_blocks(visit, NOW)}
    pupil, head = visit.visit_pupils.get().pupil, staff(school, "headteacher")
    plan_visit(school=school, pupil=pupil, visit=visit, pair=[ready(school), ready(school)], due_back=BACK, by=head, now=NOW)
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.PLANNED
    assert "PRI-01" in {block.clause for block in approval_blocks(visit, staff(school, "senior_manager"), NOW)}


def test_a_visit_that_waits_can_be_sent_once() -> None:
    visit = sent_at_once(a_visit())
    assert visit.status == HomeVisit.Status.APPROVED
    with pytest.raises(Blocked):
        sent_at_once(visit)


def test_the_review_is_asked_for_from_the_next_school_day_every_day_until_somebody_else_has_written_it() -> None:
    school = a_school()
    Closure.objects.create(school=school, day=(NOW + timedelta(days=1)).date(), kind="inset", entered_at=NOW)
    visit = sent_at_once(a_visit(school))
    sent = BreakGlass.objects.get(visit=visit)
    assert sent.review_due_on == (NOW + timedelta(days=2)).date()
    asked = Notice.objects.filter(about="sending_review")
    assert ask_for_reviews(NOW + timedelta(days=1)) == 0
    morning = NOW + timedelta(days=2)
    assert ask_for_reviews(morning.replace(hour=7)) == 0
    assert [ask_for_reviews(morning), ask_for_reviews(morning + timedelta(hours=3))] == [1, 0]
    assert ask_for_reviews(morning + timedelta(days=1)) == 1
    assert set(asked.filter(done_at__isnull=True).values_list("role", flat=True)) == {"headteacher", "dsl"}
    now = morning + timedelta(days=1)
    with pytest.raises(Blocked, match="Somebody else"):
        review(visit=visit, says="I was right", by=sent.by, now=now)
    head = staff(school, "headteacher")
    with pytest.raises(BadInput):
        review(visit=visit, says=" ", by=head, now=now)
    review(visit=visit, says="It was right to go", by=head, now=now)
    assert not asked.filter(done_at__isnull=True).exists()
    assert ask_for_reviews(now + timedelta(days=1)) == 0
    with pytest.raises(Blocked):
        review(visit=visit, says="Again", by=head, now=now)
