"""The sample exports of three systems give the same pupils and contacts, in the fields that each carries."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from homevisits.common.actors import SystemJob
from homevisits.people.models import Contact, Household, ImportRun, Pupil, PupilFlag, School
from homevisits.people.services.imports import Upload, import_now
from homevisits.testing.shares import share

from .factories import SchoolFactory

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = next((folder for folder in (ROOT.parent / "shared/data", ROOT / "../../shared/data") if folder.is_dir()), None)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SAMPLES is None, reason="the sample exports (../shared/data) are not there"),
]
SIMS = ("sims-pupils.csv", "sims-contacts.csv")
ARBOR = ("arbor-students.csv",)
BROMCOM = ("bromcom-contacts.csv",)
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
BY = SystemJob("Import")


def load(school: School, *names: str) -> ImportRun:
    """Import sample files as they are."""
    assert SAMPLES is not None
    return import_now(school=school, files=[Upload(name, (SAMPLES / name).read_bytes()) for name in names], by=BY, now=NOW)


def counts(run: ImportRun) -> tuple[int, ...]:
    """New, changed, unchanged, left, faulty, ticks."""
    return tuple(run.counts[name] for name in ("new", "changed", "unchanged", "left", "faulty", "ticks"))


def pupils_of(school: School) -> set[tuple[Any, ...]]:
    """What all three files say of a pupil."""
    names = ("upn", "first_name", "last_name", "date_of_birth", "year_group", "class_name", "household__postcode")
    return set(Pupil.objects.filter(school=school).values_list(*names))


def contacts_of(school: School, *more: str) -> Counter[tuple[Any, ...]]:
    """What all three files say of a contact."""
    names = ("pupil__upn", "name", "relationship", "priority", "parental_responsibility", "email", *more)
    return Counter(Contact.objects.filter(pupil__school=school).values_list(*names))


def siblings_of(school: School) -> set[frozenset[str]]:
    """The UPNs of each household."""
    return {frozenset(home.pupils.values_list("upn", flat=True)) for home in Household.objects.filter(school=school)} - {frozenset()}


def test_the_three_exports_give_the_same_school() -> None:
    sims, arbor, bromcom = SchoolFactory.create(), SchoolFactory.create(), SchoolFactory.create()
    assert counts(load(sims, *SIMS)) == (420, 0, 0, 0, 0, 0)
    assert counts(load(arbor, *ARBOR)) == (420, 0, 0, 0, 0, 0)
    assert counts(load(bromcom, *BROMCOM)) == (420, 0, 0, 0, 0, 0)
    assert pupils_of(sims) == pupils_of(arbor) == pupils_of(bromcom)
    assert contacts_of(sims) == contacts_of(arbor) == contacts_of(bromcom)
    assert contacts_of(sims, "mobile") == contacts_of(arbor, "mobile") == contacts_of(bromcom, "mobile")
    assert contacts_of(sims, "title", "restricted") == contacts_of(arbor, "title", "restricted")
    assert Contact.objects.filter(pupil__school=sims, restricted=True).count() == 11
    flags = [Counter(PupilFlag.objects.filter(pupil__school=school).values_list("pupil__upn", "kind")) for school in (sims, arbor)]
    assert flags[0] == flags[1]
    assert sum(flags[0].values()) == 27
    assert siblings_of(sims) == siblings_of(arbor) == siblings_of(bromcom)
    assert len(siblings_of(sims)) == 314


def test_the_second_import_reports_nothing_changed() -> None:
    for files in (SIMS, ARBOR, BROMCOM):
        school = SchoolFactory.create()
        load(school, *files)
        assert counts(load(school, *files)) == (0, 0, 420, 0, 0, 0)


@pytest.mark.parametrize(("first", "then"), share([(SIMS, BROMCOM), (BROMCOM, SIMS), (ARBOR, SIMS), (SIMS, ARBOR), (BROMCOM, ARBOR)]))
def test_a_file_never_takes_away_what_it_does_not_carry(first: tuple[str, ...], then: tuple[str, ...]) -> None:
    school, sims = SchoolFactory.create(), SchoolFactory.create()
    load(sims, *SIMS)
    load(school, *first)
    run = load(school, *then)
    assert (run.counts["new"], run.counts["left"], run.counts["ticks"]) == (0, 0, 0)
    assert Contact.objects.filter(pupil__school=school).count() == 1082
    assert not Contact.objects.filter(pupil__school=school, gone=True).exists()
    if first == SIMS or then == SIMS:
        assert contacts_of(school, "mobile", "landline", "restricted", "language", "title", "address") == contacts_of(
            sims, "mobile", "landline", "restricted", "language", "title", "address"
        )
        assert PupilFlag.objects.filter(pupil__school=school).count() == 27
    assert siblings_of(school) == siblings_of(sims)
    assert run.counts["changed"] == 0 or (first, then) != (SIMS, BROMCOM)
    load(school, *first)  # where a contact lives is known for good once both have said it
    assert counts(load(school, *then))[:2] == (0, 0)
    assert counts(load(school, *first))[:2] == (0, 0)


def test_faulty_rows_are_named_and_the_good_ones_load() -> None:
    school = SchoolFactory.create()
    run = load(school, "sims-pupils-with-faults.csv")
    assert counts(run) == (415, 0, 0, 0, 6, 0)
    assert Pupil.objects.filter(school=school).count() == 415
    said = dict(run.faults.values_list("line", "says"))
    assert sorted(said) == [4, 6, 8, 10, 12, 16]
    for line, words in {
        4: "31/02/2019",
        6: "check letter",
        8: "NOT A POSTCODE",
        10: "no first name",
        12: "repeats Mila Taylor of line 11",
        16: "8 cells",
    }.items():
        assert words in said[line]
    assert counts(load(school, *SIMS)) == (5, 415, 0, 0, 0, 0)
    again = load(school, "sims-pupils-with-faults.csv")
    assert (again.counts["new"], again.counts["changed"], again.counts["left"]) == (0, 0, 0)


def test_contacts_alone_find_their_pupils() -> None:
    school = SchoolFactory.create()
    assert counts(load(school, "sims-pupils.csv"))[0] == 420
    assert counts(load(school, "sims-contacts.csv")) == (0, 420, 0, 0, 0, 0)
    assert counts(load(school, *SIMS)) == (0, 0, 420, 0, 0, 0)
