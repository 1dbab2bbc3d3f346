"""The pages of risk: they open for whom they should, and show to each what that person may read."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitRisk
from visits.risk_questions import safe_answers
from visits.rules.risk import current_risk

from .factories import NOW, a_school, a_visit, assessed, ready
from .test_permission_form import pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
SECRET = "Epilepsy, well controlled"


def posted(visit: HomeVisit, **more: str) -> dict[str, str]:
    """The form of the seven questions as a browser sends it, nothing found."""
    safe = safe_answers(visit.policy.values)
    current = current_risk(visit)
    fixed = {"token": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "level": "", "based_on": str(current.pk if current else 0)}
    return {**fixed, **{f"q_{code}": answer for code, answer in safe.items()}, **more}


def one_who_goes(visit: HomeVisit) -> Staff:
    """The first of those who go."""
    return visit.members.select_related("staff").order_by("pk")[0].staff


@pytest.mark.clause("ATT-81")
def test_what_is_said_of_the_staffs_health_is_read_by_those_who_approve_and_by_nobody_else(client: Client) -> None:
    school = a_school()
    pair = [ready(school), ready(school)]
    visit = a_visit(school, pair=pair)
    address = f"/s/{school.slug}/visits/{visit.pk}/"
    client.force_login(pair[0])
    form = posted(visit, q_staff_condition="yes", what_staff_condition=SECRET, do_staff_condition="The other drives")
    assert client.post(f"{address}risk/", form).status_code == 302
    manager, office = (StaffFactory.create(school=school, roles=[role]) for role in ("senior_manager", "office_admin"))
    for person, reads in ((manager, True), (office, False), *((one, False) for one in pair)):
        client.force_login(person)
        for page in ("", "risk/versions/", "risk/"):
            told = SECRET in client.get(address + page).content.decode()
            assert told is (reads and page != "risk/versions/"), (person.name, page)
    assert SECRET not in str([version.plan for version in visit.versions.all()]) + str([event.note for event in visit.events.all()])
    assert SECRET not in str(VisitRisk.objects.get().answers) + str(VisitRisk.objects.get().actions)


@pytest.mark.clause("ATT-81")
def test_who_amends_without_reading_the_health_answer_leaves_it_as_it_was(client: Client) -> None:
    school = a_school()
    visit = assessed(
        a_visit(school), answers={"staff_condition": "yes", "staff_condition_what": SECRET}, actions={"staff_condition": "Rest"}
    )
    client.force_login(one_who_goes(visit))
    address = f"/s/{school.slug}/visits/{visit.pk}/risk/"
    assert client.post(address, posted(visit, q_staff_condition="as_before", level="high")).status_code == 302
    now = visit.risks.get(replaced_at=None)
    assert (now.level, now.medical["staff_condition"]["says"]) == ("high", SECRET)


def test_a_yes_without_its_measure_comes_back_with_what_was_typed(client: Client) -> None:
    visit = a_visit()
    client.force_login(one_who_goes(visit))
    answer = client.post(f"/s/{visit.school.slug}/visits/{visit.pk}/risk/", posted(visit, q_animals="yes", what_animals="Two mastiffs"))
    page = answer.content.decode()
    assert "say what is done about it" in page
    assert "Two mastiffs" in page
    assert not visit.risks.exists()


@pytest.mark.clause("MAT-30")
@pytest.mark.parametrize("preset", ["primary-procedures", "academy-trust"])
def test_the_assessment_is_on_screen_and_on_paper(preset: str, client: Client) -> None:
    school = a_school(preset)
    visit = assessed(a_visit(school, purpose="attendance"))
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    page = client.get(f"/s/{school.slug}/visits/{visit.pk}/").content.decode()
    assert 'id="visit-risk"' in page
    assert ("Attack by a dog or other animal" in page) is (preset == "academy-trust")
    paper = client.get(f"/s/{school.slug}/visits/{visit.pk}/risk.pdf")
    assert paper.status_code == 200
    assert pages(paper.content) == 1, "the five hazards with their controls stand on one side of paper"


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("preset", ["attendance-officer", "academy-trust"])
def test_both_forms_are_filled_in_on_a_tablet(
    preset: str, page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None],
    pictures: Callable[..., list[Path]],
) -> None:  # fmt: skip
    from playwright.sync_api import expect

    school = a_school(preset)
    pair = [ready(school), ready(school)]
    visit = a_visit(school, pair=pair, purpose="attendance", now=NOW)
    page.set_viewport_size({"width": 820, "height": 1180})
    signed_in(page, pair[0])
    address = f"{live_server.url}/s/{school.slug}/visits/{visit.pk}/"
    page.goto(f"{address}risk/")
    pictures(page, f"risk-{preset}")
    accessible(page)
    for code, answer in safe_answers(visit.policy.values).items():
        page.locator(f"input[name=q_{code}][value={answer}]").check()
    page.get_by_role("button", name="Complete the assessment").click()
    expect(page.locator("#visit-risk")).to_contain_text("Completed by")
    pictures(page, f"risk-done-{preset}")
    accessible(page)
