"""What a text comes to, and what a wording may say."""

import pytest

from homevisits.common.errors import BadInput
from homevisits.messaging import wording
from homevisits.messaging.parts import count_parts

LONG = {"school": "St Example's Church of England Primary", "phone": "01632 960001", "children": "Ada and Ben", "deadline": "11:30"}


@pytest.mark.parametrize(
    ("text", "length", "parts", "limit"),
    [
        ("", 0, 1, 160),
        ("x" * 160, 160, 1, 160),
        ("x" * 161, 161, 2, 306),
        ("x" * 306, 306, 2, 306),
        ("x" * 307, 307, 3, 459),
        ("x" * 459, 459, 3, 459),
        ("[" * 80, 160, 1, 160),
        ("€" * 81, 162, 2, 306),
        ("é£@", 3, 1, 160),
        ("ę" * 70, 70, 1, 70),
        ("ę" * 71, 71, 2, 134),
        ("ę" * 135, 135, 3, 201),
        ("😀" * 35, 70, 1, 70),
        ("😀" * 36, 72, 2, 134),
    ],
)
def test_parts(text: str, length: int, parts: int, limit: int) -> None:
    found = count_parts(text)
    assert (found.length, found.parts, found.limit) == (length, parts, limit)


def test_the_characters_that_make_a_text_short_are_named() -> None:
    assert count_parts("Dziękuję, Łukasz").forcing == ("ę", "Ł")


@pytest.mark.parametrize("name", [name for name in wording.FIELDS if name not in ("staff_notice", "appointment_email")])
def test_shipped_words_fit_and_use_only_their_fields(name: str) -> None:
    shipped = wording.shipped(name)
    wording.check(name, shipped.subject, shipped.body)
    parts = count_parts(wording.render(shipped.body, LONG))
    assert parts.parts <= 2
    assert not parts.forcing


@pytest.mark.clause("PRI-31")
@pytest.mark.parametrize("name", list(wording.FIELDS))
@pytest.mark.parametrize("field", ["surname", "reason", "last_name", "diagnosis", "flags"])
def test_no_message_has_a_field_for_a_surname_or_a_reason(name: str, field: str) -> None:
    with pytest.raises(BadInput):
        wording.check(name, "", f"About (({field}))")
    with pytest.raises(ValueError, match=field):
        wording.check_fields(name, {field: "x"})


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["Ada"], "Ada"), (["Ben", "Ada"], "Ada and Ben"), (["Cy", "Ben", "Ada", "Ada"], "Ada, Ben and Cy")]
)
def test_children_are_named_once_in_order(names: list[str], said: str) -> None:
    assert wording.first_names(names) == said


def test_english_is_the_empty_language() -> None:
    assert [wording.plain(word) for word in ("English", " english ", "", "Polish")] == ["", "", "", "Polish"]


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording.shipped("surprise")
