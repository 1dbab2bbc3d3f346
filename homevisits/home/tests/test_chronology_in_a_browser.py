"""The chronology's pages as a browser shows them: nothing grave for axe, and a text that is copied with one button."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.home.chronology.system import fill_school
from homevisits.people.tests.factories import HouseholdFactory, PupilFactory, StaffFactory
from safeguarding.models import ChronologyNote, SystemEntry
from visits.tests.factories import a_school

from .chronologies import NOW, much_to_tell

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.needs_chromium, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_its_pages_are_for_everybody_and_a_text_is_copied(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    home = HouseholdFactory.create(school=a_school("alternative-provision"))
    pupil, sister = (PupilFactory.create(school=home.school, household=home) for _ in range(2))
    dsl = StaffFactory.create(school=home.school, roles=["dsl"])
    much_to_tell(pupil, by=dsl, sibling=sister)
    fill_school(home.school, NOW)
    signed_in(page, dsl)
    school, own = f"{live_server.url}/s/{home.school.slug}", f"{live_server.url}/s/{home.school.slug}/pupils/{pupil.pk}/chronology"
    note = ChronologyNote.objects.filter(replaced_by=None).get()
    row = SystemEntry.objects.order_by("pk")[0]
    for address in (f"{own}/", f"{own}/note/", f"{own}/note/{note.public_id}/", f"{own}/export/", f"{school}/safeguarding/system/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        accessible(page)
    page.goto(f"{school}/safeguarding/system/{row.public_id}/")
    accessible(page)
    page.get_by_role("button", name="Copy all of it").click()
    expect(page.locator("#copied")).not_to_be_empty()
    chosen = page.evaluate("() => { const f = document.querySelector('#paste'); return f.selectionEnd - f.selectionStart; }")
    assert chosen == len(page.locator("#paste").input_value())
