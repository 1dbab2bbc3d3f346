"""A call's outcome, a parent's reply, and a case's page: what it shows, what can be done, and why not (PRI-32 to PRI-34)."""

import uuid

import pytest
from django.test import Client

from attendance.models import AbsenceMessage, ContactAttempt, MisEntry, UnexplainedAbsence
from attendance.sweep import sweep
from attendance.tests.factories import at, missing, pupil_with_contact, reply_in, school_with_policy
from homevisits.common import clock
from homevisits.messaging import delivery
from homevisits.messaging.models import InboundText, Message
from homevisits.people.models import Contact, NumberFault, School
from homevisits.people.tests.factories import ContactFactory, PupilFactory

from .conftest import Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(school: School) -> UnexplainedAbsence:
    return missing(school, pupil_with_contact(school, first_name="Ada"))[0]


def called(contact: Contact, outcome: str, **given: object) -> dict[str, object]:
    return {"contact": contact.pk, "outcome": outcome, "said": "", "token": uuid.uuid4(), **given}


@pytest.mark.clause("PRI-33")
def test_an_attempt_is_kept_with_who_whom_when_and_what_and_queued(office: Client, case: UnexplainedAbsence) -> None:
    contact = case.pupil.contacts.get()
    office.post(f"/s/primary/cases/{case.pk}/call/", called(contact, "no_answer", said="Rang out"))
    attempt = ContactAttempt.objects.get()
    assert (attempt.contact, attempt.number, attempt.at, attempt.said) == (contact, contact.mobile, at("9:05"), "Rang out")
    assert MisEntry.objects.get().code == "N"
    page = office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert f"Called {contact}: no answer" in page
    assert "Rang out" in page


def test_a_double_tap_is_one_attempt(office: Client, case: UnexplainedAbsence) -> None:
    given = called(case.pupil.contacts.get(), "voicemail")
    office.post(f"/s/primary/cases/{case.pk}/call/", given)
    office.post(f"/s/primary/cases/{case.pk}/call/", given)
    assert ContactAttempt.objects.count() == 1


def test_a_reason_needs_words_and_what_was_typed_stays(office: Client, case: UnexplainedAbsence) -> None:
    contact = case.pupil.contacts.get()
    refused = office.post(f"/s/primary/cases/{case.pk}/call/", called(contact, "explained"))
    assert refused.status_code == 422
    assert "Write the reason that was given" in refused.content.decode()
    office.post(f"/s/primary/cases/{case.pk}/call/", called(contact, "explained", said="At the dentist"))
    case.refresh_from_db()
    assert (case.status, AbsenceMessage.objects.get().code) == ("closed", "M")


def test_a_dead_number_is_flagged_on_the_call_list_and_in_contact_quality(office: Client, case: UnexplainedAbsence) -> None:
    contact = case.pupil.contacts.get()
    office.post(f"/s/primary/cases/{case.pk}/call/", called(contact, "number_dead"))
    assert NumberFault.objects.get().number == contact.mobile
    assert "Every number is dead or wrong" in office.get("/s/primary/contacts/quality/").content.decode()


def test_a_restricted_contact_cannot_be_called(office: Client, case: UnexplainedAbsence) -> None:
    never = ContactFactory.create(pupil=case.pupil, name="Dan Never", restricted=True)
    refused = office.post(f"/s/primary/cases/{case.pk}/call/", called(never, "no_answer", said="Keep me"))
    assert refused.status_code == 422
    assert "restricted and is never called" in refused.content.decode()
    assert "Keep me" in refused.content.decode()
    assert not ContactAttempt.objects.exists()


def test_a_stranger_is_not_of_this_family(office: Client, school: School, case: UnexplainedAbsence) -> None:
    stranger = pupil_with_contact(school).contacts.get()
    elsewhere = pupil_with_contact(school_with_policy()).contacts.get()
    for contact in (stranger, elsewhere):
        office.post(f"/s/primary/cases/{case.pk}/call/", called(contact, "no_answer"))
    assert not ContactAttempt.objects.exists()


def reply(school: School, case: UnexplainedAbsence, body: str = "He is at the dentist") -> InboundText:
    return reply_in(school, number=case.pupil.contacts.get().mobile, body=body)


