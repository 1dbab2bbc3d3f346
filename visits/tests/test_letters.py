"""The letters of a visit: made final once, printed, and recorded with the way, the time and the person."""

import base64
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from pypdf import PdfReader

from homevisits.common import clock
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents import store, zones
from homevisits.documents.models import Document, DocumentWay
from homevisits.messaging.delivery import deliver
from homevisits.messaging.letters import follow_letters
from homevisits.messaging.models import Message, Notice, SchoolAccount
from homevisits.messaging.tests.notify_server import Store
from homevisits.messaging.transports.email import Email
from homevisits.people.models import Contact, School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from visits.models import Answer, CheckIn, FilledForm, HomeVisit, VisitLetter
from visits.rules.closing import closing_blocks
from visits.selectors.questionnaires import questionnaire_of
from visits.services import letters, reports
from visits.services.common import draft_letter
from visits.services.outcomes import record_outcome
from visits.tests.factories import NOW, a_school, a_visit, approved, at_the_door

pytestmark = pytest.mark.django_db
PRI, MAT, SEC = "primary-procedures", "academy-trust", "secondary"


@pytest.fixture(autouse=True)
def _pango() -> None:
    """Skip where PDFs cannot be made."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        pytest.skip(f"Pango is missing: {error}")


def a_home(preset: str = PRI, **fields: Any) -> tuple[HomeVisit, Contact, Staff]:
    """A planned visit to a family with a mother who can be written to, and somebody of the office."""
    school = a_school(preset)
    School.objects.filter(pk=school.pk).update(sending="live", **fields)
    school.refresh_from_db()
    home = HouseholdFactory.create(school=school, address="12 Example Street\nExampleton", postcode="EX1 1AA")
    pupil = PupilFactory.create(school=school, household=home, first_name="Ada")
    mother = ContactFactory.create(pupil=pupil, title="Ms", name="Grace Example", email="grace@example.com")
    return a_visit(school, pupil=pupil), mother, StaffFactory.create(school=school, roles=["office_admin"], name="Olive Office")


def one_of(visit: HomeVisit) -> Staff:
    return visit.members.select_related("staff").order_by("pk")[0].staff


def final(visit: HomeVisit, kind: str, by: Staff, contact: Contact | None = None) -> VisitLetter:
    return letters.make_final(visit=visit, kind=kind, contact=contact, by=by, now=NOW)


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.clause("PRI-40")
def test_the_letter_through_the_door_is_printed_before_leaving_and_left_where_nobody_answers(client: Client) -> None:
    visit, _, _ = a_home()
    visit = approved(visit)
    by = one_of(visit)
    client.force_login(by)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/"
    for part in ("", "leaving/"):
        assert f"{address}letters/letter_through_door/" in client.get(address + part).content.decode(), "print before you leave"
    page = client.get(address + "letters/letter_through_door/")
    assert "We called, and nobody was in" in page.content.decode()
    assert not visit.letters.filter(kind="letter_through_door").exists(), "to look begins nothing"
    client.post(address + "letters/letter_through_door/", {"contact": ""})
    answer = client.post(address + "letters/letter_through_door/print/", follow=True)
    assert answer["Content-Type"] == "application/pdf"
    said = words_of(answer.content)
    assert "DRAFT" not in said
    assert "12 Example Street" in said
    letter = visit.letters.get(kind="letter_through_door")
    assert letter.document is not None
    assert (letter.ahead, letter.document.state, letter.document.ways.get().way) == (True, "final", "printed")
    assert not [block for block in closing_blocks(at_the_door(visit), NOW) if "left" in block.says], "nobody owes it yet"
    record_outcome(visit=at_the_door(visit), kind="no_answer", by=by, now=NOW, details={"left": "yes"})
    letter.refresh_from_db()
    assert (letter.ahead, letter.sent_at, letter.sent_by, letter.way) == (False, NOW, by, "door")
    assert list(letter.document.ways.order_by("pk").values_list("way", flat=True)) == ["printed", "door"]


def test_what_was_taken_along_is_owed_once_nobody_answered() -> None:
    visit, _, _ = a_home()
    by = one_of(visit)
    final(visit, "letter_through_door", by)
    visit = at_the_door(visit)
    record_outcome(visit=visit, kind="no_answer", by=by, now=NOW + timedelta(minutes=1))
    letter = visit.letters.get()
    assert (letter.ahead, letter.sent_at, letter.drafted_at) == (False, None, NOW + timedelta(minutes=1))


@pytest.mark.clause("SEC-07")
def test_the_calling_card_is_a6_with_its_number_and_the_officers_details_and_being_left_is_recorded() -> None:
    officer = {"welfare_officer": "Ewan Woods", "welfare_officer_phone": "+441632960123", "welfare_officer_email": "ewo@example.org"}
    visit, _, _ = a_home(SEC, **officer)
    by = one_of(visit)
    letter = final(visit, "calling_card", by)
    assert letter.document is not None
    pdf = store.content_of(letter.document)
    width, height = PdfReader(io.BytesIO(pdf)).pages[0].mediabox[2:]
    assert (round(float(width) / zones.MM), round(float(height) / zones.MM)) == (105, 148)
    said = words_of(pdf)
    for words in ("Ewan Woods", "01632 960123", "ewo@example.org", f"Card {letter.pk:05d}"):
        assert words in said
    for words in ("Ada", "Grace", "welfare visit", visit.reason):
        assert words not in said, "whoever finds it at the door learns nothing"
    letters.mark_letter_sent(visit=visit, kind="calling_card", way="door", by=by, now=NOW)
    letter.refresh_from_db()
    assert (letter.sent_by, letter.way, letter.document.ways.get().way) == (by, "door", "door")


def test_the_number_of_the_card_that_was_taken_along_stands_in_the_form_at_the_door(client: Client) -> None:
    visit, _, _ = a_home(SEC)
    by = one_of(visit)
    letter = final(visit, "calling_card", by)
    client.force_login(by)
    page = client.get(f"/s/{at_the_door(visit).school.slug}/visits/{visit.pk}/found/no_answer/")
    assert page.context["form"]["card_number"].value() == f"{letter.pk:05d}"
    assert "Calling card: open it" in page.content.decode()


def test_without_an_officer_of_the_school_the_card_names_who_holds_the_role_and_the_school() -> None:
    visit, _, _ = a_home(SEC, phone="+441632960000")
    StaffFactory.create(school=visit.school, roles=["education_welfare_officer"], name="Wilma Welfare", email="wilma@example.org")
    letter = final(visit, "calling_card", one_of(visit))
    assert letter.document is not None
    assert letter.document.data["officer"] == {"name": "Wilma Welfare", "phone": "01632 960000", "email": "wilma@example.org"}


@pytest.mark.clause("PRI-39")
def test_the_protocol_letter_is_drafted_as_pdf_made_final_and_sent_by_the_designated_person_only() -> None:
    visit, mother, olive = a_home()
    pat = StaffFactory.create(school=visit.school, roles=["pupil_support_lead"], name="Pat")
    record_outcome(visit=at_the_door(visit), kind="completed", by=one_of(visit), now=NOW)
    draft_letter(visit, "protocol_letter", NOW)
    letter = visit.letters.get()
    drafted = letters.draft_pdf(letter=letter, by=olive, now=NOW)
    assert "DRAFT" in words_of(drafted)
    with pytest.raises(Blocked) as why:
        final(visit, "protocol_letter", olive, mother)
    assert [block.clause for block in why.value.blocks] == ["PRI-39"]
    with pytest.raises(Blocked, match="Make the letter final first"):
        letters.mark_letter_sent(visit=visit, kind="protocol_letter", way="posted", by=pat, now=NOW)
    letter = final(visit, "protocol_letter", pat, mother)
    assert letter.document is not None
    pdf = store.content_of(letter.document)
    said = words_of(pdf)
    assert "DRAFT" not in said
    assert "Dear Ms Grace Example" in said
    assert "by 8:45 on the first day" in said
    with pytest.raises(Blocked):
        letters.mark_letter_sent(visit=visit, kind="protocol_letter", way="posted", by=olive, now=NOW)
    letters.mark_letter_sent(visit=visit, kind="protocol_letter", way="posted", contact=mother, by=pat, now=NOW)
    letter.refresh_from_db()
    assert (letter.sent_by, letter.sent_to, letter.way) == (pat, "Ms Grace Example", "posted")
    with pytest.raises(Blocked, match="does not change"):
        final(visit, "protocol_letter", pat)
    assert letters.draft_pdf(letter=letter, by=pat, now=NOW + timedelta(days=1)) == pdf, "as it went, whatever has changed since"
    assert visit.events.filter(what__startswith="letter_").count() == 2


@pytest.mark.clause("MAT-31")
@pytest.mark.parametrize("way", ["handed_over", "door", "posted", "emailed"])
def test_the_parents_copy_goes_by_each_way_and_which_and_when_is_recorded(client: Client, way: str) -> None:
    visit, mother, olive = a_home(MAT)
    visit = at_the_door(visit)
    address = f"/s/{visit.school.slug}/visits/{visit.pk}/letters/parent_copy/"
    with clock.frozen(NOW):
        client.force_login(olive)
        client.post(address, {"contact": str(mother.pk)})
        form = client.get(address + "sent/").context["form"]
        given = {"token": form["token"].value(), "way": way, "contact": str(mother.pk), "time": "10:00"}
        for _ in range(2):
            client.post(address + "sent/", given)
        assert "Ms Grace Example" in client.get(address).content.decode()
    letter = visit.letters.get()
    assert letter.document is not None
    row = DocumentWay.objects.get(document=letter.document)
    assert (row.way, row.contact, row.by) == (way, mother, olive)
    assert (letter.way, letter.sent_by) == (way, olive)
    if way == "emailed":
        assert Message.objects.get().reference == row.reference
    else:
        assert (row.happened_at, row.recorded_at) == (NOW, NOW)


@pytest.mark.clause("MAT-31")
def test_one_record_gives_the_parents_copy_without_what_is_confidential_the_files_and_the_officers(client: Client) -> None:
    visit, mother, olive = a_home(MAT)
    visit, went = at_the_door(visit), one_of(visit)
    record_outcome(visit=visit, kind="completed", by=went, now=NOW, note_text="A bruise on the arm")
    version = questionnaire_of(visit, NOW)
    assert version is not None
    form = FilledForm.objects.create(visit=visit, version=version, opened_at=NOW, opened_by=went)
    told = []
    for section in version.asks.sections:
        question = next((one for one in section.questions if one.kind in ("text", "long_text")), None)
        if question is not None:
            told.append(f"{'CONFIDENTIAL' if section.confidential else 'SHARED'} {section.code}")
            Answer.objects.create(form=form, code=question.code, value=told[-1], revision=1, by=went, at=NOW, received_at=NOW)
    reports.save_draft(
        visit=visit, text="WHAT STAFF NOTED", evaluation="", entered=True, child_present=True, answers={"family_met": "Ms Grace Example"},
        by=went, now=NOW,
    )  # fmt: skip
    parents = words_of(letters.draft_pdf(letter=final(visit, "parent_copy", olive, mother), by=olive, now=NOW))
    assert "Ms Grace Example" in parents
    for secret in ("bruise", "WHAT STAFF NOTED", "CONFIDENTIAL"):
        assert secret not in parents
    assert {words.split()[0] for words in told} == {"SHARED", "CONFIDENTIAL"}
    assert all((words in parents) == words.startswith("SHARED") for words in told)
    letters.mark_letter_sent(visit=visit, kind="parent_copy", way="handed_over", contact=mother, by=went, now=NOW)
    client.force_login(olive)
    for whose, copy in (("file", "Copy for the file"), ("officer", "Copy for the attendance officer")):
        answer = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/form-copy/{whose}.pdf")
        said = words_of(answer.content)
        open_to_others = [words for words in told if words != "CONFIDENTIAL prompts"]
        for words in (copy, "A bruise on the arm", "WHAT STAFF NOTED", "Handed over, Ms Grace Example", *open_to_others):
            assert words in said, words
        # What was ticked with professional curiosity is a concern: no copy that others open, or that is uploaded, carries it.
        assert len(open_to_others) == len(told) - 1
        assert "CONFIDENTIAL prompts" not in said
    kinds = Document.objects.filter(about_type="visit", about_id=visit.pk).values_list("kind", flat=True)
    assert set(kinds) == {"parent_copy", "file_copy", "officer_copy"}


@pytest.mark.clause("MAT-31")
@pytest.mark.parametrize(("preset", "drafted"), [(MAT, ["parent_copy"]), (PRI, [])])
def test_the_parents_copy_is_owed_once_the_form_is_handed_in(preset: str, drafted: list[str]) -> None:
    visit, _, _ = a_home(preset)
    visit, went = at_the_door(visit), one_of(visit)
    record_outcome(visit=visit, kind="completed", by=went, now=NOW)
    HomeVisit.objects.filter(pk=visit.pk).update(returned_at=NOW)
    answers = {"notes_said": "yes", "family_met": "Mother", "needs": "None"}
    reports.save_draft(visit=visit, text="Seen", evaluation="", entered=False, child_present=True, answers=answers, by=went, now=NOW)
    FilledForm.objects.filter(visit=visit).delete()
    visit.refresh_from_db()
    reports.hand_in(visit=visit, by=went, now=NOW)
    assert list(visit.letters.values_list("kind", flat=True)) == drafted


def test_a_letter_emailed_has_its_pdf_attached_once(client: Client) -> None:
    visit, mother, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    letter = final(visit, "appointment", olive, mother)
    letters.send_by_email(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    with pytest.raises(BadInput, match="this way already"):
        letters.send_by_email(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    deliver(now=NOW, transport_for=lambda school: Email())
    [sent] = mail.outbox
    assert letter.document is not None
    [attached] = sent.attachments
    assert (sent.to, attached[1]) == (["grace@example.com"], store.content_of(letter.document))
    assert "Ada" not in sent.subject + str(sent.body)
    assert Message.objects.get().status == "accepted"
    client.force_login(olive)
    assert "accepted by the provider" in client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/letters/appointment/").content.decode()


def test_nothing_is_emailed_to_where_a_restricted_person_reads_or_to_nobody() -> None:
    visit, mother, olive = a_home()
    father = ContactFactory.create(pupil=mother.pupil, name="F", email=mother.email, restricted=True)
    draft_letter(visit, "appointment", NOW)
    with pytest.raises(Blocked, match="restricted"):
        final(visit, "appointment", olive, father)
    final(visit, "appointment", olive, mother)
    with pytest.raises(BadInput, match="read by somebody who is restricted"):
        letters.send_by_email(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    mother.email = ""
    with pytest.raises(BadInput, match="no email address"):
        letters.send_by_email(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    assert not Message.objects.exists()


def test_a_letter_by_notify_is_the_kept_pdf_with_the_address_in_its_place(notify: Store, client: Client) -> None:
    visit, mother, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    letter = final(visit, "appointment", olive, mother)
    with pytest.raises(Blocked, match="no account"):
        letters.send_by_notify(visit=visit, kind="appointment", by=olive, now=NOW)
    SchoolAccount.objects.create(school=visit.school, way="notify")
    letters.send_by_notify(visit=visit, kind="appointment", by=olive, now=NOW)
    deliver(now=NOW)
    [got] = notify.accepted
    assert letter.document is not None
    message = Message.objects.get()
    assert (got["reference"], message.status, message.channel) == (str(message.reference), "accepted", "letter")
    assert base64.b64decode(got["content"]) == store.content_of(letter.document)
    assert message.to == "Ms Grace Example, 12 Example Street, Exampleton, EX1 1AA"


def test_a_letter_that_lost_its_answer_is_found_and_not_printed_twice(notify: Store) -> None:
    visit, mother, olive = a_home()
    SchoolAccount.objects.create(school=visit.school, way="notify")
    draft_letter(visit, "appointment", NOW)
    final(visit, "appointment", olive, mother)
    letters.send_by_notify(visit=visit, kind="appointment", by=olive, now=NOW)
    notify.rule = lambda path, body: "drop"
    deliver(now=NOW)
    notify.rule = lambda path, body: None
    for second in range(10, 70, 10):
        deliver(now=NOW + timedelta(seconds=second))
    assert (Message.objects.get().status, len(notify.accepted)) == ("accepted", 1)


def test_a_letter_that_the_provider_refuses_later_becomes_a_task_for_the_office(notify: Store, client: Client) -> None:
    visit, mother, olive = a_home()
    SchoolAccount.objects.create(school=visit.school, way="notify")
    draft_letter(visit, "appointment", NOW)
    final(visit, "appointment", olive, mother)
    letters.send_by_notify(visit=visit, kind="appointment", by=olive, now=NOW)
    deliver(now=NOW)
    assert follow_letters(NOW + timedelta(hours=1)) == 1
    assert Message.objects.get().status == "accepted"
    notify.accepted[0]["status"] = "validation-failed"
    for hours in (2, 3):
        follow_letters(NOW + timedelta(hours=hours))
    assert Message.objects.get().status == "undelivered"
    assert "was not printed by the provider" in Notice.objects.get(about="text_undelivered").says
    client.force_login(olive)
    assert "not delivered" in client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/letters/appointment/").content.decode()


def test_a_letter_whose_address_notify_would_not_read_is_refused_with_what_is_wrong(notify: Store) -> None:
    visit, mother, olive = a_home()
    SchoolAccount.objects.create(school=visit.school, way="notify")
    mother.address = "Somewhere"
    mother.save()
    draft_letter(visit, "appointment", NOW)
    final(visit, "appointment", olive, mother)
    with pytest.raises(BadInput, match="not a postcode: “Somewhere”"):
        letters.send_by_notify(visit=visit, kind="appointment", by=olive, now=NOW)
    assert not Message.objects.exists()


def test_a_file_that_was_altered_is_not_sent(notify: Store) -> None:
    visit, mother, olive = a_home()
    SchoolAccount.objects.create(school=visit.school, way="notify")
    draft_letter(visit, "appointment", NOW)
    letter = final(visit, "appointment", olive, mother)
    letters.send_by_notify(visit=visit, kind="appointment", by=olive, now=NOW)
    assert letter.document is not None
    store.path_of(letter.document.sha256).write_bytes(b"%PDF- of somebody else")
    deliver(now=NOW)
    assert (Message.objects.get().status, len(notify.accepted)) == ("failed", 0)
    assert "One letter" in Notice.objects.get(about="text_failed").says


def test_a_second_parent_gets_the_same_letter_and_a_time_to_come_is_refused() -> None:
    visit, mother, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    letter = final(visit, "appointment", olive, mother)
    with pytest.raises(BadInput, match="still to come"):
        letters.mark_letter_sent(visit=visit, kind="appointment", way="posted", happened_at=NOW + timedelta(hours=1), by=olive, now=NOW)
    for way, to in (("posted", "Ms Grace Example"), ("handed_over", "Mr Alan Example")):
        letters.mark_letter_sent(visit=visit, kind="appointment", way=way, to=to, token=uuid4(), by=olive, now=NOW)
    assert letter.document is not None
    assert list(letter.document.ways.order_by("pk").values_list("way", "to")) == [
        ("posted", "Ms Grace Example"),
        ("handed_over", "Mr Alan Example"),
    ]
    letter.refresh_from_db()
    assert (letter.way, letter.sent_to) == ("posted", "Ms Grace Example"), "how it went first"


def test_a_draft_is_made_again_as_things_change_and_kept_once() -> None:
    visit, _, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    for _ in range(2):
        letters.draft_pdf(letter=visit.letters.select_related("document").get(), by=olive, now=NOW)
    first = Document.objects.get(kind="appointment")
    HomeVisit.objects.filter(pk=visit.pk).update(length_minutes=25)
    changed = VisitLetter.objects.select_related("document", "visit").get()
    assert "25 minutes" in words_of(letters.draft_pdf(letter=changed, by=olive, now=NOW))
    again = Document.objects.get(kind="appointment")
    assert (again.pk, again.state, again.data["length"]) == (first.pk, "draft", "25 minutes")
    assert again.sha256 != first.sha256
    assert [pupil.first_name for pupil in again.pupils.all()] == ["Ada"]


def test_no_letter_for_a_kind_that_does_not_exist_or_that_nobody_drafted(client: Client) -> None:
    visit, _, olive = a_home()
    client.force_login(olive)
    for kind in ("nonsense", "protocol_letter", "calling_card"):
        assert client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/letters/{kind}/").status_code == 404


@pytest.mark.clause("PRI-40")
def test_no_paper_says_that_nobody_came_once_somebody_was_met() -> None:
    visit, mother, olive = a_home(PRI)
    visit = at_the_door(visit)
    CheckIn.objects.create(visit=visit, point="inside", at=NOW, by=one_of(visit), adult_present=True)
    for kind in ("letter_through_door", "calling_card"):
        with pytest.raises(Blocked, match="Somebody was met"):
            final(visit, kind, olive, mother)
    assert not Document.objects.exists()
