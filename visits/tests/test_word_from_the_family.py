"""Another time asked for, and a family that nobody told: who leaves, who hears it, and what the office takes while staff are out."""

from datetime import timedelta

import pytest
from django.test import Client

from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice, NoticeTo
from homevisits.people.models import Staff
from homevisits.people.tests.factories import ContactFactory, StaffFactory
from visits.models import Appointment, CheckIn, HomeVisit
from visits.rules.appointments import asked_blocks, told_cautions
from visits.rules.approval import approval_cautions
from visits.rules.door import inside_blocks
from visits.rules.leaving import departure_blocks, departure_cautions, pair_of
from visits.selectors.doorstep import family_says
from visits.services.agreement_calls import record_agreement_call
from visits.services.appointments import answer, go_all_the_same

from .factories import NOW, a_school, a_visit, an_appointment, approved, at_the_door, ready_to_leave, week_signed

pytestmark = pytest.mark.django_db
CLAUSES = {"primary-procedures": "PRI-13", "secondary": "PRI-13", "academy-trust": "MAT-02", "alternative-provision": "ALT-11"}


def asked(visit: HomeVisit) -> Appointment:
    """An appointment for which the family asks another time, by its link."""
    return answer(appointment=an_appointment(visit), state="change_asked", words="After four, please", by=None, now=NOW)


def office(visit: HomeVisit) -> Staff:
    """Somebody of the visit's office."""
    made: Staff = StaffFactory.create(school=visit.school, roles=["office_admin"])
    return made


def all_ready(preset: str = "primary-procedures") -> HomeVisit:
    visit = ready_to_leave(approved(a_visit(a_school(preset))))
    return week_signed(visit) if visit.policy.values.weekly_list_signed else visit


@pytest.mark.clause("PRI-13")
def test_nobody_leaves_until_the_family_is_answered_and_the_pair_is_told() -> None:
    visit = all_ready()
    row = asked(visit)
    said = departure_blocks(visit, NOW)
    assert [block.clause for block in said] == ["PRI-13"]
    assert "After four, please" in said[0].says
    told = NoticeTo.objects.filter(notice__about="appointment_change", notice__role="pair")
    assert {one.staff for one in told} == set(pair_of(visit))
    assert str(visit.visit_pupils.get().pupil) in told[0].notice.says
    answer(appointment=row, state="confirmed", by=office(visit), now=NOW)
    assert not departure_blocks(visit, NOW)


@pytest.mark.clause("PRI-13")
def test_the_office_says_go_all_the_same_with_a_reason_and_those_who_go_do_not() -> None:
    visit = all_ready()
    row = asked(visit)
    with pytest.raises(BadInput):
        go_all_the_same(appointment=row, reason=" ", by=office(visit), now=NOW)
    with pytest.raises(Blocked):
        go_all_the_same(appointment=row, reason="We must", by=pair_of(visit)[0], now=NOW)
    assert departure_blocks(visit, NOW)
    go_all_the_same(appointment=row, reason="They have no other day", by=office(visit), now=NOW)
    assert not departure_blocks(visit, NOW)
    assert Notice.objects.filter(about="appointment_answered", role="pair", says__contains="no other day").exists()
    later = NOW + timedelta(minutes=1)
    answer(appointment=row, state="change_asked", words="No, really", by=None, now=later)
    assert departure_blocks(visit, later)


def test_the_leaving_page_the_tablet_and_my_visits_show_it(client: Client) -> None:
    visit = all_ready()
    row = asked(visit)
    client.force_login(pair_of(visit)[0])
    visits = f"/s/{visit.school.slug}/visits/"
    assert "After four, please" in family_says(visit)
    for path in (f"{visits}{visit.pk}/leaving/", f"{visits}{visit.pk}/tablet/"):
        assert "After four, please" in client.get(path).content.decode()
    client.force_login(office(visit))
    page = f"{visits}{visit.pk}/appointment/{row.pk}/answer/"
    assert client.post(page, {"answer": "keep", "words": ""}).status_code == 200
    assert asked_blocks(visit)
    assert client.post(page, {"answer": "keep", "words": "They were told"}).status_code == 302
    assert not asked_blocks(visit)


