"""Who may go inside: an adult there, a parent and an appointment where the policy asks for both, everybody arrived, the wait not over."""

from datetime import timedelta
from typing import Any

import pytest

from homevisits.people.tests.factories import ContactFactory
from homevisits.policy.presets import PRESETS
from visits.models import Appointment, HomeVisit
from visits.rules.door import inside_blocks, inside_cautions

from .factories import NOW, a_school, a_visit, an_appointment, at_the_door

pytestmark = pytest.mark.django_db
OWN = {
    "primary-procedures": "PRI-23",
    "attendance-officer": "ATT-14",
    "academy-trust": "MAT-11",
    "alternative-provision": "ALT-31",
}


def blocks(visit: HomeVisit, adult: bool | None = True, **given: Any) -> list[str | None]:
    """The clauses that keep staff outside."""
    given = {"now": NOW, "parent_present": True, "invited_by": "Mo Example", **given}
    return [block.clause for block in inside_blocks(visit, visit.policy.values, adult, **given)]


@pytest.mark.clause("PRI-23")
@pytest.mark.clause("ALT-31")
@pytest.mark.clause("MAT-11")
@pytest.mark.parametrize("preset", PRESETS)
def test_nobody_goes_in_without_an_adult_but_where_the_policy_only_warns(preset: str) -> None:
    visit = at_the_door(confirmed(a_visit(a_school(preset))))
    assert blocks(visit) == []
    for answer in (None, False):
        if preset == "secondary":
            assert blocks(visit, answer) == []
        else:
            assert blocks(visit, answer) == [OWN[preset]]


@pytest.mark.clause("SEC-06")
def test_an_absent_adult_is_a_warning_in_one_policy_and_a_block_in_the_others() -> None:
    values = a_visit(a_school("secondary")).policy.values
    assert [caution.clause for caution in inside_cautions(values, False)] == ["SEC-06"]
    assert inside_cautions(values, True) == []
    assert inside_cautions(a_visit(a_school("primary-procedures")).policy.values, False) == []


def confirmed(visit: HomeVisit) -> HomeVisit:
    """The visit with an appointment that the family confirmed."""
    an_appointment(visit)
    visit.appointments.update(state=Appointment.State.CONFIRMED)
    return visit


@pytest.mark.clause("ATT-14")
def test_entry_takes_a_confirmed_appointment_and_a_parent() -> None:
    visit = a_visit(a_school("attendance-officer"))
    an_appointment(visit)
    visit = at_the_door(visit)
    assert blocks(visit) == ["ATT-14"], "offered is not confirmed"
    visit.appointments.update(state=Appointment.State.CONFIRMED)
    assert blocks(visit) == []
    assert blocks(visit, parent_present=False) == ["ATT-14"], "another adult is not enough"
    assert blocks(visit, parent_present=None) == ["ATT-14"]
    visit.purpose, visit.announced = "absent_child_check", False
    assert blocks(visit) == ["ATT-14"], "a welfare check stays at the door"


@pytest.mark.clause("MAT-22")
def test_both_have_marked_their_arrival() -> None:
    visit = at_the_door(a_visit(a_school("academy-trust")))
    late = visit.members.order_by("pk")[0]
    late.arrived_at = None
    late.save()
    assert blocks(visit) == ["MAT-22"]
    late.arrived_at = NOW
    late.save()
    assert blocks(visit) == []


@pytest.mark.clause("MAT-11")
def test_a_responsible_adult_invites_never_a_child() -> None:
    visit = at_the_door(a_visit(a_school("academy-trust")))
    pupil = visit.visit_pupils.get().pupil
    assert blocks(visit, invited_by=" ") == ["MAT-11"]
    assert blocks(visit, invited_by=pupil.first_name.upper()) == ["MAT-11"]
    other = at_the_door(a_visit(a_school("primary-procedures")))
    child = other.visit_pupils.get().pupil
    assert blocks(other, invited_by=f"{child.first_name} {child.last_name}") == ["MAT-11"]


@pytest.mark.clause("ATT-34")
@pytest.mark.clause("ALT-15")
@pytest.mark.parametrize(("preset", "minutes", "clause"), [("attendance-officer", 20, "ATT-34"), ("alternative-provision", 5, "ALT-15")])
def test_at_the_limit_of_the_wait_nobody_goes_in(preset: str, minutes: int, clause: str) -> None:
    visit = at_the_door(confirmed(a_visit(a_school(preset))))
    limit = NOW + timedelta(minutes=minutes)
    assert blocks(visit, now=limit - timedelta(seconds=1)) == []
    assert blocks(visit, now=limit) == [clause]
    visit.arrive_at = NOW + timedelta(minutes=7)
    assert blocks(visit, now=limit) == [], "counted from the arranged time when staff are early"
    assert blocks(visit, now=limit + timedelta(minutes=7)) == [clause]


@pytest.mark.clause("ATT-35")
def test_word_that_they_are_late_changes_the_limit_and_asks_for_the_parent() -> None:
    visit = at_the_door(confirmed(a_visit(a_school("attendance-officer"))))
    visit.arrive_at = NOW - timedelta(minutes=5)
    visit.parents_late_word_at = NOW
    at = visit.arrive_at + timedelta(minutes=30)
    assert blocks(visit, now=at - timedelta(seconds=1)) == []
    assert set(blocks(visit, now=NOW, parent_present=False)) == {"ATT-14", "ATT-35"}
    assert blocks(visit, now=at) == ["ATT-35"]
    primary = at_the_door(a_visit(a_school("primary-procedures")))
    primary.parents_late_word_at = NOW
    assert blocks(primary, parent_present=False) == ["ATT-35"], "outside until the parent is there, under every policy"


def test_no_wait_where_nobody_was_expected_or_somebody_has_come() -> None:
    late = NOW + timedelta(hours=2)
    visit = at_the_door(a_visit())
    visit.arrive_at = NOW
    assert blocks(visit, now=late) == ["ATT-34"]
    visit.spoken_to.create(name="Mo", parental_responsibility=True, at=NOW, by=visit.members.order_by("pk")[0].staff)
    assert blocks(visit, now=late) == []
    unannounced = at_the_door(a_visit())
    unannounced.announced = False
    assert blocks(unannounced, now=late) == []


@pytest.mark.clause("ALT-15")
def test_without_an_agreed_time_the_wait_is_for_parents_who_are_not_there() -> None:
    visit = at_the_door(a_visit(a_school("alternative-provision")))
    late = NOW + timedelta(minutes=6)
    assert blocks(visit, now=late) == [], "an adult is there"
    assert blocks(visit, False, now=late) == ["ALT-31", "ALT-15"], "nobody is there, and the wait is over"
    visit.arrive_at = NOW
    assert blocks(visit, now=late) == ["ALT-15"]


def test_an_ended_or_stood_down_visit_is_not_entered() -> None:
    visit = at_the_door(a_visit())
    ContactFactory.create(pupil=visit.visit_pupils.get().pupil)
    visit.outcomes.create(kind="unsafe", at=NOW, by=visit.members.order_by("pk")[0].staff)
    assert blocks(visit) == [None]
    other = at_the_door(a_visit())
    other.status = HomeVisit.Status.STOOD_DOWN
    assert blocks(other) == [None]
