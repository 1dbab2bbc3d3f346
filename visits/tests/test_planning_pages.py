"""The pages of asking and planning: typed words stay when something is refused, one tap takes a suggested pair, and all is readable."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client

from homevisits.common import clock
from homevisits.people.models import Pupil
from homevisits.people.tests.factories import HouseholdFactory, PupilFactory, StaffFactory
from homevisits.policy.models import PolicyVersion
from visits.models import HomeVisit, VisitApproval
from visits.services.requests import request_visit

from .factories import NOW, a_request, a_school, a_visit, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
S = HomeVisit.Status


@pytest.fixture(autouse=True)
def _at_ten() -> Iterator[None]:
    """It is NOW, but for the browser's server."""
    with clock.frozen(NOW):
        yield


def form(pupil: Pupil, **more: Any) -> dict[str, Any]:
    """The request's page, filled in for a welfare visit this afternoon."""
    return {
        "token": str(uuid4()), "pupils": [pupil.pk], "reason": "Nobody has answered for a week", "answer_concern": "Not seen",
        "why_not_at_school": "They cannot come in", "whom_to_see": "Mother", "emergency": "no", "announced": "yes", "day_0": "24",
        "day_1": "11", "day_2": "2026", "time": "13:05", "length": "15", **more,
    }  # fmt: skip


def test_a_teacher_finds_the_child_chooses_a_purpose_and_asks_for_both_siblings(client: Client) -> None:
    school = a_school()
    home = HouseholdFactory.create(school=school)
    ada, ben = (PupilFactory.create(household=home, first_name=name) for name in ("Ada", "Ben"))
    client.force_login(StaffFactory.create(school=school, roles=["class_teacher"]))
    ask = f"/s/{school.slug}/visits/ask/"
    assert f"?pupil={ada.pk}" in client.get(ask, {"q": "ad"}).content.decode()
    assert "purpose=welfare" in client.get(ask, {"pupil": ada.pk}).content.decode()
    page = client.get(ask, {"pupil": str(ada.pk), "purpose": "welfare"}).content.decode()
    assert "What is the concern?" in page
    assert "Ben Example" in page
    answer = client.post(f"{ask}?pupil={ada.pk}&purpose=welfare", form(ada, pupils=[ada.pk, ben.pk], documents="Welcome pack"))
    visit = HomeVisit.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/s/{school.slug}/visits/{visit.pk}/")
    assert [one.pupil for one in visit.visit_pupils.order_by("pk")] == [ada, ben]
    assert visit.items.get().what == "Welcome pack"


@pytest.mark.clause("ALT-10")
@pytest.mark.parametrize("address", ["", "&purpose=", "&purpose=holiday_camp"])
def test_a_page_without_a_purpose_is_not_submitted(client: Client, address: str) -> None:
    school = a_school("alternative-provision")
    pupil = PupilFactory.create(school=school)
    client.force_login(StaffFactory.create(school=school, roles=["class_teacher"]))
    page = client.post(f"/s/{school.slug}/visits/ask/?pupil={pupil.pk}{address}", form(pupil)).content.decode()
    assert "Choose a purpose" in page
    assert not HomeVisit.objects.exists()


@pytest.mark.clause("ALT-11")
def test_a_refused_request_keeps_what_was_typed_and_names_the_clause(client: Client) -> None:
    school = a_school("alternative-provision")
    pupil = PupilFactory.create(school=school)
    client.force_login(StaffFactory.create(school=school, roles=["class_teacher"]))
    answer = client.post(
        f"/s/{school.slug}/visits/ask/?pupil={pupil.pk}&purpose=welfare", form(pupil, announced="no", reason="A sentence worth keeping")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A sentence worth keeping" in page
    assert "ALT-11" in page
    assert not HomeVisit.objects.exists()


def plan_form(pupil: Pupil, **more: Any) -> dict[str, Any]:
    """The plan's page, filled in for this afternoon."""
    return {
        "day_0": "24", "day_1": "11", "day_2": "2026", "sets_off": "12:50", "arrive": "13:05", "back": "13:40", "travel": "On foot",
        "first_task": "Talks to the parents", "second_task": "Is with the child", **more,
    }  # fmt: skip


@pytest.mark.clause("PRI-02")
@pytest.mark.clause("PRI-03")
def test_one_tap_takes_a_suggested_pair_and_by_hand_the_same_rule_refuses_one_person(client: Client) -> None:
    school = a_school()
    one, other = ready(school), ready(school)
    pupil = PupilFactory.create(school=school)
    asker, office = (StaffFactory.create(school=school, roles=[role]) for role in ("class_teacher", "office_admin"))
    visit = request_visit(school=school, asked=a_request(school, pupil), by=asker, now=NOW)
    client.force_login(office)
    address = f"/s/{school.slug}/visits/{visit.pk}/plan/"
    assert f'value="{one.pk},{other.pk}"' in client.get(address).content.decode()
    page = client.post(address, plan_form(pupil, first=one.pk))
    assert page.status_code == 422
    assert "PRI-02" in page.content.decode()
    assert not visit.members.exists()
    assert client.post(address, plan_form(pupil, pick=f"{one.pk},{other.pk}")).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, [member.staff for member in visit.members.order_by("pk")]) == (S.PLANNED, [one, other])


