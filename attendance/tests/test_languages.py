"""Texts in the contact's language where the school has one, and how several children are named."""

import pytest

from attendance.services.absences import record_arrival
from homevisits.messaging.models import Message, Template
from homevisits.people.models import Contact, Pupil

from .mornings import Morning

pytestmark = pytest.mark.django_db


def test_a_text_is_in_the_contacts_language_where_the_school_has_it() -> None:
    morning = Morning(missing=2)
    Template.objects.create(
        school=morning.school, name="first_day_absence", language="Polish", body="((school)): ((children)) nie ma w szkole."
    )
    Template.objects.create(school=morning.school, name="all_clear", language="Polish", body="((children)) jest bezpieczne.")
    Contact.objects.filter(pupil=morning.missing[0]).update(language="Polish")
    Contact.objects.filter(pupil=morning.missing[1]).update(language="Somali")
    morning.take_register()
    morning.run("09:00", "09:15", every=300)
    texts = {text.about.get().pupil_id: text for text in Message.objects.filter(template="first_day_absence")}
    polish, other = texts[morning.missing[0].pk], texts[morning.missing[1].pk]
    assert (polish.language, polish.body) == ("Polish", f"{morning.school.name}: Child0 nie ma w szkole.")
    assert other.language == ""
    assert "Child1" in other.body
    record_arrival(school=morning.school, pupil=morning.missing[0], by=morning.staff["office_admin"], now=morning.at("09:30"))
    assert Message.objects.get(template="all_clear").body == "Child0 jest bezpieczne."


def test_three_siblings_are_named_as_people_name_them() -> None:
    morning = Morning(missing=3)
    home = morning.missing[0].household
    Pupil.objects.filter(pk__in=[pupil.pk for pupil in morning.missing]).update(household=home)
    Contact.objects.filter(pupil__in=morning.missing).update(mobile="+447700900777")
    morning.take_register()
    morning.run("09:00", "09:15", every=300)
    text = Message.objects.get(template="first_day_absence")
    assert "Child0, Child1 and Child2" in text.body
    assert text.fields["children"] == "Child0, Child1 and Child2"
