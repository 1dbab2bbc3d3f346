"""Rows of chronologies for tests, and one pupil of whom there is much to tell."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from attendance.models import ContactAttempt, ContactAttemptFor, Mark, UnexplainedAbsence
from homevisits.common.actors import SystemJob
from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from homevisits.policy.selectors import version_in_force
from safeguarding.models import ChronologyNote, SystemEntry
from safeguarding.services.agencies import ask_to_tell_agencies
from safeguarding.services.chronology import Said, supersede_note, write_note
from safeguarding.services.concerns import raise_concern
from safeguarding.services.family import say_family_told
from safeguarding.services.incidents import open_incident
from safeguarding.services.referrals import mark_referral_sent, open_referral
from safeguarding.services.warnings import warn

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TESTS = SystemJob("test")


def a_note(pupil: Pupil, *more: Pupil, by: Staff | None = None, **given: Any) -> ChronologyNote:
    """A call with social care about a pupil, an hour before it was written."""
    said = {"kind": "call", "says": "They will ring back", "with_whom": "Duty team", "happened_at": NOW - timedelta(hours=1), **given}
    by = by or StaffFactory.create(school=pupil.school, roles=["dsl"])
    return write_note(school=pupil.school, pupils=[pupil, *more], said=Said(**said), token=uuid4(), by=by, now=NOW)


def a_note_in(school: School) -> dict[str, Any]:
    """A note of a school, as the parts of an address."""
    pupil = PupilFactory.create(school=school)
    return {"pupil_id": pupil.pk, "note_id": a_note(pupil).public_id}


def an_entry_in(school: School) -> SystemEntry:
    """An entry that waits for the school's own safeguarding system."""
    pupil = PupilFactory.create(school=school)
    return SystemEntry.objects.create(
        school=school, pupil=pupil, source="note", row=a_note(pupil).pk, system="CPOMS", queued_at=NOW, state=SystemEntry.State.TO_ENTER
    )


def absent(pupil: Pupil, on: date, *, unaware: bool = False) -> UnexplainedAbsence:
    """A morning without a reason on which the mother was rung twice in vain, or did not know."""
    at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    policy = version_in_force(pupil.school, NOW.date())
    case = UnexplainedAbsence.objects.create(
        school=pupil.school, pupil=pupil, household=pupil.household, policy=policy, first_day=on, day=on,
        session="AM", opened_at=at, due_from=at, status="closed", closed_at=at + timedelta(hours=2), closed_reason="child_seen",
    )  # fmt: skip
    contact = pupil.contacts.first() or ContactFactory.create(pupil=pupil, name="Anna Kowal", relationship="Mother")
    by = StaffFactory.create(school=pupil.school, roles=["office_admin"])
    for minutes, outcome in ((31, "no_answer"), (34, "unaware" if unaware else "voicemail")):
        call = ContactAttempt.objects.create(
            school=pupil.school, household=pupil.household, contact=contact, number="+447700900123", day=on, outcome=outcome,
            at=at + timedelta(minutes=minutes), by=by,
        )  # fmt: skip
        ContactAttemptFor.objects.create(attempt=call, case=case)
    return case


def much_to_tell(pupil: Pupil, *, by: Staff, sibling: Pupil | None = None) -> None:
    """One of nearly everything that safeguarding and attendance keep, over two months."""
    school, both = pupil.school, [pupil.pk, *([sibling.pk] if sibling else [])]
    for weeks, says in ((8, "Hungry again; asked for bread at registration."), (3, "He said: “I do not want to go home today.”")):
        now = NOW - timedelta(weeks=weeks)
        made = raise_concern(school=school, pupil_ids=both, says=says, seen_at=now - timedelta(hours=2), by=by, now=now)
        say_family_told(concerns=[made], told="not_told", why="The mother could not be reached.", by=by, now=now + timedelta(minutes=5))
    absent(pupil, date(2026, 10, 6))
    absent(pupil, date(2026, 11, 10), unaware=True)
    for number in range(7):
        day = date(2026, 9, 28) + timedelta(days=number if number < 5 else number + 2)
        for session in ("AM", "PM"):
            Mark.objects.create(school=school, pupil=pupil, day=day, session=session, code="O", recorded_at=NOW - timedelta(weeks=7))
    now = NOW - timedelta(days=10)
    open_referral(school=school, kind="social_care", pupil_ids=both, repeat_minutes=60, by=by, now=now)
    mark_referral_sent(school=school, pupil_id=pupil.pk, kind="social_care", by=by, now=now + timedelta(minutes=50))
    pupil.agencies.create(name="social_care")
    ask_to_tell_agencies(school=school, pupil_ids=both, by=by, now=now)
    open_incident(
        school=school, kind="threat", pupil_ids=[pupil.pk], note="The mother’s partner shouted: “Come back and see what happens.”",
        happened_at=NOW - timedelta(days=5, hours=3), police_called_at=NOW - timedelta(days=5, hours=2), police_reference="CAD 4411",
        by=by, now=NOW - timedelta(days=5),
    )  # fmt: skip
    warn(
        household=pupil.household,
        about="violence",
        says="Her partner threatened staff.",
        source="Incident",
        by=by,
        now=NOW - timedelta(days=5),
    )
    first = a_note(pupil, by=by, says="Ms Adeyemi: strategy meeting on Wednesday.", happened_at=NOW - timedelta(days=4))
    supersede_note(
        note=first, said=Said("call", "Ms Adeyemi: strategy meeting on Thursday at 14:00.", NOW - timedelta(days=4), "Duty team"),
        because="Wrong day", token=uuid4(), by=by, now=NOW - timedelta(days=3),
    )  # fmt: skip
