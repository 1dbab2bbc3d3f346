"""Whose names are where: parents by their own names, one or many, and never another family's on what a family is shown or handed."""

import re

import pytest
import time_machine
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.messaging.models import Message
from homevisits.people.models import Contact, School
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from visits.links import sign
from visits.models import HomeVisit

from .factories import NOW, a_school, a_visit, an_appointment, an_incident_in, approved

pytestmark = pytest.mark.django_db
# A name that nobody else in the school has, so that it cannot come from elsewhere.
SURNAME = "Quillfeather"
PAPERS = ("", "briefing/", "permission/", "risk/", "plan/", "appointment/", "agreement-call/")


def a_family(school: School, surname: str, *parents: tuple[str, str, str]) -> tuple[HomeVisit, list[Contact]]:
    """A visit to a child of that surname, whose contacts are (title, name, relationship)."""
    pupil = PupilFactory.create(school=school, first_name="Wren", last_name=surname)
    contacts = [
        ContactFactory.create(pupil=pupil, title=title, name=name, relationship=relationship, priority=number)
        for number, (title, name, relationship) in enumerate(parents, start=1)
    ]
    return approved(a_visit(school, pupil=pupil)), contacts


def made_up(text: str) -> list[str]:
    """Where a parent's name was made out of the child's: a title, a parent or a family before the surname."""
    before = r"(Mr|Mrs|Ms|Miss|Mx|Dr|Dear|Parents? of|Mother|Father|Mum|Dad)"
    return re.findall(rf"\b{before}\.?\s+(?:and\s+\w+\s+)?{SURNAME}", text)


@pytest.mark.clause("PRI-16")
@pytest.mark.parametrize(
    "parents",
    [[("Dr", "Ana Novak", "Mother")], [("", "Kit Marsh", "Father"), ("Mx", "Lou Okoro", "Father"), ("", "Jo Vale", "Gran")], []],
)
def test_no_page_paper_or_text_makes_a_parents_name_out_of_the_childs(client: Client, parents: list[tuple[str, str, str]]) -> None:
    visit, contacts = a_family(a_school(), SURNAME, *parents)
    row = an_appointment(visit, contact=contacts[0]) if contacts else None
    client.force_login(StaffFactory.create(school=visit.school, roles=["headteacher"]))
    shown = {path: client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/{path}") for path in PAPERS}
    texts = {path: answer.content.decode() for path, answer in shown.items() if answer.status_code == 200}
    assert {"", "briefing/", "permission/", "risk/"} <= set(texts)
    for path, text in texts.items():
        assert made_up(re.sub(r"<[^>]+>", " ", text)) == [], path
    for contact in contacts:
        assert f"{contact.title} {contact.name}".strip() in texts["briefing/"]
        assert contact.relationship.lower() in texts["briefing/"].lower()
    if row is None:
        assert "Nobody on file" in texts["briefing/"]
    for message in Message.objects.all():
        assert SURNAME not in message.body


@pytest.mark.clause("PRI-20")
def test_what_a_family_is_shown_or_sent_names_no_other_family(client: Client) -> None:
    school = a_school()
    visit, (contact,) = a_family(school, SURNAME, ("Dr", "Ana Novak", "Mother"))
    other, (stranger,) = a_family(school, "Thistledown", ("", "Perdita Flint", "Mother"))
    row = an_appointment(visit, contact=contact)
    an_appointment(other, contact=stranger)
    with time_machine.travel(NOW, tick=False):
        page = client.get(f"/appointment/{sign(row.pk, contact.pk)}/")
    assert page.status_code == 200
    sent = "".join(told.message.body for told in row.messages.select_related("message") if told.message)
    assert sent
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    form = client.get(f"/s/{school.slug}/visits/{visit.pk}/permission/")
    for shown in (page.content.decode(), sent, form.content.decode()):
        assert [name for name in ("Thistledown", "Perdita", "Flint", other.household.address) if name in shown] == []


@pytest.mark.clause("PRI-20")
def test_reading_what_is_sensitive_is_on_the_trail_with_who_read_it(client: Client) -> None:
    school = a_school()
    visit, _ = a_family(school, SURNAME, ("Dr", "Ana Novak", "Mother"))
    lead = StaffFactory.create(school=school, roles=["dsl"])
    incident = an_incident_in(school)
    client.force_login(lead)
    for path, act, about in (
        (f"visits/{visit.pk}/briefing/", "visits.briefing.read", visit.pk),
        (f"visits/{visit.pk}/risk/versions/", "visits.risk.read", visit.pk),
        (f"visits/{visit.pk}/risk.pdf", "visits.risk.read", visit.pk),
        (f"incidents/{incident.public_id}/", "safeguarding.incident.read", incident.pk),
        (f"visits/homes/{visit.household_id}/warnings/", "safeguarding.warnings.read", visit.household_id),
    ):
        read = AuditEvent.objects.filter(act=act, by_id=lead.pk, object_id=str(about))
        before = read.count()
        assert client.get(f"/s/{school.slug}/{path}").status_code == 200, path
        assert read.count() == before + 1, path


@pytest.mark.once
def test_a_warning_about_a_home_asks_how_it_is_known_and_proposes_no_kind(client: Client) -> None:
    school = a_school()
    visit, _ = a_family(school, SURNAME, ("Dr", "Ana Novak", "Mother"))
    client.force_login(StaffFactory.create(school=school, roles=["dsl"]))
    address, given = f"/s/{school.slug}/visits/homes/{visit.household_id}/warnings/", {"says": "A dog behind the gate.", "about": "animals"}
    assert '<option value="" selected>' in client.get(address).content.decode()
    client.post(address, given)
    assert not visit.household.warnings.exists()
    client.post(address, given | {"source": "A neighbour, on the phone"})
    assert visit.household.warnings.get().source == "A neighbour, on the phone"
