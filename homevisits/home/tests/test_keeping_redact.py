"""Blacking out takes the words out of the text; the days that the law counts are counted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homevisits.home.keeping.dates import answer_by, first_days_of, months_after, send_by, years_after
from homevisits.home.keeping.others import ABOUT, ADULT, CHILD, MAYBE, REACH, STAFF, Known, others_in
from homevisits.home.keeping.redact import GONE, places, redacted
from homevisits.home.keeping.registry import Found

WORDS = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ann said so.", "ann"),
        ("ANN’S coat", "Ann"),
        ("Zoe\u0308 came", "zoë"),
        ("Zoë came", "Zoe"),
        ("Mr O’Brien rang", "O'Brien"),
        ("Anna-Lena\nExample", "anna-lena example"),
        ("Kai\u00a0 Example", "Kai Example"),
        ("07700 900123.", "07700 900123"),
        ("Stra\u00dfe", "strasse"),
        ("Jo\u200dhn came", "John"),
        ("\uff21\uff4e\uff4e came", "Ann"),
    ],
)
def test_a_word_goes_however_it_is_written(text: str, word: str) -> None:
    assert GONE in redacted(text, [word])
    assert next(places(redacted(text, [word]), word), None) is None


def test_a_name_inside_a_longer_word_stays() -> None:
    assert redacted("The Annual report of Annabel", ["Ann"]) == "The Annual report of Annabel"


def test_a_short_and_a_long_name_leave_the_same_mark() -> None:
    assert redacted("Al", ["Al"]) == redacted("Alexandrina-Victoria", ["Alexandrina-Victoria"]) == GONE


@given(before=WORDS, word=WORDS, after=WORDS)
def test_nothing_of_what_is_blacked_out_is_left(before: str, word: str, after: str) -> None:
    said = redacted(f"{before} {word} {after} “{word}” {word.upper()}", [word])
    assert next(places(said.replace(GONE, " "), word), None) is None


def test_others_are_found_and_the_pupil_is_not() -> None:
    known = Known(
        ("Ada Example-Núñez", "Ada", "Example-Núñez", "1 Long Road", "CR0 1AA"),
        ((CHILD, "Kai Sample"), (CHILD, "Kai"), (ADULT, "Robin Example"), (STAFF, "Kim Office"), (CHILD, "Ida Nobody")),
    )
    says = "Ada said that Ada Example-Núñez of Long Road, CR0 1AA and Kai and Robin Example were there with Uncle Terry. "
    says += "Ring +44 7700 900123 or a.b@home.example, CR0 4XG. Kim Office."
    found = others_in(Found("x", "1", "Concern", None, [["Says", says]]), known)
    said = {(kind, words) for kind, words in found}
    assert {(CHILD, "Kai"), (ADULT, "Robin Example"), (STAFF, "Kim Office")} <= said
    assert {(REACH, "+44 7700 900123"), (REACH, "a.b@home.example"), (REACH, "CR0 4XG")} <= said
    assert any(kind == MAYBE and "Terry" in words for kind, words in found)
    assert not any(name in words for _, words in found for name in ("Ada", "Nobody", "Núñez", "Road", "CR0 1AA"))


def test_only_what_stands_there_is_proposed_and_nothing_of_who_asks() -> None:
    known = Known(
        ("Ada Example",), ((ADULT, "Robin Sample"), (ADULT, "Robin"), (CHILD, "Kai Example")), ("Robin Sample", "Robin", "+447700900123")
    )
    says = (
        "Then Children’s Services rang Robin on 07700 900123; we slept at Auntie’s. Robin Sample didn’t say. Didn’t Uncle Terry’s dog bite?"
    )
    found = others_in(Found("x", "1", "Concern", None, [["Says", says]], shared=("Georgia Chen",)), known)
    assert found == [[MAYBE, "Auntie"], [MAYBE, "Uncle Terry"], [ABOUT, "Georgia Chen"]]


def test_a_month_ends_where_the_next_one_is_shorter_and_moves_to_a_working_day() -> None:
    assert months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert years_after(date(2024, 2, 29), 25) == date(2049, 2, 28)
    assert answer_by(date(2026, 11, 20)) == date(2026, 12, 21)  # the 20th is a Sunday
    assert answer_by(date(2026, 11, 25)) == date(2026, 12, 29)  # Christmas, the weekend, the bank holiday in lieu
    assert answer_by(date(2026, 11, 20), extended=True) == date(2027, 2, 22)


def test_five_days_from_leaving_and_the_first_five_of_a_term() -> None:
    assert send_by(date(2026, 11, 20)) == date(2026, 11, 25)
    assert first_days_of(date(2027, 1, 4)) == date(2027, 1, 8)
