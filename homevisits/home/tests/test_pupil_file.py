"""The pupil's file: whatever was made or added, for those who may see it, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.documents.models import Attachment, Document
from homevisits.documents.services.attachments import withdraw
from homevisits.documents.store import path_of, record_way
from homevisits.documents.tests.factories import NOW, a_document
from homevisits.documents.tests.hostile import pdf
from homevisits.people.models import Pupil, School
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from visits.models import HomeVisit
from visits.tests.attached import an_attachment_in
from visits.tests.factories import a_school, a_visit, at_the_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(client: Client) -> School:
    found = SchoolFactory.create()
    client.force_login(StaffFactory.create(school=found, roles=["office_admin"]))
    return found


def show(client: Client, pupil: Pupil, **asked: str) -> str:
    answer = client.get(reverse("pupil_file", args=[pupil.school.slug, pupil.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def get(client: Client, pupil: Pupil, document: Document) -> int:
    return client.get(reverse("pupil_document", args=[pupil.school.slug, pupil.pk, document.pk])).status_code


def test_an_empty_file_says_how_it_is_filled(client: Client, school: School) -> None:
    assert "Nothing is in this file yet" in show(client, PupilFactory.create(school=school))


def test_it_shows_how_each_document_went_and_hands_it_out_as_a_file(client: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school)
    row = a_document([pupil], title="Protocol letter")
    by = StaffFactory.create(school=school, name="Kim Office")
    record_way(document=row, way="handed_over", to="Ms Example", by=by, now=NOW)
    shown = show(client, pupil)
    assert "Protocol letter" in shown
    assert "Handed over to Ms Example" in shown
    answer = client.get(reverse("pupil_document", args=[school.slug, pupil.pk, row.pk]))
    assert answer.content == pdf()
    assert answer["Content-Disposition"] == f'attachment; filename="2026-11-24-document-{row.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    acts = set(AuditEvent.objects.values_list("act", flat=True))
    assert {"home.pupil_file.read", "documents.document.read"} <= acts


def test_a_document_of_a_visit_is_for_those_who_see_the_visit(client: Client) -> None:
    school = a_school()
    visit = HomeVisit.objects.get(pk=an_attachment_in(school)["visit_id"])
    pupil = visit.visit_pupils.get().pupil
    row = a_document([pupil], title="Permission form", about=("visit", visit.pk))
    elsewhere = a_document([pupil], title="Of another school’s visit", about=("visit", visit.pk + 999))
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    shown = show(client, pupil)
    assert "Permission form" in shown
    assert "The front door" in shown
    assert "Of another school" not in shown
    assert get(client, pupil, row) == 200
    assert get(client, pupil, elsewhere) == 404
    client.force_login(StaffFactory.create(school=school, roles=["visiting_staff"]))
    assert get(client, pupil, row) == 403


def test_what_is_kept_apart_is_unseen_by_others(client: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school)
    row = a_document([pupil], title="Referral to social care", act="decide_high_risk")
    shown = show(client, pupil)
    assert "Referral to social care" not in shown
    assert "Kept apart" not in shown
    assert get(client, pupil, row) == 404
    client.force_login(StaffFactory.create(school=school, roles=["dsl"]))
    shown = show(client, pupil)
    assert shown.index("Kept apart") < shown.index("Referral to social care")
    assert get(client, pupil, row) == 200


def test_other_pupils_and_other_schools(client: Client, school: School) -> None:
    mine, sibling = PupilFactory.create(school=school), PupilFactory.create(school=school)
    stranger = PupilFactory.create()
    row, theirs = a_document([sibling]), a_document([stranger])
    assert get(client, mine, row) == 404
    assert client.get(reverse("pupil_document", args=[school.slug, stranger.pk, theirs.pk])).status_code == 404
    assert client.get(reverse("pupil_file", args=[stranger.school.slug, stranger.pk])).status_code == 404
    assert client.get(reverse("pupil_file", args=[school.slug, stranger.pk])).status_code == 404


def test_it_is_searched_by_kind_state_way_person_and_day(client: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school)
    kim = StaffFactory.create(school=school, name="Kim Office")
    sent = a_document([pupil], title="Sent letter", by=kim)
    record_way(document=sent, way="posted", by=kim, now=NOW)
    a_document([pupil], title="Draft form", kind="form", state="draft", now=NOW - timedelta(days=40))
    for asked, seen in (
        ({"kind": "form"}, {"Draft form"}),
        ({"state": "final"}, {"Sent letter"}),
        ({"way": "posted"}, {"Sent letter"}),
        ({"way": "none"}, {"Draft form"}),
        ({"by_id": str(kim.pk)}, {"Sent letter"}),
        ({"from_day_0": "1", "from_day_1": "11", "from_day_2": "2026"}, {"Sent letter"}),
        ({"to_day_0": "1", "to_day_1": "11", "to_day_2": "2026"}, {"Draft form"}),
        ({"kind": "form", "state": "final"}, set()),
    ):
        shown = show(client, pupil, **asked)
        rows = shown[shown.index("Documents and attachments") :]
        assert {title for title in ("Sent letter", "Draft form") if title in rows} == seen, asked
    assert "Nothing like that is in the file" in show(client, pupil, kind="form", state="final")
    assert "choose one of the list" in show(client, pupil, kind="no such kind")


def test_what_was_withdrawn_stays_in_the_list_and_does_not_open(client: Client) -> None:
    school = a_school()
    row = Attachment.objects.get(public_id=an_attachment_in(school)["attachment_id"])
    withdraw(attachment=row, because="Another child", by=row.added_by, now=NOW)
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    shown = show(client, row.pupils.get())
    assert "Another child" in shown
    assert "Not for opening" in shown


def test_a_document_whose_bytes_are_gone_says_so(client: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school)
    row = a_document([pupil], content=pdf(pages=7))
    path_of(row.sha256).unlink()
    assert get(client, pupil, row) == 410


@pytest.mark.clause("MAT-31")
def test_the_home_visit_forms_are_in_the_file_for_those_who_may_read_them_only(client: Client) -> None:
    visit = at_the_door(a_visit(a_school("academy-trust")))
    pupil = visit.visit_pupils.get().pupil
    address = reverse("visit_form_copy", args=[visit.school.slug, visit.pk, "file"])
    for role, reads in (("headteacher", True), ("dsl", True), ("office_admin", False)):
        client.force_login(StaffFactory.create(school=visit.school, roles=[role]))
        assert (address in show(client, pupil)) is reads, role
