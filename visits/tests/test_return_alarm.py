"""Staff who are late: the alarm climbs at the minute, is told again until a person takes it on, and never clears itself (R10)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Message, Notice, NoticeTo
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import AlarmAcknowledgement, HomeVisit, PoliceCall, VisitAlarm, VisitEvent
from visits.services.alarm import acknowledge, take_on
from visits.services.climbing import sweep_alarms
from visits.services.out import check_in, delay
from visits.services.police import record_police
from visits.services.setting import next_due

from .factories import NOW, a_school, a_visit, out_now, ready

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BACK = NOW + 60 * MINUTE


def people(school: School) -> dict[str, Staff]:
    roles = ("office_admin", "senior_manager", "headteacher")
    return {role: StaffFactory.create(school=school, roles=[role], mobile=f"+4477009008{n:02}") for n, role in enumerate(roles)}


def an_alarm(preset: str = "secondary", **fields: Any) -> tuple[HomeVisit, dict[str, Staff]]:
    school = a_school(preset)
    who = people(school)
    return out_now(a_visit(school), **fields), who


def raised(visit: HomeVisit) -> list[str]:
    return list(visit.alarms.order_by("pk").values_list("step", flat=True))


def run(until: datetime, since: datetime = NOW) -> None:
    """Knocks every minute."""
    at = since
    while at <= until:
        sweep_alarms(at)
        at += MINUTE


@pytest.mark.clause("PRI-19", "ALT-19")
@pytest.mark.parametrize("preset", ["primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"])
def test_a_pair_that_is_not_back_raises_every_step_at_its_minute(preset: str) -> None:
    visit, _ = an_alarm(preset)
    run(BACK - MINUTE)
    assert not visit.alarms.filter(step="staff").exists()
    run(BACK + 31 * MINUTE, since=BACK)
    steps = visit.policy.values.return_alarm_steps
    at = {alarm.step: alarm.at for alarm in visit.alarms.filter(step__in=steps)}
    assert at == {step: BACK + minutes * MINUTE for step, minutes in steps.items()}
    assert not visit.alarms.filter(late_seconds__gt=0).exists()


@pytest.mark.clause("ALT-19")
def test_nobody_acknowledges_and_it_is_told_again_to_everybody_it_reached_by_text_and_email() -> None:
    visit, who = an_alarm()
    run(BACK + 19 * MINUTE)
    last = visit.alarms.get(step="senior_manager")
    assert (last.repeats, last.repeat_at) == (1, BACK + 20 * MINUTE)
    told = NoticeTo.objects.filter(notice__about="overdue", staff=who["office_admin"])
    assert [row.notice.at - BACK for row in told.order_by("notice__at")] == [5 * MINUTE, 15 * MINUTE]
    ways = set(
        Message.objects.filter(school=visit.school, purpose__endswith=f":{who['office_admin'].pk}").values_list("channel", flat=True)
    )
    assert ways == {"text", "email"}, "one lost channel loses nothing"
    run(BACK + 120 * MINUTE, since=BACK + 20 * MINUTE)
    assert raised(visit).count("police_prompt") == 1, "told again, not raised again"
    assert visit.alarms.get(step="police_prompt").repeats == 18
    visit.refresh_from_db()
    assert visit.returned_at is None
    assert visit.alarms.filter(repeat_at__isnull=False).count() == 1, "it never clears itself"


@pytest.mark.clause("ALT-19")
def test_a_person_takes_it_on_by_name_and_it_rests_then_climbs_on() -> None:
    visit, who = an_alarm()
    run(BACK + 6 * MINUTE)
    pair = visit.members.all()[0].staff
    before = AlarmAcknowledgement.objects.count(), VisitEvent.objects.count(), Notice.objects.count()
    with pytest.raises(Blocked) as why:
        acknowledge(visit=visit, by=pair, now=BACK + 7 * MINUTE)
    assert why.value.blocks[0].clause == "ALT-19"
    assert (AlarmAcknowledgement.objects.count(), VisitEvent.objects.count(), Notice.objects.count()) == before
    row = acknowledge(visit=visit, by=who["office_admin"], now=BACK + 7 * MINUTE, says="Ringing both")
    assert (row.by, row.says) == (who["office_admin"], "Ringing both")
    notices = Notice.objects.count()
    run(BACK + 16 * MINUTE, since=BACK + 7 * MINUTE)
    assert Notice.objects.count() == notices, "quiet for the rest that the policy gives"
    run(BACK + 17 * MINUTE, since=BACK + 17 * MINUTE)
    assert raised(visit) == ["staff", "office", "senior_manager"]
    assert visit.alarms.get(step="senior_manager").late_seconds == 0
    run(BACK + 30 * MINUTE, since=BACK + 18 * MINUTE)
    acknowledge(visit=visit, by=who["office_admin"], now=BACK + 31 * MINUTE)
    run(BACK + 41 * MINUTE, since=BACK + 31 * MINUTE)
    assert visit.alarms.get(step="police_prompt").repeats == 1, "still out when the rest is over: told again"


def test_an_alarm_ends_when_everybody_is_back_and_only_then() -> None:
    visit, who = an_alarm()
    run(BACK + 6 * MINUTE)
    one, two = (member.staff for member in visit.members.order_by("pk"))
    check_in(visit=visit, point="returned", by=one, now=BACK + 7 * MINUTE)
    run(BACK + 10 * MINUTE, since=BACK + 7 * MINUTE)
    assert "senior_manager" in raised(visit)
    check_in(visit=visit, point="returned", by=who["office_admin"], now=BACK + 11 * MINUTE, for_staff=two)
    visit.refresh_from_db()
    assert visit.returned_at == BACK + 11 * MINUTE
    assert next_due() is None
    run(BACK + 60 * MINUTE, since=BACK + 11 * MINUTE)
    assert raised(visit) == ["staff", "office", "senior_manager"]


def test_an_outage_is_caught_up_each_step_once_and_marked_late() -> None:
    visit, _ = an_alarm()
    sweep_alarms(BACK + 12 * MINUTE)
    sweep_alarms(BACK + 12 * MINUTE)
    assert raised(visit) == ["staff", "office", "senior_manager"]
    assert [alarm.late_seconds for alarm in visit.alarms.order_by("pk")] == [720, 420, 0]


def test_one_visit_that_cannot_be_dealt_with_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    visit, _ = an_alarm()
    other = out_now(a_visit(visit.school, pair=[ready(visit.school), ready(visit.school)]), minutes=61)
    HomeVisit.objects.filter(pk=visit.pk).update(due_back=BACK, policy=visit.policy)
    VisitAlarm.objects.create(visit=visit, step="bad", place=0, due_at=NOW, at=NOW)
    from visits.services.alarm_telling import tell_alarm as real

    def broken(about: HomeVisit, *rest: Any) -> None:
        if about.pk == visit.pk:
            raise RuntimeError("a row that cannot be")
        real(about, *rest)

    monkeypatch.setattr("visits.services.climbing.tell_alarm", broken)
    sweep_alarms(BACK + MINUTE)
    assert not visit.alarms.filter(step="staff").exists(), "nothing half done"
    assert other.alarms.filter(step="staff").exists()


@pytest.mark.clause("ALT-24")
def test_a_delay_moves_the_time_due_tells_the_office_and_keeps_before_and_after() -> None:
    visit, who = an_alarm()
    ted = visit.members.all()[0].staff
    row = delay(visit=visit, minutes=20, by=ted, now=NOW + 30 * MINUTE, says="The road is shut")
    visit.refresh_from_db()
    assert (row.before, row.after, visit.due_back) == (BACK, BACK + 20 * MINUTE, BACK + 20 * MINUTE)
    assert NoticeTo.objects.filter(notice__about="delayed", staff=who["office_admin"]).exists()
    run(BACK + 19 * MINUTE, since=BACK)
    assert raised(visit) == []
    run(BACK + 20 * MINUTE, since=BACK + 20 * MINUTE)
    assert raised(visit) == ["staff"]
    with pytest.raises(BadInput):
        delay(visit=visit, minutes=0, by=ted, now=BACK)


@pytest.mark.clause("ATT-12")
def test_a_missed_check_in_raises_an_alarm_of_its_own_until_somebody_sees_to_it_or_it_comes() -> None:
    visit, who = an_alarm("attendance-officer", arrive_at=NOW + 15 * MINUTE)
    run(NOW + 24 * MINUTE)
    assert raised(visit) == []
    run(NOW + 30 * MINUTE, since=NOW + 25 * MINUTE)
    assert raised(visit) == ["missed_arriving"]
    assert visit.alarms.get().repeats == 1
    assert NoticeTo.objects.filter(notice__about="check_in_missed", staff=who["office_admin"]).count() == 2
    with pytest.raises(Blocked, match="no alarm"):
        acknowledge(visit=visit, by=who["office_admin"], now=NOW + 31 * MINUTE)
    take_on(visit=visit, by=who["office_admin"], now=NOW + 31 * MINUTE)
    visit.refresh_from_db()
    assert visit.alarm_quiet_until is None, "the return alarm is not put off by it"
    officer = visit.members.all()[0].staff
    check_in(visit=visit, point="arriving", by=officer, now=NOW + 32 * MINUTE)
    run(NOW + 59 * MINUTE, since=NOW + 32 * MINUTE)
    assert raised(visit) == ["missed_arriving", "missed_left_property"]
    check_in(visit=visit, point="left_property", by=officer, now=NOW + 59 * MINUTE)
    assert not visit.alarms.filter(repeat_at__isnull=False).exists()


@pytest.mark.clause("ATT-17", "ALT-19")
def test_the_police_are_called_or_not_by_name_with_time_reference_and_reason() -> None:
    visit, who = an_alarm()
    run(BACK + 31 * MINUTE)
    head, pair = who["headteacher"], visit.members.all()[0].staff
    with pytest.raises(BadInput, match="why"):
        record_police(visit=visit, called=False, by=head, now=BACK + 32 * MINUTE)
    with pytest.raises(Blocked):
        record_police(visit=visit, called=False, reason="We are fine", by=pair, now=BACK + 32 * MINUTE)
    assert not PoliceCall.objects.exists()
    record_police(visit=visit, called=False, reason="They rang, the car broke down", by=head, now=BACK + 32 * MINUTE)
    record_police(visit=visit, called=True, reference="CAD 123", at=BACK + 33 * MINUTE, by=head, now=BACK + 35 * MINUTE)
    kept = [(row.called, row.at, row.reference, row.reason, row.by) for row in visit.police_calls.order_by("pk")]
    assert kept == [
        (False, BACK + 32 * MINUTE, "", "They rang, the car broke down", head), (True, BACK + 33 * MINUTE, "CAD 123", "", head),
    ]  # fmt: skip
