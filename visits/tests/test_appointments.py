"""The appointment: what the family is told, how, to whom not, and what its answers do."""

from datetime import timedelta

import pytest

from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import Contact
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from safeguarding.models import HouseholdWarning
from visits.models import Appointment, HomeVisit, VisitEvent, VisitLetter
from visits.selectors.briefing import briefing
from visits.selectors.risk import EVERYTHING
from visits.services.agreement_calls import record_agreement_call
from visits.services.appointment_changes import withdraw
from visits.services.appointments import answer, offer
from visits.services.changes import plan_changed
from visits.services.common import locked

from .factories import NOW, TESTS, a_school, a_visit, an_appointment

pytestmark = pytest.mark.django_db
WHEN = NOW + timedelta(minutes=20)


def offered(visit: HomeVisit, to: list[tuple[Contact, str]], **more: object) -> Appointment:
    by = StaffFactory.create(school=visit.school, roles=["office_admin"])
    given: dict[str, object] = {
        "at": WHEN, "length_minutes": 20, "place": "At home", "what_happens": "We come and talk.", "questions": "school and home", **more
    }  # fmt: skip
    return offer(visit=visit, to=to, by=by, now=NOW, **given)  # type: ignore[arg-type]


def a_contact(visit: HomeVisit, **fields: object) -> Contact:
    return ContactFactory.create(pupil=visit.visit_pupils.get().pupil, **fields)


@pytest.mark.clause("PRI-13")
@pytest.mark.clause("ATT-02")
@pytest.mark.parametrize("channel", ["text", "email"])
def test_the_message_has_time_length_what_happens_questions_the_link_and_the_policy(channel: str) -> None:
    school = a_school()
    visit = a_visit(school, pupil=PupilFactory.create(school=school, last_name="Quillfeather"))
    visit.reason = "Bruises"
    visit.save()
    contact = a_contact(visit, email="mo@family.example")
    row = offered(visit, [(contact, channel)])
    message = Message.objects.get(template__startswith="appointment")
    for words in ("Tuesday 24 November at 10:20", "20 minutes", "We come and talk.", "school and home", "/appointment/", "/policy/"):
        assert words in message.body
    pupil = visit.visit_pupils.get().pupil
    assert pupil.last_name not in message.body
    assert "Bruises" not in message.body
    assert pupil.household.address not in message.body
    kept = row.messages.get()
    assert (kept.message, kept.contact, kept.channel) == (message, contact, channel)


def test_a_letter_is_drafted_and_siblings_with_one_number_get_one_text() -> None:
    visit = a_visit()
    one, two = (a_contact(visit, mobile="+447700900111") for _ in range(2))
    offered(visit, [(one, "text"), (two, "text"), (one, "letter")])
    assert Message.objects.filter(template="appointment").count() == 1
    assert VisitLetter.objects.filter(visit=visit, kind="appointment").exists()


def test_a_contact_is_told_in_their_language() -> None:
    from homevisits.messaging.models import Template

    visit = a_visit()
    Template.objects.create(school=visit.school, name="appointment", language="Polish", body="Wizyta: ((when)) ((link))")
    offered(visit, [(a_contact(visit, language="Polish"), "text")])
    assert Message.objects.get(template="appointment").body.startswith("Wizyta:")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"restricted": True}, "restricted"),
        ({"gone": True}, "not among"),
        ({"mobile": ""}, "no mobile"),
    ],
)
def test_nobody_restricted_gone_or_out_of_reach_is_told(fields: dict[str, object], says: str) -> None:
    visit = a_visit()
    with pytest.raises((Blocked, BadInput), match=says):
        offered(visit, [(a_contact(visit, **fields), "text")])
    assert not Appointment.objects.exists()
    assert not Message.objects.filter(template="appointment").exists()


def test_a_number_that_a_restricted_person_reads_and_another_familys_contact_are_refused() -> None:
    visit = a_visit()
    a_contact(visit, restricted=True, mobile="+447700900222")
    with pytest.raises(BadInput, match="restricted"):
        offered(visit, [(a_contact(visit, mobile="+447700900222"), "text")])
    with pytest.raises(Blocked, match="not among"):
        offered(visit, [(ContactFactory.create(), "text")])


@pytest.mark.parametrize(
    "more",
    [
        {"at": NOW}, {"length_minutes": 0}, {"what_happens": " "}, {"questions": ""}, {"what_happens": "x" * 500},
        {"questions": "how Ada EXAMPLE, is"}, {"at": NOW + timedelta(hours=3)},
    ],
)  # fmt: skip
def test_wrong_input_changes_nothing(more: dict[str, object]) -> None:
    visit = a_visit()
    HomeVisit.objects.filter(pk=visit.pk).update(arrive_at=WHEN)
    contact = a_contact(visit)
    with pytest.raises(BadInput):
        offered(visit, [(contact, "text")], **more)
    assert not Appointment.objects.exists()


