"""One school of a policy with a visit at each stage of its way, and the ways in which something about it goes wrong."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet

from homevisits.people.models import Staff
from homevisits.people.tests.factories import ContactFactory, StaffFactory
from visits.models import (
    Appointment,
    HomeVisit,
)
from visits.services.outcomes import record_outcome
from visits.services.requests import request_visit
from visits.tests.factories import (
    NOW,
    a_request,
    a_school,
    a_vehicle,
    a_visit,
    an_appointment,
    approved,
    assessed,
    at_the_door,
    ready,
    ready_to_leave,
    week_signed,
)

from .browsers import Browser, set_clock
from .stopped import ALT, ATT, SEC

EARLIER = NOW - timedelta(hours=1)
PURPOSE = {
    "primary-procedures": "welfare",
    "attendance-officer": "attendance",
    "academy-trust": "attendance",
    ALT: "partnership",
    SEC: "welfare",
}


class Scene:
    """One school of a policy, a visit at each stage of the way, and one tablet that is handed about."""

    def __init__(self, preset: str, browser: Browser) -> None:
        self.preset, self.tablet = preset, browser
        self.school = a_school(preset)
        set_clock(self.school, NOW)
        self.tess, self.ted = (ready(self.school, name=name) for name in ("Tess Tablet", "Ted Thorough"))
        self.office = StaffFactory.create(school=self.school, roles=["pupil_support_lead"], name="Pia Planner")
        roles = {"senior_manager_on_duty": "senior_manager"}
        approver = next(iter(self.values.approvers))
        self.approver = StaffFactory.create(school=self.school, roles=[roles.get(approver, approver)], name="Alex Approver")
        self.senior = StaffFactory.create(school=self.school, roles=["deputy_headteacher"], name="Sam Senior")
        self.car = a_vehicle(self.school)
        self.asked = request_visit(school=self.school, asked=a_request(self.school, purpose=self.purpose), by=self.tess, now=NOW)
        self.planned = assessed(self.visit(self.tess, self.ted))
        self.leaving = self.visit(*self.pair())
        approved(assessed(self.leaving))
        if preset == ATT:
            week_signed(self.leaving)
        self.leaving = ready_to_leave(self.leaving)
        self.out = self.visit(*self.pair())
        appointment = an_appointment(self.out, contact=ContactFactory.create(pupil=self.out.visit_pupils.get().pupil, name="Mo Example"))
        Appointment.objects.filter(pk=appointment.pk).update(state="confirmed")
        self.out = at_the_door(self.out)
        self.done = at_the_door(self.visit(*self.pair()))
        record_outcome(visit=self.done, kind="completed", by=self.done.members.first().staff, now=NOW)  # type: ignore[union-attr]
        HomeVisit.objects.filter(pk=self.done.pk).update(returned_at=NOW)
        self.done.members.update(returned_at=NOW)

    @property
    def values(self) -> Any:
        """The school's policy."""
        return self.school.policy_versions.get().values

    @property
    def purpose(self) -> str:
        """A purpose that the policy lists."""
        return PURPOSE[self.preset]

    def pair(self) -> list[Staff]:
        """Two more who may go: nobody is on two visits at a time."""
        return [ready(self.school), ready(self.school)]

    def visit(self, *pair: Staff) -> HomeVisit:
        """A planned visit."""
        return a_visit(self.school, pair=pair, purpose=self.purpose)

    def first(self, visit: HomeVisit) -> Staff:
        """The first of those who go."""
        return visit.members.select_related("staff").order_by("pk")[0].staff

    def at(self, person: Staff, name: str, visit: HomeVisit | None = None, *parts: Any, query: str = "") -> Browser:
        """A page, opened by somebody."""
        return self.tablet.sign_in(person).open(name, self.school.slug, *([visit.pk] if visit else []), *parts, query=query)


def changed(row: Model, **fields: Any) -> AbstractContextManager[None]:
    """The row with other values, and as it was again afterwards."""

    @contextmanager
    def change() -> Iterator[None]:
        rows = type(row)._default_manager.filter(pk=row.pk)
        before = rows.values(*fields).get()
        rows.update(**fields)
        try:
            yield
        finally:
            rows.update(**before)

    return change()


@contextmanager
def without(rows: QuerySet[Any]) -> Iterator[None]:
    """These rows gone, and there again afterwards."""
    kept = list(rows)
    assert kept
    rows.delete()
    try:
        yield
    finally:
        rows.model._default_manager.bulk_create(kept)


@contextmanager
def having(row: Model) -> Iterator[None]:
    """One more row, and gone again afterwards."""
    row.save()
    try:
        yield
    finally:
        row.delete()


@dataclass(frozen=True)
class Try:
    """An act that a rule stops: the page as it was opened, what goes wrong then, what is filled in and pressed, and what is said."""

    page: Browser
    wrong: AbstractContextManager[None]
    press: Callable[[Browser], Any]
    says: str
    # What a refused act keeps all the same: what was typed into a report is its draft.
    keeps: tuple[str, ...] = ()


Act = Callable[[Scene], Try]
ACTS: dict[str, Act] = {}


def act(one: Act) -> Act:
    """One of the list, by its name."""
    ACTS[one.__name__] = one
    return one


def send(words: str, **given: str | bool) -> Callable[[Browser], Any]:
    """Fill in and press."""
    return lambda page: page.fill(**given).press(words)