@pytest.mark.clause("MAT-02")
@pytest.mark.clause("ALT-11")
@pytest.mark.parametrize(("preset", "clause"), CLAUSES.items())
def test_an_announced_visit_that_nobody_told_of_is_said_to_approver_and_staff(preset: str, clause: str) -> None:
    visit = a_visit(a_school(preset))
    assert clause in [one.clause for one in approval_cautions(visit, NOW)]
    visit = approved(visit)
    assert [one.clause for one in departure_cautions(visit)] == [clause]
    an_appointment(visit)
    assert not departure_cautions(visit)


@pytest.mark.clause("ATT-14")
def test_where_entry_needs_an_appointment_it_is_said_that_the_visit_stays_at_the_door() -> None:
    visit = a_visit(a_school("attendance-officer"))
    assert any("stays at the door" in one.says and one.clause == "ATT-14" for one in told_cautions(visit))
    row = an_appointment(visit)
    assert [one.clause for one in told_cautions(visit)] == ["ATT-14"]
    answer(appointment=row, state="confirmed", by=None, now=NOW)
    assert not told_cautions(visit)


def test_an_unannounced_visit_and_a_letter_not_sent() -> None:
    visit = a_visit()
    an_appointment(visit, channel="letter")
    assert told_cautions(visit)
    visit.letters.filter(kind="appointment").update(sent_at=NOW)
    assert not told_cautions(visit)
    visit = a_visit()
    visit.announced = False
    assert not told_cautions(visit)


@pytest.mark.clause("ATT-14")
def test_the_office_takes_the_familys_yes_at_the_door_and_its_no(client: Client) -> None:
    visit = at_the_door(a_visit(a_school("attendance-officer")))
    mother = ContactFactory.create(pupil=visit.visit_pupils.get().pupil)
    values = visit.policy.values
    enter = {"now": NOW, "parent_present": True}
    assert inside_blocks(visit, values, True, **enter)  # type: ignore[arg-type]
    given = {"contact": mother, "animals": "", "says": "On the telephone", "now": NOW}
    record_agreement_call(visit=visit, agreed=True, by=office(visit), **given)  # type: ignore[arg-type]
    assert not inside_blocks(visit, values, True, **enter)  # type: ignore[arg-type]
    assert Notice.objects.filter(about="appointment_answered", role="pair").count() == 1
    record_agreement_call(visit=visit, agreed=False, by=office(visit), **{**given, "now": NOW + timedelta(minutes=1)})  # type: ignore[arg-type]
    assert "PRI-15" in [block.clause for block in inside_blocks(visit, values, True, **enter)]  # type: ignore[arg-type]
    assert Notice.objects.filter(about="family_declined", role="dsl").exists()
    visit.refresh_from_db()
    assert visit.status == "out"


@pytest.mark.clause("PRI-15")
def test_the_offices_record_of_an_answer_at_the_door_and_nothing_more_once_inside() -> None:
    visit = a_visit()
    row = an_appointment(visit)
    visit = at_the_door(visit)
    row = answer(appointment=row, state="refused", words="Go away", by=office(visit), now=NOW)
    assert row.state == "refused"
    assert "PRI-15" in [block.clause for block in inside_blocks(visit, visit.policy.values, True, now=NOW, parent_present=True)]
    other = at_the_door(a_visit())
    CheckIn.objects.create(visit=other, point="inside", at=NOW, by=pair_of(other)[0])
    mother = ContactFactory.create(pupil=other.visit_pupils.get().pupil)
    with pytest.raises(Blocked):
        record_agreement_call(visit=other, contact=mother, agreed=True, animals="", says="", by=office(other), now=NOW)
    assert not other.agreement_calls.exists()
