"""Incidents and referrals as people see them: the questions that a kind opens, the pages of those who review, with long names."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.common import clock
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import Incident
from safeguarding.services.agencies import ask_to_tell_agencies
from safeguarding.services.incidents import add_to_incident
from safeguarding.services.referrals import send_referral
from safeguarding.tests.referral_factories import SENT, a_referral_in

from .factories import a_school, a_visit, out_now, ready

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.needs_chromium, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_the_tablet_asks_what_the_kind_asks_and_the_desk_shows_it(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    now = clock.now()
    school = a_school("alternative-provision")
    child = PupilFactory.create(school=school, first_name="Oluwaseun-Maximilian", last_name="Featherstonehaugh-Okonkwo")
    child.agencies.create(name="youth_offending")
    tess = ready(school, name="Wilhelmina Featherstonehaugh-Okonkwo")
    visit = out_now(a_visit(school, pupil=child, pair=[tess, ready(school)]), now=now - timedelta(minutes=20))
    base = f"{live_server.url}/s/{school.slug}"
    signed_in(page, tess)
    page.goto(f"{base}/visits/{visit.pk}/incident/")
    why = page.get_by_label("Why did the parents not act?")
    expect(why).to_be_hidden()
    page.get_by_label("Physical intervention", exact=True).check()
    expect(why).to_be_visible()
    expect(page.get_by_label("What animal?")).to_be_hidden()
    how = page.get_by_label("What injury, and what was done about it?")
    expect(how).to_be_hidden()
    accessible(page)
    page.get_by_label("What happened, in facts").fill("I held his arms for a moment.")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Answer the question “What led to it?”").first).to_be_visible()
    pictures(page, "incident-on-the-tablet")
    page.get_by_label("Threat", exact=True).check()
    page.locator("#id_police_1").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("The incident is recorded")).to_be_visible()
    incident = Incident.objects.get()
    assert incident.kind == "threat"
    add_to_incident(
        incident=incident, note="He raised a stick, and said “" + "go " * 40 + "”.", details={"who": "The uncle"}, by=tess, now=now
    )

    lead = StaffFactory.create(school=school, roles=["dsl"], name="Dot Safe")
    old = a_referral_in(school, "police", pupil=child, by=lead, now=now - timedelta(hours=2), why="A threat with a stick. " * 20)
    sent = a_referral_in(school, pupil=child, by=lead, now=now - timedelta(hours=3))
    send_referral(referral=sent, sending=SENT, by=lead, now=now - timedelta(hours=1))
    ask_to_tell_agencies(school=school, pupil_ids=[child.pk], by=lead, now=now)
    signed_in(page, lead)
    for name, path, words in (
        ("incident-at-the-desk", f"incidents/{incident.public_id}/", "Before it can be reviewed"),
        ("referrals", "referrals/", "Youth offending"),
        ("referral-late", f"referrals/{old.public_id}/", "A threat with a stick"),
        ("referral-sent", f"referrals/{sent.public_id}/", SENT.text),
        ("referral-to-send", f"referrals/{old.public_id}/send/", "word for word"),
        ("incident-copy", f"incidents/{incident.public_id}/copy/", "What is the copy for?"),
    ):  # fmt: skip
        page.goto(f"{base}/{path}")
        expect(page.get_by_text(words).first).to_be_visible()
        accessible(page)
        pictures(page, name)
