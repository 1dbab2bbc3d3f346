"""The card of a family to ring: which number, which children, what was wrong, and who has to know when nobody can be rung."""

import uuid

import pytest
from django.test import Client

from attendance.models import AbsenceMessage, CallDue, ContactAttempt, LateStep, UnexplainedAbsence
from attendance.tests.factories import DAY, at, missing, pupil_with_contact
from homevisits.people.models import Contact, Pupil, School
from homevisits.people.tests.factories import ContactFactory, PupilFactory

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true"}
LANDLINE = "+442079460538"


def family(school: School, *names: str) -> list[UnexplainedAbsence]:
    """Children of one household, missing and to be rung about, whose mother has a mobile and a landline."""
    first = PupilFactory.create(school=school, first_name=names[0])
    pupils: list[Pupil] = [first, *(PupilFactory.create(household=first.household, first_name=name) for name in names[1:])]
    for pupil in pupils:
        ContactFactory.create(pupil=pupil, name="Ruby Roberts", mobile="+447700900128", landline=LANDLINE)
    cases = missing(school, *pupils)
    CallDue.objects.create(school=school, household=first.household, day=DAY, at=at("9:04"))
    return cases


def ring(client: Client, case: UnexplainedAbsence, number: str, outcome: str, **given: object):  # type: ignore[no-untyped-def]
    sent = {"contact": f"{case.pupil.contacts.get().pk}:{number}", "outcome": outcome, "said": "", "token": uuid.uuid4(), **given}
    return client.post(f"/s/primary/cases/{case.pk}/call/", sent, headers=IN_PLACE)


def test_the_number_that_was_rung_is_kept_and_only_a_wrong_one_is_struck(office: Client, school: School) -> None:
    case = family(school, "Ada")[0]
    contact = Contact.objects.get()
    page = office.get("/s/primary/today/").content.decode()
    assert f'value="{contact.pk}:{contact.mobile}"' in page
    assert f'value="{contact.pk}:{LANDLINE}"' in page
    ring(office, case, LANDLINE, "wrong_number")
    assert ContactAttempt.objects.get().number == LANDLINE
    for address in ("/s/primary/today/", f"/s/primary/cases/{case.pk}/"):
        page = office.get(address).content.decode()
        assert page.count("tel:+447700900128") == 1
        assert f"tel:{LANDLINE}" not in page
        assert "wrong number" in page
        assert ">dead<" not in page


def test_a_number_that_is_not_the_contacts_is_refused(office: Client, school: School) -> None:
    refused = ring(office, family(school, "Ada")[0], "+447700900999", "no_answer")
    assert "That is not a number of Ruby Roberts" in refused.content.decode()
    assert not ContactAttempt.objects.exists()


def test_a_reason_without_words_is_refused_in_its_card(office: Client, school: School) -> None:
    case = family(school, "Ada")[0]
    refused = ring(office, case, LANDLINE, "explained")
    assert (refused.status_code, refused["HX-Retarget"]) == (422, f"#wrong-{case.household_id}")
    assert "Write the reason that was given" in refused.content.decode()
    unclear = ring(office, case, LANDLINE, "explained", said="zzblah").content.decode()
    assert "does not suggest one" in unclear
    assert '<select class="govuk-select"' in unclear
    ring(office, case, LANDLINE, "explained", said="zzblah", code="C")
    assert AbsenceMessage.objects.get().code == "C"


def test_one_call_gives_the_reason_for_the_children_ticked(office: Client, school: School) -> None:
    alma, imogen, ned = family(school, "Alma", "Imogen", "Ned")
    page = office.get("/s/primary/today/").content.decode()
    assert all(f'name="explains" value="{case.pupil_id}" checked' in page for case in (alma, imogen, ned))
    ticked = {"several": "1", "explains": [alma.pupil_id, imogen.pupil_id], "said": "Both have the flu"}
    answer = ring(office, alma, LANDLINE, "explained", **ticked).content.decode()
    assert f"for {alma.pupil} and {imogen.pupil}: Illness (I)" in answer
    assert ContactAttempt.objects.count() == 1
    assert set(UnexplainedAbsence.objects.filter(status="open")) == {ned}
    nobody = ring(office, ned, LANDLINE, "explained", several="1", said="Flu").content.decode()
    assert "Tick the child" in nobody
    assert UnexplainedAbsence.objects.get(status="open") == ned


def test_a_parent_who_did_not_know_makes_the_case_the_most_urgent(office: Client, school: School) -> None:
    flagged = pupil_with_contact(school, first_name="Flagged", last_name="Aa")
    flagged.flags.create(kind="child_in_need")
    missing(school, flagged)
    case = family(school, "Kai")[0]
    ring(office, case, LANDLINE, "unaware")
    page = office.get("/s/primary/today/").content.decode()
    cases = page[page.index('id="cases"') :]
    assert cases.index("Parent did not know: child may be missing") < cases.index("Safeguarding flag")


def test_where_nobody_can_be_rung_it_is_said_what_to_do(office: Client, school: School) -> None:
    cosmo = PupilFactory.create(school=school, first_name="Cosmo")
    ContactFactory.create(pupil=cosmo, mobile="", landline="")
    case = missing(school, cosmo)[0]
    page = office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert "No number on file that can be rung." in page
    assert f'href="/s/primary/pupils/{cosmo.pk}/"' in page
    todo = page[page.index("No number on file") :][:900]
    assert "or wait for the visit" in todo
    assert "11:30" in todo


def test_undoing_twice_says_that_it_is_undone(office: Client, school: School) -> None:
    for n in range(6):
        pupil = PupilFactory.create(school=school, first_name=f"Logged{n}")
        given = {"token": uuid.uuid4(), "channel": "gate", "reason": "Flu", "q": str(pupil), "pupil": pupil.pk}
        office.post("/s/primary/today/log/", given)
    first = AbsenceMessage.objects.earliest("pk")
    everything = office.get("/s/primary/today/logged/").content.decode()
    assert f'action="/s/primary/today/log/{first.pk}/undo/"' in everything
    assert 'href="/s/primary/today/logged/"' in office.get("/s/primary/today/").content.decode()
    address = f"/s/primary/today/log/{first.pk}/undo/"
    office.post(address, {"because": "Wrong child"}, headers=IN_PLACE)
    again = office.post(address, {"because": ""}, headers=IN_PLACE)
    assert again.status_code == 200
    assert "is undone already" in again.content.decode()


def test_a_late_step_is_put_away_by_whoever_has_seen_it(office: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school, first_name="Ada")
    LateStep.objects.create(school=school, day=DAY, rung="first_text_at", late_seconds=420, at=at("9:00"), pupils=[pupil.pk])
    assert "First text was late by 7 minutes." in office.get("/s/primary/today/").content.decode()
    assert str(pupil) in office.get("/s/primary/today/late/").content.decode()
    office.post("/s/primary/today/late/")
    assert "was late by" not in office.get("/s/primary/today/").content.decode()
    LateStep.objects.create(school=school, day=DAY, rung="call_at", late_seconds=300, at=at("9:06"), pupils=[pupil.pk])
    assert "Call was late by 5 minutes." in office.get("/s/primary/today/").content.decode()
