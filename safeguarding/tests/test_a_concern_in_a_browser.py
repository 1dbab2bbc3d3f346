"""In a browser: what was typed of a concern outlives an error and a reload, and sending it asks nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from homevisits.documents.models import Attachment
from homevisits.people.models import Pupil, School, Staff
from safeguarding.models import Concern

from .test_writing_a_concern import drawing

pytest.importorskip("playwright")
from playwright.sync_api import expect

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_after_an_error_and_a_reload_it_is_sent_whole_and_nothing_asks(
    page: Any, live_server: Any, signed_in: Callable[[Any, Staff], None], school: School, tess: Staff, ada: Pupil
) -> None:
    asked: list[str] = []

    def dismiss(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", dismiss)
    signed_in(page, tess)
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("concern_write", args=[school.slug]))
    page.context.add_cookies([cookie | {"domain": "localhost"} for cookie in page.context.cookies()])
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("concern_write", args=[school.slug]))
    send = page.get_by_role("button", name="Send to the safeguarding team")
    page.locator('[name="q"]').press_sequentially("ad")
    page.get_by_label("Ada Example").check()
    page.locator('[name="says"]').press_sequentially("No coat again.")
    page.locator("#files > summary").click()
    file = {"name": "drawing.jpg", "mimeType": "image/jpeg", "buffer": drawing("red").read()}
    page.set_input_files('[name="file"]', [file])
    send.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose again, once the rest is right: “drawing.jpg”")
    page.locator('[name="family"][value="told"]').check()
    page.set_input_files('[name="file"]', [file, file | {"name": "other.jpg", "buffer": drawing("blue").read()}])
    send.click()
    expect(page.get_by_role("heading", name="What I wrote")).to_be_visible()
    assert Attachment.objects.filter(about_id=Concern.objects.get().pk).count() == 2

    page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("concern_write", args=[school.slug]))
    page.locator('[name="q"]').press_sequentially("ad")
    page.get_by_label("Ada Example").check()
    page.locator('[name="says"]').press_sequentially("He is back without it.")
    send.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.locator('[name="family"][value="told"]').check()
    send.click()
    expect(page.get_by_role("heading", name="What I wrote")).to_be_visible()
    assert Concern.objects.count() == 2
    assert asked == []
