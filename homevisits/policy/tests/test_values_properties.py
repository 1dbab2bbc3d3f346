"""What holds for every value of a setting, whatever is typed."""

import json
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homevisits.common.errors import BadInput
from homevisits.policy.effects import effects
from homevisits.policy.kinds import Kind, Setting, to_json
from homevisits.policy.plain import sections
from homevisits.policy.presets import PRESETS
from homevisits.policy.settings_schema import setting, settings
from homevisits.policy.shown import shown
from homevisits.policy.values import ORDER, Values, differences, values_of

NAMES = sorted(settings())
presets = st.sampled_from(PRESETS)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def good(one: Setting) -> st.SearchStrategy[Any]:
    """Values within a setting's bounds."""
    codes = sorted(one.choices)
    found: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TIME: st.times(min_value=one.low, max_value=one.high).map(lambda at: at.replace(microsecond=0))
        if one.kind is Kind.TIME
        else st.none(),
        Kind.NUMBER: st.integers(one.low, one.high) if one.kind is Kind.NUMBER else st.none(),
        Kind.SHARE: st.floats(0.01, 1.0),
        Kind.BOOL: st.booleans(),
        Kind.CHOICE: st.sampled_from(codes) if codes else st.none(),
        Kind.CHOICES: st.lists(st.sampled_from(codes), min_size=1, unique=True) if codes else st.none(),
        Kind.STEPS: st.lists(st.integers(0, 240), min_size=5, max_size=5).map(
            lambda found: dict(zip(one.choices, sorted(found), strict=False))
        ),
        Kind.UNANNOUNCED: st.fixed_dictionaries({"purposes": st.just(["absent_child_check"])}, optional={"reasons": st.just("required")}),
        Kind.THRESHOLD: st.fixed_dictionaries({"below": st.integers(1, 100), "months": st.integers(1, 24)}),
        Kind.ANNEX: st.fixed_dictionaries({"isolation_days": st.integers(1, 28)}),
    }
    return found[one.kind]


changes = st.sampled_from(NAMES).flatmap(lambda name: good(setting(name)).map(lambda value: {name: value}))


def made(preset: str, change: dict[str, Any]) -> Values | None:
    """The values, or None where a good value stands in the wrong order with the preset's others."""
    try:
        return values_of(preset, change)
    except BadInput:
        return None


@given(presets, changes)
def test_what_is_kept_reads_back_to_the_same_values(preset: str, change: dict[str, Any]) -> None:
    values = made(preset, change)
    if values is not None:
        kept = json.loads(json.dumps(differences(preset, values)))
        assert values_of(preset, kept) == values
        assert set(kept) <= set(change)


@given(presets, changes)
def test_a_value_within_its_bounds_is_refused_for_its_order_alone(preset: str, change: dict[str, Any]) -> None:
    [(name, value)] = change.items()
    if made(preset, change) is None:
        assert name in {part for pair in ORDER for part in pair}, (name, value)


@given(presets, changes)
def test_what_runs_is_always_in_order(preset: str, change: dict[str, Any]) -> None:
    values = made(preset, change)
    if values is not None:
        for before, after in ORDER:
            assert getattr(values, before) <= getattr(values, after)


@given(presets, st.sampled_from(NAMES), junk)
def test_junk_is_taken_as_it_is_or_refused_with_a_sentence_and_never_breaks(preset: str, name: str, raw: Any) -> None:
    values, says = None, ""
    try:
        values = values_of(preset, {name: raw})
    except BadInput as refusal:
        says = str(refusal)
    if values is None:
        assert says.endswith(f"({name})")
        assert len(says) > len(name) + 12
    else:
        assert setting(name).parse(to_json(getattr(values, name)), preset) == getattr(values, name)


@given(presets, changes)
def test_every_policy_can_be_said_in_words(preset: str, change: dict[str, Any]) -> None:
    values = made(preset, change)
    if values is not None:
        said = [line for section in sections(values) for line in section.lines]
        said += [shown(name, getattr(values, name)) for name in NAMES]
        for words in said:
            assert words
            assert "_" not in words, words


@given(presets, changes)
def test_exactly_what_differs_is_told_as_an_effect(preset: str, change: dict[str, Any]) -> None:
    values = made(preset, change)
    if values is not None:
        told = {effect.setting.name for effect in effects(values_of(preset, {}), values)}
        assert told == set(differences(preset, values))


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_tells_parents_what_it_does(preset: str) -> None:
    values = values_of(preset, {})
    words = " ".join(line for section in sections(values) for line in section.lines)
    waits = {"attendance-officer": "outside for 20 minutes", "alternative-provision": "in their car for 5 minutes"}
    assert waits.get(preset, "staff wait") in words
    assert isinstance(values.first_text_at, time)