def test_an_unannounced_visit_is_not_offered_but_a_meeting_at_school_is() -> None:
    visit = a_visit()
    HomeVisit.objects.filter(pk=visit.pk).update(announced=False)
    contact = a_contact(visit)
    with pytest.raises(Blocked):
        offered(visit, [(contact, "text")])
    row = offered(visit, [(contact, "text")], at_school=True, at=NOW + timedelta(days=1))
    assert row.at_school
    assert "a meeting at school" in Message.objects.get(template="appointment").body


@pytest.mark.clause("PRI-13")
@pytest.mark.clause("ATT-14")
def test_a_confirmation_is_kept_on_the_visit_once() -> None:
    row = an_appointment(a_visit())
    for _ in range(2):
        answer(appointment=row, state="confirmed", by=None, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.answered_at, row.answered_by) == ("confirmed", NOW, None)
    assert VisitEvent.objects.filter(visit=row.visit, what="appointment_confirmed").count() == 1


@pytest.mark.clause("PRI-15")
def test_a_no_ends_the_visit_and_tells_the_safeguarding_team() -> None:
    visit = a_visit()
    dsl = StaffFactory.create(school=visit.school, roles=["dsl"])
    row = an_appointment(visit)
    answer(appointment=row, state="refused", words="Not now", by=None, now=NOW)
    visit.refresh_from_db()
    row.refresh_from_db()
    assert (visit.status, row.state) == ("refused", "refused")
    notice = Notice.objects.get(about="family_declined", role="dsl")
    assert dsl.pk in notice.people.values_list("staff", flat=True)
    assert notice.clause == "PRI-15"
    assert Notice.objects.filter(about="visit_withdrawn", role="pair").exists()


def test_another_time_asked_for_is_told_to_the_office_the_planner_and_those_who_go() -> None:
    visit = a_visit()
    answer(appointment=an_appointment(visit), state="change_asked", words="After four", by=None, now=NOW)
    assert set(Notice.objects.filter(about="appointment_change").values_list("role", flat=True)) == {"office_admin", "planner", "pair"}
    assert "After four" in Notice.objects.filter(about="appointment_change")[0].says


def test_another_time_of_the_plan_replaces_the_appointment_and_tells_the_family() -> None:
    visit = a_visit()
    first = an_appointment(visit)
    Message.objects.update(status="delivered")
    visit = locked(visit)
    visit.arrive_at = WHEN + timedelta(minutes=10)
    visit.save()
    plan_changed(visit, says="another time", by=visit.events.get(what="planned").by, now=NOW)  # type: ignore[arg-type]
    first.refresh_from_db()
    second = Appointment.objects.get(visit=visit, state="offered")
    assert (first.state, second.at) == ("replaced", visit.arrive_at)
    assert "10:30" in Message.objects.get(template="appointment_changed").body
    with pytest.raises(Blocked):
        answer(appointment=first, state="confirmed", by=None, now=NOW)


@pytest.mark.parametrize(("status", "told"), [("delivered", 1), ("waiting", 0)])
def test_a_visit_that_does_not_take_place_takes_its_appointment_back(status: str, told: int) -> None:
    visit = a_visit()
    row = an_appointment(visit)
    Message.objects.filter(template="appointment").update(status=status)
    withdraw(visit=visit, why="The child was seen", by=TESTS, now=NOW)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    # Who never got the first message is not told that it does not hold.
    assert Message.objects.filter(template="appointment_withdrawn").count() == told
    assert not Message.objects.filter(template="appointment", status="waiting").exists()


def test_a_reason_for_an_absence_leaves_the_message_of_an_appointment_alone() -> None:
    from homevisits.messaging.outbox import withdraw as withdraw_texts

    visit = a_visit()
    an_appointment(visit)
    withdraw_texts(school_id=visit.school_id, pupil_ids=[visit.visit_pupils.get().pupil_id], now=NOW)
    assert Message.objects.get(template="appointment").status == "waiting"


@pytest.mark.clause("SEC-04")
@pytest.mark.clause("PRI-14")
def test_the_agreement_call_is_recorded_with_its_hazards() -> None:
    visit = a_visit()
    row = an_appointment(visit)
    contact, by = row.messages.get().contact, StaffFactory.create(school=visit.school, roles=["office_admin"])
    assert contact is not None
    call = record_agreement_call(visit=visit, contact=contact, agreed=True, animals="A large dog", says="Come at the back", by=by, now=NOW)
    row.refresh_from_db()
    warning = HouseholdWarning.objects.get(household=visit.household)
    assert (call.agreed, row.state, warning.about, warning.says) == (True, "confirmed", "animals", "A large dog")
    assert (call.at, call.by, call.contact) == (NOW, by, contact)
    assert "A large dog" in [one.says for one in briefing(visit, NOW, EVERYTHING).hazards], "and those who go read it"
    a_contact(visit)
    with pytest.raises(Blocked):
        record_agreement_call(visit=visit, contact=a_contact(visit, restricted=True), agreed=True, animals="", says="", by=by, now=NOW)
    record_agreement_call(visit=visit, contact=contact, agreed=False, animals="", says="We moved", by=by, now=NOW)
    visit.refresh_from_db()
    assert visit.status == "refused"
