"""Every log is told in sentences: with names, without codes, on the screen and in the terminal alike."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

from homevisits.home.shapes import STATES
from homevisits.rehearsal import saying, shelf
from homevisits.rehearsal.telling import Names, joined, lines, sentence, tell

from .factories import result_of

CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
NAMES = Names({"a": "Ann One"}, {"a1": "Al One"}, {"olive": "Olive Office"})


@pytest.mark.once
@pytest.mark.parametrize("scenario", ["not-seen-and-alone", "overdue-and-nobody-back", "provider-failing-all-morning", "child-seen"])
def test_no_code_is_left_in_what_people_read(scenario: str) -> None:
    result = result_of(scenario)
    entries = tell(result["log"], Names(**result["names"]))
    assert len(entries) == len(result["log"]) > 0
    for entry in entries:
        assert not CODE.search(entry.words), entry.words
        assert entry.words[0].isupper(), entry.words
        assert entry.words.endswith((".", "?")), entry.words
        assert (entry.kind in saying.KINDS, entry.state in STATES) == (True, True)


def test_a_refusal_says_who_what_why_and_its_clause_in_words() -> None:
    entry = {
        "at": "2026-11-24T09:20:00+00:00", "what": "refused", "do": "release_hold", "by": "olive",
        "blocks": [{"clause": "PRI-31", "says": "No texts are held now."}],
    }  # fmt: skip
    said = list(lines([entry], NAMES))
    assert said[0] == "09:20:00  Refused: Olive Office wanted to release the texts. No texts are held now. [PRI-31]"
    assert "the first-day-absence text goes out" in said[1]


def test_what_nobody_has_put_into_words_yet_is_still_told() -> None:
    assert sentence({"what": "dog_barked", "pupils": ["a"]}, NAMES) == "Dog barked: Ann One."
    assert sentence({"what": "told", "role": "caretaker", "about": "new_thing"}, NAMES) == "The caretaker is told: new thing."


def test_names_are_joined_as_people_say_them() -> None:
    people = ["Ada", "Ben", "Cal"]
    assert [joined(people[:count]) for count in range(4)] == ["", "Ada", "Ada and Ben", "Ada, Ben and Cal"]


def test_the_command_says_the_same() -> None:
    """In a process of its own: the command changes the database under Django's feet."""
    file = str(shelf.folder() / "no-school.yaml")
    said = subprocess.run(
        [sys.executable, "manage.py", "rehearse", file], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    assert said.splitlines()[0] == "A closed day (Primary procedures)"
    assert "nobody is looked for" in said
