"""Whom a letter reaches: nobody is sent another person's name and address, and no paper says what was not so."""

import pytest

from homevisits.common.errors import Blocked
from homevisits.messaging.models import Message
from homevisits.people.models import Contact, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from visits.models import HomeVisit
from visits.services import letters
from visits.services.common import draft_letter
from visits.tests.factories import NOW, a_school, a_visit

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