@pytest.mark.clause("ATT-36")
def test_a_plan_page_older_than_the_plan_is_refused_says_what_changed_and_keeps_what_was_typed(client: Client) -> None:
    school = a_school()
    visit = a_visit(school)
    (one, other), pupil = [row.staff for row in visit.members.order_by("pk")], visit.visit_pupils.get().pupil
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    address, read = f"/s/{school.slug}/visits/{visit.pk}/plan/", visit.version
    assert f'name="version" value="{read}"' in client.get(address).content.decode()
    assert client.post(address, plan_form(pupil, pick=f"{one.pk},{other.pk}", version=read)).status_code == 302
    older = plan_form(pupil, pick=f"{one.pk},{other.pk}", version=read, back="14:15", safe_word="Marmalade")
    refused = client.post(address, older)
    page = refused.content.decode()
    visit.refresh_from_db()
    assert (refused.status_code, visit.due_back.hour if visit.due_back else 0) == (422, 13)
    assert "The plan was changed after you opened this page" in page
    assert "13:40" in page
    assert 'value="14:15"' in page
    assert f'name="version" value="{visit.version}"' in page
    assert client.post(address, older | {"version": visit.version}).status_code == 302


@pytest.mark.clause("ATT-36")
def test_changing_an_approved_plan_says_first_what_follows(client: Client) -> None:
    school = a_school("attendance-officer")
    visit = a_visit(school, purpose="attendance")
    head = visit.raised_by
    assert head is not None
    VisitApproval.objects.create(visit=visit, role="senior_manager_on_duty", staff=head, name="Sam Senior", version=visit.version, at=NOW)
    HomeVisit.objects.filter(pk=visit.pk).update(status=S.APPROVED)
    client.force_login(head)
    page = client.get(f"/s/{school.slug}/visits/{visit.pk}/plan/").content.decode()
    assert "The approval by Sam Senior no longer holds" in page
    assert "Told of the change: headteacher" in page


@pytest.mark.clause("MAT-21")
def test_the_safe_word_is_not_on_the_page_of_whoever_may_not_know_it(client: Client) -> None:
    school = a_school("academy-trust")
    visit = a_visit(school, purpose="attendance")
    visit.safe_word = "Marmalade"
    visit.save()
    manager, goes = StaffFactory.create(school=school, roles=["line_manager"]), visit.members.order_by("pk")[0].staff
    for person, sees in ((manager, False), (goes, True)):
        client.force_login(person)
        for part in ("", "live/"):
            page = client.get(f"/s/{school.slug}/visits/{visit.pk}/{part}").content.decode()
            assert ("Marmalade" in page) is sees
    client.force_login(manager)
    assert "Marmalade" not in client.get(f"/s/{school.slug}/visits/{visit.pk}/plan/").content.decode()
    assert PolicyVersion.objects.get().values.safe_word_required


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_pages_are_readable_with_long_names_empty_and_in_error(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    school = a_school("academy-trust")
    for name in ("Maximiliane-Alexandrina von Hohenzollern-Sigmaringen", "Ted"):
        ready(school, name=name)
    ready(school, ["class_teacher"]).roles.update(class_name="3A")
    StaffFactory.create(school=school, roles=["dsl"], name="Dot Safe")
    pupil = PupilFactory.create(school=school, first_name="Wolfeschlegelsteinhausen-Bartholomew", last_name="Fitzgerald-Montgomery")
    head = StaffFactory.create(school=school, roles=["principal"])
    asked = a_request(school, pupil, purpose="attendance", announced=False, unannounced_reason="No number works", documents=["Letter"])
    visit = request_visit(school=school, asked=asked, by=head, now=NOW)
    signed_in(page, head)
    for name, path in (
        ("ask-whom", "ask/"), ("ask-why", f"ask/?pupil={pupil.pk}"), ("ask", f"ask/?pupil={pupil.pk}&purpose=absent_child_check"),
        ("plan", f"{visit.pk}/plan/"), ("visit-asked", f"{visit.pk}/"), ("refused", f"{visit.pk}/refused/"), ("in-year", "in-year/"),
    ):  # fmt: skip
        page.goto(f"{live_server.url}/s/{school.slug}/visits/{path}")
        pictures(page, name)
        accessible(page)
    page.goto(f"{live_server.url}/s/{school.slug}/visits/{visit.pk}/plan/")
    page.get_by_role("button", name="with these people").click()
    page.get_by_text("A visit needs 2 different members of staff").first.wait_for()
    pictures(page, "plan-refused")
    accessible(page)
