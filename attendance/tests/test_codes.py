"""Codes: what they count as, and what people's words suggest."""

import pytest

from attendance.codes import CODES, StatisticalClass, explains, is_present, reason_codes, suggested_code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Temperature since last night", "I"),
        ("she's been sick", "I"),
        ("Dentist at ten", "M"),
        ("Hospital appointment, feels ill too", "M"),
        ("overslept", "O"),
        ("don't know where he is", "O"),
        ("refusing school", "O"),
        ("bus broke down", "Y2"),
        ("Grandad died", "C"),
        ("still in Poland", ""),
        ("", ""),
        ("zzblah", ""),
    ],
)
def test_words_suggest_a_code_or_none(words: str, code: str) -> None:
    assert suggested_code(words) == code


def test_every_suggestion_is_a_code_that_a_person_may_choose() -> None:
    offered = {code.code for code in reason_codes()}
    assert {
        suggested_code(words) for words in ("ill", "dentist", "eid", "suspended", "holiday", "funeral", "traveller", "snow", "refuses")
    } <= offered


def test_classes_follow_the_regulations() -> None:
    assert len([code for code in CODES.values() if code.choosable]) == 34
    assert [code for code in CODES if CODES[code].statistical_class is StatisticalClass.UNAUTHORISED] == ["G", "N", "O", "U"]
    assert not any(CODES[code].choosable for code in ("H", "J", "Y"))
    assert is_present("U")
    assert is_present("L")
    assert not is_present("N")
    assert explains("I")
    assert not explains("N")
