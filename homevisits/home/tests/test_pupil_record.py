"""The pupil's record says how the child's day stands, and what is wrong with which number."""

import pytest
from django.test import Client

from attendance.models import AbsenceMessage, Arrival
from attendance.tests.factories import DAY, at, missing, pupil_with_contact
from homevisits.audit.models import AuditEvent
from homevisits.people.models import NumberFault, Pupil, School
from homevisits.people.services.pupils import lift_fault
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory

from .conftest import Enter

pytestmark = pytest.mark.django_db
BAD, GOOD = "+447700900128", "+442079460538"


@pytest.fixture
def ada(school: School) -> Pupil:
    pupil: Pupil = PupilFactory.create(school=school, first_name="Ada")
    ContactFactory.create(pupil=pupil, name="Ruby Roberts", mobile=BAD, landline=GOOD)
    return pupil


@pytest.fixture
def fault(school: School, ada: Pupil) -> NumberFault:
    return NumberFault.objects.create(school=school, number=BAD, kind="wrong_number", found_at=at("9:00"), found_by=StaffFactory.create())


def test_a_wrong_number_is_struck_with_its_word_and_cannot_be_tapped(office: Client, ada: Pupil, fault: NumberFault) -> None:
    page = office.get(f"/s/primary/pupils/{ada.pk}/").content.decode()
    assert f"tel:{GOOD}" in page
    assert f"tel:{BAD}" not in page
    assert page.index("07700") < page.index("Wrong number") < page.index(f"tel:{GOOD}")


def test_a_number_that_works_after_all_is_lifted_on_the_record_and_audited_once(office: Client, ada: Pupil, fault: NumberFault) -> None:
    for _ in range(2):
        answer = office.post(f"/s/primary/numbers/{fault.pk}/works/", {"pupil": ada.pk})
        assert answer.headers["Location"] == f"/s/primary/pupils/{ada.pk}/"
    fault.refresh_from_db()
    assert fault.cleared_at == at("9:05")
    assert AuditEvent.objects.filter(act="people.number.works_after_all").count() == 1
    assert f"tel:{BAD}" in office.get(f"/s/primary/pupils/{ada.pk}/").content.decode()


def test_lifting_twice_says_so(fault: NumberFault) -> None:
    by = StaffFactory.create()
    assert lift_fault(fault=fault, by=by, now=at("9:05"))
    assert not lift_fault(fault=fault, by=by, now=at("9:06"))


def test_saving_a_bad_number_unchanged_says_what_to_do_instead(office: Client, ada: Pupil, fault: NumberFault) -> None:
    address = f"/s/primary/contacts/{ada.contacts.get().pk}/numbers/"
    refused = office.post(address, {"mobile": BAD, "landline": GOOD})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Nothing is changed" in page
    assert f"/s/primary/numbers/{fault.pk}/works/" in page
    fault.delete()
    assert office.post(address, {"mobile": BAD, "landline": GOOD}).status_code == 302


def test_the_record_leads_to_the_open_case(office: Client, school: School) -> None:
    ada = pupil_with_contact(school)
    case = missing(school, ada)[0]
    page = office.get(f"/s/primary/pupils/{ada.pk}/").content.decode()
    assert "Absent without a reason" in page
    assert f"/s/primary/cases/{case.pk}/" in page


def test_the_record_shows_todays_reason_and_arrival_with_their_undo(office: Client, school: School, ada: Pupil) -> None:
    assert "No absence, reason or arrival is logged." in office.get(f"/s/primary/pupils/{ada.pk}/").content.decode()
    reason = AbsenceMessage.objects.create(
        school=school, pupil=ada, first_day=DAY, last_day=DAY, channel="email", reason="Dentist", code="M", at=at("8:40")
    )
    arrival = Arrival.objects.create(school=school, pupil=ada, day=DAY, at=at("9:03"), code="U")
    page = office.get(f"/s/primary/pupils/{ada.pk}/").content.decode()
    assert "“Dentist”, code M" in page
    office.post(f"/s/primary/today/log/{reason.pk}/undo/?next=/s/primary/pupils/{ada.pk}/", {"because": "wrong child"})
    answer = office.post(f"/s/primary/today/arrived/{arrival.pk}/undo/", {"next": f"/s/primary/pupils/{ada.pk}/"})
    assert answer.headers["Location"] == f"/s/primary/pupils/{ada.pk}/"
    assert "No absence, reason or arrival is logged." in office.get(f"/s/primary/pupils/{ada.pk}/").content.decode()


def test_whoever_may_not_edit_pupils_cannot_lift_a_fault(enter: Enter, ada: Pupil, fault: NumberFault) -> None:
    welfare = enter("education_welfare_officer")
    assert "works after all" not in welfare.get(f"/s/primary/pupils/{ada.pk}/").content.decode()
    assert welfare.post(f"/s/primary/numbers/{fault.pk}/works/").status_code in (403, 404)
