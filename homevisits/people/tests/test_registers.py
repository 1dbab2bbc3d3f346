"""The staff registers: what they keep, what they refuse, and what they say of a person on a day."""

from datetime import date, datetime, timedelta

import pytest

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import holders, on_duty
from homevisits.people.models import DutyDay, LoneWorkerAssessment, Role, School, Staff, StaffUnwell, Vehicle
from homevisits.people.selectors import registers as ask
from homevisits.people.services import equipment, lone_working, off_visits, qualifications
from homevisits.people.services.rota import set_duty_day
from homevisits.people.services.staff import end_role

from . import registers as rows
from .factories import HouseholdFactory, SchoolFactory, StaffFactory
from .registers import AT, DAY

pytestmark = pytest.mark.django_db
IN_SPRING = DAY + timedelta(days=100)
LAST_MONTH = DAY - timedelta(days=30)


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def bursar(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["business_manager"], name="Bo Bursar")


@pytest.fixture
def tess(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["visiting_staff"], name="Tess Tanner")


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def acts() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def a_car(school: School, by: Staff, **given: object) -> Vehicle:
    values = {
        "vehicle": None, "owner": None, "make": "Ford", "model": "Fiesta", "registration": "ab12cde", "colour": "blue", "minibus": False,
        "insured_until": DAY, **given,
    }  # fmt: skip
    return equipment.save_vehicle(school=school, by=by, now=AT, **values)  # type: ignore[arg-type]


@pytest.mark.clause("ATT-18")
def test_a_vehicle_may_be_chosen_until_the_last_day_of_its_insurance_and_never_without(school: School, bursar: Staff) -> None:
    car = a_car(school, bursar)
    a_car(school, bursar, registration="CD34 EFG", insured_until=None)
    assert list(ask.insured_vehicles(school, DAY)) == [car]
    assert not ask.insured_vehicles(school, later(1)).exists()
    a_car(school, bursar, vehicle=car, insured_until=later(365))
    assert list(ask.insured_vehicles(school, later(1))) == [car]
    equipment.retire_vehicle(vehicle=car, by=bursar, now=AT)
    assert not ask.insured_vehicles(school, DAY).exists()
    assert acts() == ["people.vehicle.saved"] * 3 + ["people.vehicle.retired"]


def test_a_registration_stands_in_a_school_once_while_it_is_used(school: School, bursar: Staff) -> None:
    car = a_car(school, bursar)
    assert car.registration == "AB12 CDE"
    with pytest.raises(BadInput, match="AB12 CDE stands in the register already"):
        a_car(school, bursar, registration="AB 12-cde")
    a_car(SchoolFactory.create(), bursar)
    equipment.retire_vehicle(vehicle=car, by=bursar, now=AT)
    a_car(school, bursar)
    assert Vehicle.objects.filter(school=school).count() == 2
    with pytest.raises(BadInput, match="number plate"):
        a_car(school, bursar, registration="—")


@pytest.mark.clause("ATT-10")
def test_a_change_of_circumstances_makes_an_assessment_stale_until_it_is_amended(school: School, bursar: Staff, tess: Staff) -> None:
    def assess(hazards: str = "Dark paths", review_on: date = IN_SPRING) -> LoneWorkerAssessment:
        return lone_working.assess_lone_worker(
            school=school, staff=tess, hazards=hazards, measures="Torch", review_on=review_on, by=bursar, now=AT
        )

    assert ask.current_lone_worker(school, tess, DAY) is None
    first = assess()
    assert assess() == first, "sent twice, kept once"
    assert ask.current_lone_worker(school, tess, later(100)) == first
    assert ask.current_lone_worker(school, tess, later(101)) is None, "past its review"
    assert ask.current_lone_worker(SchoolFactory.create(), tess, DAY) is None

    with pytest.raises(BadInput, match="what has changed"):
        lone_working.mark_stale(assessment=first, because=" ", by=bursar, now=AT)
    lone_working.mark_stale(assessment=first, because="Expects a child", by=bursar, now=AT)
    assert ask.current_lone_worker(school, tess, DAY) is None

    second = assess("Dark paths; expects a child")
    assert ask.current_lone_worker(school, tess, DAY) == second
    first.refresh_from_db()
    assert (first.replaced_at, first.stale_because) == (AT, "Expects a child"), "the one before is kept"
    with pytest.raises(BadInput, match="newer"):
        lone_working.mark_stale(assessment=first, because="Late news", by=bursar, now=AT)
    with pytest.raises(BadInput, match="ahead"):
        assess(review_on=DAY)
    assert "Expects a child" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("given", "isolation", "off", "free"),
    [
        ({}, 0, 400, None),  # until they say that they are back
        ({"until": later(3)}, 0, 3, 4),
        ({}, 10, 9, 10),
        ({"until": later(3)}, 10, 9, 10),
        ({"until": later(12)}, 10, 12, 13),
        ({"infectious": False, "until": later(3)}, 10, 3, 4),
        ({"negative_test_on": later(2)}, 10, 1, 2),
        ({"negative_test_on": later(2), "until": later(5)}, 10, 5, 6),
        ({"ended_at": AT + timedelta(days=4)}, 0, 3, 4),
        ({"ended_at": AT + timedelta(days=4)}, 10, 9, 10),  # being better does not end the isolation
    ],
)
def test_who_is_unwell_is_off_visits(
    school: School, tess: Staff, given: dict[str, object], isolation: int, off: int, free: int | None
) -> None:
    rows.unwell_in(school, tess, **given)
    assert not ask.is_unwell(tess, later(-1), isolation)
    assert all(ask.is_unwell(tess, later(day), isolation) for day in range(off + 1))
    assert free is None or not ask.is_unwell(tess, later(free), isolation)


