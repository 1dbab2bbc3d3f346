"""What each outcome does: whom it tells, what it opens, what it needs in writing; refused ones leave no trace."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import Agency, Staff, StaffUnwell
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from homevisits.policy.presets import PRESETS
from safeguarding.models import AgencyTask, Concern, Incident, Referral
from safeguarding.rules.incidents import review_blocks
from visits import findings
from visits.models import HomeVisit, PoliceCall, VisitOutcome, VisitPupil
from visits.rules.door import inside_blocks
from visits.services.after_outcomes import decide_on_outcome, give_reason
from visits.services.outcomes import record_outcome, say_found, will_do

from .factories import NOW, a_school, a_visit, at_the_door

pytestmark = pytest.mark.django_db
ATT, ALT, PRI, MAT = "attendance-officer", "alternative-provision", "primary-procedures", "academy-trust"


def a_door(preset: str = PRI, purpose: str = "absent_child_check") -> HomeVisit:
    """A visit whose staff stand at the door."""
    return at_the_door(a_visit(a_school(preset), purpose=purpose))


def one_of(visit: HomeVisit) -> Staff:
    """One of those who go."""
    return visit.members.select_related("staff").order_by("pk")[0].staff


def record(visit: HomeVisit, kind: str, **more: Any) -> VisitOutcome:
    """The outcome, recorded by one of those who go."""
    return record_outcome(visit=visit, kind=kind, by=one_of(visit), now=NOW, **more)


def told(visit: HomeVisit) -> set[tuple[str, str]]:
    """Who was told what."""
    return set(Notice.objects.filter(school=visit.school).values_list("role", "about"))


@pytest.mark.clause("PRI-36")
def test_a_child_is_seen_by_somebody_somewhere_at_a_time() -> None:
    visit = a_door()
    row = record(visit, "child_seen", seen_by="Tess", seen_where="At the door", seen_at=NOW - timedelta(minutes=2))
    assert (row.seen_by, row.seen_where, row.seen_at) == ("Tess", "At the door", NOW - timedelta(minutes=2))
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.DONE
    for at in (NOW + timedelta(minutes=1), NOW - timedelta(hours=3)):
        with pytest.raises(BadInput, match="between your departure and now"):
            record(visit, "child_seen", seen_at=at)


@pytest.mark.clause("PRI-36")
def test_a_child_not_seen_is_a_concern_and_completed_is_no_answer_to_it() -> None:
    visit = a_door()
    with pytest.raises(Blocked) as why:
        record(visit, "completed")
    assert [block.clause for block in why.value.blocks] == ["PRI-36"]
    record(visit, "child_not_seen", note_text="Gran said he is asleep.")
    assert "Gran said he is asleep." in Concern.objects.get(school=visit.school).says
    assert told(visit) == {("dsl", "child_not_seen")}


@pytest.mark.clause("PRI-39")
@pytest.mark.parametrize(("reported", "letters"), [("no", ["protocol_letter"]), ("yes", [])])
def test_the_protocol_letter_is_drafted_only_where_the_absence_was_not_reported(reported: str, letters: list[str]) -> None:
    visit = a_door()
    record(visit, "child_seen", details={"reported": reported})
    assert list(visit.letters.values_list("kind", flat=True)) == letters


@pytest.mark.clause("PRI-40")
@pytest.mark.clause("SEC-07")
@pytest.mark.parametrize(
    ("preset", "leaves"), [(PRI, "letter_through_door"), ("secondary", "calling_card"), (MAT, "parent_copy"), (ALT, "letter_through_door")]
)
def test_no_answer_leaves_something_tells_the_safeguarding_team_and_opens_a_referral(preset: str, leaves: str) -> None:
    visit = a_door(preset)
    row = record(visit, "no_answer", note_text="Curtains drawn.", details={"left": "yes", "card_number": "C-17"})
    assert row.details["card_number"] == "C-17"
    letter = visit.letters.get()
    assert (letter.kind, letter.sent_at, letter.sent_by) == (leaves, NOW, one_of(visit))
    referral = Referral.objects.get(school=visit.school)
    assert (referral.kind, referral.repeat_minutes) == ("education_welfare_officer", 30)
    assert told(visit) == {("dsl", "no_answer")}
    assert Notice.objects.get(school=visit.school).task, "the safeguarding team decides what follows"
    record(visit, "no_answer")  # at a second knock, or said by the other of the pair
    assert Referral.objects.filter(school=visit.school).count() == visit.letters.count() == 1
    Referral.objects.update(sent_at=NOW, acknowledge_by=NOW)
    record(visit, "no_answer")
    assert Referral.objects.filter(school=visit.school).count() == 2


def test_what_is_not_left_yet_waits_as_a_draft() -> None:
    visit = a_door()
    record(visit, "no_answer")
    assert visit.letters.get().sent_at is None


@pytest.mark.clause("MAT-12")
def test_a_child_alone_is_told_at_once_keeps_the_call_and_waits_for_a_decision() -> None:
    visit = a_door(MAT)
    at = NOW - timedelta(minutes=3)
    row = record(visit, "child_alone", details={"emergency": "yes", "emergency_reference": "CAD 411"}, emergency_at=at)
    assert told(visit) == {("dsl", "child_alone"), ("headteacher", "child_alone")}
    call = PoliceCall.objects.get(visit=visit)
    assert (call.called, call.at, call.reference) == (True, at, "CAD 411")
    dsl = StaffFactory.create(school=visit.school, roles=["dsl"])
    waiting = Notice.objects.filter(school=visit.school, task=True, done_at__isnull=True)
    assert waiting.count() == 1
    for by, reason, error in ((one_of(visit), "Aunt came", Blocked), (dsl, " ", BadInput)):
        with pytest.raises(error):
            decide_on_outcome(outcome=row, decision="none", reason=reason, by=by, now=NOW)
    assert waiting.count() == 1
    decide_on_outcome(outcome=row, decision="none", reason="An aunt had been in the garden.", by=dsl, now=NOW)
    assert not Referral.objects.filter(school=visit.school).exists()
    assert waiting.count() == 0
    decide_on_outcome(outcome=row, decision="social_care", reason="The aunt denies it.", by=dsl, now=NOW)
    assert Referral.objects.get(school=visit.school).kind == "social_care"


@pytest.mark.clause("ATT-38")
@pytest.mark.clause("ATT-39")
@pytest.mark.clause("ATT-19")
@pytest.mark.parametrize("kind", ["unsafe", "animals"])
def test_a_reason_goes_to_the_headteacher_in_writing_at_once_or_afterwards(kind: str) -> None:
    visit = a_door(ATT)
    record(visit, kind, note_text="He raised a stick.")
    says = Notice.objects.get(school=visit.school, role="headteacher", about=kind)
    assert "He raised a stick." in says.says
    assert says.clause == ("ATT-38" if kind == "unsafe" else "ATT-39")
    later = a_door(ATT)
    row = record(later, kind)
    assert ("pair", "reason_owed") in told(later)
    assert ("headteacher", "written_reason") not in told(later)
    with pytest.raises(BadInput):
        give_reason(outcome=row, text=" ", by=one_of(later), now=NOW)
    give_reason(outcome=row, text="The dog was loose.", by=one_of(later), now=NOW)
    written = Notice.objects.get(school=later.school, about="written_reason")
    assert (written.role, "The dog was loose." in written.says) == ("headteacher", True)
    assert not Notice.objects.filter(school=later.school, about="reason_owed", done_at__isnull=True).exists()
    with pytest.raises(Blocked):
        give_reason(outcome=row, text="No, it was on a lead.", by=one_of(later), now=NOW)


@pytest.mark.clause("ALT-16")
@pytest.mark.clause("ALT-17")
@pytest.mark.parametrize("kind", ["unsafe", "animals"])
def test_under_the_safeguarding_system_the_reason_is_an_entry_there(kind: str) -> None:
    visit = a_door(ALT)
    row = record(visit, kind)
    incident = Incident.objects.get(school=visit.school)
    assert (incident.kind, incident.note, incident.visit_id) == (kind, "", visit.pk)
    give_reason(outcome=row, text="Refused to shut the dog out.", by=one_of(visit), now=NOW)
    incident.refresh_from_db()
    assert incident.note == "Refused to shut the dog out."
    assert ("headteacher", "animals") not in told(visit)
    assert ("headteacher", "written_reason") not in told(visit), "no letter to the headteacher"


@pytest.mark.clause("PRI-25")
@pytest.mark.parametrize("preset", PRESETS)
def test_unsafe_is_an_incident_told_to_the_headteacher_under_every_policy(preset: str) -> None:
    visit = a_door(preset)
    record(visit, "unsafe")
    assert Incident.objects.get(school=visit.school).kind == "unsafe"
    assert ("headteacher", "unsafe") in told(visit)


@pytest.mark.clause("ALT-22")
@pytest.mark.clause("PRI-25")
@pytest.mark.parametrize("preset", PRESETS)
def test_leaving_because_of_a_threat_asks_for_the_police_and_keeps_the_call(preset: str) -> None:
    visit = a_door(preset)
    asked = {one.code: one for one in findings.asked("unsafe", visit.purpose, visit.policy.values)}
    assert (asked["threat"].clause, asked["emergency"].clause) == ("ALT-22", "ALT-22")
    assert "999" in asked["threat"].hint
    assert not any(one.required for one in asked.values()), "whoever leaves for safety owes no answer at once"
    at = NOW - timedelta(minutes=2)
    record(visit, "unsafe", details={"threat": "yes", "emergency": "yes", "emergency_reference": "CAD 9"}, emergency_at=at)
    call, incident = PoliceCall.objects.get(visit=visit), Incident.objects.get(school=visit.school)
    assert (call.called, call.at, call.reference, call.by) == (True, at, "CAD 9", one_of(visit))
    assert (incident.police_called_at, incident.police_reference) == (at, "CAD 9")
    assert "ALT-22" not in {block.clause for block in review_blocks(incident)}
    other = a_door(preset)
    record(other, "unsafe", details={"threat": "yes"})
    assert "ALT-22" in {block.clause for block in review_blocks(Incident.objects.get(school=other.school))}
    third = a_door(preset)
    record(third, "unsafe")
    assert "ALT-22" not in {block.clause for block in review_blocks(Incident.objects.get(school=third.school))}


@pytest.mark.clause("PRI-15")
def test_a_family_declines_at_the_door_or_before_anybody_has_left() -> None:
    visit = a_door()
    record(visit, "family_declined")
    assert told(visit) == {("dsl", "family_declined")}
    before = a_visit()
    assert say_found(visit=before, kind="family_declined", by=one_of(before), now=NOW) is None
    before.refresh_from_db()
    assert before.status == HomeVisit.Status.REFUSED
    assert ("dsl", "family_declined") in told(before)
    other = a_visit()
    with pytest.raises(Blocked):
        say_found(visit=other, kind="no_answer", by=one_of(other), now=NOW)


@pytest.mark.clause("ATT-51")
def test_a_parent_who_leaves_ends_the_visit() -> None:
    visit = a_door(ATT)
    record(visit, "parent_left")
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.DONE
    assert told(visit) == {("office_admin", "parent_left")}
    assert any("Ends the visit" in line for line in will_do(visit, "parent_left"))


@pytest.mark.clause("ATT-51", "ALT-31")
@pytest.mark.parametrize(("preset", "clause"), [(ATT, "ATT-14"), (ALT, "ALT-31")])
def test_nobody_stays_or_goes_in_again_without_an_adult(preset: str, clause: str) -> None:
    visit = a_door(preset)
    values = visit.policy.values
    assert clause in [block.clause for block in inside_blocks(visit, values, False, now=NOW)]
    record(visit, "parent_left")
    says = [block.says for block in inside_blocks(visit, values, True, now=NOW + timedelta(minutes=5), parent_present=True)]
    assert "The visit has ended: nobody goes in again." in says


@pytest.mark.clause("ATT-34")
@pytest.mark.clause("ALT-15")
@pytest.mark.parametrize(("preset", "clause"), [(ATT, "ATT-34"), (ALT, "ALT-15")])
def test_parents_who_did_not_come_cancel_the_visit(preset: str, clause: str) -> None:
    visit = a_door(preset, purpose="attendance")
    record(visit, "parents_absent")
    notice = Notice.objects.get(school=visit.school)
    assert (notice.role, notice.about, notice.clause) == ("office_admin", "parents_absent", clause)


@pytest.mark.clause("ATT-71")
def test_falling_ill_is_an_outcome_only_while_the_annex_is_on() -> None:
    visit = a_door(ATT)
    with pytest.raises(Blocked) as why:
        record(visit, "unwell")
    assert [block.clause for block in why.value.blocks] == ["ATT-71"]
    head = StaffFactory.create(school=visit.school, roles=["headteacher"])
    visit.school.annex_versions.create(on=True, isolation_days=10, distance_metres=2, at=NOW - timedelta(days=1), by=head)
    record(visit, "unwell")
    assert ("headteacher", "unwell") in told(visit)
    assert StaffUnwell.objects.filter(school=visit.school, staff=one_of(visit), ended_at=None).exists()


@pytest.mark.clause("PRI-22")
@pytest.mark.parametrize("purpose", ["absent_child_check", "welfare"])
def test_something_seen_with_curiosity_opens_a_concern_and_alerts_the_safeguarding_team(purpose: str) -> None:
    visit = a_door(purpose=purpose)
    record(visit, "child_seen", signs=["marks", "home"], signs_words="A bruise on the left arm")
    concern = Concern.objects.get(school=visit.school)
    assert "Marks or bruises" in concern.says
    assert "A bruise on the left arm" in concern.says
    assert Notice.objects.get(school=visit.school, about="concern").clause == "PRI-22"
    with pytest.raises(BadInput):
        record(visit, "child_seen", signs=["nonsense"])


@pytest.mark.clause("PRI-40")
@pytest.mark.once
def test_the_referral_stands_on_the_visit_for_those_who_keep_referrals(client: Client) -> None:
    visit = a_door()
    record(visit, "no_answer")
    referral = Referral.objects.get(school=visit.school)
    assert (referral.visit_id, referral.why) == (visit.pk, "Nobody answered the door on a home visit.")
    for roles, sees in ((["dsl"], True), (["headteacher"], True), (["office_admin"], False)):
        client.force_login(StaffFactory.create(school=visit.school, roles=roles))
        page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/").content.decode()
        assert (f"/referrals/{referral.public_id}/" in page) == sees


@pytest.mark.clause("PRI-41")
def test_every_outcome_of_a_welfare_visit_asks_to_tell_the_agencies() -> None:
    visit = a_door()
    Agency.objects.create(pupil=visit.visit_pupils.get().pupil, name="social_care")
    record(visit, "no_answer")
    assert AgencyTask.objects.get(school=visit.school).agency == "social_care"


def test_siblings_can_have_an_outcome_each_and_a_double_tap_is_one() -> None:
    visit = a_door()
    first = visit.visit_pupils.get().pupil
    second = PupilFactory.create(school=visit.school, household=visit.household)
    VisitPupil.objects.create(visit=visit, pupil=second)
    token = __import__("uuid").uuid4()
    one = record(visit, "child_seen", pupil_ids=[first.pk], token=token)
    assert record(visit, "child_seen", pupil_ids=[first.pk], token=token).pk == one.pk
    record(visit, "child_not_seen", pupil_ids=[second.pk])
    assert [set(row.for_pupils.values_list("pupil_id", flat=True)) for row in visit.outcomes.order_by("pk")] == [{first.pk}, {second.pk}]


def counts(visit: HomeVisit) -> list[int]:
    """How many rows there are of everything that an outcome may write."""
    models: Collection[Any] = (VisitOutcome, Notice, Concern, Incident, Referral, AgencyTask, PoliceCall, AuditEvent)
    return [model.objects.count() for model in models] + [visit.events.count(), visit.letters.count()]


def test_a_refused_outcome_leaves_no_trace() -> None:
    visit = a_door()
    stranger = StaffFactory.create(school=visit.school, roles=["class_teacher"])
    elsewhere = PupilFactory.create(school=visit.school)
    before = counts(visit)
    with pytest.raises(Blocked):
        record_outcome(visit=visit, kind="no_answer", by=stranger, now=NOW)
    with pytest.raises(BadInput):
        record(visit, "no_answer", pupil_ids=[elsewhere.pk])
    with pytest.raises(BadInput):
        record(visit, "child_seen", signs=["nonsense"])
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.CLOSED)
    with pytest.raises(Blocked):
        record(visit, "no_answer")
    assert counts(visit) == before


@pytest.mark.clause("PRI-37")
def test_a_welfare_visit_asks_whether_parents_were_reminded() -> None:
    values = a_visit().policy.values
    codes = {one.code: one for one in findings.asked("child_seen", "absent_child_check", values)}
    assert "8:45" in codes["reminded"].words
    assert (codes["reminded"].kind, codes["reminded"].required) == ("done_or_not", True)
    assert "reminded" not in {one.code for one in findings.asked("no_answer", "absent_child_check", values)}


MET_FIRST = [
    *((met, "no_answer") for met in ("completed", "child_seen", "child_not_seen", "child_alone", "family_declined", "parent_left")),
    *((met, "parents_absent") for met in ("completed", "family_declined", "parent_left")),
    *((nobody, after) for nobody in ("no_answer", "parents_absent") for after in ("completed", "parent_left")),
]


@pytest.mark.parametrize(("first", "then"), MET_FIRST)
def test_nobody_there_and_somebody_met_do_not_stand_together(first: str, then: str) -> None:
    visit = at_the_door(a_visit())
    by = visit.members.order_by("pk")[0].staff
    record_outcome(visit=visit, kind=first, by=by, now=NOW)
    with pytest.raises(Blocked, match="contradicts"):
        record_outcome(visit=visit, kind=then, by=by, now=NOW)
    assert [one.kind for one in visit.outcomes.all()] == [first]
    assert not visit.letters.filter(kind="letter_through_door").exists() or first == "no_answer"


def test_a_door_may_open_after_nobody_answered() -> None:
    visit = at_the_door(a_visit())
    by = visit.members.order_by("pk")[0].staff
    for kind in ("no_answer", "child_seen", "completed"):
        record_outcome(visit=visit, kind=kind, by=by, now=NOW)
    assert visit.outcomes.count() == 3
