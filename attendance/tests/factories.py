"""Rows of the morning for tests: cases, registers, messages, replies."""

import itertools
from datetime import date, datetime, time
from typing import Any

from attendance.models import (
    AbsenceMessage,
    Arrival,
    ContactAttempt,
    ContactAttemptFor,
    MisEntry,
    Register,
    SetAside,
    UnexplainedAbsence,
)
from attendance.services.day import prepare_day
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant
from homevisits.messaging.models import InboundText
from homevisits.people.models import Pupil, School
from homevisits.people.tests.factories import ContactFactory, PupilFactory, SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset

DAY = date(2026, 11, 24)  # a Tuesday
TEST = SystemJob("the test")
_count = itertools.count()


def at(wall: str, day: date = DAY) -> datetime:
    """The instant of a wall time, `9:05`, on the day of the tests."""
    hour, minute = wall.split(":")
    return instant(day, time(int(hour), int(minute)))


def school_with_policy(**given: Any) -> School:
    """A live school that runs the primary procedures."""
    school = SchoolFactory.create(**given)
    adopt_preset(school=school, preset="primary-procedures", changes={}, by=TEST, now=at("7:00", date(2026, 9, 1)))
    return school


def pupil_with_contact(school: School, **given: Any) -> Pupil:
    """A pupil whose mother has a mobile."""
    pupil = PupilFactory.create(school=school, **given)
    ContactFactory.create(pupil=pupil)
    return pupil


def missing(school: School, *pupils: Pupil, taken: str = "9:00", day: date = DAY, session: str = "AM") -> list[UnexplainedAbsence]:
    """The register is taken at `taken` with these pupils marked N: their cases, open."""
    prepare_day(school=school, day=day, by=TEST, now=at("7:00", day))
    marks = {pupil.pk: MarkGiven("N") for pupil in pupils}
    take_register(school=school, day=day, session=session, marks=marks, class_names=None, source="test", by=TEST, now=at(taken, day))
    return list(UnexplainedAbsence.objects.filter(school=school, pupil__in=pupils).order_by("pk"))


def case_in(school: School) -> UnexplainedAbsence:
    """An open case of a fresh pupil."""
    from homevisits.policy.models import PolicyVersion

    if not PolicyVersion.objects.filter(school=school).exists():
        adopt_preset(school=school, preset="primary-procedures", changes={}, by=TEST, now=at("7:00", date(2026, 9, 1)))
    return missing(school, pupil_with_contact(school))[0]


def call_in(school: School) -> ContactAttempt:
    """A call about an open case."""
    case = case_in(school)
    contact = case.pupil.contacts.get()
    attempt = ContactAttempt.objects.create(
        school=school, household=case.household, contact=contact, number=contact.numbers[0], day=DAY, outcome="no_answer", at=at("9:50"),
        by=StaffFactory.create(school=school, roles=["office_admin"]),
    )  # fmt: skip
    ContactAttemptFor.objects.create(attempt=attempt, case=case)
    return attempt


def message_in(school: School) -> AbsenceMessage:
    """A logged reason."""
    pupil = PupilFactory.create(school=school)
    return AbsenceMessage.objects.create(
        school=school, pupil=pupil, first_day=DAY, last_day=DAY, channel="voicemail", code="I", at=at("8:50")
    )


def arrival_in(school: School) -> Arrival:
    """A logged arrival."""
    return Arrival.objects.create(school=school, pupil=PupilFactory.create(school=school), day=DAY, at=at("9:20"), code="U")


def aside_in(school: School) -> SetAside:
    """A step put aside."""
    return SetAside.objects.create(school=school, what="register", row_id=next(_count), at=at("9:01"), error="test")


def reply_in(school: School, number: str = "+447700900001", body: str = "He is ill") -> InboundText:
    """A parent's text that nobody has dealt with."""
    return InboundText.objects.create(school=school, number=number, body=body, received_at=at("9:20"), provider_id=f"in-{next(_count)}")


def entry_in(school: School) -> MisEntry:
    """Something to enter."""
    return MisEntry.objects.create(school=school, pupil=PupilFactory.create(school=school), day=DAY, session="AM", code="I", at=at("9:01"))


def register_in(school: School) -> Register:
    """A register of class 3A that has not been taken."""
    made = {"closes_at": at("9:00"), "next_action_at": at("9:00")}
    return Register.objects.get_or_create(school=school, day=DAY, session="AM", class_name="3A", defaults=made)[0]
