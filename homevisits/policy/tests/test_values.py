"""Typed settings: what may be typed, what comes out, what is refused."""

from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from homevisits.common.errors import BadInput
from homevisits.policy.presets import DATA, PRESETS, SILENT, setting_rows
from homevisits.policy.settings_schema import settings
from homevisits.policy.values import BadSetting, values_of

SHARED = Path(__file__).resolve().parents[4] / "shared" / "policies"


def test_there_are_57_settings_each_with_words() -> None:
    assert len(settings()) == 57
    for one in settings().values():
        assert one.label, one.name
        assert one.help, one.name
        assert one.clauses, one.name


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_runs_on_its_own_values_and_defaults_where_it_is_silent(preset: str) -> None:
    values = values_of(preset, {})
    for name, row in setting_rows().items():
        raw = row["values"][PRESETS.index(preset)]
        assert getattr(values, name) == settings()[name].parse(row["default"] if raw == SILENT else raw, preset)


def test_values_are_typed() -> None:
    values = values_of("attendance-officer", {"call_at": "09:50"})
    assert (values.preset, values.call_at, values.hold_share) == ("attendance-officer", time(9, 50), 0.15)
    assert values.check_in_points == ("departed", "arriving", "left_property", "returned")
    assert values.legal_threshold == {"below": 70, "months": 3}
    assert values.return_alarm_steps["police_prompt"] == 30
    assert values_of("primary-procedures", {}).legal_threshold is None


def test_times_that_yaml_reads_as_numbers_are_understood() -> None:
    assert values_of("secondary", yaml.safe_load("{welfare_visit_at: 11:45}")).welfare_visit_at == time(11, 45)
    assert values_of("secondary", yaml.safe_load("{welfare_visit_at: 11:45:30}")).welfare_visit_at == time(11, 45, 30)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"call_ad": "09:50"}, "“call_ad” is not a setting"),
        ({"call_at": "25:00"}, "give a time between 06:00 and 18:00"),
        ({"call_at": "05:59"}, "give a time between"),
        ({"call_at": "11:31"}, "cannot be later than “A welfare visit is raised at” (11:30)"),
        ({"first_text_at": "09:46"}, "cannot be later than “The office rings at” (09:45)"),
        ({"hold_share": -0.01}, "give a share from 0 to 1"),
        ({"hold_share": "nan"}, "give a share"),
        ({"hold_minimum": -1}, "give a whole number from 0 to 1000"),
        ({"minimum_staff": True}, "give a whole number"),
        ({"lone_visit_allowed": "perhaps"}, "answer yes or no"),
        ({"vulnerable_flags": ["tall"]}, "“tall” is not one of"),
        ({"approvers": []}, "choose at least one"),
        ({"return_alarm_steps": {"office": 15}}, "no step may come earlier"),
        ({"return_alarm_steps": {"mum": 15}}, "“mum” is not one of"),
        ({"legal_threshold": {"below": 80}}, "give both"),
        ({"unannounced_allowed_for": {}}, "at least one purpose"),
    ],
)
def test_a_wrong_change_is_refused_with_its_name_and_a_sentence(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        values_of("primary-procedures", changes)
    assert refusal.value.setting == next(iter(changes))
    assert says in str(refusal.value)
    assert f"({refusal.value.setting})" in str(refusal.value)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(BadInput, match="not a preset"):
        values_of("grammar", {})


def test_silence_means_the_default_not_the_presets_value() -> None:
    assert values_of("attendance-officer", {"legal_threshold": None}).legal_threshold is None
    assert values_of("attendance-officer", {"weekly_list_signed": "-"}).weekly_list_signed is False


def test_steps_that_are_not_named_keep_their_minutes() -> None:
    steps = values_of("primary-procedures", {"return_alarm_steps": {"police_prompt": 45}}).return_alarm_steps
    assert steps == {"staff": 0, "office": 5, "senior_manager": 10, "headteacher": 20, "police_prompt": 45}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the five policies as they were given are not beside the project")
def test_the_shipped_policies_are_those_that_were_given() -> None:
    for file in SHARED.glob("*.yaml"):
        assert yaml.safe_load((DATA / file.name).read_text()) == yaml.safe_load(file.read_text()), file.name
