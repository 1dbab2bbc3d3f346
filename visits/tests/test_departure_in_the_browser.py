"""The family's page on a phone, the briefing and the checklist on a tablet: readable, and kept by one big button."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homevisits.common import clock
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from safeguarding.services.warnings import warn
from visits.links import sign
from visits.models import HomeVisit, VisitItem
from visits.rules.leaving import pair_of

from .factories import NOW, a_school, a_visit, an_appointment, approved

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


def a_full_visit() -> HomeVisit:
    """A visit with long names, hostile words, and something in every record."""
    school = a_school("attendance-officer")
    pupil = PupilFactory.create(
        school=school, first_name="Anastasia-Maximiliana", last_name=LONG, medical="<b>Inhaler</b> & spacer in the bag. " * 4,
        behaviour="Runs off when startled", send_needs="Signs Makaton",
    )  # fmt: skip
    home = pupil.household
    home.address, home.parking, home.culture = "Flat 3\n12 The Very Long Terrace of Saint Bartholomew", "Behind the chapel", "Shoes off"
    home.area, home.notes = "Badly lit lane", "<script>alert(1)</script> Grandmother runs the house"
    home.save()
    ContactFactory.create(pupil=pupil, name=f"Mo {LONG}", relationship="Grandmother")
    ContactFactory.create(pupil=pupil, name="Mr Barred", restricted=True, restriction_note="Court order", parental_responsibility=False)
    visit = a_visit(school, pupil=pupil)
    by = StaffFactory.create(school=school, roles=["dsl"])
    visit = approved(visit)
    warn(household=home, about="animals", says="A biting goose " + "x" * 90, source="Visit of May", by=by, now=NOW)
    VisitItem.objects.create(visit=visit, kind="document", what="Attendance record")
    HomeVisit.objects.filter(pk=visit.pk).update(arrive_at=None)
    visit.refresh_from_db()
    return visit


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_answering_on_a_phone_and_leaving_by_tablet(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]]
) -> None:
    from playwright.sync_api import expect

    visit = a_full_visit()
    # The page stands on the real clock, so the appointment does too.
    an_appointment(visit, now=clock.now())
    row = visit.appointments.get()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/appointment/{sign(row.pk, None)}/")
    accessible(page)
    page.screenshot(path=pictures(page, "appointment")[0].with_name("appointment-390x844.png"), caret="initial", full_page=True)
    page.get_by_label("Yes, this time suits us").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    page.set_viewport_size({"width": 820, "height": 1180})
    signed_in(page, pair_of(visit)[0])
    address = f"{live_server.url}/s/{visit.school.slug}/visits/{visit.pk}/"
    page.goto(address + "briefing/")
    accessible(page)
    page.screenshot(path=pictures(page, "briefing")[0].with_name("briefing-whole.png"), caret="initial", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="I have read it").click()
    expect(page).to_have_title("Before leaving · " + visit.school.name + " · Home Visits")
    for line in page.locator("#leaving").get_by_label("Yes").all():
        line.check()
    accessible(page)
    page.screenshot(path=pictures(page, "leaving")[0].with_name("leaving-whole.png"), caret="initial", full_page=True)
    page.get_by_role("button", name="Keep my answers").click()
    expect(page.get_by_text("Your answers are kept.")).to_be_visible()
    for name, path in (("kit", "leaving/kit/"), ("visit-departure", "")):
        page.goto(address + path)
        accessible(page)
        pictures(page, name)
    page.goto(f"{live_server.url}/s/{visit.school.slug}/visits/calendar/")
    accessible(page)
