"""Taking a reason back is honest: nobody falls between a case that closed, one that never opened, and a visit stood down."""

import pytest

from attendance.models import UnexplainedAbsence
from homevisits.common.errors import Blocked
from homevisits.home.watch import watch
from homevisits.messaging.models import Message, Notice
from visits.models import HomeVisit

from ..services.absences import log_absence, record_arrival, undo_absence, undo_arrival
from ..services.corrections import reached, send_correction
from .mornings import Morning

pytestmark = pytest.mark.django_db


def log(morning: Morning, wall: str, n: int = 0):  # type: ignore[no-untyped-def]
    olive = morning.staff["office_admin"]
    return log_absence(
        school=morning.school, pupils=[morning.missing[n]], channel="voicemail", code="I", by=olive, now=morning.at(wall)
    )[0]  # fmt: skip


def undo(morning: Morning, message, wall: str) -> None:  # type: ignore[no-untyped-def]
    undo_absence(school=morning.school, message=message, because="Wrong child", by=morning.staff["office_admin"], now=morning.at(wall))


@pytest.fixture
def morning() -> Morning:
    made = Morning(missing=1, present=9)
    made.take_register()
    return made


def test_a_reason_that_came_before_the_register_and_was_the_wrong_child_s_opens_a_case_when_undone(morning: Morning) -> None:
    message = log(morning, "08:55")
    morning.run("09:00", "09:20")
    assert not UnexplainedAbsence.objects.exists()
    undo(morning, message, "09:21")
    morning.run("09:21", "09:30")
    assert morning.case().status == "open"
    text = Message.objects.get(template="first_day_absence")
    assert (text.status, text.due_at) == ("accepted", morning.at("09:21"))
    assert not morning.school.late_steps.exists()  # what an undone reason delayed is not late
    assert watch(morning.at("09:30")) == []


def test_an_arrival_that_was_the_wrong_child_s_opens_a_case_when_undone(morning: Morning) -> None:
    olive = morning.staff["office_admin"]
    arrival = record_arrival(school=morning.school, pupil=morning.missing[0], by=olive, now=morning.at("08:55"))
    morning.run("09:00", "09:20")
    undo_arrival(school=morning.school, arrival=arrival, by=olive, now=morning.at("09:21"))
    morning.run("09:21", "09:22")
    assert morning.case().status == "open"


def test_an_undone_reason_of_a_day_to_come_opens_nothing_before_its_register(morning: Morning) -> None:
    message = log(morning, "08:40")
    undo(morning, message, "08:45")
    assert not UnexplainedAbsence.objects.exists()
    morning.run("09:00", "09:01")
    assert UnexplainedAbsence.objects.count() == 1


def test_a_visit_that_was_stood_down_is_raised_anew_when_the_reason_is_undone(morning: Morning) -> None:
    morning.run("09:00", "11:35")
    message = log(morning, "11:40")
    assert [visit.status for visit in HomeVisit.objects.all()] == ["stood_down"]
    undo(morning, message, "11:45")
    morning.run("11:45", "11:50")
    assert sorted(visit.status for visit in HomeVisit.objects.all()) == ["raised", "stood_down"]
    visit = HomeVisit.objects.get(status="raised")
    assert morning.case().visit == visit
    assert [row.contact.name for row in visit.untried.all()] == ["Parent0 Example"]
    assert Notice.objects.filter(about="visit_needed", at=morning.at("11:45")).count() == 3
    assert watch(morning.at("11:50")) == []


def test_calls_that_nobody_made_are_told_also_when_a_reason_came_and_went(morning: Morning) -> None:
    morning.run("09:00", "09:50")
    message = log(morning, "09:52")
    undo(morning, message, "09:55")
    morning.run("09:55", "10:15")
    told = Notice.objects.filter(about="calls_not_made")
    assert [notice.at for notice in told] == [morning.at("10:10")] * 2
    assert watch(morning.at("10:15")) == []


def test_calls_not_made_are_not_told_twice(morning: Morning) -> None:
    morning.run("09:00", "10:05")
    undo(morning, log(morning, "10:06"), "10:10")
    morning.run("10:10", "10:40")
    assert Notice.objects.filter(about="calls_not_made").count() == 2
    assert watch(morning.at("10:40")) == []


def test_undoing_an_arrival_of_the_morning_leaves_the_case_of_the_afternoon_alone(morning: Morning) -> None:
    olive = morning.staff["office_admin"]
    morning.run("09:00", "09:30")
    arrival = record_arrival(school=morning.school, pupil=morning.missing[0], by=olive, now=morning.at("09:31"))
    morning.take_afternoon_register()
    morning.run("13:15", "13:20")
    undo_arrival(school=morning.school, arrival=arrival, by=olive, now=morning.at("13:25"))
    assert [(case.session, case.status) for case in UnexplainedAbsence.objects.order_by("pk")] == [("AM", "closed"), ("PM", "open")]


def test_an_all_clear_that_went_is_taken_back_while_the_child_is_missing_and_given_again_at_the_end(morning: Morning) -> None:
    olive = morning.staff["office_admin"]
    morning.run("09:00", "09:20")
    message = log(morning, "09:25")
    morning.knock("09:26")
    undo(morning, message, "09:30")
    case = morning.case()
    there = reached(case)
    assert (there.template, list(there.numbers)) == ("all_clear_withdrawn", [case.pupil.contacts.get().mobile])
    send_correction(school=morning.school, case=case, why="Wrong child", by=olive, now=morning.at("09:31"))
    with pytest.raises(Blocked, match="taken back already"):
        send_correction(school=morning.school, case=case, why="Wrong child", by=olive, now=morning.at("09:32"))
    text = Message.objects.get(template="all_clear_withdrawn")
    assert "We still have no news of Child0" in text.body
    assert not Message.objects.filter(template="correction").exists()
    log(morning, "09:40")
    morning.knock("09:41")
    assert Message.objects.filter(template="all_clear", status="accepted").count() == 2


def test_an_all_clear_that_has_not_gone_does_not_go_when_the_reason_is_undone(morning: Morning) -> None:
    morning.run("09:00", "09:20")
    message = log(morning, "09:25")
    undo(morning, message, "09:25")
    morning.knock("09:26")
    assert Message.objects.get(template="all_clear").status == "cancelled"
    with pytest.raises(Blocked, match="nothing to take back"):
        send_correction(school=morning.school, case=morning.case(), why="x", by=morning.staff["office_admin"], now=morning.at("09:27"))
    log(morning, "09:30")
    morning.knock("09:31")
    assert Message.objects.filter(template="all_clear", status="accepted").count() == 1
