"""The scenes in which forms are tried: the visit of the addresses as it can be, from the request to the report."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.urls import resolve

from homevisits.common.actors import SystemJob
from homevisits.people.models import Role, Staff, Trust
from homevisits.people.tests.factories import ContactFactory
from homevisits.policy.services import draft_version
from visits.models import HomeVisit, VisitOutcome, VisitOutcomePupil
from visits.services.alarm import call_for_help
from visits.services.common import pupils_of
from visits.tests.factories import a_form, answer_all, assessed, at_the_door, out_now, ready_to_leave

from .routes import Route
from .world import NOW, World


def the_visit(world: World) -> HomeVisit:
    """The visit that the addresses name; its family has somebody to ring."""
    visit = HomeVisit.objects.get(pk=resolve(world.addresses["visit"]).kwargs["visit_id"])
    for row in visit.visit_pupils.select_related("pupil"):
        if not row.pupil.contacts.exists():
            ContactFactory.create(pupil=row.pupil, email="family@home.example")
    return visit


def pair(visit: HomeVisit) -> list[Staff]:
    """Who goes."""
    return [member.staff for member in visit.members.select_related("staff").order_by("pk")]


def _drafted(world: World) -> Sequence[Staff]:
    """A school's draft and a trust's: nobody who goes on a visit has to do with them."""
    job, trust = SystemJob("test"), Trust.objects.get(slug=resolve(world.addresses["trust_policy_home"]).kwargs["trust"])
    draft_version(school=world.school, preset="secondary", by=job, now=NOW)
    draft_version(trust=trust, preset="secondary", by=job, now=NOW)
    return []


def _as_it_is(world: World) -> Sequence[Staff]:
    return pair(the_visit(world))


def _requested(world: World) -> Sequence[Staff]:
    visit = the_visit(world)
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.RAISED, due_back=None)
    return [world.people[Role.CLASS_TEACHER], *pair(visit)]


def _meeting(world: World) -> Sequence[Staff]:
    visit = the_visit(world)
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.MEETING)
    return pair(visit)


def _assessed(world: World) -> Sequence[Staff]:
    return pair(assessed(the_visit(world)))


def _agreed(world: World) -> HomeVisit:
    visit = assessed(the_visit(world))
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.APPROVED)
    visit.refresh_from_db()
    return visit


def _approved(world: World) -> Sequence[Staff]:
    return pair(_agreed(world))


def _ready(world: World) -> Sequence[Staff]:
    return pair(ready_to_leave(_agreed(world)))


def _out(world: World) -> Sequence[Staff]:
    return pair(out_now(the_visit(world), now=NOW - timedelta(minutes=30)))


def _at_the_door(world: World) -> Sequence[Staff]:
    visit = the_visit(world)
    at_the_door(out_now(visit, now=NOW - timedelta(minutes=30)), arrived=NOW - timedelta(minutes=10))
    return pair(visit)


def _help(world: World) -> Sequence[Staff]:
    visit = out_now(the_visit(world), now=NOW - timedelta(minutes=30))
    call_for_help(visit=visit, by=pair(visit)[0], now=NOW - timedelta(minutes=5), kept_from_leaving=True)
    return pair(visit)


def _filled(world: World) -> Sequence[Staff]:
    visit = the_visit(world)
    form = a_form(at_the_door(out_now(visit, now=NOW - timedelta(minutes=30)), arrived=NOW - timedelta(minutes=20)))
    answer_all(form)
    return pair(visit)


def _made(world: World) -> Sequence[Staff]:
    visit = the_visit(world)
    HomeVisit.objects.filter(pk=visit.pk).update(
        status=HomeVisit.Status.DONE, departed_at=NOW - timedelta(hours=1), returned_at=NOW - timedelta(minutes=5)
    )
    visit.refresh_from_db()
    found = VisitOutcome.objects.create(visit=visit, kind="completed", note="", at=NOW - timedelta(minutes=30), by=pair(visit)[0])
    VisitOutcomePupil.objects.bulk_create([VisitOutcomePupil(outcome=found, pupil_id=pupil) for pupil in pupils_of(visit)])
    return pair(visit)


SCENES: dict[str, Callable[[World], Sequence[Staff]]] = {
    "as it is": _as_it_is,
    "asked for": _requested,
    "assessed": _assessed,
    "approved": _approved,
    "ready to leave": _ready,
    "out": _out,
    "at the door": _at_the_door,
    "help is called": _help,
    "the form is filled": _filled,
    "made": _made,
    "a meeting instead": _meeting,
    "a policy is drafted": _drafted,
}


def stands_in(scene: str, route: Route) -> bool:
    """Whether a route's forms can be others in a scene than as it is."""
    return scene == "as it is" or ("policy_" in route.name if "policy" in scene else "visit_id" in route.parts)
