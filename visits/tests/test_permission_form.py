"""The permission form: every field of ATT-80, on one page whatever the names and the address."""

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

from homevisits.documents.models import Document
from homevisits.documents.store import content_of
from homevisits.people.models import AlarmDevice
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from visits.models import HomeVisit, VisitReport
from visits.permission_form import build, permission_pdf
from visits.services.approval import approve
from visits.tests.factories import NOW, a_school, a_visit, assessed, ready

if TYPE_CHECKING:
    from homevisits.people.models import School

pytestmark = pytest.mark.django_db
LONG = "Wilhelmina-Alexandrina Theodora Featherstonehaugh-Cholmondeley of Exampletonshire"
ADDRESS = "Flat 14\nThe Old Maltings\nRear entrance by the yard\n221 Upper Example Street\nLower Exampleton\nExampletonshire\nEngland"


def a_form(school: "School") -> HomeVisit:
    """A visit that is as hard to lay out as any: long names, one from right to left, an address of seven lines, three children."""
    home = HouseholdFactory.create(school=school, address=ADDRESS, postcode="EX1 1AA")
    names = [(LONG[:80], "X"), ("محمد عبد الرحمن", "الأنصاري"), ("Zoë", "Example")]
    pupils = [PupilFactory.create(school=school, household=home, first_name=first, last_name=last) for first, last in names]
    ContactFactory.create(pupil=pupils[0], name=LONG, parental_responsibility=True, mobile="+447700900001", landline="+441632960001")
    ContactFactory.create(pupil=pupils[1], name="فاطمة الزهراء الأنصاري", parental_responsibility=True, mobile="+447700900002", priority=2)
    pair = [ready(school, name=LONG, mobile="+447700900011"), ready(school, name="שרה בת־אברהם", mobile="+447700900012")]
    visit = a_visit(school, pupil=pupils[0], pair=pair)
    for pupil in pupils[1:]:
        visit.visit_pupils.create(pupil=pupil)
    visit.reason = "The family has not answered for three weeks. " * 8
    visit.device = AlarmDevice.objects.create(school=school, label="Alarm 3")
    visit.device_carrier = pair[0]
    visit.save()
    return assessed(visit)


def pages(pdf: bytes) -> int:
    """How many pages a PDF says that it has; its objects lie in compressed streams."""
    streams = (zlib.decompressobj().decompress(part) for part in re.findall(rb"stream\r?\n(x.*?)endstream", pdf, re.DOTALL))
    found = re.search(rb"/Count (\d+)", b"".join([pdf, *streams]))
    assert found
    return int(found[1])


@pytest.mark.clause("ATT-80")
def test_the_form_has_every_field_on_screen_and_paper(client: Client) -> None:
    school = a_school("attendance-officer")
    visit = a_form(school)
    carrier = visit.device_carrier
    assert carrier is not None
    visit.departure_checks.create(staff=carrier, item="device_works", yes=True, version=visit.version, at=NOW)
    VisitReport.objects.create(visit=visit, evaluation="It helped", saved_at=NOW, saved_by=carrier)
    manager = StaffFactory.create(school=school, roles=["senior_manager"], name="Mary Manager")
    approve(visit=visit, by=manager, now=NOW)
    client.force_login(manager)
    said = client.get(f"/s/{school.slug}/visits/{visit.pk}/permission/").content.decode()
    said = re.sub(r"<[^>]+>", " ", said)
    for words in (
        LONG, "07700 900011", "07700 900012", "שרה", "Zoë Example", "07700 900001", "Flat 14", "EX1 1AA", "Welfare", "24 November 2026",
        "Expected return", "11:00", "Alarm 3", "Charged and working: yes", "It helped", "Medium", "Initial visit", "attached",
        "Completed by",
        "Mary Manager", "Senior manager on duty", "Signed 24 November 2026",
    ):  # fmt: skip
        assert words in " ".join(said.split()), words
    answer = client.get(f"/s/{school.slug}/visits/{visit.pk}/permission.pdf")
    kept = Document.objects.get(kind="permission")
    assert (kept.state, kept.about_type, kept.about_id, kept.pupils.count()) == ("final", "visit", visit.pk, 3)
    assert content_of(kept) == answer.content
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.clause("ATT-80")
def test_it_fits_one_page_with_the_longest_names_and_address() -> None:
    visit = a_form(a_school("attendance-officer"))
    pdf = permission_pdf(visit, NOW)
    folder = Path(settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "permission.pdf").write_bytes(pdf)
    assert pages(pdf) == 1


@pytest.mark.clause("ATT-80")
def test_initial_means_the_first_visit_to_that_home_and_again_after_a_change_of_address() -> None:
    school = a_school("attendance-officer")
    visit = a_visit(school)
    assert build(visit).initial
    later: Any = a_visit(school, pupil=visit.visit_pupils.get().pupil)
    HomeVisit.objects.filter(pk=visit.pk).update(status="done", departed_at=NOW)
    assert not build(later).initial
    later.household.address = "1 New Street"
    later.household.save()
    later.refresh_from_db()
    assert build(later).initial
