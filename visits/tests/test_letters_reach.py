"""Whom a letter reaches: nobody is sent another person's name and address, and no paper says what was not so."""

from datetime import timedelta
from typing import Any

import pytest

from homevisits.common.errors import BadInput, Blocked
from homevisits.documents import store, zones
from homevisits.documents.models import Document, DocumentWay
from homevisits.messaging.models import Message
from homevisits.people.models import Contact, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from visits.models import HomeVisit
from visits.selectors.letters import letter_of, offered
from visits.services import letters
from visits.services.common import draft_letter
from visits.services.outcomes import record_outcome
from visits.tests.factories import NOW, a_school, a_visit, at_the_door

pytestmark = pytest.mark.django_db
PRI = "primary-procedures"


def a_home() -> tuple[HomeVisit, Contact, Contact, Staff]:
    """A planned visit; a mother at her own address, a father at his; somebody of the office."""
    school = a_school(PRI)
    home = HouseholdFactory.create(school=school, address="12 Example Street\nExampleton", postcode="EX1 1AA")
    pupil = PupilFactory.create(school=school, household=home)
    mother = ContactFactory.create(pupil=pupil, name="Grace Example", email="grace@example.com", address="3 Safe Lane, Exampleton EX1 1AB")
    father = ContactFactory.create(pupil=pupil, name="Alan Example", email="alan@example.com", address="9 Other Road, Exampleton EX1 1AC")
    return a_visit(school, pupil=pupil), mother, father, StaffFactory.create(school=school, roles=["office_admin"])


def test_a_letter_is_emailed_to_its_addressee_only() -> None:
    visit, mother, father, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    letters.make_final(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    with pytest.raises(Blocked, match="emailed to nobody else"):
        letters.send_by_email(visit=visit, kind="appointment", contact=father, by=olive, now=NOW)
    assert not Message.objects.exists()
    letters.send_by_email(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    assert Message.objects.get().to == "grace@example.com"


def test_a_letter_to_the_home_is_emailed_to_nobody_who_lives_elsewhere() -> None:
    visit, mother, father, olive = a_home()
    Contact.objects.filter(pk=mother.pk).update(address="")
    mother.refresh_from_db()
    draft_letter(visit, "appointment", NOW)
    letters.make_final(visit=visit, kind="appointment", contact=None, by=olive, now=NOW)
    with pytest.raises(Blocked, match="has another address"):
        letters.send_by_email(visit=visit, kind="appointment", contact=father, by=olive, now=NOW)
    letters.send_by_email(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    assert Message.objects.get().to == "grace@example.com"


def test_no_letter_announces_a_visit_that_has_begun_or_is_over() -> None:
    visit, mother, _, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    with pytest.raises(Blocked, match="no letter announces it"):
        letters.make_final(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW + timedelta(days=1))
    letters.make_final(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    with pytest.raises(Blocked, match="no letter announces it"):
        letters.send_by_email(visit=at_the_door(visit), kind="appointment", contact=mother, by=olive, now=NOW)
    assert not Message.objects.exists()


@pytest.mark.clause("PRI-40")
def test_what_is_left_at_a_home_names_nobody_who_lives_elsewhere() -> None:
    visit, mother, _, olive = a_home()
    row = letter_of(visit, "letter_through_door", NOW)
    assert row is not None
    assert row.contact is None, "the page proposes the parents and carers"
    with pytest.raises(Blocked, match="does not live at this home"):
        letters.make_final(visit=visit, kind="letter_through_door", contact=mother, by=olive, now=NOW)
    made = letters.make_final(visit=visit, kind="letter_through_door", contact=None, by=olive, now=NOW)
    assert made.document is not None
    assert made.document.data["to"][1:] == ["12 Example Street", "Exampleton", "EX1 1AA"]
    assert "Safe Lane" not in str(made.document.data)


@pytest.mark.clause("PRI-40")
def test_a_letter_that_nobody_was_in_is_offered_only_where_that_is_so() -> None:
    visit, _, _, olive = a_home()
    assert "letter_through_door" in offered(visit), "to be taken along"
    letters.make_final(visit=visit, kind="letter_through_door", contact=None, by=olive, now=NOW)
    visit = at_the_door(visit)
    went = visit.members.select_related("staff").order_by("pk")[0].staff
    assert "letter_through_door" in offered(visit), "nobody has said yet what was found"
    record_outcome(visit=visit, kind="completed", by=went, now=NOW)
    visit.refresh_from_db()
    assert "letter_through_door" not in offered(visit)
    with pytest.raises(Blocked, match="without an answer"):
        letters.mark_letter_sent(visit=visit, kind="letter_through_door", way="door", by=went, now=NOW)


def test_an_address_without_room_is_refused_and_one_that_fits_shows_in_the_window() -> None:
    visit, mother, _, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    streets = "\n".join(f"The long name of line {number} of the address" for number in range(1, 7))
    Contact.objects.filter(pk=mother.pk).update(name="Maximiliana " * 8 + "Example", address=f"{streets}\nEX1 1AB")
    mother.refresh_from_db()
    with pytest.raises(Blocked, match="takes 10 lines"):
        letters.make_final(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    assert not Document.objects.exists()
    name = ("Maximiliana " * 7)[:80]
    Contact.objects.filter(pk=mother.pk).update(
        title="", name=name, address="Flat 2\nLong House\n3 Safe Lane\nWard\nDistrict\nExampleton\nEX1 1AB"
    )
    mother.refresh_from_db()
    made = letters.make_final(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    assert made.document is not None
    assert len(made.document.data["to"]) <= 7
    assert zones.window_faults(store.content_of(made.document)) == []


def test_a_letter_did_not_go_before_it_was_made() -> None:
    visit, mother, _, olive = a_home()
    draft_letter(visit, "appointment", NOW)
    letters.make_final(visit=visit, kind="appointment", contact=mother, by=olive, now=NOW)
    asked: dict[str, Any] = {"visit": visit, "kind": "appointment", "way": "posted", "by": olive, "now": NOW + timedelta(hours=2)}
    with pytest.raises(BadInput, match="cannot have gone before 24 November 2026"):
        letters.mark_letter_sent(**asked, happened_at=NOW - timedelta(days=800))
    assert not DocumentWay.objects.exists()
    letters.mark_letter_sent(**asked, happened_at=NOW)
    assert DocumentWay.objects.get().happened_at == NOW
