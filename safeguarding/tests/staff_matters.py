"""Rows about staff for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import StaffFactory
from safeguarding.models import Allegation, Complaint
from safeguarding.services.allegations import write_allegation
from safeguarding.services.complaints import receive_complaint

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CANARY = "zylophantine"


def an_allegation(
    school: School, *, about: list[Staff] | None = None, by: Staff | None = None, now: datetime = NOW, **given: Any
) -> Allegation:
    """An allegation about a member of staff of the school, with a word in it that stands nowhere else."""
    by = by or StaffFactory.create(school=school, roles=["class_teacher"])
    about = [StaffFactory.create(school=school, roles=["teaching_assistant"])] if about is None else about
    words = {"kind": "allegation", "says": f"He shouted and took hold of a child, {CANARY}.", "when_words": "Yesterday at lunch", **given}
    return write_allegation(school=school, subjects=about, token=uuid4(), by=by, now=now, **words)


def a_complaint(
    school: School, *, about: list[Staff] | None = None, by: Staff | None = None, now: datetime = NOW, **given: Any
) -> Complaint:
    """A complaint about one of the staff, received the day before, to be answered in ten school days."""
    by = by or StaffFactory.create(school=school, roles=["office_admin"])
    about = [StaffFactory.create(school=school, roles=["teaching_assistant"])] if about is None else about
    words = {"how": "telephone", "from_whom": "Mrs Example", "says": f"They came an hour late, {CANARY}.", **given}
    return receive_complaint(
        school=school, received_on=now.date() - timedelta(days=1), subjects=about, token=uuid4(), by=by, now=now, **words
    )
