"""Files in other shapes than the samples: separators, encodings, header names, line breaks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homevisits.common.csvs import safe_cell
from homevisits.common.errors import BadInput
from homevisits.people.importing import values
from homevisits.people.importing.columns import guess, is_contacts_only, missing
from homevisits.people.importing.faults import to_csv
from homevisits.people.importing.reading import read_table
from homevisits.people.importing.records import Reading, read_records
from homevisits.people.upn import check_letter, fault_of

TODAY = date(2026, 11, 24)


def read(*files: bytes) -> Reading:
    tables = [read_table(f"file{number}.csv", data) for number, data in enumerate(files)]
    return read_records([(table, guess(table.header)) for table in tables], today=TODAY)


def upn(serial: int) -> str:
    rest = f"306200122{serial:03}"
    return check_letter(rest) + rest


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    text = f'UPN,Legal Forename,Legal Surname,Date of Birth,Home Address\r\n{upn(1)},Zoë,O’Núñez,3/11/2018,"1, The Close\r\nTown"\r\n'
    if separator != ",":
        text = text.replace('"1, The Close', '"1# The Close').replace(",", separator).replace("#", ",")
    reading = read(text.encode(encoding))
    assert not reading.faults
    [record] = reading.records
    assert (record.name, record.address) == ("Zoë O’Núñez", "1, The Close\nTown")


def test_lines_are_right_after_quoted_line_breaks_and_empty_rows() -> None:
    data = f'UPN,Forename,Surname,Address\n{upn(1)},Ada,One,"1 Road\nTown"\n\n{upn(2)},Ben,Two,"2 Road\nTown"\n{upn(3)},,Three,3 Road\n'
    [fault] = read(data.encode()).faults
    assert (fault.line, fault.says) == (7, "The row has no first name.")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"%PDF-1.7 x", "not a text file"),
        (b"\x00\x01\x02,\n1,2", "not a text file"),
        (b"just one column\nvalue\n", "no header row"),
        (b"UPN,Forename\n", "no rows"),
        (b'UPN,Forename\n1,"never closed' + b"\nx,y" * 40, "never closed"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_table("file.csv", data)


def test_excels_own_separator_line_is_understood() -> None:
    table = read_table("file.csv", b"sep=;\r\nUPN;Forename;Surname\r\n;Ada;One\r\n")
    assert table.header == ("UPN", "Forename", "Surname")
    assert table.rows[0].line == 3


def test_names_of_columns_that_no_system_has() -> None:
    header = (
        "Pupil UPN",
        "Pupil Forename",
        "Pupil Surname",
        "Birthday",
        "Year",
        "Tutor Group",
        "Parent Name 1",
        "Parent Mobile 1",
        "Parent Name 2",
    )
    assert guess(header) == {
        "upn": "Pupil UPN", "first_name": "Pupil Forename", "last_name": "Pupil Surname", "date_of_birth": "Birthday",
        "year_group": "Year", "class_name": "Tutor Group", "contact1.name": "Parent Name 1", "contact1.mobile": "Parent Mobile 1",
        "contact2.name": "Parent Name 2",
    }  # fmt: skip


def test_a_file_of_contacts_is_told_from_one_of_pupils() -> None:
    contacts = guess(("Admission No", "Forename", "Surname", "Relationship", "Priority", "Telephone"))
    assert is_contacts_only(contacts)
    assert contacts["contact.last_name"] == "Surname"
    pupils = guess(("Admission No", "Forename", "Surname", "DOB"))
    assert not is_contacts_only(pupils)
    assert missing(pupils) == []
    assert len(missing({"sen": "SEN"})) == 2


def test_whole_names_in_one_column() -> None:
    reading = read(b'Name,DOB,Contact Name,Contact Phone\n"Okoro, Ada",2018-11-03,"Okoro, Mrs Ife",07700 900001\n')
    [record] = reading.records
    assert (record.values["first_name"], record.values["last_name"]) == ("Ada", "Okoro")
    [contact] = record.contacts
    assert (contact.values["title"], contact.values["name"], contact.values["mobile"]) == ("Mrs", "Ife Okoro", "+447700900001")


@pytest.mark.parametrize(
    "text", ["07700900123", "07700 900123", "+447700900123", "(07700) 900 123", "07700-900123", "7700900123", "+44 (0)7700 900123"]
)
def test_one_number_written_in_many_ways(text: str) -> None:
    assert values.telephone(text) == "+447700900123"


@pytest.mark.parametrize(
    ("text", "year"), [("Year 1", "1"), ("yr 10", "10"), ("Y6", "6"), ("03", "3"), ("Reception", "R"), ("R", "R"), ("Nursery 2", "N")]
)
def test_year_groups(text: str, year: str) -> None:
    assert values.year_group(text) == year


@pytest.mark.parametrize("text", ["03/11/2018", "2018-11-03", "3-11-2018", "03 Nov 2018", "2018-11-03T00:00:00", "03/11/2018 00:00"])
def test_one_day_written_in_many_ways(text: str) -> None:
    assert values.birthday(text, TODAY) == date(2018, 11, 3)


@pytest.mark.parametrize("text", ["31/02/2019", "2030-01-01", "01/01/1950", "yesterday"])
def test_impossible_birthdays(text: str) -> None:
    with pytest.raises(ValueError, match="date"):
        values.birthday(text, TODAY)


def test_a_bad_number_never_loses_a_restricted_contact() -> None:
    reading = read(
        f"UPN,Forename,Surname,Contact Name,Contact Relationship,Contact Mobile,Contact Court Order,Contact Email\n"
        f"{upn(1)},Ada,One,Sam One,Father,12,Yes,not-an-address\n".encode()
    )
    [contact] = reading.records[0].contacts
    assert contact.values["restricted"] is True
    assert "mobile" not in contact.values
    assert "email" not in contact.values
    assert [fault.kept for fault in reading.faults] == [True, True]


@pytest.mark.parametrize(
    ("note", "restricted", "needs"),
    [
        ("Do not contact - court order", True, None),
        ("Non-molestation order", True, None),
        ("must not collect", True, None),
        ("BSL interpreter", None, "BSL interpreter"),
        ("", None, None),
    ],
)
def test_access_notes_restrict_or_tell_a_need(note: str, restricted: bool | None, needs: str | None) -> None:
    reading = read(f"UPN,Forename,Surname,Guardian 1 name,Guardian 1 access notes\n{upn(1)},Ada,One,Sam One,{note}\n".encode())
    [contact] = reading.records[0].contacts
    assert contact.values.get("restricted") is restricted
    assert contact.values.get("access_needs") == needs


def test_words_in_a_court_order_column_restrict_unless_they_are_a_plain_no() -> None:
    for said, restricted in (("Yes", True), ("No", False), ("Order of 3 May", True), ("", None)):
        reading = read(f"UPN,Forename,Surname,Contact Name,Contact Court Order\n{upn(1)},Ada,One,Sam One,{said}\n".encode())
        assert reading.records[0].contacts[0].values.get("restricted") is restricted


def test_a_mobile_in_the_wrong_column_is_a_mobile() -> None:
    reading = read(f"UPN,Forename,Surname,Contact Name,Contact Mobile,Contact Home\n{upn(1)},A,B,C D,020 7946 0001,07700 900001\n".encode())
    said = reading.records[0].contacts[0].values
    assert (said["mobile"], said["landline"]) == ("+447700900001", "+442079460001")


def test_the_number_of_one_child_on_anothers_row_is_a_fault() -> None:
    reading = read(f"UPN,Forename,Surname,DOB\n{upn(1)},Ada,One,03/11/2018\n{upn(1)},Ben,Two,04/11/2018\n".encode())
    assert len(reading.records) == 1
    assert "already that of Ada One on line 2" in reading.faults[0].says


@given(st.text(alphabet="=+-@\uff1d\uff0b\uff0d\uff20\t\rabc'\"; ,\n", max_size=12))
def test_no_cell_that_comes_back_is_a_formula(text: str) -> None:
    assert safe_cell(text)[:1] not in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")


def test_the_faulty_rows_come_back_and_can_be_imported_once_corrected() -> None:
    header = ("UPN", "Forename", "Surname", "DOB", "Contact Name", "Contact Mobile")
    row = (upn(1), "=cmd()", "One", "03/11/2018", "Sam One", "+447700900001")
    sheet = to_csv(header, [(7, "Something is wrong.", row)])
    assert "'=cmd()" in sheet
    assert "'+447700900001" in sheet
    table = read_table("to-correct.csv", sheet.encode("utf-8-sig"))
    [record] = read_records([(table, guess(table.header))], today=TODAY).records
    assert record.contacts[0].values["mobile"] == "+447700900001"


@given(st.from_regex(r"306[0-9]{8}[0-9A-HJ-NP-RT-Z]", fullmatch=True).filter(lambda rest: rest[-1] not in "IOS"))
def test_a_upn_has_one_right_check_letter(rest: str) -> None:
    right = check_letter(rest)
    assert fault_of(right + rest) is None
    assert all(fault_of(letter + rest) for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" if letter != right)


def test_the_known_upn_is_right() -> None:
    assert fault_of("B801200005001") is None
    assert "check letter" in (fault_of("Z999999999999") or "")


def test_a_cell_that_is_far_too_long_is_a_fault_of_its_row_alone() -> None:
    long = "x" * 200_000
    table = read_table("pupils.csv", f"Forename,Surname,DOB\nAda,Example,03/11/2018\n{long},Example,03/11/2018\n".encode())
    assert [row.line for row in table.rows] == [2, 3]


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_mark_that_turns_the_direction_does_not_come_in_with_a_name(mark: str) -> None:
    [record] = read(f"UPN,Legal Forename,Legal Surname,Date of Birth\n{upn(1)},{mark}live,Example,3/11/2018\n".encode()).records
    assert record.name == "live Example"
