"""Rows of safeguarding for tests, each as its services make it."""

from datetime import UTC, datetime
from typing import Any

from homevisits.people.models import Pupil, School
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import AgencyTask, Referral
from safeguarding.services.agencies import ask_to_tell_agencies
from safeguarding.services.referrals import Sending, open_referral

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SENT = Sending(
    text="Ada has not been seen for three days.",
    way="phone",
    to_name="Dana Duty",
    to_organisation="Example Council",
    to_contact="01632 960123",
)


def a_referral_in(school: School, kind: str = "social_care", *, pupil: Pupil | None = None, now: datetime = NOW, **given: Any) -> Referral:
    """A referral that somebody of a school opened at `now`, told again every half hour."""
    pupil = pupil or PupilFactory.create(school=school)
    by = given.pop("by", None) or StaffFactory.create(school=school, roles=["dsl"])
    return open_referral(school=school, kind=kind, pupil_ids=[pupil.pk], repeat_minutes=30, by=by, now=now, **given)


def an_agency_in(school: School, name: str = "social_care", *, now: datetime = NOW) -> AgencyTask:
    """An agency of a family of the school that is to be told."""
    pupil = PupilFactory.create(school=school)
    pupil.agencies.create(name=name)
    by = StaffFactory.create(school=school, roles=["dsl"])
    return ask_to_tell_agencies(school=school, pupil_ids=[pupil.pk], by=by, now=now)[0]
