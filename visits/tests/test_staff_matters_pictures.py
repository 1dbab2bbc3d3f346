"""The pages of staff matters, complaints, warnings and screens, looked at."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.urls import reverse

from homevisits.common import clock
from homevisits.people.services.displays import make_display
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from safeguarding.models import HouseholdWarning
from safeguarding.services.allegations import add_entry, take_up
from safeguarding.services.complaints import give_to
from safeguarding.services.warnings import warn
from safeguarding.tests.staff_matters import a_complaint, an_allegation

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = "Wilhelmina Featherstonehaugh-Okonkwo"


@pytest.mark.once
@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_pages_hold_long_names_and_can_be_read_by_everybody(
    page: "Page", live_server: Any, signed_in: Callable[..., None], accessible: Callable[..., None], pictures: Callable[..., Any]
) -> None:
    school = SchoolFactory.create()
    now = school.now()
    head = StaffFactory.create(school=school, roles=["headteacher", "dsl"], name="Helena Head")
    about = StaffFactory.create(school=school, roles=["teaching_assistant"], name=LONG)
    row = an_allegation(school, about=[about], now=now, witnesses="Two children of 4B")
    an_allegation(school, kind="low_level", now=now)
    take_up(allegation=row, by=head, now=now)
    add_entry(allegation=row, kind="decision", decision="threshold", says="He was seen by two children.", token=uuid4(), by=head, now=now)
    complaint = a_complaint(school, about=[about], now=now, from_whom=LONG)
    give_to(complaint=complaint, handler=head, answer_by=clock.local_day(now) + timedelta(days=5), token=uuid4(), by=head, now=now)
    home = PupilFactory.create(school=school, first_name="Oluwaseun-Maximilian", last_name="Featherstonehaugh-Okonkwo").household
    warn(household=home, about="animals", says="A large dog is loose in the yard.", source="The police, by telephone", by=head, now=now)
    HouseholdWarning.objects.update(review_on=clock.local_day(now))
    make_display(school=school, name="Staff room", by=head, now=now)
    signed_in(page, head)
    for name, args in (
        ("allegation_list", []), ("allegation", [row.public_id]), ("allegation_write", []), ("allegation_own", []),
        ("allegation_add", [row.public_id, "lado"]), ("complaint_list", []), ("complaint", [complaint.public_id]), ("complaint_record", []),
        ("home_warning_list", []), ("display_list", []),
    ):  # fmt: skip
        page.goto(f"{live_server.url}{reverse(name, args=[school.slug, *args])}")
        accessible(page)
        pictures(page, name.replace("_", "-"))
