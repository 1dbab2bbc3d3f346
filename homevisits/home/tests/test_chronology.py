"""The chronology of a pupil: what stands on it, for whom, and in how many queries."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.models import Mark
from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput
from homevisits.documents.models import Attachment
from homevisits.home.chronology import Entry, entries
from homevisits.home.chronology.drawn import scale, timeline
from homevisits.home.chronology.of_attendance import reached, runs
from homevisits.people.models import Pupil
from homevisits.people.tests.factories import HouseholdFactory, PupilFactory, StaffFactory
from safeguarding.models import ChronologyNote, Incident
from safeguarding.services.chronology import Said, supersede_note, write_note
from safeguarding.services.concern_decisions import add_action, decide, end_action
from safeguarding.services.concern_work import amend, close
from safeguarding.services.concerns import Mark as BodyMark
from safeguarding.services.incidents import open_incident
from safeguarding.tests.factories import a_concern, taken
from visits.models import HomeVisit, VisitOutcome
from visits.services.after_outcomes import decide_on_outcome
from visits.services.outcomes import record_outcome
from visits.tests.factories import NOW, a_school, a_visit, at_the_door

from .chronologies import a_note, absent, much_to_tell

pytestmark = pytest.mark.django_db
ALT = "alternative-provision"


def a_pupil(preset: str = "primary-procedures") -> Pupil:
    return PupilFactory.create(school=a_school(preset))


def found_at(visit: HomeVisit, kind: str, **more: object) -> VisitOutcome:
    member = visit.members.select_related("staff").order_by("pk")[0]
    return record_outcome(visit=at_the_door(visit), kind=kind, by=member.staff, now=NOW, **more)  # type: ignore[arg-type]


def titles(pupil: Pupil, **only: object) -> list[str]:
    return [entry.title for entry in entries(pupil, **only)]  # type: ignore[arg-type]


def one(pupil: Pupil, source: str) -> Entry:
    (found,) = (entry for entry in entries(pupil) if entry.source == source)
    return found


@pytest.mark.clause("PRI-38")
@pytest.mark.parametrize("kind", [kind for kind in VisitOutcome.Kind.values if kind != "unwell"])  # that needs the annex
def test_every_welfare_visit_stands_on_the_chronology_whatever_it_found(kind: str) -> None:
    pupil = a_pupil()
    purpose = "welfare" if kind == "completed" else "absent_child_check"
    row = found_at(a_visit(pupil.school, pupil=pupil, purpose=purpose), kind, note_text="Lights were on.")
    entry = one(pupil, "outcome")
    assert (entry.row, entry.happened_at, entry.by_id, entry.about) == (row.pk, NOW, row.by_id, (pupil.pk,))
    assert "Lights were on." in entry.says
    assert entry.says.startswith("Welfare." if kind == "completed" else "Check that an absent child is safe.")
    assert entry.url == f"/s/{pupil.school.slug}/visits/{row.visit_id}/"
    assert entry.kind == ("refusal" if kind == "family_declined" else "visit")


@pytest.mark.clause("PRI-38")
def test_a_welfare_visit_of_which_nothing_is_said_stands_there_too() -> None:
    pupil = a_pupil()
    visit = at_the_door(a_visit(pupil.school, pupil=pupil, purpose="absent_child_check"))
    assert one(pupil, "visit").happened_at == visit.departed_at
    went = sorted(member.staff.name for member in visit.members.select_related("staff"))
    assert one(pupil, "visit").says.startswith(f"Staff: {', '.join(went)}.")
    found_at(visit, "no_answer")
    assert "Staff set out on a home visit" not in titles(pupil), "what was found takes its place"


def test_refusing_an_induction_is_no_sign_of_anything_and_a_drill_is_none() -> None:
    pupil = a_pupil()
    visit = a_visit(pupil.school, pupil=pupil)
    found_at(visit, "family_declined")
    assert titles(pupil, kinds=["refusal"]) == ["The family declined a home visit"]
    HomeVisit.objects.update(purpose="induction")
    assert titles(pupil) == []
    HomeVisit.objects.update(purpose="welfare", drill=True)
    assert titles(pupil) == []


@pytest.mark.clause("ALT-16", "ALT-17")
@pytest.mark.parametrize("kind", ["unsafe", "animals"])
def test_a_visit_cancelled_as_unsafe_or_because_of_animals_writes_an_entry(kind: str) -> None:
    """Whatever the visit was for: also tutoring."""
    pupil = a_pupil(ALT)
    found_at(a_visit(pupil.school, pupil=pupil, purpose="partnership"), kind, note_text="The dog was loose.")
    incident = one(pupil, "incident")
    assert ("The dog was loose." in one(pupil, "outcome").says, "The dog was loose." in incident.says) == (True, True)
    assert incident.url.endswith(f"/incidents/{Incident.objects.get(pk=incident.row).public_id}/")


@pytest.mark.clause("MAT-12")
def test_a_decision_stands_there_with_its_reason_also_not_to_refer() -> None:
    pupil = a_pupil()
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    row = found_at(a_visit(pupil.school, pupil=pupil), "child_alone", note_text="Said that an aunt comes at four.")
    decide_on_outcome(outcome=row, decision="none", reason="The aunt was met there at four.", by=dsl, now=NOW)
    assert (one(pupil, "decision").title, one(pupil, "decision").says) == ("Decision: no referral", "The aunt was met there at four.")
    concern = taken(a_concern(pupil.school, pupils=[pupil], words="Nobody was home."), dsl)
    decide(concern=concern, kind="not_referred", because="Known to the social worker.", by=dsl, now=NOW)
    assert one(pupil, "concern_decision").title == "Decision: do not refer"


def test_what_was_amended_stays_beside_what_took_its_place() -> None:
    pupil = a_pupil()
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    concern = taken(a_concern(pupil.school, pupils=[pupil], says="The left arm.", seen_at=NOW - timedelta(hours=3)), dsl)
    seen = NOW - timedelta(hours=3)
    amend(concern=concern, says="The right arm.", words="", place="", seen_at=seen, because="Mixed up", by=dsl, now=NOW)
    first, later = one(pupil, "concern"), one(pupil, "amendment")
    assert ("The left arm." in first.says, first.superseded, first.later) == (True, True, True)
    assert ("The right arm." in later.says, "Mixed up" in later.says, later.superseded) == (True, True, False)


def test_a_concern_tells_of_its_marks_its_files_and_how_it_went_on() -> None:
    pupil = a_pupil()
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    marks = [BodyMark("front_l_shin", "Blue, as large as a coin")]
    concern = taken(a_concern(pupil.school, pupils=[pupil], words="I fell.", marks=marks), dsl)
    Attachment.objects.create(
        school=pupil.school, about_type="concern", about_id=concern.pk, kind="other", says="The drawing", was="png", holds="png",
        sha256="0", came_sha256="0", size=1, scan="clean", added_at=NOW, added_by=dsl, token="a-token",
    )  # fmt: skip
    action = add_action(concern=concern, says="Ring the mother", owner=dsl, due_on=NOW.date(), by=dsl, now=NOW)
    end_action(action=action, says="She knew of it.", by=dsl, now=NOW)
    decide(concern=concern, kind="no_action", because="A fall, seen by the neighbour.", by=dsl, now=NOW)
    close(concern=concern, outcome="A fall on the stairs.", by=dsl, now=NOW)
    said = one(pupil, "concern").says
    for words in ("In the child’s words: I fell.", "Left shin (front): Blue, as large as a coin", "Attached: The drawing"):
        assert words in said
    assert [one(pupil, source).kind for source in ("action", "action_done", "concern_event")] == ["decision"] * 3
    assert one(pupil, "concern_event").says == "A fall on the stairs."


def test_event_and_record_keep_their_own_times_and_the_order_is_of_events() -> None:
    pupil = a_pupil()
    by = StaffFactory.create(school=pupil.school, roles=["dsl"])
    open_incident(school=pupil.school, kind="threat", pupil_ids=[pupil.pk], happened_at=NOW - timedelta(days=2), by=by, now=NOW)
    a_note(pupil, happened_at=NOW - timedelta(days=1))
    first, second = entries(pupil)
    assert (first.source, first.later, first.happened_at, first.recorded_at) == ("incident", True, NOW - timedelta(days=2), NOW)
    assert second.source == "note"


def test_brothers_and_sisters_are_named_and_children_of_other_families_are_counted() -> None:
    home = HouseholdFactory.create(school=a_school())
    pupil, sister = (PupilFactory.create(school=home.school, household=home) for _ in range(2))
    stranger = PupilFactory.create(school=home.school)
    a_note(pupil, sister, stranger)
    a_note(sister, says="About her alone")
    entry = one(pupil, "note")
    assert (entry.about, entry.others) == (tuple(sorted([pupil.pk, sister.pk])), 1)
    assert len(entries(pupil, siblings=True)) == 2
    assert len(entries(stranger)) == 1


def test_it_can_be_narrowed_by_kind_day_and_person() -> None:
    pupil = a_pupil()
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    a_note(pupil, by=dsl, happened_at=NOW - timedelta(days=3))
    absent(pupil, date(2026, 11, 10))
    assert {entry.kind for entry in entries(pupil)} == {"contact", "absence", "call"}
    assert titles(pupil, kinds=["contact"]) == ["Call with Duty team"]
    assert titles(pupil, from_day=date(2026, 11, 21), to_day=date(2026, 11, 21)) == ["Call with Duty team"]
    assert titles(pupil, from_day=date(2026, 11, 22)) == []
    assert titles(pupil, by_id=dsl.pk) == ["Call with Duty team"]


def test_calls_that_nobody_answered_are_one_entry_a_day_and_who_did_not_know_is_one_of_their_own() -> None:
    pupil = a_pupil()
    absent(pupil, date(2026, 11, 10))
    absent(pupil, date(2026, 11, 17), unaware=True)
    calls = [entry for entry in entries(pupil) if entry.kind == "call"]
    assert [entry.title for entry in calls] == ["Nobody answered 2 calls", "Did not know that the child was missing"]
    assert calls[0].says.splitlines() == ["9:31 Anna Kowal (mother): no answer", "9:34 Anna Kowal (mother): voicemail left"]


def mark(day: date, code: str = "O", session: str = "AM") -> Mark:
    return Mark(day=day, session=session, code=code)


def test_sessions_that_follow_one_another_are_one_run_also_over_a_weekend() -> None:
    friday = date(2026, 11, 6)
    rows = [mark(friday), mark(friday, session="PM"), mark(friday + timedelta(days=3)), mark(friday + timedelta(days=5))]
    assert [len(run) for run in runs(rows)] == [3, 1]
    assert runs([]) == []


def test_a_threshold_is_reached_once_until_there_were_fewer() -> None:
    monday = date(2026, 1, 5)
    weeks = [monday + timedelta(weeks=number) for number in range(40)]
    ten = [mark(monday + timedelta(weeks=number)) for number in range(10)]
    assert [row.day for row in reached(ten, weeks)] == [weeks[9]]
    assert reached(ten[:9], weeks) == []
    spread = [mark(week) for week in weeks[:20:2]]
    assert reached(spread, weeks) == [], "ten in twenty weeks are not ten in ten"
    again = [mark(weeks[30] + timedelta(days=place % 5), session="AM" if place < 5 else "PM") for place in range(10)]
    assert [row.day for row in reached([*ten, *again], weeks)] == [weeks[9], again[-1].day]


def test_the_drawing_names_no_more_than_nine_days_and_says_what_it_shows() -> None:
    assert len(scale(date(2016, 9, 1), date(2026, 11, 24))) <= 9
    assert scale(date(2026, 11, 24), date(2026, 11, 24)) == [(date(2026, 11, 24), "24 Nov")]
    pupil = a_pupil()
    much_to_tell(pupil, by=StaffFactory.create(school=pupil.school, roles=["dsl"]))
    found = entries(pupil)
    assert f"{len(found)} entries from 28 Sep" in timeline(found)
    assert timeline(found).count("<circle") == len(found)
    assert timeline(found[:2]) == ""


# Notes by hand


def test_a_note_is_written_once_and_put_right_by_another() -> None:
    pupil = a_pupil()
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    said, token = Said("meeting", "Wednesday", NOW, "Ms Adeyemi"), uuid4()
    row = write_note(school=pupil.school, pupils=[pupil], said=said, token=token, by=dsl, now=NOW)
    assert write_note(school=pupil.school, pupils=[pupil], said=said, token=token, by=dsl, now=NOW) == row
    right, token = Said("meeting", "Thursday", NOW, "Ms Adeyemi"), uuid4()
    after = supersede_note(note=row, said=right, because="Wrong day", token=token, by=dsl, now=NOW)
    assert supersede_note(note=row, said=right, because="Wrong day", token=token, by=dsl, now=NOW) == after
    with pytest.raises(BadInput):
        supersede_note(note=row, said=right, because="Once more", token=uuid4(), by=dsl, now=NOW)
    first, second = entries(pupil)
    assert (first.superseded, second.superseded) == (True, False)
    assert ("Wednesday" in first.says, "Wrong day" in first.says, "Thursday" in second.says) == (True, True, True)
    assert AuditEvent.objects.filter(act="safeguarding.chronology.superseded", object_id=str(after.pk)).exists()


@pytest.mark.parametrize("change", [{"says": " "}, {"kind": "rumour"}, {"happened_at": NOW + timedelta(minutes=1)}])
def test_a_note_without_words_or_of_the_future_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        a_note(a_pupil(), **change)
    assert not ChronologyNote.objects.exists()


def test_the_database_refuses_to_change_a_note() -> None:
    row = a_note(a_pupil())
    with pytest.raises(DatabaseError), transaction.atomic():
        ChronologyNote.objects.filter(pk=row.pk).update(says="Something else")


# Speed


def test_five_hundred_entries_cost_no_more_queries_than_five() -> None:
    pupil = a_pupil()
    dsl = StaffFactory.create(school=pupil.school, roles=["dsl"])
    much_to_tell(pupil, by=dsl)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            entries(pupil, siblings=True)
        return len(asked)

    few, number = queries(), len(entries(pupil))
    made = ChronologyNote.objects.bulk_create(
        ChronologyNote(school=pupil.school, kind="call", says="x", happened_at=NOW, at=NOW, by=dsl, token=uuid4()) for _ in range(500)
    )
    ChronologyNote.pupils.through.objects.bulk_create(
        ChronologyNote.pupils.through(chronologynote_id=row.pk, pupil_id=pupil.pk) for row in made
    )
    for day in range(5):
        absent(pupil, date(2026, 10, 12) + timedelta(days=day))
    assert len(entries(pupil)) >= number + 505
    assert queries() == few
    assert few <= 60
