"""Two tablets write one form without network, both send: both values stay, a person chooses, a parent signs (Shows 2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.models import Staff
from homevisits.testing.browser import PATIENCE, TABLET
from visits.models import FilledForm, FormSignature, HomeVisit
from visits.rules.leaving import pair_of
from visits.selectors.filled import values_of

from .device import draw
from .factories import a_school, a_visit, out_now, ready

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = [pytest.mark.needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit() -> HomeVisit:
    """A visit that is out now, by two people with names of full length."""
    school = a_school("attendance-officer")
    pair = [ready(school, name="Wilhelmina Featherstonehaugh-Cholmondeley"), ready(school, name="Ben Aide")]
    return out_now(a_visit(school, pair=pair, purpose="attendance"), now=clock.now() - timedelta(minutes=20))


def address(visit: HomeVisit, name: str, *more: object) -> str:
    return reverse(name, args=[visit.school.slug, visit.pk, *more])


def open_section(context: "BrowserContext", base: str, staff: Staff, visit: HomeVisit) -> "Page":
    """Sign in and open a section of the form; from then on the tablet needs no network."""
    client = Client()
    client.force_login(staff)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": base}])
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.set_viewport_size({"width": TABLET["width"], "height": TABLET["height"]})
    page.goto(base + address(visit, "visit_form_section", "talk"))
    page.wait_for_function("() => document.documentElement.dataset.offlineReady")
    return page


def write_without_network(page: "Page", words: str) -> None:
    """Fill in a field while there is no network, and wait until the tablet has kept it."""
    page.context.set_offline(True)
    page.fill('[name="parents_view"]', words)
    page.locator("h1").click()
    expect(page.locator("[data-line-more]")).to_contain_text("1 thing waiting to be sent")


def send(page: "Page") -> None:
    page.context.set_offline(False)
    expect(page.locator("[data-line-more]")).to_contain_text("Everything sent")


@pytest.mark.once
@pytest.mark.clause("ATT-15")
def test_two_tablets_write_one_form_without_network(
    new_context: Callable[..., "BrowserContext"], live_server: Any, visit: HomeVisit, accessible: Callable[["Page"], None],
    pictures: Callable[["Page", str], Any],
) -> None:  # fmt: skip
    expect.set_options(timeout=PATIENCE)
    base, (ann, ben) = live_server.url.replace("127.0.0.1", "localhost"), pair_of(visit)
    first, second = (open_section(new_context(), base, who, visit) for who in (ann, ben))
    write_without_network(first, "He is afraid of the bus.")
    write_without_network(second, "They overslept.")
    send(first)
    send(second)
    form = FilledForm.objects.get()
    assert values_of(form) == {"parents_view": "He is afraid of the bus."}
    with second.expect_response("**/sync/"):
        second.fill('[name="parents_view"]', "They overslept, he says.")
        second.locator("h1").click()

    first.goto(base + address(visit, "visit_form_differences"))
    for words in (ann.name, ben.name, "He is afraid of the bus.", "They overslept, he says."):
        expect(first.locator("main")).to_contain_text(words)
    accessible(first)
    pictures(first, "form-differences")
    first.get_by_label("They overslept, he says.").check()
    first.get_by_role("button", name="Choose this answer").click()
    expect(first.locator("main")).to_contain_text("sections done")
    assert values_of(form) == {"parents_view": "They overslept, he says."}
    accessible(first)
    pictures(first, "form-tasks")
    kept = set(form.changes.values_list("value", "by__name"))
    assert {("He is afraid of the bus.", ann.name), ("They overslept.", ben.name), ("They overslept, he says.", ann.name)} <= kept

    first.goto(base + address(visit, "visit_form_section", "prompts"))
    expect(first.get_by_role("heading", level=1)).to_contain_text("Before you finish")
    first.get_by_label("Marks, bruises").check()
    expect(first.get_by_label("Marks, bruises")).to_be_checked()
    accessible(first)
    pictures(first, "form-section")
    sign_with_a_finger(first, base, visit, accessible, pictures)


def sign_with_a_finger(
    page: "Page", base: str, visit: HomeVisit, accessible: Callable[["Page"], None], pictures: Callable[["Page", str], Any]
) -> None:
    """A parent signs what stands; a stroke is numbers, and the check page draws it."""
    page.goto(base + address(visit, "visit_form_sign", "parent"))
    expect(page.locator("main")).to_contain_text("They overslept, he says.")
    page.fill('[name="name"]', "Maria Kowal")
    page.locator('[name="agreed"]').check()
    expect(page.locator('[name="agreed"]')).to_be_checked()
    draw(page)
    accessible(page)
    pictures(page, "form-sign")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/form/")
    expect(page.get_by_role("img", name="Signature of Maria Kowal")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Answers unchanged since")
    row = FormSignature.objects.get()
    assert (row.drawn, row.signed) == (True, {"parents_view": "They overslept, he says."})
    accessible(page)
    pictures(page, "form-check")
