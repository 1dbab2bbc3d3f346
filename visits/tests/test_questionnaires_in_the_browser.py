"""The editor of questionnaires by keyboard, and the preview as on the tablet: what an answer opens shows when it is given."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.people.tests.factories import StaffFactory
from visits.models import QuestionnaireVersion

from .factories import a_school

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = "What does the child’s grandmother, Maximiliana-Theodora Wolverhampton-Featherstonehaugh-Vandenberghe, think of school?"


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_a_headteacher_changes_a_questionnaire_by_keyboard_and_sees_it_as_on_the_tablet(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    school = a_school()
    signed_in(page, StaffFactory.create(school=school, roles=["headteacher"], name="Maximiliana-Theodora Wolverhampton-Featherstonehaugh"))
    page.set_viewport_size({"width": 820, "height": 1180})
    base = f"{live_server.url}/s/{school.slug}/visits/questionnaires/"
    page.goto(base)
    accessible(page)
    pictures(page, "questionnaires")
    page.get_by_role("link", name="Induction visit, nursery or reception", exact=True).click()
    # By keyboard: the button that was pressed has the focus again, so that the next tap needs no search.
    down = page.get_by_role("button", name="Down “The child at home”")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2. The child at home")).to_be_visible()
    expect(page.get_by_role("button", name="Down “The child at home”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="3. The child at home")).to_be_visible()
    page.get_by_role("button", name="Switch off the section “What the family asks”").click()
    expect(page.locator("#switched-off")).to_contain_text("What the family asks")
    page.goto(base + "induction/add/")
    page.get_by_label("The question").fill(LONG)
    page.get_by_label("One of a list").check()
    page.get_by_label("People and pets that matter").check()
    page.get_by_role("button", name="Change the draft").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    accessible(page)
    page.screenshot(
        path=pictures(page, "questionnaire-add-wrong")[0].with_name("questionnaire-add-whole.png"), caret="initial", full_page=True
    )
    page.get_by_label("Answers to choose from").fill("Much\nLittle")
    page.get_by_role("button", name="Change the draft").click()
    expect(page.get_by_text("Changed in the draft.")).to_be_visible()
    accessible(page)
    page.screenshot(path=pictures(page, "questionnaire")[0].with_name("questionnaire-whole.png"), caret="initial", full_page=True)
    page.get_by_role("button", name="Switch off the section “Before you finish”").click()
    expect(page.get_by_text("is demanded by the policy")).to_be_visible()
    pictures(page, "questionnaire-refused")
    page.goto(base + "induction/preview/")
    pet = page.get_by_label("Which help, and who should plan it?")
    expect(pet).to_be_hidden()
    page.get_by_label("Much help or a plan before the first day").check()
    expect(pet).to_be_visible()
    accessible(page)
    page.screenshot(
        path=pictures(page, "questionnaire-preview")[0].with_name("questionnaire-preview-whole.png"), caret="initial", full_page=True
    )
    page.goto(base + "induction/keep/")
    accessible(page)
    pictures(page, "questionnaire-keep")
    page.get_by_label("What is new in this version?").fill("Home after people; asks for grandmother")
    page.get_by_role("button", name="Keep this version").click()
    expect(page.get_by_text("Kept. Whoever opens")).to_be_visible()
    kept = QuestionnaireVersion.objects.get(number=2)
    assert [section.code for section in kept.asks.sections][:3] == ["people", "settling", "at_home"]
    page.goto(base + "induction/versions/")
    accessible(page)
    pictures(page, "questionnaire-versions")