def test_illness_said_twice_is_one_and_a_new_one_has_a_test_of_its_own(school: School, bursar: Staff, tess: Staff) -> None:
    def ill(since: date, until: date | None = None, now: datetime = AT) -> StaffUnwell:
        return off_visits.report_unwell(school=school, staff=tess, symptoms_from=since, until=until, by=bursar, now=now)

    first = ill(later(-6), later(-4))
    off_visits.record_negative_test(unwell=first, tested_on=later(-3), by=bursar, now=AT)
    assert ill(later(-5), later(-4)) == first
    second = ill(DAY)
    assert second != first
    assert second.negative_test_on is None
    assert ask.is_unwell(tess, later(3), 10)
    for wrong in (later(-1), later(1)):
        with pytest.raises(BadInput, match="first symptoms and today"):
            off_visits.record_negative_test(unwell=second, tested_on=wrong, by=bursar, now=AT)
    with pytest.raises(BadInput, match="future"):
        ill(later(1))
    off_visits.back_to_work(unwell=second, by=tess, now=AT)
    off_visits.back_to_work(unwell=second, by=tess, now=AT)
    assert acts().count("people.unwell.back") == 1
    assert not ask.is_unwell(tess, DAY)


def test_nobody_has_to_say_why_they_do_not_visit_a_household(school: School, tess: Staff) -> None:
    home = HouseholdFactory.create(school=school)
    first = off_visits.add_conflict(staff=tess, household=home, by=tess, now=AT)
    assert off_visits.add_conflict(staff=tess, household=home, by=tess, now=AT) == first
    assert first.reason == ""
    assert ask.conflicts(home) == {tess.pk}
    off_visits.end_conflict(conflict=first, by=tess, now=AT)
    assert ask.conflicts(home) == set()
    assert acts() == ["people.conflict.added", "people.conflict.ended"]


@pytest.mark.clause("ATT-20")
def test_checks_and_training_hold_until_their_last_day_and_are_renewed_in_place(school: School, bursar: Staff, tess: Staff) -> None:
    def train(name: str, expires_on: date | None = None, done_on: date = LAST_MONTH) -> None:
        qualifications.save_training(school=school, staff=tess, name=name, done_on=done_on, expires_on=expires_on, by=bursar, now=AT)

    train("first_aid", DAY)
    train("First Aid", later(10))  # in words: the same
    train("Minibus driver")
    qualifications.save_check(
        school=school, staff=tess, level="enhanced_dbs", checked_on=DAY, expires_on=later(1), by=bursar, now=AT
    )  # fmt: skip
    tess.refresh_from_db()
    assert ask.current_training(tess, later(10)) == {"first_aid", "Minibus driver"}
    assert ask.current_training(tess, later(11)) == {"Minibus driver"}
    assert ask.current_checks(tess, later(1)) == {"enhanced_dbs"}
    assert ask.current_checks(tess, later(2)) == set()
    with pytest.raises(BadInput, match="future"):
        train("equipment", done_on=later(1))
    with pytest.raises(BadInput, match="before"):
        train("equipment", later(-31))
    assert tess.training.count() == 2