@pytest.mark.clause("PRI-32")
def test_a_reply_counts_when_a_person_has_accepted_it(office: Client, school: School, case: UnexplainedAbsence) -> None:
    text = reply(school, case)
    page = office.get("/s/primary/today/").content.decode()
    assert "He is at the dentist" in page
    assert UnexplainedAbsence.objects.get(pk=case.pk).status == "open"
    given = {"do": "accept", "contact": case.pupil.contacts.get().pk}
    office.post(f"/s/primary/today/replies/{text.pk}/", given)
    office.post(f"/s/primary/today/replies/{text.pk}/", given)
    message = AbsenceMessage.objects.get()
    assert (message.channel, message.code, message.contact) == ("reply", "M", case.pupil.contacts.get())
    case.refresh_from_db()
    assert case.status == "closed"
    assert MisEntry.objects.get().code == "M"


def test_a_reply_put_away_is_no_reason_and_stays_on_the_case(office: Client, school: School, case: UnexplainedAbsence) -> None:
    text = reply(school, case, "Who is this?")
    office.post(f"/s/primary/today/replies/{text.pk}/", {"do": "dismiss"})
    text.refresh_from_db()
    case.refresh_from_db()
    assert (text.dealt_how, case.status) == ("not a reason", "open")
    assert "Who is this?" in office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert "Who is this?" not in office.get("/s/primary/today/").content.decode()


def test_a_reply_from_an_unknown_number_is_no_reason_for_anybody(office: Client, school: School, case: UnexplainedAbsence) -> None:
    text = reply_in(school, number="+447700900999")
    office.post(f"/s/primary/today/replies/{text.pk}/", {"do": "accept", "contact": case.pupil.contacts.get().pk})
    assert not AbsenceMessage.objects.exists()
    text.refresh_from_db()
    assert text.dealt_at is None


def test_a_closed_case_says_what_cannot_be_done_and_why(office: Client, school: School, case: UnexplainedAbsence) -> None:
    office.post("/s/primary/today/arrived/", {"pupil": case.pupil_id})
    page = office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert "The case is closed: arrived at school." in page
    assert "Undo the arrival" in page
    assert '#log">Log the reason' not in page


def test_nobody_to_ring_is_said_with_its_clause(office: Client, school: School) -> None:
    lonely = missing(school, PupilFactory.create(school=school))[0]
    page = office.get(f"/s/primary/cases/{lonely.pk}/").content.decode()
    assert "There is nobody on file to ring." in page
    assert "PRI-33" in page


def test_the_timeline_has_texts_with_their_fate_and_whom_it_told(office: Client, school: School, case: UnexplainedAbsence) -> None:
    case.pupil.flags.create(kind="looked_after")
    with clock.frozen(at("9:15")):
        sweep(at("9:15"))
        delivery.deliver(now=at("9:15"))
        page = office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert "First-day absence to" in page
    assert "Ada not at school today" in page
    assert page.index("First-day absence to") < page.index("Absent without a reason</h3>")


def test_what_was_sent_in_error_is_put_right_once(office: Client, school: School, case: UnexplainedAbsence) -> None:
    with clock.frozen(at("9:15")):
        sweep(at("9:15"))
        delivery.deliver(now=at("9:15"))
    with clock.frozen(at("9:20")):
        address = f"/s/primary/cases/{case.pk}/correct/"
        assert "The case is open and no all-clear has gone out" in office.get(address).content.decode()
        office.post(address, {"because": "Register was wrong"})
        assert not Message.objects.filter(template="correction").exists()
        office.post("/s/primary/today/arrived/", {"pupil": case.pupil_id})
        asked = office.get(address).content.decode()
        assert "was sent by mistake. Please disregard it" in asked
        assert "To 1 number:" in asked
        assert office.post(address, {"because": ""}).status_code == 422
        office.post(address, {"because": "Register was wrong"})
        office.post(address, {"because": "Register was wrong"})
    sent = Message.objects.get(template="correction")
    assert sent.to == case.pupil.contacts.get().mobile
    assert "Register was wrong" not in sent.body
    assert "sent by mistake" in sent.body


def test_there_is_nothing_to_put_right_where_nothing_was_sent(office: Client, case: UnexplainedAbsence) -> None:
    page = office.get(f"/s/primary/cases/{case.pk}/correct/").content.decode()
    assert "there is nothing to take back" in page
    office.post(f"/s/primary/cases/{case.pk}/correct/", {"because": "x"})
    assert not Message.objects.filter(template="correction").exists()


def test_whoever_does_not_work_on_the_morning_sees_no_case(enter: Enter, case: UnexplainedAbsence) -> None:
    assert enter("class_teacher").get(f"/s/primary/cases/{case.pk}/").status_code == 403
    assert enter("governor").get(f"/s/primary/cases/{case.pk}/").status_code == 403
    assert enter("class_teacher").get(f"/s/primary/cases/{case.pk}/call/").status_code == 403, "numbers of a family are not counted up"
