"""Concerns for tests."""

from datetime import UTC, datetime
from typing import Any

from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import Concern
from safeguarding.services.concern_work import take_up
from safeguarding.services.concerns import raise_concern

# A Tuesday in term, nine o'clock.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def a_concern(school: School, *, by: Staff | None = None, pupils: Any = None, now: datetime = NOW, **more: Any) -> Concern:
    """A concern about a child of the school, written by a teacher."""
    by = by or StaffFactory.create(school=school, roles=["class_teacher"])
    ids = [one.pk for one in pupils] if pupils is not None else [PupilFactory.create(school=school).pk]
    more.setdefault("says", "A bruise on the left arm, as large as a coin.")
    return raise_concern(school=school, pupil_ids=ids, by=by, now=now, **more)


def taken(concern: Concern, by: Staff, now: datetime = NOW) -> Concern:
    """The same, taken up."""
    take_up(concern=concern, by=by, now=now)
    concern.refresh_from_db()
    return concern


def a_concern_in(school: School) -> Concern:
    """A concern that one of the team has taken up."""
    return taken(a_concern(school), StaffFactory.create(school=school, roles=["dsl"]))
