"""Whatever else is sent with a form changes nothing (reliability.md, R19): the forms from the pages of the URL resolver, the names of the
fields from the registry of models. A form counts where it took what was sent: one that is refused writes nothing whatever stands in it."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from homevisits.messaging.accounts import make_token
from homevisits.messaging.models import SchoolAccount
from homevisits.people.models import Pupil, Role
from homevisits.people.services.api_tokens import issue_token
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from visits.tests.factories import out_now

from .astray import Astray
from .bodies import NOT_TAKEN
from .crawl import sample, signed_in
from .filling import Dump, changed, dump, taken_back
from .scenes import pair, the_visit
from .taking import Sweep, Taking, Tried, post
from .texts import models_of_ours
from .world import NOW, World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# What nobody may give themself or another by typing it.
GIVEN = {
    "role": "headteacher", "roles": "headteacher", "school_roles": "headteacher", "is_staff": "on", "is_superuser": "on", "is_active": "",
    "is_demo": "on", "sending": "live", "state": "closed", "status": "approved", "approved": "on", "taken": "on", "closed": "on",
    "at": "2020-01-01 10:00", "now": "2020-01-01 10:00", "seen_at": "2020-01-01 10:00", "made_at": "2020-01-01 10:00", "pk": "1", "id": "1",
    "for_chair": "on", "user_permissions": "1", "groups": "1", "password": "another one", "version": "99", "clause": "XXX-1", "chain": "0",
}  # fmt: skip
# What a page says it takes from outside its form: where to go on to, and which page of a list.
TAKEN = frozenset({"next", "page"})
# What a form takes that its page does not show to everybody or at once, with what the rule of the field says to a row of another.
SHOWN_LATER = {
    "log_absence": {"contact"},  # once a child is chosen: a contact of that child, else nobody
    "visit_check_in": {"for_staff"},  # to the office: one of the pair, else refused
}


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


def after(ask: Callable[[], HttpResponseBase]) -> tuple[int, Dump]:
    """What a request answers, and the database after it; what it did is taken back."""
    with taken_back():
        answer = ask()
        return answer.status_code, dump()


def differ(plain: tuple[int, Dump], with_more: tuple[int, Dump]) -> list[str]:
    """Where the second is not like the first."""
    tables = [table for table in plain[1] if plain[1][table] != with_more[1][table]]
    return ([f"{plain[0]} and {with_more[0]}"] if plain[0] != with_more[0] else []) + tables


@dataclass
class Beside:
    """Sends each form that took again, with all other fields beside it."""

    more: dict[str, str] = field(default_factory=more_fields)
    found: list[str] = field(default_factory=list)
    took: int = 0

    def __call__(self, taking: Taking) -> None:
        """Try one."""
        own = taking.own | SHOWN_LATER.get(resolve(taking.to.partition("?")[0]).url_name or "", set())
        added = {name: value for name, value in self.more.items() if name not in own}
        plain = after(lambda: post(signed_in(taking.by), taking.to, taking.values))
        with_more = after(lambda: post(signed_in(taking.by), taking.to, taking.values, added))
        self.took += 1
        if where := differ(plain, with_more):
            self.found.append(f"{taking.to} on {taking.page}: {where}")


def test_what_is_sent_beside_the_form_changes_nothing(world: World) -> None:
    beside = Beside()
    Sweep(world, beside).run(sample(pages(), 30), scenes=["as it is"])
    assert beside.found == []
    assert beside.took > 5


def said_of(tried: Tried, beside: Beside) -> str:
    """The figures."""
    by_scene = dict(Counter(taking.scene for taking in tried.taken.values()))
    forms = len(tried.taken) + len(tried.refused)
    return (
        f"R19: {forms} forms, {beside.took} took, each also with {len(beside.more)} fields more, {len(beside.found)} differ; "
        f"{len(tried.routes_taken)} routes took, {len(tried.untaken)} did not; by scene {by_scene}"
    )


@pytest.mark.prove
def test_no_form_takes_what_is_none_of_its_own(world: World) -> None:
    """Every form of every page, in every scene; whatever takes no body is named with the reason."""
    beside, astray = Beside(), Astray()

    def see(taking: Taking) -> None:
        beside(taking)
        astray(taking)

    tried = Sweep(world, see).run()
    print(said_of(tried, beside))
    print(f"R22: {astray.asked} sendings of them told where to go on to: {len(astray.led)} forms do, {len(astray.found)} off site")
    assert beside.found == []
    assert astray.found == []
    assert len(astray.led) > 10
    unnamed = {name: said for name, said in tried.untaken.items() if name not in NOT_TAKEN}
    assert unnamed == {}, "Give these a body in homevisits/tests/closed/bodies.py, or say there why none can be taken"
    assert set(NOT_TAKEN) - {route.name for route in pages()} == set(), "No routes any more"


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
    beside = Beside()
    Sweep(world, beside).run([route], scenes=["as it is"])
    assert len(beside.found) == 1


def _acts(world: World) -> tuple[str, dict[str, Any]]:
    visit = out_now(the_visit(world), now=NOW - timedelta(minutes=30))
    act = {"token": str(uuid4()), "kind": "delay", "happened_at": NOW.isoformat(), "data": {"minutes": "15", "says": "The bus is late"}}
    return reverse("visit_sync", args=[world.school.slug, visit.pk]), {"sent_at": NOW.isoformat(), "acts": [act]}


def _concerns(world: World) -> tuple[str, dict[str, Any]]:
    visit = out_now(the_visit(world), now=NOW - timedelta(minutes=30))
    data = {
        "visit": str(visit.pk), "pupil": [str(visit.visit_pupils.get().pupil_id)], "says": "No heating", "words": "", "seen_day_0": "24",
        "seen_day_1": "11", "seen_day_2": "2026", "seen_time": "", "place": "Kitchen", "told_others": "", "family": "told",
        "family_why": "", "mark_part": [""], "mark_says": [""], "mark_x": [""], "mark_y": [""],
    }  # fmt: skip
    act = {"token": str(uuid4()), "kind": "concern", "happened_at": NOW.isoformat(), "data": data}
    return reverse("concern_sync", args=[world.school.slug]), {"sent_at": NOW.isoformat(), "acts": [act]}


def everywhere(body: Any, more: dict[str, str]) -> Any:
    """The JSON with the fields in each of its objects, where it has none of that name."""
    if isinstance(body, dict):
        return {**{name: value for name, value in more.items() if name not in body}, **{k: everywhere(v, more) for k, v in body.items()}}
    return [everywhere(each, more) for each in body] if isinstance(body, list) else body


def _compare(ask: Callable[[Any], HttpResponseBase], body: Any) -> None:
    more = more_fields()
    before = dump()
    plain, with_more = after(lambda: ask(body)), after(lambda: ask(everywhere(body, more)))
    assert changed(before, plain[1]), f"it took nothing, {plain[0]}, so nothing is proved"
    assert differ(plain, with_more) == []


@pytest.mark.parametrize("make", [_acts, _concerns])
def test_what_a_tablet_sends_beside_its_acts_changes_nothing(world: World, make: Callable[[World], tuple[str, dict[str, Any]]]) -> None:
    address, body = make(world)
    browser = signed_in(pair(the_visit(world))[0])
    _compare(lambda said: browser.post(address, json.dumps(said), content_type="application/json"), body)


def test_what_a_connector_sends_beside_a_register_changes_nothing(world: World) -> None:
    token = issue_token(school=world.school, name="MIS", by=world.people[Role.HEADTEACHER], now=NOW)[1]
    pupil = Pupil.objects.filter(school=world.school).order_by("-pk")[0]
    body = {"id": "another", "day": "2026-11-24", "session": "PM", "marks": [{"mis_id": pupil.mis_id, "code": "N"}]}
    headers = {"Authorization": f"Bearer {token}"}
    _compare(lambda said: Client().post("/api/registers/", json.dumps(said), "application/json", headers=headers), body)


def test_what_a_provider_sends_beside_a_text_changes_nothing(world: World) -> None:
    SchoolAccount.objects.get_or_create(school=world.school)
    token = make_token(school=world.school, by=world.people[Role.HEADTEACHER], now=NOW)
    body = {"id": str(uuid4()), "source_number": "447700900123", "destination_number": "447700900999", "message": "He is ill",
            "date_received": NOW.isoformat()}  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    _compare(lambda said: Client().post(reverse("notify_text"), json.dumps(said), "application/json", headers=headers), body)


def test_the_admin_writes_nothing(world: World) -> None:
    """It shows: adding, changing and taking away are refused for each of its models, also to whoever may everything."""
    support = StaffFactory.create(is_staff=True, is_superuser=True)
    browser, more, asked = signed_in(support), more_fields(), 0
    rows = dump()
    for model in admin.site._registry:
        about = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pk = model._base_manager.values_list("pk", flat=True)[0]
        for name, args in (("add", []), ("change", [pk]), ("delete", [pk]), ("changelist", [])):
            answer = browser.post(reverse(f"{about}_{name}", args=args), {**more, "action": "delete_selected", "_selected_action": pk})
            asked += 1
            assert answer.status_code in (200, 302, 403, 405)
    assert asked > 12
    assert changed(rows, dump()) == []
