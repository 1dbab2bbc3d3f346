"""The policy's pages: what they show, what a wrong form does, a draft from start to signature."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.common.actors import SystemJob
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import SchoolFactory, StaffFactory, TrustFactory
from homevisits.policy import selectors, services
from homevisits.policy.forms import GroupForm
from homevisits.policy.models import PolicyVersion
from homevisits.policy.presets import PRESETS
from homevisits.policy.settings_text import GROUPS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
SETUP = SystemJob("set-up")


@pytest.fixture(autouse=True)
def _at_nine() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def school() -> School:
    school = SchoolFactory.create(slug="oak")
    services.adopt_preset(school=school, preset="primary-procedures", changes={"call_grace": 20}, by=SETUP, now=NOW)
    return school


@pytest.fixture
def head(client: Client, school: School) -> Staff:
    head = StaffFactory.create(school=school, roles=["headteacher"], name="Hedda Head")
    client.force_login(head)
    return head


def url(name: str, **parts: object) -> str:
    return reverse(f"policy_{name}", kwargs={"school": "oak", **parts})


def typed(version: PolicyVersion, group: str) -> dict[str, object]:
    """What the form of a group sends when nothing is changed."""
    form = GroupForm(group=group, version=version)
    return {name: field.initial for name, field in form.fields.items() if field.initial not in (None, [])}


@pytest.mark.usefixtures("head")
def test_the_page_shows_value_preset_and_clause_and_marks_what_changed(client: Client) -> None:
    page = client.get(url("home"), {"q": "grace first call"}).content.decode()
    assert "20 minutes" in page
    assert "15 minutes" in page
    assert "PRI-33" in page
    assert "No contact by 9.45, the office or pupil support lead calls the parent" in page
    assert 'class="policy-changed"' in page
    assert "First-day-absence text goes at" not in page
    assert "Grace for the first call" in client.get(url("home"), {"changed": "1"}).content.decode()


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("group", GROUPS)
def test_a_form_sent_as_it_came_changes_nothing(school: School, preset: str, group: str) -> None:
    version = services.adopt_preset(school=school, preset=preset, changes={"hold_share": 0.2}, by=SETUP, now=NOW)
    form = GroupForm(typed(version, group), group=group, version=version)
    assert form.is_valid(), form.errors
    assert {name: value for name, value in form.wanted.items() if value != getattr(version.values, name)} == {}


@pytest.mark.usefixtures("head")
def test_a_wrong_value_is_told_at_its_field_and_nothing_typed_is_lost(client: Client, school: School) -> None:
    client.post(url("start"), {"start": "current"})
    draft = selectors.draft_of(school)
    assert draft is not None
    sent = {**typed(draft, "The morning"), "call_at": "25:99", "first_text_at": "9:20", "register_grace": "lots"}
    page = client.post(url("edit", group="the-morning"), sent).content.decode()
    assert "The office rings at: give a time between 06:00 and 18:00" in page
    assert "Grace for a late register: give a whole number from 0 to 120" in page
    for kept in ('value="25:99"', 'value="9:20"', 'value="lots"'):
        assert kept in page
    draft.refresh_from_db()
    assert draft.changes == {"call_grace": 20}


@pytest.mark.usefixtures("head")
def test_times_out_of_order_are_told_at_the_field(client: Client, school: School) -> None:
    client.post(url("start"), {"start": "current"})
    draft = selectors.draft_of(school)
    assert draft is not None
    page = client.post(url("edit", group="the-morning"), {**typed(draft, "The morning"), "call_at": "11:45"}).content.decode()
    assert "The office rings at: this cannot be later than “A welfare visit is raised at” (11:30)" in page


@pytest.mark.usefixtures("head")
def test_from_a_draft_to_the_policy_in_force(client: Client, school: School) -> None:
    client.post(url("start"), {"start": "current"})
    draft = selectors.draft_of(school)
    assert draft is not None
    client.post(url("edit", group="the-morning"), {**typed(draft, "The morning"), "first_text_at": "9:20"})
    page = client.get(url("draft")).content.decode()
    assert "First-day-absence texts will go at 9:20 instead of 9:15." in page
    assert selectors.version_in_force(school, date(2026, 9, 1)).number == "1.0"
    client.post(url("sign", role="headteacher"))
    in_force = selectors.version_in_force(school, date(2026, 9, 1))
    assert (in_force.number, in_force.values.first_text_at) == ("1.1", time(9, 20))
    history = client.get(url("history")).content.decode()
    assert "First-day-absence texts will go at 9:20 instead of 9:15." in history
    assert "Hedda Head, 1 September 2026" in history


@pytest.mark.usefixtures("head")
@pytest.mark.clause("ATT-04")
def test_a_body_is_recorded_by_name_and_date(client: Client, school: School) -> None:
    client.post(url("start"), {"start": "attendance-officer"})
    address = url("sign", role="chair_of_governors")
    assert "Enter name" in client.post(address, {}).content.decode()
    client.post(address, {"name": "Cora Chair", "signed_on_0": "31", "signed_on_1": "8", "signed_on_2": "2026"})
    draft = selectors.draft_of(school)
    assert draft is not None
    signature = draft.signatures.get()
    assert (signature.name, signature.signed_on, signature.staff) == ("Cora Chair", date(2026, 8, 31), None)


def test_who_may_not_sign_sees_why_and_cannot(client: Client, school: School, head: Staff) -> None:
    services.draft_version(school=school, by=head, now=NOW)
    client.force_login(StaffFactory.create(school=school, roles=["deputy_headteacher"]))
    assert "Only the headteacher can sign here." in client.get(url("draft")).content.decode()
    client.post(url("sign", role="headteacher"), {"name": "Hedda Head", "signed_on_0": "1", "signed_on_1": "9", "signed_on_2": "2026"})
    draft = selectors.draft_of(school)
    assert draft is not None
    assert not draft.signatures.exists()


@pytest.mark.clause("ATT-02")
def test_staff_say_that_they_have_read_it_and_the_head_sees_who_has_not(client: Client, school: School, head: Staff) -> None:
    aide = StaffFactory.create(school=school, roles=["teaching_assistant"], name="Ada Aide")
    client.force_login(aide)
    assert "I have read this version" in client.get(url("home")).content.decode()
    client.post(url("read"))
    assert "You have read it" in client.get(url("home")).content.decode()
    client.force_login(head)
    answer = client.get(url("readers"))
    assert [person.name for person in answer.context["readers"]] == ["Ada Aide"]
    assert [person.name for person in answer.context["missing"]] == ["Hedda Head"]


def test_a_trusts_desk_is_for_its_administrators_alone(client: Client, school: School, head: Staff) -> None:
    trust, other = TrustFactory.create(slug="rowan"), TrustFactory.create(slug="elm")
    admin = StaffFactory.create(trust=trust, roles=["trust_admin"])
    address = reverse("trust_policy_home", args=["rowan"])
    assert client.get(address).status_code == 404
    client.force_login(admin)
    assert client.get(address).status_code == 200
    assert client.get(reverse("trust_policy_home", args=[other.slug])).status_code == 404
    client.post(reverse("trust_policy_start", args=["rowan"]), {"start": "academy-trust"})
    assert "Trust Board" in client.get(reverse("trust_policy_draft", args=["rowan"])).content.decode()


def test_a_version_of_another_school_is_not_found(client: Client, head: Staff) -> None:
    foreign = services.adopt_preset(school=SchoolFactory.create(), preset="secondary", by=SETUP, now=NOW)
    assert client.get(url("version", version_id=foreign.pk)).status_code == 404


@pytest.mark.usefixtures("head")
def test_nothing_else_is_set_by_a_form(client: Client, school: School) -> None:
    client.post(url("start"), {"start": "current", "status": "agreed", "number": "9.9"})
    draft = selectors.draft_of(school)
    assert draft is not None
    client.post(url("details"), {"title": "New", "status": "agreed", "binds_schools": "on", "school": "1", "agreed_on": "2026-01-01"})
    draft.refresh_from_db()
    assert (draft.title, draft.status, draft.number, draft.binds_schools, draft.agreed_on) == ("New", "draft", "1.1", False, None)
