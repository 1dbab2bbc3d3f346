"""A call tapped by mistake is taken back: it stays on the record and counts for nothing."""

import pytest

from attendance.models import ContactAttempt
from attendance.services.absences import log_absence
from attendance.services.calls import record_call, undo_call
from homevisits.common.errors import Blocked
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import NumberFault

from .mornings import Morning

pytestmark = pytest.mark.django_db


def called(morning: Morning, wall: str, outcome: str) -> ContactAttempt:
    """The office rings the first contact of the first missing child."""
    pupil = morning.missing[0]
    return record_call(
        school=morning.school, pupil=pupil, contact=pupil.contacts.get(), outcome=outcome, code="I", by=morning.staff["office_admin"],
        now=morning.at(wall),
    )  # fmt: skip


def test_a_number_marked_wrong_by_mistake_gets_texts_again() -> None:
    morning = Morning(missing=1)
    morning.take_register()
    morning.run("09:00", "09:20", every=300)
    attempt = called(morning, "09:22", "wrong_number")
    assert NumberFault.objects.get().cleared_at is None
    undo_call(school=morning.school, attempt=attempt, by=morning.staff["office_admin"], now=morning.at("09:23"))
    assert NumberFault.objects.get().cleared_by == morning.staff["office_admin"]
    called(morning, "09:50", "no_answer")
    morning.run("09:45", "09:51", every=60)
    assert Message.objects.filter(template="first_day_absence_escalation", accepted_at__isnull=False).count() == 1


def test_a_call_taken_back_before_the_calls_are_due_neither_escalates_nor_counts_as_made() -> None:
    morning = Morning(missing=1)
    morning.take_register()
    morning.run("09:00", "09:20", every=300)
    attempt = called(morning, "09:22", "no_answer")
    undo_call(school=morning.school, attempt=attempt, by=morning.staff["office_admin"], now=morning.at("09:23"))
    morning.run("09:45", "10:01", every=60)
    assert not Notice.objects.filter(about="no_response").exists()
    assert Notice.objects.filter(about="calls_not_made").count() == 2


def test_it_is_taken_back_once_and_a_reason_is_undone_where_reasons_are() -> None:
    morning = Morning(missing=1)
    office = morning.staff["office_admin"]
    morning.take_register()
    morning.knock("09:00")
    attempt = called(morning, "09:10", "voicemail")
    undo_call(school=morning.school, attempt=attempt, by=office, now=morning.at("09:11"))
    attempt.refresh_from_db()
    with pytest.raises(Blocked, match="undone already"):
        undo_call(school=morning.school, attempt=attempt, by=office, now=morning.at("09:12"))
    reason = called(morning, "09:13", "explained")
    with pytest.raises(Blocked, match="gave a reason"):
        undo_call(school=morning.school, attempt=reason, by=office, now=morning.at("09:14"))


def test_a_reason_logged_for_somebody_else_leaves_calls_alone() -> None:
    morning = Morning(missing=2)
    morning.take_register()
    morning.knock("09:00")
    called(morning, "09:10", "voicemail")
    log_absence(
        school=morning.school,
        pupils=[morning.missing[1]],
        channel="office",
        code="I",
        by=morning.staff["office_admin"],
        now=morning.at("09:12"),
    )
    assert ContactAttempt.objects.filter(undone_at=None).count() == 1
