"""A school morning as rows, for tests: a school with its policy and staff, pupils with contacts, and registers that are taken."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attendance.models import UnexplainedAbsence
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from attendance.sweep import sweep
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant
from homevisits.messaging.delivery import TransportFor, deliver
from homevisits.people.models import Contact, Household, Pupil, School, Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset

DAY = date(2026, 11, 24)
BY = SystemJob("the test")
BEFORE = datetime(2026, 9, 1, 8, tzinfo=UTC)
ROLES = ("office_admin", "pupil_support_lead", "senior_manager", "headteacher", "dsl")


class Morning:
    """One school on one day, with as many missing pupils as wanted; each has a household and a first contact of its own."""

    def __init__(self, missing: int = 2, *, present: int = 0, day: date = DAY, preset: str = "primary-procedures", **settings: Any) -> None:
        self.day = day
        self.school: School = SchoolFactory.create(created_at=BEFORE)
        self.policy = adopt_preset(school=self.school, preset=preset, changes=settings, by=BY, now=BEFORE)
        self.staff: dict[str, Staff] = {role: StaffFactory.create(school=self.school, roles=[role]) for role in ROLES}
        households = Household.objects.bulk_create(
            [Household(school=self.school, address=f"{n} Example Road") for n in range(missing + present)]
        )
        self.pupils = Pupil.objects.bulk_create(
            [
                Pupil(school=self.school, household=home, first_name=f"Child{n}", last_name="Example", class_name="3A")
                for n, home in enumerate(households)
            ]
        )
        Contact.objects.bulk_create(
            [
                Contact(pupil=pupil, name=f"Parent{n} Example", mobile=number(n), parental_responsibility=True)
                for n, pupil in enumerate(self.pupils)
            ]
        )
        self.missing = self.pupils[:missing]

    def at(self, wall: str) -> datetime:
        """The instant at which the school's clock shows `HH:MM` or `HH:MM:SS`."""
        return instant(self.day, time.fromisoformat(wall))

    def take_register(self, wall: str = "08:50") -> None:
        """The morning register is taken: N for the missing, present for everybody else."""
        ids = {pupil.pk for pupil in self.missing}
        marks = {pupil.pk: MarkGiven("N" if pupil.pk in ids else "/") for pupil in self.pupils}
        take_register(
            school=self.school, day=self.day, session="AM", marks=marks, class_names=["3A"], source="test", by=BY, now=self.at(wall)
        )

    def take_afternoon_register(self, wall: str = "13:10") -> None:
        """The same after lunch."""
        ids = {pupil.pk for pupil in self.missing}
        marks = {pupil.pk: MarkGiven("N" if pupil.pk in ids else "\\") for pupil in self.pupils}
        take_register(
            school=self.school, day=self.day, session="PM", marks=marks, class_names=["3A"], source="test", by=BY, now=self.at(wall)
        )

    def knock(self, wall: str, *, transport_for: TransportFor | None = None) -> None:
        """One knock: the sweep, then the delivery."""
        sweep(self.at(wall))
        deliver(now=self.at(wall), transport_for=transport_for)

    def run(self, start: str, until: str, *, every: int = 60, transport_for: TransportFor | None = None) -> None:
        """Knock every so many seconds, both ends included."""
        at, end = self.at(start), self.at(until)
        while at <= end:
            sweep(at)
            deliver(now=at, transport_for=transport_for)
            at += timedelta(seconds=every)

    def case(self, n: int = 0) -> UnexplainedAbsence:
        """The latest case of the nth missing pupil."""
        return UnexplainedAbsence.objects.filter(pupil=self.missing[n]).latest("pk")


def number(n: int) -> str:
    """A mobile: of Ofcom's drama range as far as it reaches."""
    return f"+447700900{n:03}" if n < 1000 else f"+4477009{n:06}"
