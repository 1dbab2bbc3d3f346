"""The doorstep: every act of a visit on one page that works without network, and without JavaScript."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from homevisits.people.models import Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from visits import findings
from visits.models import HomeVisit
from visits.rules.door import answer_blocks, finding_blocks
from visits.selectors.doorstep_steps import inside_rules, next_of, outcome_rules, steps
from visits.services.out import check_in
from visits.services.outcomes import record_outcome
from visits.views.sync_kinds import KINDS

from .factories import NOW, a_school, a_visit, approved, at_the_door, out_now, ready_to_leave, week_signed
from .test_the_tablet import at, pair_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
FORM = re.compile(r"<form [^>]*>.*?</form>", re.DOTALL)


def minute(count: float) -> datetime:
    """So many minutes after ten."""
    return NOW + timedelta(minutes=count)


def shown(visit: HomeVisit, person: Staff | None = None, when: datetime = NOW) -> str:
    """The page then."""
    client = Client()
    with time_machine.travel(when, tick=False):
        client.force_login(person or pair_of(visit)[0])
        answer = client.get(at(visit, "visit_doorstep"))
    assert answer.status_code == 200
    return str(answer.content.decode())


def fields(form: str) -> dict[str, str]:
    """The hidden fields of a form."""
    hidden = [tag for tag in re.findall(r"<input [^>]*>", form) if 'type="hidden"' in tag]
    return {unescape(re.findall(r'name="([^"]*)"', tag)[0]): unescape((re.findall(r'value="([^"]*)"', tag) or [""])[0]) for tag in hidden}


@pytest.fixture
def visit() -> HomeVisit:
    """At the door since ten, announced; the mother is on file."""
    school = a_school("primary-procedures")
    pupil = PupilFactory.create(school=school, first_name="Ada")
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    return at_the_door(a_visit(school, pupil=pupil, purpose="attendance"))


def test_the_next_act_follows_what_was_said() -> None:
    visit = ready_to_leave(week_signed(approved(a_visit(a_school("attendance-officer")))))
    tess, ted = pair_of(visit)

    def after(person: Staff) -> str:
        visit.refresh_from_db()
        step = next_of(steps(visit, person, NOW))
        return step.code if step else ""

    found = [after(tess)]
    for point in ("departed", "arriving", "arrived"):
        check_in(visit=visit, point=point, by=tess, now=NOW)
        found.append(after(tess))
    assert after(ted) == "arrived", "each arrives for themselves"
    record_outcome(visit=visit, kind="no_answer", by=tess, now=NOW)
    found.append(after(tess))
    for point in ("left_property", "returned"):
        check_in(visit=visit, point=point, by=tess, now=NOW)
        found.append(after(tess))
    assert found == ["leave", "arriving", "arrived", "found", "left", "back", ""]
    assert after(ted) == "back"


def test_every_form_is_a_form_of_its_own_and_can_go_through_the_queue(visit: HomeVisit) -> None:
    page = shown(visit)
    forms = FORM.findall(page)
    kinds = [re.findall(r'data-offline="([^"]*)"', form)[0] for form in forms if "data-offline=" in form]
    assert set(kinds) == {"check_in", "parents_late", "spoken", "outcome", "delay", "say_no", "help"}
    assert set(kinds) <= set(KINDS)
    tokens = [fields(form).get("token") for form in forms if fields(form).get("token")]
    assert len(tokens) == len(set(tokens)) >= 10
    assert page.index('id="step-arrived"') < page.index('id="step-inside"') < page.index('id="step-found"') < page.index('id="step-back"')
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids)), "no id twice, however many forms there are"


def test_without_javascript_each_form_is_taken_by_its_page(visit: HomeVisit) -> None:
    tess = pair_of(visit)[0]
    mother = visit.visit_pupils.get().pupil.contacts.get()
    more: dict[str, dict[str, Any]] = {
        "parents_late": {}, "form-inside": {"adult_present": "true", "parent_present": "true", "invited_by": "Mo Example"},
        "spoken": {"who": mother.pk}, "outcome:completed": {"note": "All well"}, "delay": {"minutes": 10, "says": ""},
        "form-left": {}, "help": {}, "form-back": {},
    }  # fmt: skip
    client = Client()
    for name, given in more.items():
        with time_machine.travel(minute(2), tick=False):
            client.force_login(tess)
            page = client.get(at(visit, "visit_doorstep")).content.decode()
            form = next((one for one in FORM.findall(page) if _is(one, name)), "")
            assert form, f"no form for {name}"
            action = re.findall(r'action="([^"]*)"', form)[0]
            answer = client.post(action, {**fields(form), **given})
        assert answer.status_code == 302, name
        if name != "help":
            assert answer.headers["Location"] == at(visit, "visit_doorstep"), name
    assert visit.outcomes.get().note == "All well"
    assert visit.members.get(staff=tess).returned_at == minute(2)


def _is(form: str, name: str) -> bool:
    kind, _, outcome = name.partition(":")
    return f'id="{kind}"' in form or (f'data-offline="{kind}"' in form and (not outcome or f'value="{outcome}"' in form))


@pytest.mark.clause("ATT-14")
@pytest.mark.clause("MAT-11")
@pytest.mark.parametrize("preset", ["attendance-officer", "academy-trust", "secondary", "alternative-provision"])
def test_what_the_page_says_of_an_answer_is_what_the_rule_says(preset: str) -> None:
    pupil = PupilFactory.create(school=a_school(preset), first_name="Ada")
    visit = at_the_door(a_visit(pupil.school, pupil=pupil))
    rules = json.loads(inside_rules(visit, asks_parent=True))
    assert len(rules) >= 8
    for rule in rules:
        given = rule["given"]
        invited = {"": None, "*": "Mo Example"}.get(given["invited_by"], given["invited_by"])
        found = answer_blocks(visit, visit.policy.values, given["adult_present"], given["parent_present"], invited)
        assert rule["blocks"] == [[one.says, one.clause or ""] for one in found]
    child = next(rule for rule in rules if rule["given"]["invited_by"] == "Ada")
    assert child["blocks"], "a child cannot invite anybody in"


def test_what_the_page_says_of_an_outcome_after_another_is_what_the_rule_says(visit: HomeVisit) -> None:
    tess = pair_of(visit)[0]
    record_outcome(visit=visit, kind="no_answer", by=tess, now=NOW)
    for kind in findings.BY_KIND:
        says = json.loads(outcome_rules(kind)).get("no_answer", "")
        found = [one.says for one in finding_blocks(visit, kind, tess, NOW) if "contradicts" in one.says]
        assert found == ([says] if says else [])


def test_it_holds_what_the_door_asks_for_and_nobody_elses(visit: HomeVisit) -> None:
    uncle = ContactFactory.create(pupil=visit.visit_pupils.get().pupil, name="Ray Example", restricted=True, mobile="+447700900999")
    page = shown(visit)
    for words in ("Restricted: Ray Example", "Mo Example", "The briefing in short", "Send for help now", "Wait outside"):
        assert words in page
    assert uncle.mobile not in page
    stranger = StaffFactory.create(school=visit.school, roles=["visiting_staff"])
    client = Client()
    client.force_login(stranger)
    assert client.get(at(visit, "visit_doorstep")).status_code == 404


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_doorstep_on_a_tablet_says_at_once_what_a_rule_would_refuse(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    from homevisits.common import clock

    now = clock.now().replace(microsecond=0)
    school = a_school("academy-trust")
    pupil = PupilFactory.create(school=school, first_name="Maximiliana-Evangeline", last_name="Featherstonehaugh-Cholmondeley")
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    ContactFactory.create(pupil=pupil, name="Ray Example-of-the-Very-Long-Name", restricted=True)
    planned = a_visit(school, pupil=pupil, purpose="attendance")
    HomeVisit.objects.filter(pk=planned.pk).update(due_at=now, arrive_at=now)
    visit = out_now(planned, now=now - timedelta(minutes=5))
    page.set_viewport_size({"width": 820, "height": 1180})
    signed_in(page, pair_of(visit)[0])
    page.goto(f"{live_server.url}{at(visit, 'visit_doorstep')}")
    expect(page.locator("#step-arrived")).to_have_attribute("open", "")
    pictures(page, "doorstep")
    accessible(page)
    page.get_by_role("button", name="I have arrived").last.click()
    expect(page.locator("#step-arrived .step__said")).to_contain_text(pair_of(visit)[0].name)
    expect(page.locator("[data-timer]")).to_contain_text("left")
    expect(page.locator("#door-next")).to_contain_text("Say what you found")
    page.locator("#step-inside > summary").click()
    inside = page.locator("#form-inside")
    inside.get_by_text("Yes", exact=True).first.click()
    inside.get_by_label("Who of the adults invited you in?").fill("maximiliana-evangeline")
    expect(inside.locator("[data-says]")).to_contain_text("A child alone cannot invite you in: wait for a responsible adult. (MAT-11)")
    expect(inside.get_by_role("button")).to_be_disabled()
    pictures(page, "doorstep-inside")
    accessible(page)
    inside.get_by_label("Who of the adults invited you in?").fill("Mo Example")
    expect(inside.get_by_role("button")).to_be_enabled()
    page.locator("#door-next a").click()
    page.locator("#found-no_answer > summary").click()
    expect(page.locator("#found-no_answer")).to_have_attribute("open", "")
    pictures(page, "doorstep-found")
    accessible(page)
