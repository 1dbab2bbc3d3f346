"""Finding a pupil by two letters of the name."""

import pytest

from homevisits.people.models import Pupil
from homevisits.people.selectors import search_pupils

from .factories import PupilFactory, SchoolFactory

pytestmark = pytest.mark.django_db


def names(found: list[Pupil]) -> list[str]:
    return [str(pupil) for pupil in found]


def test_first_names_come_before_surnames_and_inner_parts() -> None:
    school = SchoolFactory.create()
    for first, last in (("Zoe", "Martin"), ("Maya", "Cole"), ("Ann-Marie", "Dunn"), ("Tom", "Bell")):
        PupilFactory.create(school=school, first_name=first, last_name=last)
    assert names(search_pupils(school, "ma")) == ["Maya Cole", "Zoe Martin", "Ann-Marie Dunn"]
    assert names(search_pupils(school, "Zo Mar")) == ["Zoe Martin"]
    assert names(search_pupils(school, "mar zo")) == ["Zoe Martin"]


def test_accents_and_apostrophes_do_not_matter() -> None:
    school = SchoolFactory.create()
    PupilFactory.create(school=school, first_name="Zoë", last_name="O’Brien")
    for text in ("zoe", "ZOË", "obr", "o'br"):
        assert names(search_pupils(school, text)) == ["Zoë O’Brien"]


def test_one_letter_another_school_and_those_who_left_are_not_found() -> None:
    school = SchoolFactory.create()
    PupilFactory.create(first_name="Maya")
    PupilFactory.create(school=school, first_name="Maia", status=Pupil.Status.LEFT)
    here = PupilFactory.create(school=school, first_name="Mara", status=Pupil.Status.LEAVER_PROPOSED)
    assert search_pupils(school, "m") == search_pupils(school, " ") == []
    assert search_pupils(school, "ma") == [here]


def test_a_search_takes_two_queries_and_keeps_its_limit(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    school = SchoolFactory.create()
    for _ in range(20):
        PupilFactory.create(school=school, first_name="Maya")
    with django_assert_num_queries(2):
        found = search_pupils(school, "ma", limit=8)
        assert [pupil.household.postcode for pupil in found] == ["CR0 4XG"] * 8
