"""Whatever else is sent with a form changes nothing (reliability.md, R19): the forms from the pages of the URL resolver, the names of the
fields from the registry of models."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse

from homevisits.people.models import Role
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory

from .crawl import Forms, sample, signed_in
from .filling import changed, dump, filled, own_names, send
from .routes import Route
from .texts import models_of_ours
from .world import World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.needs_sqlite]
# What nobody may give themself or another by typing it.
GIVEN = {
    "role": "headteacher", "roles": "headteacher", "school_roles": "headteacher", "is_staff": "on", "is_superuser": "on", "is_active": "",
    "is_demo": "on", "sending": "live", "state": "closed", "status": "approved", "approved": "on", "taken": "on", "closed": "on",
    "at": "2020-01-01 10:00", "now": "2020-01-01 10:00", "seen_at": "2020-01-01 10:00", "made_at": "2020-01-01 10:00", "pk": "1", "id": "1",
    "for_chair": "on", "user_permissions": "1", "groups": "1", "password": "another one", "version": "99", "clause": "XXX-1", "chain": "0",
}  # fmt: skip
# What a page says it takes from outside its form: where to go on to, and which page of a list.
TAKEN = frozenset({"next", "page"})


@dataclass
class Tried:
    """What was tried and what came of it."""

    forms: int = 0
    took: int = 0
    found: list[str] = field(default_factory=list)
    fields: int = 0


def more_fields() -> dict[str, str]:
    """The fields to add: those that decide who may what, and every foreign key of every model, to a row of another school."""
    school = SchoolFactory.create()
    staff, pupil = StaffFactory.create(school=school, roles=[Role.HEADTEACHER]), PupilFactory.create(school=school)
    by = dict.fromkeys(("by", "by_id", "approved_by", "decided_by", "signed_by", "taken_by", "owner", "user", "author"), str(staff.pk))
    others = {"School": school.pk, "Staff": staff.pk, "Pupil": pupil.pk, "Household": pupil.household_id}
    more = GIVEN | by
    for model in models_of_ours():
        for each in model._meta.concrete_fields:
            if isinstance(each, ForeignKey):
                value = str(others.get(each.related_model.__name__, 1))
                more |= {each.name: value, each.attname: value}
    return {name: value for name, value in more.items() if name not in TAKEN}


def _try(world: World, routes: Iterable[Route]) -> Tried:
    tried, more = Tried(), more_fields()
    tried.fields = len(more)
    for route in routes:
        browser = signed_in(world.who_may(route))
        address = world.addresses[route.name]
        page = browser.get(address)
        forms = Forms(page.content.decode()).found if page.headers.get("Content-Type", "").startswith("text/html") else []
        before = dump()
        for form in forms:
            to = form.action or address
            if not to.startswith("/s/") and to != address:
                continue  # signing in and out stands on every page, and is tried by its own
            values = filled(form)
            added = {name: [value] for name, value in more.items() if name not in own_names(form)}
            plain, with_more = send(browser, to, values), send(browser, to, values | added)
            tried.forms += 1
            tried.took += bool(changed(before, plain.after))
            if plain != with_more:
                tables = [table for table in plain.after if plain.after[table] != with_more.after[table]]
                tried.found.append(f"{to} on {address}: {plain.status} and {with_more.status}, {tables}")
    return tried


def test_what_is_sent_beside_the_form_changes_nothing(world: World) -> None:
    tried = _try(world, sample(pages(), 30))
    assert tried.found == []
    assert tried.took > 1


@pytest.mark.prove
@pytest.mark.parametrize("turn", range(4))
def test_no_form_takes_what_is_none_of_its_own(world: World, turn: int) -> None:
    """Every form of every page, in four turns."""
    tried = _try(world, pages()[turn::4])
    print(f"R19, turn {turn}: {tried.forms} forms with {tried.fields} fields more, {tried.took} took, {len(tried.found)} differ")
    assert tried.found == []


def test_a_form_that_takes_it_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that writes whatever field it is sent: the same comparison finds it."""

    def page(request: HttpRequest, **address: object) -> HttpResponse:
        if request.method == "POST":
            world.school.welfare_officer = request.POST.get("approved_by", "nobody")
            world.school.save()
        return HttpResponse('<form method="post"><input type="text" name="reason"></form>')

    route = next(route for route in pages() if route.name == "school_home")
    from homevisits.people import urls

    pattern = next(each for each in urls.urlpatterns if getattr(each, "name", "") == "school_home")
    monkeypatch.setattr(pattern, "callback", page)
    assert len(_try(world, [route]).found) == 1