@pytest.mark.clause("ALT-27")
def test_the_code_of_conduct_is_confirmed_by_oneself_once_for_each_version(school: School, bursar: Staff, tess: Staff) -> None:
    for name in ("code_of_conduct", "Code of conduct confirmed"):
        with pytest.raises(Blocked) as refused:
            qualifications.save_training(school=school, staff=tess, name=name, done_on=DAY, expires_on=None, by=bursar, now=AT)
        assert refused.value.blocks[0].clause == "ALT-27"
    row = qualifications.confirm_conduct(school=school, version_id=7, by=tess, now=AT)
    assert qualifications.confirm_conduct(school=school, version_id=7, by=tess, now=AT + timedelta(days=3)) == row
    assert "code_of_conduct" in ask.current_training(tess, DAY, 7)
    assert "code_of_conduct" not in ask.current_training(tess, DAY, 8), "a new version asks again"
    qualifications.confirm_conduct(school=school, version_id=8, by=tess, now=AT)
    assert "code_of_conduct" in ask.current_training(tess, DAY, 7), "what was confirmed before stays"
    with pytest.raises(Blocked):
        qualifications.remove_training(school=school, training=row, by=bursar, now=AT)
    assert acts() == ["people.conduct.confirmed"] * 2


def test_the_number_of_somebody_above_is_not_changed_by_the_business_manager(school: School, bursar: Staff, tess: Staff) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"])
    qualifications.set_mobile(school=school, staff=tess, mobile="+447700900555", by=bursar, now=AT)
    with pytest.raises(Blocked):
        qualifications.set_mobile(school=school, staff=head, mobile="+447700900555", by=bursar, now=AT)
    with pytest.raises(BadInput, match="text"):
        qualifications.set_mobile(school=school, staff=tess, mobile="+442079460123", by=bursar, now=AT)
    tess.refresh_from_db()
    head.refresh_from_db()
    assert (tess.mobile, head.mobile) == ("+447700900555", "")


def test_the_rota_says_who_is_on_duty_and_who_stands_in(school: School, bursar: Staff) -> None:
    sam = StaffFactory.create(school=school, roles=["senior_manager"], name="Sam")
    ann = StaffFactory.create(school=school, roles=["senior_manager"], name="Ann", on_duty=False)
    dev = StaffFactory.create(school=school, roles=["deputy_headteacher"], name="Dev")
    assert on_duty(school, DAY) == list(holders(school, Role.SENIOR_MANAGER, DAY)) == [sam]

    set_duty_day(school=school, day=DAY, staff=ann, deputy=dev, by=bursar, now=AT)
    set_duty_day(school=school, day=DAY, staff=ann, deputy=dev, by=bursar, now=AT)
    assert on_duty(school, DAY) == [ann, dev], "the rota's person before the deputy"
    assert set(holders(school, Role.SENIOR_MANAGER, DAY)) == {ann, dev}
    assert on_duty(school, later(1)) == [sam], "another day goes as without a rota"
    assert acts() == ["people.rota.set"]

    end_role(role=ann.roles.get(), last_day=later(-1), by=StaffFactory.create(school=school, roles=["headteacher"]), now=AT)
    assert on_duty(school, DAY) == [dev], "who has left is not asked"
    end_role(role=dev.roles.get(), last_day=later(-1), by=StaffFactory.create(school=school, roles=["headteacher"]), now=AT)
    assert on_duty(school, DAY) == [sam], "and a rota of people who have left keeps nothing from the others"


def test_the_rota_takes_only_who_holds_such_a_role_then(school: School, bursar: Staff, tess: Staff) -> None:
    sam = StaffFactory.create(school=school, roles=["senior_manager"], name="Sam")
    cases = ((tess, None, "not a senior manager"), (sam, tess, "does not lead"), (sam, sam, "another person"), (None, sam, "before"))
    for staff, deputy, says in cases:
        with pytest.raises(BadInput, match=says):
            set_duty_day(school=school, day=DAY, staff=staff, deputy=deputy, by=bursar, now=AT)
    with pytest.raises(BadInput, match="past"):
        set_duty_day(school=school, day=later(-1), staff=sam, by=bursar, now=AT)
    assert not DutyDay.objects.exists()
    set_duty_day(school=school, day=DAY, staff=sam, by=bursar, now=AT)
    set_duty_day(school=school, day=DAY, staff=None, by=bursar, now=AT)
    assert not DutyDay.objects.exists()
