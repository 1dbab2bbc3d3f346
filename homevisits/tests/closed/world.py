"""A school with a row of everything that any address names, so that every page can be asked and every form filled."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

from homevisits.people.models import Role, School, Staff, StaffRole, Trust
from homevisits.people.tests.factories import SchoolFactory, StaffFactory

from ..route_matrix import Door
from ..route_rows import FOR_ROUTE, MAKERS, PLAIN
from .routes import Route, routes

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # when the factories' visits are made
FIRST = ("case_id", "attempt_id", "visit_id")  # once a register is taken, its absences are known
LAST = ("version_id", "term_id", "closure_id")  # once a school has terms, other days are none of its school days


@dataclass
class World:
    """A school, a person of each role in it, and an address for every route."""

    school: School
    people: dict[Role, Staff] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def who_may(self, route: Route) -> Staff:
        """Somebody who may open a route, the safeguarding lead or the head where one of them may."""
        if "trust" in route.parts:
            return self.people[Role.TRUST_ADMIN]
        first = (Role.DSL, Role.HEADTEACHER, *Role)
        return self.people[next(role for role in first if role in route.who.roles)] if route.who.roles else self.people[Role.HEADTEACHER]


def a_world() -> World:
    """Make it; each row once, however many routes name it."""
    world = World(SchoolFactory.create(slug="oak", name="Oak Primary"))
    world.people = {role: StaffFactory.create(school=world.school, roles=[role], name=f"The {role.label}") for role in Role}
    parts: dict[str, Any] = dict(PLAIN)
    parts |= {name: MAKERS[name](world.school) for name in (*FIRST, *(name for name in MAKERS if name not in FIRST + LAST))}
    together = {make: make(world.school) for make in FOR_ROUTE.values()}
    parts |= {name: MAKERS[name](world.school) for name in LAST}
    StaffRole.objects.create(staff=world.people[Role.TRUST_ADMIN], trust=Trust.objects.get(slug=parts["trust"]), role=Role.TRUST_ADMIN)
    for route in routes():
        if route.name in FOR_ROUTE:
            given = {"school": world.school.slug, **together[FOR_ROUTE[route.name]]}
        else:
            given = {name: parts[name] for name in route.parts}
        world.addresses[route.name] = reverse(route.name, kwargs=given)
    return world


def pages() -> list[Route]:
    """The routes for people: those that a browser may be sent to."""
    return routes(Door.SCHOOL, Door.SIGNED_IN, Door.ANYONE)
