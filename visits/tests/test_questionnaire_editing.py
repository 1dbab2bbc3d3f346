"""A school makes a questionnaire its own: what moves, what is reworded, what is switched off, and what the policy keeps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homevisits.common.errors import BadInput, Blocked
from visits.questionnaires.compare import changes
from visits.questionnaires.defaults import default, keys
from visits.questionnaires.definition import Definition, Question, from_json, problems, to_json
from visits.questionnaires.editing import (
    add_question,
    add_section,
    choices_of,
    demanded,
    fresh_code,
    lacking,
    move,
    reword,
    reword_section,
    switch_off,
    switch_on,
    switched_off,
)

WELFARE, INDUCTION = default("welfare"), default("induction")


def order(definition: Definition) -> list[str]:
    return [section.code for section in definition.sections]


@pytest.mark.clause("PRI-22")
@pytest.mark.parametrize("key", keys())
@pytest.mark.parametrize("code", ["prompts", "curiosity"])
def test_the_prompts_cannot_be_switched_off_and_the_clause_is_named(key: str, code: str) -> None:
    with pytest.raises(Blocked) as why:
        switch_off(default(key), code)
    assert why.value.blocks[0].clause == "PRI-22"
    with pytest.raises(Blocked, match="not take it out"):
        reword(default(key), "curiosity", words="Anything?", choices=(("marks", "Marks"), ("none", "No")))


@pytest.mark.clause("PRI-27")
def test_what_the_visit_must_gather_is_reworded_and_never_lost() -> None:
    with pytest.raises(Blocked) as why:
        switch_off(INDUCTION, "pets")
    assert why.value.blocks[0].clause == "PRI-27"
    with pytest.raises(Blocked):
        switch_off(INDUCTION, "people")
    made = reword(INDUCTION, "pets", words="Any animals at home?", required=False)
    assert (made.questions["pets"].words, made.questions["pets"].required) == ("Any animals at home?", True)


def test_everything_that_a_clause_demands_stays_whatever_is_switched_off() -> None:
    for key in keys():
        asks = default(key)
        for code in [*default(key).questions, *order(default(key))]:
            if not demanded(asks, code):
                try:
                    asks = switch_off(asks, code)
                except BadInput:
                    assert code not in asks.questions
        assert lacking(asks, default(key)) == []
        assert problems(asks) == []


def test_a_section_is_switched_off_and_comes_back_where_the_product_has_it() -> None:
    without = switch_off(switch_off(WELFARE, "seen"), "home")
    assert order(without) == ["said", "help", "prompts"]
    assert [code for code, _, _ in switched_off(without, WELFARE)] == ["seen", "home"]
    assert switch_on(switch_on(without, WELFARE, "home"), WELFARE, "seen") == WELFARE
    with pytest.raises(BadInput, match="already"):
        switch_on(WELFARE, WELFARE, "seen")


def test_a_question_is_switched_off_with_what_it_opens_and_comes_back() -> None:
    without = switch_off(WELFARE, "medical_seen")
    assert not {"medical_seen", "medical_seen_what"} & set(without.questions)
    assert [code for code, _, _ in switched_off(without, WELFARE)] == ["medical_seen"]
    assert switch_on(without, WELFARE, "medical_seen") == WELFARE
    only = switch_off(WELFARE, "medical_seen_what")
    assert "medical_seen" in only.questions
    assert switch_on(only, WELFARE, "medical_seen_what") == WELFARE
    with pytest.raises(BadInput, match="section is switched off"):
        switch_on(switch_off(WELFARE, "seen"), WELFARE, "child_how")


def test_the_last_question_takes_its_section_with_it() -> None:
    asks = WELFARE
    for code in ("home_facts", "adult_how"):
        asks = switch_off(asks, code)
    assert "home" not in order(asks)


def test_parts_move_one_place_and_stop_at_the_ends() -> None:
    assert order(move(WELFARE, "said", up=True)) == ["said", "seen", "home", "help", "prompts"]
    assert move(WELFARE, "seen", up=True) == WELFARE
    assert move(WELFARE, "prompts", up=False) == WELFARE
    moved = move(WELFARE, "child_said", up=True).section("seen")
    assert moved
    assert [question.code for question in moved.questions][:2] == ["child_said", "child_how"]
    with pytest.raises(BadInput, match="not there"):
        move(WELFARE, "nothing", up=True)


def test_a_school_adds_questions_and_a_section_before_the_prompts() -> None:
    code = fresh_code(WELFARE, {"own_1"})
    assert code == "own_2"
    question = Question(code, "choice", "Which club?", choices=choices_of("Chess\n\n Choir \nChess"), clause="PRI-22")
    asks = add_question(WELFARE, "help", question)
    assert asks.questions[code].choices == (("own_1", "Chess"), ("own_2", "Choir"))
    assert (asks.questions[code].own, asks.questions[code].clause) == (True, "")
    asks = add_section(asks, "Travel", Question("own_3", "text", "How do you come?"), code="own_4")
    assert order(asks) == ["seen", "said", "home", "help", "own_4", "prompts"]
    assert switch_off(switch_off(asks, "own_4"), code) == WELFARE


def test_a_choice_in_the_same_words_keeps_its_code() -> None:
    before = choices_of("Chess\nChoir")
    assert choices_of("Football\nChoir\nChess", before) == (("own_3", "Football"), ("own_2", "Choir"), ("own_1", "Chess"))


@pytest.mark.clause("ATT-30")
def test_a_reason_that_a_school_adds_asks_for_the_support_offered_too() -> None:
    attendance = default("attendance")
    reasons = attendance.questions["reasons"]
    made = reword(attendance, "reasons", words=reasons.words, choices=(*reasons.choices, ("own_1", "Work of the parents")))
    support = made.questions["reasons"].follow_ups["own_1"][0]
    assert (support.code, support.words, support.required) == ("reasons_own_1", "Support offered: Work of the parents", True)
    assert problems(made) == []


def test_the_prompts_stay_confidential() -> None:
    made = reword_section(WELFARE, "prompts", title="Stop and think", intro="", confidential=False).section("prompts")
    assert made
    assert (made.title, made.confidential) == ("Stop and think", True)
    other = reword_section(WELFARE, "home", title="The home", confidential=False).section("home")
    assert other
    assert not other.confidential


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_words_that_cannot_be_are_refused(words: str) -> None:
    with pytest.raises(BadInput):
        reword(WELFARE, "child_how", words=words)
    with pytest.raises(BadInput):
        reword_section(WELFARE, "seen", title=words)
    with pytest.raises(BadInput):
        add_question(WELFARE, "seen", Question("own_1", "text", words))


def test_what_changed_is_said_in_words() -> None:
    asks = reword(switch_off(move(WELFARE, "said", up=True), "home"), "child_how", words="How was the child?", required=True)
    asks = add_question(asks, "help", Question("own_1", "text", "Which club?"))
    said = [(change.about, change.what, change.before, change.after) for change in changes(WELFARE, asks)]
    assert ("How was the child?", "reworded", "How did the child seem?", "How was the child?") in said
    assert ("How was the child?", "changed", "May be left empty", "Must be answered") in said
    assert ("Which club?", "added", "", "") in said
    assert any(about == "The home" and what == "taken out" for about, what, _, _ in said)
    assert any(about == "The sections" and what == "moved" for about, what, _, _ in said)
    assert changes(WELFARE, WELFARE) == []


TAPS = ("up", "down", "off", "on", "reword", "add")


def tapped(asks: Definition, original: Definition, what: str, code: str) -> Definition:
    """One tap in the editor."""
    if what in ("up", "down"):
        return move(asks, code, up=what == "up")
    if what == "off":
        return switch_off(asks, code)
    if what == "on":
        return switch_on(asks, original, code)
    if what == "reword":
        return reword(asks, code, words="In other words")
    return add_question(asks, asks.sections[len(code) % len(asks.sections)].code, Question(fresh_code(asks), "text", "Own?"))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(keys()), st.lists(st.tuples(st.sampled_from(TAPS), st.integers(0, 200)), max_size=25))
def test_whatever_is_tapped_in_whatever_order_it_can_be_asked_and_the_policy_has_what_it_demands(
    key: str, taps: list[tuple[str, int]]
) -> None:
    original = asks = default(key)
    for what, number in taps:
        codes = [*(section.code for section in original.sections), *original.questions, *asks.questions]
        code = codes[number % len(codes)]
        try:
            asks = tapped(asks, original, what, code)
        except (BadInput, Blocked):
            continue
        assert problems(asks) == []
        assert lacking(asks, original) == []
        assert from_json(to_json(asks)) == asks
    assert [code for code, _, _ in switched_off(asks, original)] == [] or changes(original, asks)
