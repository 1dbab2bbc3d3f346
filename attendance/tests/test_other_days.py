"""What is not the plain first morning: a second day, the afternoon, a class of its own time, a school that closes, an undo."""

from datetime import date, time, timedelta

import pytest

from attendance.models import AbsenceMessage, Register, SchoolDay, UnexplainedAbsence
from attendance.services.absences import log_absence, record_arrival, undo_absence, undo_arrival
from attendance.services.registers import close_school
from attendance.sweep import sweep
from homevisits.common.errors import Blocked
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import RegisterTime
from visits.models import HomeVisit

from .mornings import BY, Morning

pytestmark = pytest.mark.django_db


def texts(morning: Morning, template: str = "first_day_absence") -> list[tuple[str, str]]:
    """(local time, number) of the texts that the provider accepted."""
    rows = Message.objects.filter(school=morning.school, template=template, accepted_at__isnull=False).order_by("accepted_at", "to")
    return [(row.accepted_at.strftime("%d %H:%M"), row.to) for row in rows if row.accepted_at]


def test_the_next_days_register_adds_to_an_open_case_and_its_ladder_starts_again() -> None:
    morning = Morning(missing=1)
    morning.take_register()
    morning.run("09:00", "15:31", every=600)
    first = morning.case()
    assert first.status == "open"
    morning.day = date(2026, 11, 25)
    morning.take_register()
    morning.run("09:00", "11:31", every=300)
    case = morning.case()
    assert UnexplainedAbsence.objects.count() == 1
    assert (case.pk, case.first_day, case.day) == (first.pk, date(2026, 11, 24), date(2026, 11, 25))
    assert [when for when, _ in texts(morning)] == ["24 09:20", "25 09:15"]
    assert sorted(case.steps.values_list("day", "rung")) == sorted(
        [(date(2026, 11, 24), rung) for rung in ("first_text_at", "call_at", "welfare_visit_at", "school_day_ends")]
        + [(date(2026, 11, 25), rung) for rung in ("first_text_at", "call_at", "welfare_visit_at")]
    )
    # The visit raised on the first day is still to come: the second day adds nothing to it.
    assert HomeVisit.objects.count() == 1


def test_a_child_present_on_the_next_day_closes_the_case() -> None:
    morning = Morning(missing=1)
    morning.take_register()
    morning.run("09:00", "09:20", every=300)
    morning.day, morning.missing = date(2026, 11, 25), []
    morning.take_register()
    case = UnexplainedAbsence.objects.get()
    assert (case.status, case.closed_reason) == ("closed", "arrived")


def test_a_child_ill_until_thursday_is_not_texted_on_the_days_between() -> None:
    morning = Morning(missing=1)
    office = morning.staff["office_admin"]
    log_absence(
        school=morning.school,
        pupils=morning.missing,
        channel="voicemail",
        code="I",
        until=date(2026, 11, 26),
        by=office,
        now=morning.at("08:00"),
    )
    for day in (24, 25, 26):
        morning.day = date(2026, 11, day)
        morning.take_register()
        morning.run("09:00", "09:20", every=300)
        assert not UnexplainedAbsence.objects.exists()
    morning.day = date(2026, 11, 27)
    morning.take_register()
    morning.run("09:00", "09:20", every=300)
    assert [when for when, _ in texts(morning)] == ["27 09:15"]


def test_a_child_who_vanishes_at_lunch_has_a_case_and_people_hear_at_once() -> None:
    morning = Morning(missing=1)
    absent, morning.missing = morning.missing, []
    morning.take_register()
    morning.run("09:00", "09:20", every=300)
    assert not UnexplainedAbsence.objects.exists()
    morning.missing = absent
    morning.take_afternoon_register()
    morning.run("13:15", "15:30", every=300)
    case = morning.case()
    assert (case.session, case.status) == ("PM", "open")
    assert set(Notice.objects.filter(about="vanished_at_lunch").values_list("role", flat=True)) == {
        "dsl",
        "pupil_support_lead",
        "office_admin",
    }
    # The afternoon's rungs stand as far after its close as the morning's after nine, none after the end of the day.
    assert [when for when, _ in texts(morning)] == ["24 13:30"]
    due = {rung: at.strftime("%H:%M") for rung, at in case.steps.values_list("rung", "due_at")}
    assert due == {"first_text_at": "13:30", "call_at": "14:00", "welfare_visit_at": "15:30", "school_day_ends": "15:30"}


