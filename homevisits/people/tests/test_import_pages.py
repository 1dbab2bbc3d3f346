"""The import on screen, pupils' pages, the calendar and the demo clock."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.people.models import ApiToken, Closure, Contact, ImportRun, NumberFault, Pupil, School, Term
from homevisits.people.tasks import load_import
from homevisits.people.upn import check_letter

from .factories import ContactFactory, PupilFactory, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
REST = "306200122001"
UPN = check_letter(REST) + REST
CSV = f"UPN;Forename;Surname;DOB;Contact Name;Contact Court Order\n{UPN};Ada;One;03/11/2018;Mo One;No\n;=1+1;;\n".encode()


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def office(client: Client, school: School) -> Client:
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    return client


def page(client: Client, name: str, school: School, *args: object, **data: object) -> str:
    return client.get(reverse(name, args=[school.slug, *args]), data).content.decode()  # type: ignore[arg-type]


def upload(client: Client, school: School, data: bytes = CSV) -> ImportRun:
    answer = client.post(reverse("import_list", args=[school.slug]), {"uploads": [SimpleUploadedFile("pupils.csv", data)]})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


def test_from_files_to_the_result(office: Client, school: School) -> None:
    run = upload(office, school)
    preview = page(office, "import_run", school, run.pk)
    assert "pupils.csv (2 rows)" in preview
    assert "The row has 4 cells where the header has 6." in preview
    assert not Pupil.objects.exists()
    office.post(reverse("import_load", args=[school.slug, run.pk]))
    run.refresh_from_db()
    if run.status == "committing":  # no worker here
        assert "0 of 1 pupils loaded" in page(office, "import_progress", school, run.pk)
        load_import(run.pk)
    assert Pupil.objects.get().first_name == "Ada"
    assert "Loaded" in page(office, "import_run", school, run.pk)
    sheet = office.get(reverse("import_faults", args=[school.slug, run.pk, 0]))
    assert sheet["Content-Type"].startswith("text/csv")
    assert "'=1+1" in sheet.content.decode()
    again = upload(office, school)
    assert again.counts["unchanged"] == 1


def test_a_wrong_file_is_said_at_the_field(office: Client, school: School) -> None:
    answer = office.post(reverse("import_list", args=[school.slug]), {"uploads": [SimpleUploadedFile("a.csv", b"PK\x03\x04")]})
    assert answer.status_code == 422
    assert "a.csv is a workbook" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_columns_can_be_chosen_and_twice_the_same_is_refused(office: Client, school: School) -> None:
    run = upload(office, school, f"Nummer;Rufname;Zuname\n{UPN};Ada;One\n".encode())
    assert "The columns are not clear yet" in page(office, "import_run", school, run.pk)
    address = reverse("import_columns", args=[school.slug, run.pk])
    answer = office.post(address, {"column-0-0": "upn", "column-0-1": "first_name", "column-0-2": "first_name"})
    assert answer.status_code == 422
    assert "chosen for the same thing" in answer.content.decode()
    office.post(address, {"column-0-0": "upn", "column-0-1": "first_name", "column-0-2": "last_name", "whole": "1"})
    run.refresh_from_db()
    assert run.counts["new"] == 1


def test_a_ticked_change_is_made(office: Client, school: School) -> None:
    load_import(_loaded(office, school).pk)
    contact = Contact.objects.get()
    Contact.objects.update(restricted=True)
    run = upload(office, school)
    assert "restricted here" in page(office, "import_run", school, run.pk)
    office.post(reverse("import_load", args=[school.slug, run.pk]), {"tick": f"restricted:{contact.pk}"})
    load_import(run.pk)
    contact.refresh_from_db()
    assert not contact.restricted


def _loaded(client: Client, school: School) -> ImportRun:
    run = upload(client, school)
    client.post(reverse("import_load", args=[school.slug, run.pk]))
    return run


def test_numbers_of_a_restricted_contact_are_not_shown_and_reading_is_recorded(office: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school)
    ContactFactory.create(pupil=pupil, name="Sam One", mobile="+447700900111", restricted=True)
    ContactFactory.create(pupil=pupil, name="Mo One", mobile="+447700900222")
    shown = page(office, "pupil_detail", school, pupil.pk)
    assert "07700 900222" in shown
    assert "900111" not in shown
    assert AuditEvent.objects.filter(act="people.pupil.read", object_id=str(pupil.pk)).exists()


def test_a_corrected_number_and_a_restriction(office: Client, school: School) -> None:
    contact = ContactFactory.create(pupil=PupilFactory.create(school=school), mobile="+447700900111")
    found_by = StaffFactory.create()
    NumberFault.objects.create(
        school=school, number="+447700900111", kind="wrong_number", found_at=datetime(2026, 11, 23, tzinfo=UTC), found_by=found_by
    )
    assert "Wrong number" in page(office, "pupil_detail", school, contact.pupil.pk)
    numbers = reverse("contact_numbers", args=[school.slug, contact.pk])
    assert office.post(numbers, {"mobile": "12"}).status_code == 422
    office.post(numbers, {"mobile": "07700 900112"})
    contact.refresh_from_db()
    assert contact.mobile == "+447700900112"
    assert NumberFault.objects.get().cleared_at
    restriction = reverse("contact_restriction", args=[school.slug, contact.pk])
    assert office.post(restriction, {}).status_code == 422
    office.post(restriction, {"reason": "Order of 3 May"})
    contact.refresh_from_db()
    assert contact.restricted


def test_leavers_are_decided_by_a_person(office: Client, school: School) -> None:
    pupil = PupilFactory.create(school=school, first_name="Cy", status=Pupil.Status.LEAVER_PROPOSED)
    assert "Cy" in page(office, "leaver_list", school)
    office.post(reverse("leaver_list", args=[school.slug]), {"pupil": pupil.pk, "decision": "left"})
    pupil.refresh_from_db()
    assert (pupil.status, pupil.left_on is not None) == ("left", True)
    address = reverse("pupil_detail", args=[school.slug, pupil.pk])
    assert address not in page(office, "pupil_list", school)
    assert address in page(office, "pupil_list", school, show="left")


def test_the_list_is_searched(office: Client, school: School) -> None:
    PupilFactory.create(school=school, first_name="Ada")
    PupilFactory.create(school=school, first_name="Ben")
    found = page(office, "pupil_list", school, q="ad")
    assert "Ada" in found
    assert "Ben" not in found


def test_the_calendar_is_kept(office: Client, school: School) -> None:
    term = {
        "name": "Autumn 2",
        "starts_on_0": "2",
        "starts_on_1": "11",
        "starts_on_2": "2037",
        "ends_on_0": "18",
        "ends_on_1": "12",
        "ends_on_2": "2037",
    }
    assert office.post(reverse("term_add", args=[school.slug]), term).status_code == 302
    assert Term.objects.get().ends_on == date(2037, 12, 18)
    assert office.post(reverse("term_add", args=[school.slug]), term).status_code == 422
    day = {"day_0": "13", "day_1": "11", "day_2": "2037", "kind": "inset", "reason": "First aid"}
    assert office.post(reverse("closure_add", args=[school.slug]), day).status_code == 302
    assert "First aid" in page(office, "school_calendar", school)
    office.post(reverse("closure_remove", args=[school.slug, Closure.objects.get().pk]))
    assert not Closure.objects.exists()
    answer = office.post(reverse("closure_add", args=[school.slug]), day | {"day_2": "2020"})
    assert answer.status_code == 422


def test_only_a_demo_school_has_a_clock_to_set(office: Client, school: School) -> None:
    said = {"day_0": "24", "day_1": "11", "day_2": "2026", "time": "8:30", "speed": "10"}
    address = reverse("demo_clock", args=[school.slug])
    assert office.post(address, said).status_code == 422
    School.objects.filter(pk=school.pk).update(is_demo=True)
    assert office.post(address, said).status_code == 302
    school.refresh_from_db()
    assert (school.clock_shows, school.clock_speed) == (datetime(2026, 11, 24, 8, 30, tzinfo=UTC), 10)
    assert office.post(address, said | {"speed": "61"}).status_code == 422


def test_a_token_is_shown_once_and_revoked(client: Client, school: School) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["business_manager"]))
    address = reverse("token_list", args=[school.slug])
    shown = client.post(address, {"name": "MIS"}).content.decode()
    assert "hv_" in shown
    assert client.post(address, {"name": "mis"}).status_code == 422
    token = ApiToken.objects.get()
    assert f">{token.hint}…" in client.get(address).content.decode()
    client.post(reverse("token_revoke", args=[school.slug, token.pk]))
    token.refresh_from_db()
    assert token.revoked_at
