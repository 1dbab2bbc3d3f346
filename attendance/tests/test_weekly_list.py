"""The weekly list as screen and PDF: its columns with the attendance record, its signature, and changes after it."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from homevisits.common import clock
from homevisits.documents.render import render_pdf
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from visits.services.planning import plan_visit
from visits.services.requests import request_visit
from visits.tests.factories import NOW, a_request, a_school, a_visit, carrier_of, ready, week_signed

from ..codes import StatisticalClass
from ..models import Mark
from ..weekly import build_week, record_of, records, school_year_from, week_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
LONG = "Wilhelmina-Alexandrina Theodora Featherstonehaugh-Cholmondeley"


@pytest.fixture
def school() -> School:
    made = a_school("attendance-officer")
    made.is_demo, made.clock_from, made.clock_shows = True, clock.now(), NOW
    made.save()
    return made


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"], name="Harriet Head")


def marked(school: School, **pupil_fields: Any) -> Any:
    """A pupil with a home, a parent, and forty sessions: 30 there, 4 without a reason, 4 ill, 2 that were not possible."""
    home = HouseholdFactory.create(
        school=school, address="Flat 14, The Old Maltings\n221 Upper Example Street\nExampleton", postcode="EX1 1AA"
    )
    pupil = PupilFactory.create(school=school, household=home, **pupil_fields)
    ContactFactory.create(pupil=pupil, name=f"Mo {LONG}", relationship="Mother", parental_responsibility=True, mobile="+447700900001")
    ContactFactory.create(pupil=pupil, name="Ray Restricted", parental_responsibility=True, restricted=True, mobile="+447700900003")
    codes = ["/"] * 20 + ["\\"] * 5 + ["L"] * 3 + ["V"] * 2 + ["O"] * 3 + ["U"] + ["I"] * 4 + ["Y1", "#"]
    Mark.objects.bulk_create(
        [
            Mark(
                school=school,
                pupil=pupil,
                day=date(2026, 10, 1) + timedelta(days=n // 2),
                session=("AM", "PM")[n % 2],
                code=code,
                recorded_at=NOW,
            )
            for n, code in enumerate(codes)
        ]
    )
    return pupil


def test_an_attendance_record_is_counted_in_sessions_since_the_first_of_september(school: School) -> None:
    pupil = marked(school)
    Mark.objects.create(school=school, pupil=pupil, day=date(2026, 7, 1), session="AM", code="O", recorded_at=NOW)
    record = records(school, [pupil.pk], NOW.date())[pupil.pk]
    assert (record.present, record.possible, record.unauthorised, record.per_cent) == (30, 38, 4, 78.9)
    assert record_of(Counter({StatisticalClass.NOT_POSSIBLE: 3})).per_cent is None
    assert [school_year_from(day) for day in (date(2026, 8, 31), date(2026, 9, 1))] == [date(2025, 9, 1), date(2026, 9, 1)]


@pytest.mark.clause("ATT-31")
def test_the_list_has_pupil_address_parents_contacts_and_the_attendance_record(client: Client, school: School, head: Staff) -> None:
    pupil = marked(school, first_name="Ada", last_name="Example")
    a_visit(school, pupil=pupil)
    client.force_login(head)
    said = client.get(f"/s/{school.slug}/visits/week/").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", said).split())
    for each in ("Ada Example", "221 Upper Example Street", "EX1 1AA", f"Mo {LONG}", "Mother", "07700 900001", "Welfare", "10:00 to 11:00"):
        assert each in words
    assert "78.9 % of 38 sessions, 4 unauthorised" in words
    assert "Ray Restricted" not in words
    answer = client.get(f"/s/{school.slug}/visits/week/2026-11-23/list.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    for week in ("2026-11-24", "x", "9999-99-99"):
        assert client.get(f"/s/{school.slug}/visits/week/{week}/").status_code == 404


@pytest.mark.clause("ATT-32")
def test_the_list_is_signed_as_it_was_read(client: Client, school: School, head: Staff) -> None:
    visit = a_visit(school)
    address = f"/s/{school.slug}/visits/week/2026-11-23/sign/"
    client.force_login(StaffFactory.create(school=school, roles=["senior_manager"]))
    assert client.post(address, {"seen": ""}).status_code == 403
    client.force_login(head)
    assert "The list changed while you read it" in client.post(address, {"seen": ""}).content.decode()
    assert build_week(school, MONDAY, NOW).signed is None
    client.post(address, {"seen": f"{visit.pk}-{visit.version}"})
    week = build_week(school, MONDAY, NOW)
    assert week.signed
    assert (week.signed.name, week.unsigned) == ("Harriet Head", [])
    later = a_visit(school)
    page = client.get(f"/s/{school.slug}/visits/week/").content.decode()
    assert "Sign 1 added visit" in page
    client.post(f"/s/{school.slug}/visits/{later.pk}/sign-week/", {"version": later.version})
    assert build_week(school, MONDAY, NOW).unsigned == []


@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_list_is_readable(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., list[Path]],
    school: School, head: Staff,
) -> None:  # fmt: skip
    from playwright.sync_api import expect

    from homevisits.testing.browser import submit

    signed_in(page, head)
    address = f"{live_server.url}/s/{school.slug}/visits/week/"
    page.goto(address)
    accessible(page)
    pictures(page, "weekly-empty")
    pupils = [marked(school, first_name=LONG), PupilFactory.create(school=school)]
    visits = [a_visit(school, pupil=pupil, pair=[ready(school, name=LONG), ready(school)]) for pupil in pupils]
    page.goto(address)
    submit(page, "main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Harriet Head")
    pair = [carrier_of(visits[0]), ready(school)]
    plan_visit(school=school, pupil=pupils[0], visit=visits[0], pair=pair, due_back=NOW + timedelta(hours=2), by=head, now=NOW)
    a_visit(school)
    page.goto(address)
    accessible(page)
    pictures(page, "weekly")
    (Path(settings.VAR_DIR) / "screenshots" / "weekly.pdf").write_bytes(render_pdf(week_html(build_week(school, MONDAY, NOW), NOW)))


def test_what_can_be_signed_comes_first_and_what_is_not_planned_stands_apart(school: School, head: Staff) -> None:
    signed = week_signed(a_visit(school))
    asked = request_visit(school=school, asked=a_request(school, purpose="attendance", answers={}), by=head, now=NOW)
    later = a_visit(school)
    week = build_week(school, MONDAY, NOW)
    assert [entry.line.visit for entry in week.planned] == [later, signed]
    assert [entry.line.visit for entry in week.not_planned] == [asked]
    assert [entry.line.visit for entry in week.unsigned] == [later]