def test_a_class_with_its_own_close_opens_its_cases_then() -> None:
    morning = Morning(missing=1)
    RegisterTime.objects.create(school=morning.school, session="AM", class_name="3A", closes=time(9, 30))
    morning.take_register()
    morning.run("09:00", "09:25", every=300)
    assert not UnexplainedAbsence.objects.exists()
    morning.knock("09:30")
    assert morning.case().due_from == morning.at("09:30")
    morning.knock("09:30:10")
    assert [when for when, _ in texts(morning)] == ["24 09:30"]


def test_a_school_that_closes_this_morning_texts_nobody_and_opens_nothing_more() -> None:
    morning = Morning(missing=2)
    morning.take_register()
    morning.knock("09:00")
    close_school(school=morning.school, day=morning.day, reason="Burst pipe", by=BY, now=morning.at("09:10"))
    morning.run("09:15", "15:30", every=600)
    assert texts(morning) == []
    assert set(UnexplainedAbsence.objects.values_list("status", "closed_reason")) == {("closed", "school_closed")}
    assert not HomeVisit.objects.exists()
    assert SchoolDay.objects.get(school=morning.school, day=morning.day).closed_because == "Burst pipe"


def test_a_weekend_has_no_register_and_no_case() -> None:
    morning = Morning(missing=1, day=date(2026, 11, 28))
    morning.run("08:00", "10:00", every=1200)
    assert not Register.objects.exists()
    assert not SchoolDay.objects.get(school=morning.school).is_open


class TestUndo:
    """Undo is honest: the case reopens where it stood, and what was sent stays sent."""

    def logged(self, morning: Morning, wall: str) -> AbsenceMessage:
        office = morning.staff["office_admin"]
        return log_absence(school=morning.school, pupils=morning.missing, channel="office", code="I", by=office, now=morning.at(wall))[0]

    def test_before_the_text_it_goes_after_all_once(self) -> None:
        morning = Morning(missing=1)
        morning.take_register()
        morning.knock("09:00")
        message = self.logged(morning, "09:05")
        undo_absence(
            school=morning.school, message=message, because="Wrong child", by=morning.staff["office_admin"], now=morning.at("09:07")
        )
        morning.run("09:10", "09:30", every=300)
        assert [when for when, _ in texts(morning)] == ["24 09:15"]

    def test_after_the_text_it_stands_where_it_stood_and_the_text_is_not_repeated(self) -> None:
        morning = Morning(missing=1)
        morning.take_register()
        morning.run("09:00", "09:20", every=300)
        message = self.logged(morning, "09:25")
        morning.run("09:25", "10:00", every=300)
        assert [when for when, _ in texts(morning, "all_clear")] == ["24 09:25"]
        undo_absence(
            school=morning.school, message=message, because="Wrong child", by=morning.staff["office_admin"], now=morning.at("10:02")
        )
        case = morning.case()
        assert (case.status, case.next_rung) == ("open", "call_at")
        morning.run("10:03", "11:31", every=60)
        assert len(texts(morning)) == 1
        assert [event.what for event in case.events.order_by("pk")] == ["opened", "closed", "reopened"]
        assert HomeVisit.objects.filter(status="raised").count() == 1
        # The call rung passed while the case was closed: it is taken now and nobody calls it late.
        assert list(morning.school.late_steps.values_list("rung", "late_seconds")) == []

    def test_a_text_cancelled_on_its_way_goes_when_the_reason_is_undone(self) -> None:
        morning = Morning(missing=1)
        morning.take_register()
        morning.knock("09:00")
        sweep(morning.at("09:15"))
        message = self.logged(morning, "09:15:05")
        assert Message.objects.get(template="first_day_absence").status == "cancelled"
        undo_absence(school=morning.school, message=message, because="", by=morning.staff["office_admin"], now=morning.at("09:16"))
        morning.run("09:17", "09:20", every=60)
        assert [when for when, _ in texts(morning)] == ["24 09:17"]

    def test_an_arrival_undone_reopens_unless_a_reason_still_stands(self) -> None:
        morning = Morning(missing=1)
        office = morning.staff["office_admin"]
        morning.take_register()
        morning.knock("09:00")
        arrival = record_arrival(school=morning.school, pupil=morning.missing[0], by=office, now=morning.at("09:05"))
        self.logged(morning, "09:06")
        undo_arrival(school=morning.school, arrival=arrival, by=office, now=morning.at("09:07"))
        assert morning.case().status == "closed"

    def test_yesterdays_message_is_not_undone_today(self) -> None:
        morning = Morning(missing=1)
        message = self.logged(morning, "09:00")
        with pytest.raises(Blocked):
            undo_absence(
                school=morning.school,
                message=message,
                because="",
                by=morning.staff["office_admin"],
                now=morning.at("09:00") + timedelta(days=1),
            )
        message.refresh_from_db()
        assert message.undone_at is None
