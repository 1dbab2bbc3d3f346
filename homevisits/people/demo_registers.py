"""The staff registers of the demo school: most of those who visit have everything, two do not, and something ends next week."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from homevisits.audit import services as audit
from homevisits.common.actors import Actor

from .matrix import STAFF as WORKS_HERE
from .models import AlarmDevice, DutyDay, LoneWorkerAssessment, School, Staff, StaffCheck, StaffTraining, Term, Vehicle
from .school_calendar import school_days_between
from .words import CHECKS, TRAINING

# What stands before the @ of those who are trained for visits.
TRAINED = ("attendance", "support", "senior", "deputy", "dsl", "ewo", "visitor", "visitor2", "visitor3", "assistant")
DBS_EXPIRED, INSURANCE_ENDS, FIRST_AID_ENDS = "visitor3", "visitor2", "support"
CARS = {
    "visitor": ("Vauxhall", "Corsa", "LD21 KXN", "red"),
    "visitor2": ("Ford", "Focus", "GJ19 RVT", "blue"),
    "attendance": ("Toyota", "Yaris", "LC70 WPA", "white"),
    "ewo": ("Skoda", "Fabia", "KN68 TZE", "grey"),
}
ALONE = ("visitor", "attendance", "ewo")


def fill(*, school: School, day: date, by: Actor, now: datetime) -> None:
    """Fill the registers as they stand on `day`, the demo's first morning. Call it once, in a transaction."""
    people = {person.email.split("@")[0]: person for person in Staff.objects.filter(roles__school=school).distinct().order_by("pk")}
    roles = {person.pk: set(person.roles.values_list("role", flat=True)) for person in people.values()}
    staff = {local: person for local, person in people.items() if roles[person.pk] & WORKS_HERE}
    StaffCheck.objects.bulk_create(_checks(staff, day))
    StaffTraining.objects.bulk_create(_training(staff, day))
    Vehicle.objects.bulk_create(_vehicles(school, staff, day))
    AlarmDevice.objects.bulk_create(
        AlarmDevice(school=school, label=f"Alarm {number}", identifier=f"07700 90098{number}", note="Charger in the office")
        for number in (1, 2)
    )
    LoneWorkerAssessment.objects.bulk_create(_alone(school, staff, day, now))
    DutyDay.objects.bulk_create(_rota(school, staff, now))
    audit.record("people.demo.registers_filled", by=by, now=now, school_id=school.pk, object_type="school", object_id=school.pk)


def _checks(staff: dict[str, Staff], day: date) -> Iterator[StaffCheck]:
    """Everybody's, for three years; one person's ran out twelve days ago."""
    for local, person in staff.items():
        for level in CHECKS:
            out = local == DBS_EXPIRED and level == "enhanced_dbs"
            done = day - timedelta(days=3 * 365 + 12 if out else 400 + person.pk % 200)
            yield StaffCheck(staff=person, level=level, checked_on=done, expires_on=done + timedelta(days=3 * 365))


def _training(staff: dict[str, Staff], day: date) -> Iterator[StaffTraining]:
    for local in TRAINED:
        for place, name in enumerate(TRAINING):
            ends = day + timedelta(days=18 if (local, name) == (FIRST_AID_ENDS, "first_aid") else 300 + 20 * place)
            yield StaffTraining(staff=staff[local], name=name, done_on=ends - timedelta(days=730), expires_on=ends)


def _vehicles(school: School, staff: dict[str, Staff], day: date) -> Iterator[Vehicle]:
    yield Vehicle(
        school=school, make="Ford", model="Transit", registration="LF20 SCH", colour="white", minibus=True,
        insured_until=day + timedelta(days=280), insurance_note="With the school’s own policy",
    )  # fmt: skip
    for local, (make, model, registration, colour) in CARS.items():
        until = day + timedelta(days=7 if local == INSURANCE_ENDS else 200)
        yield Vehicle(
            school=school, owner=staff[local], make=make, model=model, registration=registration, colour=colour, insured_until=until,
            insurance_note="Business use included",
        )  # fmt: skip


def _alone(school: School, staff: dict[str, Staff], day: date, now: datetime) -> Iterator[LoneWorkerAssessment]:
    for local in ALONE:
        yield LoneWorkerAssessment(
            school=school, staff=staff[local], at=now, by=staff["business"], review_on=day + timedelta(days=200),
            hazards="Travelling alone by car; homes not visited before; no signal in some stairwells.",
            measures="Mobile charged and on; route known to the office; checks in at every point; leaves at the first doubt.",
        )  # fmt: skip


def _rota(school: School, staff: dict[str, Staff], now: datetime) -> Iterator[DutyDay]:
    """Every school day of the year: the senior manager, and the deputy headteacher who stands in."""
    terms = Term.objects.filter(school=school).order_by("starts_on")
    for term in terms:
        for day in school_days_between(school, term.starts_on, term.ends_on):
            yield DutyDay(school=school, day=day, staff=staff["senior"], deputy=staff["deputy"], at=now)
