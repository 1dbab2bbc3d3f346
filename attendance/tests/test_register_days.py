"""Registers of a day that is over, and of a class that came after the day was prepared."""

from datetime import timedelta

import pytest

from attendance.models import Mark, Register, UnexplainedAbsence
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from attendance.sweep import sweep

from .factories import DAY, TEST, at, missing, pupil_with_contact, school_with_policy

pytestmark = pytest.mark.django_db


def test_a_register_of_a_day_that_is_over_is_kept_and_opens_nothing() -> None:
    school = school_with_policy()
    ada = pupil_with_contact(school)
    later = DAY + timedelta(days=1)
    take_register(
        school=school,
        day=DAY,
        session="AM",
        marks={ada.pk: MarkGiven("N")},
        class_names=None,
        source="test",
        by=TEST,
        now=at("9:37", later),
    )
    sweep(at("9:38", later))
    assert Mark.objects.get().code == "N"
    assert not UnexplainedAbsence.objects.exists()


def test_a_class_that_came_after_the_day_was_prepared_has_its_register() -> None:
    school = school_with_policy()
    missing(school, pupil_with_contact(school))
    finn = pupil_with_contact(school, class_name="NA")
    [case] = missing(school, finn, taken="9:35")
    assert case.pupil == finn
    assert Register.objects.get(class_name="NA").session == "AM"
