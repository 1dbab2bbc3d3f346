"""What an import does to a school: silently takes nothing away, survives a crash, lets people decide."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from homevisits.audit.models import AuditEvent
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.importing import applying
from homevisits.people.models import Contact, Household, ImportFile, ImportRun, ImportSource, NumberFault, Pupil, PupilFlag, School
from homevisits.people.services import imports
from homevisits.people.services.imports import Upload, choose_columns, confirm, drop, import_now, load, plan_of, start_preview, waiting
from homevisits.people.services.pupils import correct_numbers, decide_leaver, lift_restriction, restrict, save_household_notes, save_needs
from homevisits.people.tasks import go_on_with_imports
from homevisits.people.upn import check_letter

from .factories import SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
BY = SystemJob("Import")
HEADER = "UPN,Forename,Surname,DOB,Year,Address,Postcode,Status,Contact Name,Contact Relation,Contact Court Order,Contact Mobile"


def upn(serial: int) -> str:
    rest = f"306200122{serial:03}"
    return check_letter(rest) + rest


def row(serial: int, first: str = "Ada", last: str = "One", **other: str) -> str:
    said = {
        "dob": "03/11/2018", "year": "3", "address": "1 Oak Road", "postcode": "CR0 4XG", "status": "", "name": "Mo One",
        "relation": "Mother", "court": "No", "mobile": "07700 900001",
    } | other  # fmt: skip
    return ",".join([upn(serial), first, last, *said.values()])


def file(*rows: str, header: str = HEADER) -> list[Upload]:
    return [Upload("pupils.csv", "\n".join([header, *rows]).encode())]


def bring(school: School, *rows: str, ticked: tuple[str, ...] = (), header: str = HEADER) -> ImportRun:
    return import_now(school=school, files=file(*rows, header=header), ticked=ticked, by=BY, now=NOW)


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


def test_a_preview_changes_nothing_and_dropping_it_forgets_the_files(school: School) -> None:
    run = start_preview(school=school, files=file(row(1)), by=BY, now=NOW)
    assert run.counts["new"] == 1
    assert not Pupil.objects.exists()
    drop(run=run, by=BY, now=NOW)
    assert not ImportFile.objects.exists()
    with pytest.raises(BadInput, match="already dropped"):
        confirm(run=run, by=BY, now=NOW)


def test_siblings_share_a_household_and_strangers_at_the_same_door_do_not(school: School) -> None:
    bring(school, row(1), row(2, "Ben"), row(3, "Cy", "Other", name="Jo Other", mobile="07700 900002"), row(4, "Di", "Step"))
    homes = {pupil.first_name: pupil.household_id for pupil in Pupil.objects.all()}
    assert homes["Ada"] == homes["Ben"] == homes["Di"] != homes["Cy"]


def test_a_family_that_moves_keeps_its_household_and_one_child_who_moves_leaves_it(school: School) -> None:
    bring(school, row(1), row(2, "Ben"))
    home = Household.objects.get()
    bring(school, row(1, address="2 Elm Road"), row(2, "Ben", address="2 Elm Road"))
    home.refresh_from_db()
    assert (home.address, Household.objects.count()) == ("2 Elm Road", 1)
    bring(school, row(1, address="2 Elm Road"), row(2, "Ben", address="9 Fir Road"))
    assert Pupil.objects.get(first_name="Ada").household == home
    assert Pupil.objects.get(first_name="Ben").household.address == "9 Fir Road"


def test_what_staff_wrote_about_a_child_and_a_home_outlives_imports_and_the_place_on_the_map_outlives_no_move(school: School) -> None:
    bring(school, row(1))
    ada, home = Pupil.objects.get(), Household.objects.get()
    save_needs(pupil=ada, medical="Asthma", behaviour="Runs off", send_needs="Hearing aid", by=BY, now=NOW)
    save_household_notes(household=home, parking="Behind", culture="Shoes off", area="Dark", notes="Bell broken", by=BY, now=NOW)
    Household.objects.update(latitude=51.37, longitude=-0.09)
    bring(school, row(1, year="4"))
    home.refresh_from_db()
    assert home.latitude == 51.37
    bring(school, row(1, address="9 Ash Way", postcode="CR2 6AA"))
    ada.refresh_from_db()
    home.refresh_from_db()
    assert (ada.year_group, ada.medical, ada.behaviour, ada.send_needs) == ("3", "Asthma", "Runs off", "Hearing aid")
    assert (home.postcode, home.parking, home.culture, home.area, home.notes) == ("CR2 6AA", "Behind", "Shoes off", "Dark", "Bell broken")
    assert Household.objects.filter(latitude=None, longitude=None).count() == 1


def test_a_restriction_is_set_at_once_and_lifted_only_by_a_tick(school: School) -> None:
    bring(school, row(1))
    bring(school, row(1, court="Yes"))
    contact = Contact.objects.get()
    assert (contact.restricted, contact.restriction_note) == (True, "Court order")
    run = bring(school, row(1))
    contact.refresh_from_db()
    assert contact.restricted
    assert (run.counts["changed"], run.counts["ticks"]) == (0, 1)
    bring(school, row(1), ticked=(f"restricted:{contact.pk}",))
    contact.refresh_from_db()
    assert not contact.restricted


def test_a_restricted_contact_does_not_come_back_under_another_name(school: School) -> None:
    bring(school, row(1, court="Yes", relation="Father", name="Sam One"))
    bring(school, row(1, court="", relation="Stepfather", name="Samuel One-Two"))
    contact = Contact.objects.get()
    assert (contact.name, contact.restricted) == ("Samuel One-Two", True)


def test_a_file_without_a_column_takes_nothing_away(school: School) -> None:
    bring(school, row(1, court="Yes", status="Child in need"))
    run = bring(school, f"{upn(1)},Ada,One,Mo One,Mother", header="UPN,Forename,Surname,Contact Name,Contact Relation")
    contact = Contact.objects.get()
    assert (contact.restricted, contact.mobile, run.counts["unchanged"]) == (True, "+447700900001", 1)
    assert PupilFlag.objects.get().kind == "child_in_need"


def test_a_flag_that_the_office_set_stays_and_an_imported_one_goes_by_a_tick(school: School) -> None:
    bring(school, row(1, status="Looked after"))
    pupil = Pupil.objects.get()
    PupilFlag.objects.create(pupil=pupil, kind="missing_before", source="Police, May")
    run = bring(school, row(1))
    assert (run.counts["ticks"], PupilFlag.objects.count()) == (1, 2)
    bring(school, row(1), ticked=(f"flag:{PupilFlag.objects.get(kind='looked_after').pk}",))
    assert [flag.kind for flag in PupilFlag.objects.all()] == ["missing_before"]


def test_a_number_goes_by_a_tick_only(school: School) -> None:
    bring(school, row(1))
    run = bring(school, row(1, mobile=""))
    contact = Contact.objects.get()
    assert (contact.mobile, run.counts["ticks"]) == ("+447700900001", 1)
    bring(school, row(1, mobile=""), ticked=(f"mobile:{contact.pk}",))
    contact.refresh_from_db()
    assert contact.mobile == ""


def test_a_number_that_an_import_corrects_is_no_longer_bad(school: School) -> None:
    staff = StaffFactory.create(school=school)
    bring(school, row(1), row(2, "Ben"))
    fault = NumberFault.objects.create(school=school, number="+447700900001", kind="number_dead", found_at=NOW, found_by=staff)
    bring(school, row(1, mobile="07700 900009"), row(2, "Ben"))
    fault.refresh_from_db()
    assert fault.cleared_at is None, "the sibling still has it"
    bring(school, row(1, mobile="07700 900009"), row(2, "Ben", mobile="07700 900009"))
    fault.refresh_from_db()
    assert fault.cleared_at == NOW


def test_a_number_corrected_by_hand_is_not_undone_by_the_next_export(school: School) -> None:
    staff = StaffFactory.create(school=school)
    bring(school, row(1), row(2, "Ben"))
    fault = NumberFault.objects.create(school=school, number="+447700900001", kind="wrong_number", found_at=NOW, found_by=staff)
    contact = Contact.objects.filter(pupil__first_name="Ada").get()
    correct_numbers(contact=contact, mobile="+447700900008", landline="", by=staff, now=NOW)
    assert set(Contact.objects.values_list("mobile", flat=True)) == {"+447700900008"}
    fault.refresh_from_db()
    assert fault.cleared_by == staff
    run = start_preview(school=school, files=file(row(1), row(2, "Ben")), by=BY, now=NOW)
    assert run.counts["changed"] == 0
    assert "found wrong here" in plan_of(run, now=NOW).notes[0]


def test_who_is_missing_is_proposed_as_a_leaver_and_who_is_back_is_on_roll(school: School) -> None:
    bring(school, row(1), row(2, "Ben"), row(3, "Cy"))
    run = bring(school, row(1), row(2, "Ben"))
    cy = Pupil.objects.get(first_name="Cy")
    assert (run.counts["left"], cy.status) == (1, "leaver_proposed")
    assert bring(school, row(1), row(2, "Ben")).counts["left"] == 0
    decide_leaver(pupil=cy, left=True, left_on=NOW.date(), by=BY, now=NOW)
    bring(school, row(1), row(2, "Ben"), row(3, "Cy"))
    cy.refresh_from_db()
    assert (cy.status, cy.left_on) == ("on_roll", None)
    with pytest.raises(BadInput):
        decide_leaver(pupil=cy, left=True, by=BY, now=NOW)


def test_a_faulty_row_a_small_file_and_a_corrected_file_make_nobody_a_leaver(school: School) -> None:
    bring(school, row(1), row(2, "Ben"), row(3, "Cy"))
    assert bring(school, row(1), row(2, "Ben"), row(3, "Cy", dob="31/02/2018")).counts["left"] == 0
    assert bring(school, row(1)).counts["left"] == 0
    run = bring(school, row(1) + ",2,wrong", row(2, "Ben") + ",3,wrong", header=HEADER + ",Line,What is wrong")
    assert (run.counts["left"], run.counts["unchanged"]) == (0, 2)


def test_a_pupil_is_found_by_name_and_birthday_when_the_upn_is_new(school: School) -> None:
    bring(school, row(1))
    bring(school, row(7))
    assert Pupil.objects.get().upn == upn(7)


def test_a_school_that_changes_its_system_does_not_mix_pupils_up(school: School) -> None:
    header = "Adno,Forename,Surname,DOB"
    bring(school, "1,Ada,One,03/11/2018", "2,Ben,Two,04/11/2018", header=header)
    run = bring(school, "0002,Ada,One,03/11/2018", "1,Ben,Two,04/11/2018", header=header)
    assert run.counts["new"] == 0
    assert dict(Pupil.objects.values_list("first_name", "mis_id")) == {"Ada": "2", "Ben": "1"}


def test_a_crash_in_the_middle_is_gone_on_with(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start_preview(school=school, files=file(*(row(serial, f"Child{serial}") for serial in range(1, 10))), by=BY, now=NOW)
    confirm(run=run, by=BY, now=NOW)
    real, calls = applying.apply, []

    def dies(*args: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "apply", dies)
    with pytest.raises(RuntimeError):
        load(run_id=run.pk, by=BY, now=NOW, chunk=3)
    run.refresh_from_db()
    assert (Pupil.objects.count(), run.status, run.done) == (6, "committing", 6)
    assert waiting(NOW) == [], "its worker may still be at it"
    later = NOW + imports.LEASE
    assert waiting(later) == [run.pk]
    assert load(run_id=run.pk, by=BY, now=later, chunk=3)
    run.refresh_from_db()
    assert (Pupil.objects.count(), Contact.objects.count(), run.status, run.done) == (9, 9, "committed", 9)
    assert not ImportFile.objects.exists()
    assert not load(run_id=run.pk, by=BY, now=later)


def test_when_the_audit_fails_nothing_of_the_chunk_is_left(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start_preview(school=school, files=file(row(1)), by=BY, now=NOW)
    confirm(run=run, by=BY, now=NOW)

    def broken(*args: object, **named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("homevisits.people.services.imports.audit.record_many", broken)
    with pytest.raises(RuntimeError):
        load(run_id=run.pk, by=BY, now=NOW)
    assert not Pupil.objects.exists()


def test_a_lost_knock_is_made_up_for(school: School) -> None:
    run = start_preview(school=school, files=file(row(1)), by=BY, now=NOW)
    confirm(run=run, by=BY, now=NOW)
    assert go_on_with_imports() == 1
    assert Pupil.objects.count() == 1
    assert AuditEvent.objects.filter(act="people.pupil.imported").count() == 1


def test_columns_that_a_person_chose_are_remembered(school: School) -> None:
    files = [Upload("odd.csv", f"Nummer;Rufname;Zuname\n{upn(1)};Ada;One\n".encode())]
    run = start_preview(school=school, files=files, by=BY, now=NOW)
    with pytest.raises(BadInput, match="first and last name"):
        confirm(run=run, by=BY, now=NOW)
    chosen = {"odd.csv": {"upn": "Nummer", "first_name": "Rufname", "last_name": "Zuname"}}
    choose_columns(run=run, chosen=chosen, whole=True, by=BY, now=NOW)
    assert run.counts["new"] == 1
    assert ImportSource.objects.get().columns == chosen["odd.csv"]
    again = start_preview(school=school, files=[Upload("later.csv", files[0].data)], by=BY, now=NOW)
    assert again.counts["new"] == 1


def test_the_rows_of_another_school_are_never_touched(school: School) -> None:
    other = SchoolFactory.create()
    bring(other, row(1))
    run = bring(school, row(1, first="Changed"))
    assert run.counts["new"] == 1
    assert Pupil.objects.get(school=other).first_name == "Ada"


def test_a_restriction_by_hand_needs_a_reason_and_can_hold_for_siblings(school: School) -> None:
    staff = StaffFactory.create(school=school)
    bring(school, row(1), row(2, "Ben"))
    contact = Contact.objects.filter(pupil__first_name="Ada").get()
    with pytest.raises(BadInput, match="reason"):
        restrict(contact=contact, reason=" ", siblings=True, by=staff, now=NOW)
    restrict(contact=contact, reason="Order of 3 May", siblings=True, by=staff, now=NOW)
    assert Contact.objects.filter(restricted=True, restriction_note="Order of 3 May").count() == 2
    lift_restriction(contact=contact, reason="Order ended, says the court", siblings=False, by=staff, now=NOW)
    assert Contact.objects.get(restricted=True).pupil.first_name == "Ben"


def test_the_command_imports_and_a_dry_run_does_not(school: School, tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    path.write_bytes(file(row(1), row(2, ""))[0].data)
    said = StringIO()
    call_command("import_pupils", str(path), school=school.slug, dry_run=True, stdout=said)
    assert not Pupil.objects.exists()
    call_command("import_pupils", str(path), school=school.slug, stdout=said)
    assert Pupil.objects.count() == 1
    assert said.getvalue().count("pupils.csv, line 3: The row has no first name.") == 2
    with pytest.raises(CommandError, match="no school"):
        call_command("import_pupils", str(path), school="nowhere")
