"""A questionnaire on paper: the file's copy and the parents' from one record, what was signed, and hostile or empty data."""

import re
import zlib
from types import SimpleNamespace
from typing import Any

import pytest

from visits.questionnaire_paper import Signed, blank_html, blank_pdf, questionnaire_html, questionnaire_pdf, reads_leftwards
from visits.questionnaires.defaults import default, keys
from visits.questionnaires.definition import Question, Section, visible
from visits.strokes import read_strokes
from visits.tests.test_permission_form import pages

SCHOOL = SimpleNamespace(name="St Aldhelm’s Voluntary Controlled Church of England Primary and Nursery School", colour="#1d4f6e")
LONG = "Bartholomew Maximilian Wolverhampton-Featherstonehaugh-Vandenberghe O’Shaughnessy"
EVIL = '<img src="file:///etc/passwd"><script>x</script>{{ secret }}'
HEADS = [("Child", LONG), ("Address", "Flat 3\nThe Old Granary\nc/o Somebody\nLong Lane\nVillage\nTown\nAB1 2CD"), ("Visited", "")]
DRAWN = read_strokes('{"width": 300, "height": 100, "strokes": [[[10, 80, 0], [60, 10, 5], [250, 60, 15]]]}')


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def all_answered(key: str) -> dict[str, Any]:
    """Every question answered with something long, from right to left, or hostile."""
    given: dict[str, Any] = {}
    kinds = {"text": LONG, "long_text": f"{EVIL}\n\n{'Word after word. ' * 200}", "number": "45", "date": "2026-09-03", "yes_no": "yes"}
    for _, question in default(key).walk():
        chosen = [code for code, _ in question.options if code != "none"]
        given[question.code] = kinds.get(question.kind) or (chosen if question.several else chosen[-1])
    return given | {"family": "مريم عبد الرحمن (7)"}


def inside(pdf: bytes) -> bytes:
    """A PDF with its compressed streams opened."""
    return pdf + b"".join(zlib.decompressobj().decompress(part) for part in re.findall(rb"stream\r?\n(x.*?)endstream", pdf, re.DOTALL))


@pytest.mark.clause("MAT-31")
@pytest.mark.parametrize("key", keys())
def test_the_parents_copy_has_no_confidential_part_and_the_files_has_all(key: str) -> None:
    """Each question's words and answer are marked, so that none can hide behind another."""
    definition = default(key)
    answers = all_answered(key)
    for _, question in definition.walk():
        if question.kind in ("text", "long_text"):
            answers[question.code] = f"Answer-{question.code}."
    told = {
        kept: words(questionnaire_html(definition, answers, school=SCHOOL, heads=HEADS, parents_copy=not kept)) for kept in (True, False)
    }
    asked = {kept: [pair for pair in visible(definition, answers) if pair[0].confidential is kept] for kept in (True, False)}
    assert asked[True]
    assert asked[False]
    for kept in (True, False):
        for section, question in asked[kept]:
            assert section.title in told[True]
            assert question.words in told[True]
            marker = f"Answer-{question.code}."
            assert (question.words in told[False]) is not kept, question.code
            assert (section.title in told[False]) is not kept, section.code
            if question.kind in ("text", "long_text"):
                assert marker in told[True]
                assert (marker in told[False]) is not kept
    assert "onfidential" not in told[False]
    assert "onfidential" in told[True]


def test_words_of_people_are_words_on_paper_and_what_was_not_opened_is_not_there() -> None:
    answers = all_answered("welfare") | {"medical_seen": "no", "medical_seen_what": "Not opened", "child_said": ""}
    html = questionnaire_html(default("welfare"), answers, school=SCHOOL, heads=[("Child", EVIL)], version="Version 3")
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("{{ secret }}") > 3
    assert "Not opened" not in html
    assert "Not answered" in html
    assert "Version 3" in html


def test_a_signature_is_drawn_from_its_numbers_and_a_typed_one_says_so() -> None:
    signed = [Signed("Parent or carer", "مريم", "24 November 2026, 10:42", DRAWN, "ab" * 32), Signed("Member of staff", EVIL, "10:44")]
    html = questionnaire_html(default("errand"), {}, school=SCHOOL, heads=[], signatures=signed)
    assert 'd="M10 80 L60 10 L250 60"' in html
    assert 'viewBox="0 0 300 100"' in html
    assert "The name was typed in place of a drawn signature." in html
    assert "ab" * 32 in html
    assert "<script" not in html
    parents = questionnaire_html(default("errand"), {}, school=SCHOOL, heads=[], signatures=signed, parents_copy=True)
    assert "ab" * 32 not in parents
    assert 'd="M10 80' in parents
    hostile = {"width": 300, "height": 100, "strokes": [[['0"/><script>', 1, 0], [2, 2, 2]]]}
    with pytest.raises(ValueError, match="format"):
        questionnaire_html(default("errand"), {}, school=SCHOOL, heads=[], signatures=[Signed("Parent", "A", "", hostile)])


def test_a_script_from_right_to_left_stands_at_the_right() -> None:
    assert [reads_leftwards(text) for text in ("مريم", "(7) שרה", "Ada", "7", "")] == [True, True, False, False, False]
    html = questionnaire_html(default("induction"), {"family": "مريم عبد\nand Ada"}, school=SCHOOL, heads=[])
    assert html.count("answer--leftwards") == 1


@pytest.mark.parametrize("key", keys())
def test_a_blank_form_has_every_question_with_room_to_write(key: str) -> None:
    told = words(blank_html(default(key), school=SCHOOL, version="Version 1"))
    for section, question in default(key).walk():
        assert section.title in told
        assert question.words in told
        assert all(choice in told for _, choice in question.options)


def test_the_pdfs_are_tagged_titled_and_of_a_sensible_length() -> None:
    filled = questionnaire_pdf(
        default("induction"), all_answered("induction"), school=SCHOOL, heads=HEADS, signatures=[Signed("A", "B", "C", DRAWN)]
    )
    empty = questionnaire_pdf(default("welfare"), {}, school=SCHOOL, heads=HEADS, draft=True)
    blank = blank_pdf(default("welfare"), school=SCHOOL)
    for pdf in (filled, empty, blank):
        assert all(mark in inside(pdf) for mark in (b"/StructTreeRoot", b"/Lang (en-GB)", b"/Marked true")), pdf[:20]
    assert pages(empty) <= 2
    assert pages(blank) <= 4
    assert pages(filled) > 4


def test_a_questionnaire_of_a_schools_own_is_printed_too() -> None:
    made = Section(
        "own_1", EVIL, (Question("own_2", "choice", EVIL, hint=EVIL, choices=(("own_1", EVIL), ("own_2", "No"))),), intro=EVIL, own=True
    )
    asks = default("welfare")
    html = blank_html(type(asks)(asks.key, EVIL, (made, *asks.sections)), school=SCHOOL)
    assert "<script" not in html
    assert html.count("{{ secret }}") >= 5
