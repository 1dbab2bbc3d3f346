"""The papers of a day as one PDF in the order of the round, each recorded as printed."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from homevisits.common import clock
from homevisits.documents.models import DocumentWay
from homevisits.documents.zones import MM
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from visits.models import HomeVisit, PrintRun
from visits.selectors.printing import choices, together
from visits.services.printing import ask_to_print, waiting, work_off
from visits.tests.factories import NOW, a_school, a_visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pango() -> None:
    """Skip where PDFs cannot be made."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        pytest.skip(f"Pango is missing: {error}")


def a_round(school: School, minutes: list[int]) -> list[HomeVisit]:
    """Visits at so many minutes after ten, each to a family of its own."""
    made = []
    for number, late in enumerate(minutes):
        home = HouseholdFactory.create(school=school, address=f"{number} Example Street", postcode="EX1 1AA")
        pupil = PupilFactory.create(school=school, household=home, first_name=f"Child{number}")
        ContactFactory.create(pupil=pupil, name=f"Parent {number}")
        visit = a_visit(school, pupil=pupil)
        HomeVisit.objects.filter(pk=visit.pk).update(arrive_at=NOW + timedelta(minutes=late))
        made.append(HomeVisit.objects.get(pk=visit.pk))
    return made


def keys(school: School, by: Staff, roles: list[str]) -> list[str]:
    return [one.key for _, _, papers in choices(school, NOW.date(), by, roles, NOW) for one in papers]


def test_the_papers_come_in_the_order_of_the_round_and_the_cards_four_to_a_sheet(client: Client) -> None:
    school = a_school("secondary")
    late, soon, last, fourth, fifth = a_round(school, [60, 10, 90, 95, 99])
    dsl = StaffFactory.create(school=school, roles=["dsl"])
    order = [soon, late, last, fourth, fifth]
    assert keys(school, dsl, ["dsl"]) == [f"{visit.pk}-{kind}" for visit in order for kind in ("briefing", "calling_card")]
    address = f"/s/{school.slug}/visits/print/"
    with clock.frozen(NOW):
        client.force_login(dsl)
        form = client.get(address).context["form"]
        given = {"token": form["token"].value(), "papers": [f"{late.pk}-briefing", *(f"{one.pk}-calling_card" for one in reversed(order))]}
        given["papers"].append(f"{soon.pk}-briefing")
        page = client.post(address, given, follow=True)
        assert "Ready to print" in page.content.decode()
        client.post(address, given)
        run = PrintRun.objects.get()
        pdf = client.get(f"{address}{run.pk}/papers.pdf").content
    sheets = PdfReader(io.BytesIO(pdf)).pages
    words = [" ".join(sheet.extract_text().split()) for sheet in sheets]
    first, second = (next(n for n, text in enumerate(words) if f"Child{number}" in text) for number in (1, 0))
    assert first < second, "soon before late"
    assert [text.count("We called today") for text in words][-2:] == [4, 1]
    assert {round(float(sheet.mediabox.width) / MM) for sheet in sheets} == {210}
    numbers = [f"Card {visit.letters.get(kind='calling_card').pk:05d}" for visit in order]
    assert [number in words[-2] for number in numbers] == [True] * 4 + [False]
    assert DocumentWay.objects.filter(way="printed", by=dsl).count() == 7
    assert (run.done, [item["fault"] for item in run.items]) == (7, [""] * 7)


def test_what_somebody_may_not_read_is_not_offered_and_a_run_is_nobody_elses(client: Client) -> None:
    school = a_school()
    [visit] = a_round(school, [10])
    went = visit.members.order_by("pk")[0].staff
    office, stranger = (StaffFactory.create(school=school, roles=[role]) for role in ("office_admin", "visiting_staff"))
    assert keys(school, went, ["visiting_staff"]) == [f"{visit.pk}-briefing", f"{visit.pk}-letter_through_door"]
    assert keys(school, office, ["office_admin"]) == [f"{visit.pk}-letter_through_door"]
    assert keys(school, stranger, ["visiting_staff"]) == []
    chosen = [one for _, _, papers in choices(school, NOW.date(), went, ["visiting_staff"], NOW) for one in papers]
    run = ask_to_print(school=school, day=NOW.date(), chosen=chosen, token=uuid4(), by=went, now=NOW)
    client.force_login(went)
    page = client.get(f"/s/{school.slug}/visits/print/{run.pk}/").content.decode()
    assert "Making the papers" in page
    assert f"/s/{school.slug}/visits/print/{run.pk}/progress/" in page, "asked for again until it is there"
    assert client.get(f"/s/{school.slug}/visits/print/{run.pk}/papers.pdf").status_code == 302
    work_off(run_id=run.pk, real=NOW)
    client.force_login(office)
    for part in ("", "progress/", "papers.pdf"):
        assert client.get(f"/s/{school.slug}/visits/print/{run.pk}/{part}").status_code == 302
    answer = client.post(f"/s/{school.slug}/visits/print/", {"token": str(uuid4()), "papers": [f"{visit.pk}-briefing"]})
    assert answer.status_code == 422


def test_a_run_that_its_worker_left_is_gone_on_with_and_one_paper_that_fails_keeps_none_of_the_others() -> None:
    school = a_school()
    one, two = a_round(school, [10, 20])
    dsl = StaffFactory.create(school=school, roles=["dsl"])
    chosen = [each for _, _, papers in choices(school, NOW.date(), dsl, ["dsl"], NOW) for each in papers if each.kind != "briefing"]
    run = ask_to_print(school=school, day=NOW.date(), chosen=chosen, token=uuid4(), by=dsl, now=NOW)
    PrintRun.objects.filter(pk=run.pk).update(state="running")
    assert not work_off(run_id=run.pk, real=NOW + timedelta(minutes=1)), "another worker is at it"
    one.letters.create(kind="letter_through_door", drafted_at=NOW, discarded_at=NOW, discarded_by=dsl, discarded_because="They moved")
    later = NOW + timedelta(minutes=5)
    assert waiting(later) == [run.pk]
    assert work_off(run_id=run.pk, real=later)
    run.refresh_from_db()
    assert (run.state, [bool(item["fault"]) for item in run.items]) == ("done", [True, False])
    assert "1 Example Street" in PdfReader(io.BytesIO(together(run))).pages[0].extract_text()
    assert two.letters.get().document is not None
    assert waiting(later) == []


def test_who_teaches_a_class_finds_no_place_for_printing_until_they_go_on_a_visit(client: Client) -> None:
    visit = a_visit()
    teacher = StaffFactory.create(school=visit.school, roles=["class_teacher"])
    client.force_login(teacher)
    address, place = f"/s/{visit.school.slug}/visits/", f"/s/{visit.school.slug}/visits/print/"
    assert place not in client.get(address).content.decode()
    visit.members.create(staff=teacher)
    assert place in client.get(address).content.decode()
