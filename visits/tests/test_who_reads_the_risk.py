"""What is known of a home, and what an assessment found, is read by those whom it is for; everybody else learns its level (PRI-20)."""

import pytest
from django.test import Client

from homevisits.people.models import Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.services.warnings import warn
from visits.models import HomeVisit
from visits.selectors.inbox import card

from .factories import NOW, a_school, a_visit, assessed, ready

pytestmark = pytest.mark.django_db
KNOWN, FOUND = "Known-quince", "Found-medlar"
PAGES = ("", "risk/", "risk/versions/", "risk.pdf", "briefing/", "permission/")


@pytest.fixture
def visit() -> HomeVisit:
    school = a_school()
    home = PupilFactory.create(school=school)
    by = StaffFactory.create(school=school, roles=["dsl"])
    known = warn(household=home.household, about="violence", says=KNOWN, source="The safeguarding team", by=by, now=NOW)
    visit = a_visit(school, pupil=home, pair=[ready(school), ready(school)])
    return assessed(
        visit, answers={"animals": "yes", "animals_what": FOUND}, actions={"animals": "Stay at the gate"},
        warnings={str(known.pk): {"decision": "confirmed"}},
    )  # fmt: skip


def told(client: Client, visit: HomeVisit, person: Staff, words: str) -> list[str]:
    client.force_login(person)
    at = f"/s/{visit.school.slug}/visits/"
    every = [f"{at}{visit.pk}/{page}" for page in PAGES if page != "risk.pdf"]
    every += [at, f"{at}board/", f"{at}week/", f"/s/{visit.school.slug}/pupils/{visit.visit_pupils.get().pupil_id}/"]
    return [page for page in every if words in client.get(page, follow=True).content.decode()]


@pytest.mark.once
@pytest.mark.clause("PRI-20", "MAT-14", "PRI-01")
def test_the_office_learns_that_it_was_assessed_and_its_level(client: Client, visit: HomeVisit) -> None:
    for role in ("office_admin", "attendance_officer", "line_manager", "deputy_headteacher"):
        person = StaffFactory.create(school=visit.school, roles=[role])
        assert not told(client, visit, person, KNOWN), role
        assert not told(client, visit, person, FOUND), role
        paper = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/risk.pdf")
        assert paper.status_code == 302
        page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/").content.decode()
        assert "What it found is read by those who go" in page
        assert visit.risks.get().get_level_display() in page
        assert not card(visit, person, NOW).because


@pytest.mark.once
@pytest.mark.clause("PRI-20", "PRI-01")
def test_those_whom_it_is_for_read_it(client: Client, visit: HomeVisit) -> None:
    at = f"/s/{visit.school.slug}/visits/{visit.pk}/"
    goes = visit.members.order_by("pk")[0].staff
    dsl = StaffFactory.create(school=visit.school, roles=["deputy_dsl"])
    manager = StaffFactory.create(school=visit.school, roles=["senior_manager"])
    for person in (goes, dsl, manager):
        assert at in told(client, visit, person, KNOWN), person
        assert {at, f"{at}briefing/"} <= set(told(client, visit, person, FOUND)), person


@pytest.mark.once
@pytest.mark.clause("PRI-20")
def test_whoever_asked_reads_the_briefing_without_what_is_known_of_the_home(client: Client, visit: HomeVisit) -> None:
    asked = StaffFactory.create(school=visit.school, roles=["office_admin"])
    HomeVisit.objects.filter(pk=visit.pk).update(raised_by=asked)
    client.force_login(asked)
    page = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/briefing/").content.decode()
    assert "Briefing:" in page
    assert "What to do if" in page or "What if" in page
    assert KNOWN not in page
    assert FOUND not in page
    refused = client.post(f"/s/{visit.school.slug}/visits/{visit.pk}/briefing/read/", {"version": visit.version}, follow=True)
    assert FOUND not in refused.content.decode()
