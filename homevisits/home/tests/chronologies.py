"""Rows of chronologies for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import ChronologyNote, SystemEntry
from safeguarding.services.chronology import Said, write_note

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def a_note(pupil: Pupil, *more: Pupil, by: Staff | None = None, **given: Any) -> ChronologyNote:
    """A call with social care about a pupil, an hour before it was written."""
    said = {"kind": "call", "says": "They will ring back", "with_whom": "Duty team", "happened_at": NOW - timedelta(hours=1), **given}
    by = by or StaffFactory.create(school=pupil.school, roles=["dsl"])
    return write_note(school=pupil.school, pupils=[pupil, *more], said=Said(**said), token=uuid4(), by=by, now=NOW)


def a_note_in(school: School) -> dict[str, int]:
    """A note of a school, as the parts of an address."""
    pupil = PupilFactory.create(school=school)
    return {"pupil_id": pupil.pk, "note_id": a_note(pupil).pk}


def an_entry_in(school: School) -> SystemEntry:
    """An entry that waits for the school's own safeguarding system."""
    pupil = PupilFactory.create(school=school)
    return SystemEntry.objects.create(
        school=school, pupil=pupil, source="note", row=a_note(pupil).pk, system="CPOMS", queued_at=NOW, state=SystemEntry.State.TO_ENTER
    )
