"""What a questionnaire asks: which questions count, what is missing, how answers are checked and kept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homevisits.common.errors import BadInput
from homevisits.policy.clauses import clauses
from homevisits.policy.presets import PRESETS
from visits.purposes import DRILL, purposes_of
from visits.questionnaires.defaults import asked_for, default, keys
from visits.questionnaires.definition import (
    Definition,
    Question,
    Section,
    canonical,
    counted,
    from_json,
    missing,
    problems,
    ticked_prompts,
    to_json,
    visible,
)
from visits.questionnaires.forms import section_form
from visits.questionnaires.values import clean_value, clean_values, shown
from visits.questions import UNDERLYING

PETS = Question(
    "pets", "yes_no", "Are there pets?", required=True,
    follow_ups={"yes": (Question("which", "text", "Which?", required=True), Question("count", "number", "How many?", lowest=1, highest=9))},
)  # fmt: skip
DAYS = Question(
    "days",
    "choices",
    "Which days?",
    choices=(("mon", "Monday"), ("tue", "Tuesday")),
    follow_ups={"tue": (Question("why", "text", "Why?"),)},
)
SMALL = Definition("small", "Small", (Section("one", "One", (PETS, DAYS)), Section("two", "Two", (Question("when", "date", "When?"),))))


def codes(found: list[tuple[Section, Question]]) -> list[str]:
    return [question.code for _, question in found]


def test_a_follow_up_counts_only_while_its_answer_is_given() -> None:
    assert codes(visible(SMALL, {})) == ["pets", "days", "when"]
    assert codes(visible(SMALL, {"pets": "yes", "days": ["mon", "tue"]})) == ["pets", "which", "count", "days", "why", "when"]
    assert codes(missing(SMALL, {})) == ["pets"]
    assert codes(missing(SMALL, {"pets": "yes", "which": "  "})) == ["which"]
    assert missing(SMALL, {"pets": "no"}) == []
    assert counted(SMALL, {"pets": "no", "which": "A dog", "unknown": "x", "when": ""}) == {"pets": "no"}


def test_what_was_signed_is_one_text_whatever_the_order_and_changes_with_answers_and_words() -> None:
    signed = canonical(SMALL, {"pets": "yes", "which": "Ein Hünd", "days": ["mon"]})
    assert signed == canonical(SMALL, {"days": ["mon"], "which": "Ein Hünd", "pets": "yes", "when": "", "why": "not opened"})
    assert json.loads(signed)["answers"] == {"pets": "yes", "which": "Ein Hünd", "days": ["mon"]}
    assert signed != canonical(SMALL, {"pets": "yes", "which": "A cat", "days": ["mon"]})
    reworded = Definition("small", "Small", (Section("one", "One", (Question("pets", "text", "Pets"), DAYS)), SMALL.sections[1]))
    assert canonical(SMALL, {}) != canonical(reworded, {})


def test_a_definition_is_kept_as_json_and_comes_back_the_same() -> None:
    kept = json.loads(json.dumps(to_json(SMALL)))
    assert from_json(kept) == SMALL
    assert from_json(kept).sha256 == SMALL.sha256


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"sections": []}, "missing"),
        ({"key": "a", "title": "A", "sections": []}, "no section"),
        ({"key": "a", "title": "A", "sections": [{"code": "s", "title": "S", "questions": [5]}]}, "missing"),
        ({"key": "a", "title": "A", "sections": [{"code": "s", "title": "S", "questions": []}]}, "has no question"),
        (
            {
                "key": "a",
                "title": "A",
                "sections": [{"code": "s", "title": "S", "questions": [{"code": "q", "kind": "song", "words": "Q"}]}],
            },
            "no known kind",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(broken: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        from_json(broken)


def test_a_code_twice_a_choice_of_one_and_a_follow_up_of_nothing_are_problems() -> None:
    def found(*questions: Question) -> str:
        return " ".join(problems(Definition("a", "A", (Section("s", "S", questions),))))

    twice = Question("q", "text", "Q")
    assert "twice" in found(twice, twice)
    assert "two answers" in found(Question("q", "choice", "Q", choices=(("a", "A"),)))
    assert "no answer “maybe”" in found(Question("q", "yes_no", "Q", follow_ups={"maybe": (Question("w", "text", "W"),)}))
    assert "no code" in found(Question("Not a code", "text", "Q"))
    assert "an empty one" in found(Question("q", "choice", "Q", choices=(("a", "A"), ("b", " "))))
    assert found(PETS, DAYS) == ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*SMALL.questions.values(), *default("tutoring").questions.values()]), ANYTHING)
def test_whatever_a_tablet_sends_is_kept_in_one_plain_form_or_refused_with_a_sentence(question: Question, sent: object) -> None:
    try:
        kept = clean_value(question, sent)
    except BadInput as why:
        refused = str(why)
    else:
        refused = ""
    if refused:
        assert refused.startswith(question.words.rstrip(":. "))
        return
    assert clean_value(question, kept) == kept
    assert isinstance(kept, list) is question.several
    json.dumps(kept, ensure_ascii=False).encode()
    shown(question, kept)


@pytest.mark.parametrize(
    ("question", "typed", "kept"),
    [
        (Question("q", "text", "Name"), "  Ada \n Lovelace\x00\ud800\u202e ", "Ada Lovelace"),
        (Question("q", "long_text", "Note"), " one\r\n\r\ntwo\x07 ", "one\n\ntwo"),
        (Question("q", "text", "Name"), "مريم عبد", "مريم عبد"),
        (Question("q", "number", "How many?"), " 1,250.50 ", "1250.5"),
        (Question("q", "number", "How many?"), "-0", "0"),
        (Question("q", "date", "When?"), "3/9/2026", "2026-09-03"),
        (Question("q", "date", "When?"), "2026-09-03", "2026-09-03"),
        (PETS, "yes", "yes"),
        (PETS, None, ""),
        (DAYS, ["tue", "mon", "tue"], ["mon", "tue"]),
        (DAYS, "tue", ["tue"]),
        (DAYS, None, []),
        (DAYS, "", []),
    ],
)
def test_an_answer_is_kept_in_one_plain_form(question: Question, typed: object, kept: object) -> None:
    assert clean_value(question, typed) == kept
    assert clean_value(question, kept) == kept


PROMPTS = Question("look", "prompts", "Did you see any?", choices=(("marks", "Marks"), ("none", "Nothing of this kind")))


@pytest.mark.parametrize(
    ("question", "typed", "says"),
    [
        (Question("q", "text", "Name"), "x" * 301, "Name: 300 characters at most; these are 301"),
        (Question("q", "long_text", "Note"), "x" * 5001, "5,000 characters at most"),
        (Question("q", "number", "How many?"), "three", "enter a number"),
        (Question("q", "number", "How many?"), "NaN", "enter a number"),
        (Question("q", "number", "How many?"), "1e400", "enter a number"),
        (Question("q", "number", "How many?", lowest=1), "0", "1 is the lowest"),
        (Question("q", "number", "How many?", highest=9), "9.5", "9 is the highest"),
        (Question("q", "date", "When?"), "31/2/2026", "there is no such day"),
        (Question("q", "date", "When?"), "tomorrow", "enter a day such as"),
        (Question("q", "date", "When?"), "3/9/0026", "the year cannot be 26"),
        (PETS, "maybe", "choose one of the list"),
        (PETS, True, "no answer"),
        (PETS, {"a": 1}, "no answer"),
        (Question("q", "text", "Name"), ["a", "b"], "no answer"),
        (DAYS, ["sun"], "choose from the list"),
        (PROMPTS, ["marks", "none"], "not both"),
    ],
)
def test_a_wrong_answer_is_refused_with_a_sentence_that_names_the_question(question: Question, typed: object, says: str) -> None:
    with pytest.raises(BadInput, match=says) as why:
        clean_value(question, typed)
    assert str(why.value).startswith(question.words)


def test_only_what_is_asked_is_kept() -> None:
    assert clean_values(SMALL, {"pets": "yes", "approved_by": "me", "when": "1/9/2026"}) == {"pets": "yes", "when": "2026-09-01"}


def test_answers_are_shown_as_people_read_them() -> None:
    assert shown(PETS, "yes") == "Yes"
    assert shown(DAYS, ["mon", "tue"]) == "Monday\nTuesday"
    assert shown(SMALL.questions["when"], "2026-09-03") == "3 September 2026"
    assert (shown(PETS, ""), shown(DAYS, None)) == ("", "")


# The form of a section


def test_a_section_gives_the_answers_as_they_are_kept() -> None:
    form = section_form(SMALL.sections[0], {"pets": "yes", "which": "A dog", "count": "2", "days": ["tue"], "why": "Swimming"})
    assert form.is_valid()
    assert form.answers() == {"pets": "yes", "which": "A dog", "count": "2", "days": ["tue"], "why": "Swimming"}


def test_a_required_follow_up_is_asked_for_only_when_it_is_opened() -> None:
    closed = section_form(SMALL.sections[0], {"pets": "no", "which": "A dog", "count": "many"})
    assert closed.is_valid()
    # What was typed before the answer changed is not lost, and does not count; what cannot be is left out.
    assert closed.answers() == {"pets": "no", "which": "A dog", "days": [], "why": ""}
    form = section_form(SMALL.sections[0], {"pets": "yes", "count": "many"})
    assert dict(form.errors) == {"which": ["Answer the question “Which?”"], "count": ["How many?: enter a number, such as 3"]}
    assert section_form(SMALL.sections[0], {"pets": "yes"}, whole=False).is_valid()


def test_the_words_of_a_school_are_words_and_nothing_else() -> None:
    evil = "<script>alert(1)</script>{{ secret }}{% now 'Y' %}"
    asked = Question(
        "q", "yes_no", evil, hint=evil, follow_ups={"yes": (Question("w", "choice", evil, choices=(("a", evil), ("b", "B"))),)}
    )
    form = section_form(Section("s", "S", (asked,)), initial={"q": "yes", "w": evil})
    from crispy_forms.utils import render_crispy_form

    html = render_crispy_form(form)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ secret }}{% now") == 4
    refused = section_form(Section("s", "S", (asked,)), {"q": "maybe"})
    assert refused.errors["q"] == [f"{evil}: choose one of the list"]


# The questionnaires that the product comes with


@pytest.mark.clause("PRI-22")
@pytest.mark.parametrize("preset", PRESETS)
def test_every_purpose_of_every_policy_has_a_questionnaire_with_the_prompts(preset: str) -> None:
    for purpose in purposes_of(preset):
        asked = asked_for(preset, purpose.code)
        assert asked is not None, purpose.code
        prompts = [question for _, question in default(asked.questionnaire).walk() if question.kind == "prompts"]
        words = " ".join(words for question in prompts for _, words in question.options).lower()
        assert all(part in words for part in ("immediate risk", "bruises", "sexual abuse", "domestic abuse")), purpose.code
    assert asked_for(preset, DRILL) is None


@pytest.mark.clause("PRI-27")
@pytest.mark.parametrize("key", ["induction", "in_year"])
def test_the_questionnaire_asks_for_each_thing_that_helps_the_child_settle(key: str) -> None:
    asked = {question.code for _, question in default(key).walk() if question.clause == "PRI-27" and question.required}
    assert asked == {"surroundings", "family", "other_people", "pets", "hard_at_school", "learned_at_home", "level_of_need"}


@pytest.mark.clause("ATT-30")
def test_the_reasons_are_the_structured_list_each_with_the_support_offered() -> None:
    definition = default("attendance")
    assert definition.questions["reasons"].choices == UNDERLYING
    assert [question.code for _, question in missing(definition, {"reasons": ["money", "housing"], "curiosity": ["none"]})] == [
        "support_housing",
        "support_money",
    ]


def test_a_session_record_says_what_the_policy_asks_for() -> None:
    asked = {question.code for _, question in default("tutoring").walk() if question.clause == "ALT-30"}
    assert asked == {"taught", "how_it_went", "send_session", "medical_session", "behaviour_shown", "next_time"}


@pytest.mark.parametrize("key", keys())
def test_what_the_product_comes_with_can_be_asked(key: str) -> None:
    definition = default(key)
    assert problems(definition) == []
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition
    named = {question.clause for _, question in definition.walk()} | {section.clause for section in definition.sections}
    assert named - {""} <= set(clauses())
    assert all(section.confidential for section in definition.sections if any(one.kind == "prompts" for one in section.walk()))


def test_prompts_that_are_ticked_are_told_and_nothing_of_this_kind_is_not_one() -> None:
    definition = default("welfare")
    assert [code for _, code, _ in ticked_prompts(definition, {"curiosity": ["marks", "said"]})] == ["marks", "said"]
    assert ticked_prompts(definition, {"curiosity": ["none"]}) == []
    assert ticked_prompts(definition, {}) == []
