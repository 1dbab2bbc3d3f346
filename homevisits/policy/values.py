"""The settings of a policy as typed values: what every rule reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from functools import lru_cache
from typing import Any, TypedDict

from homevisits.common.errors import BadInput

from .kinds import BadSetting as BadSetting
from .kinds import to_json
from .presets import PRESETS
from .settings_schema import setting, settings


class Unannounced(TypedDict, total=False):
    """When a visit may go unannounced. A key that is missing says that the policy does not use it."""

    purposes: list[str]
    roles: list[str]
    on_request_of: list[str]
    other_purposes: str
    other_roles: str
    reasons: str


class LegalThreshold(TypedDict):
    """Attendance `below` this many per cent over `months` is to be notified (ATT-44)."""

    below: int
    months: int


class InfectionAnnex(TypedDict):
    """The values of the infection-control annex (ATT-70 to ATT-74)."""

    isolation_days: int
    distance_metres: int
    changed_by: str


@dataclass(frozen=True)
class Values:
    """Every setting of one policy. Times are local school time; units stand in `settings_schema`. Read only."""

    preset: str
    reporting_deadline: time
    first_text_at: time
    call_at: time
    welfare_visit_at: time
    register_grace: int
    call_grace: int
    school_day_ends: time
    late_tolerance: int
    hold_share: float
    hold_minimum: int
    text_catch_up_until: time
    all_clear: bool
    minimum_staff: int
    lone_visit_allowed: bool
    lone_visit_max_risk: str
    pair_override: str
    required_checks: tuple[str, ...]
    required_training: tuple[str, ...]
    allowed_hours: str
    evening_from: time
    unannounced_allowed_for: Unannounced
    standard_length: int
    in_year_visit_within: int
    approvers: tuple[str, ...]
    approvals_needed: str
    high_risk_needs_safeguarding_decision: bool
    first_visit_minimum_risk: str
    risk_form: str
    school_assessment_by: str | None
    weekly_list_signed: bool
    changes_told_to: tuple[str, ...]
    cancellation_reason_to: str
    parents_absent_wait: int
    parents_late_wait: int
    wait_place: str
    animals_rule: str
    identification: str
    entry_needs_appointment: bool
    adult_present_rule: str
    nobody_home_leaves: str
    check_in_points: tuple[str, ...]
    return_alarm_steps: Mapping[str, int]
    alarm_rest: int
    departure_tells: tuple[str, ...]
    man_down_device_required: bool
    safe_word_required: bool
    vehicle_register_required: bool
    vulnerable_flags: tuple[str, ...]
    referral_repeat: int
    safeguarding_system: str
    infection_annex: InfectionAnnex | None
    legal_threshold: LegalThreshold | None
    information_system: str | None
    designated_person: str
    policy_signed_by: tuple[str, ...]
    policy_reviewed_by: tuple[str, ...]
    policy_review_every: int


# Each pair must not be the other way round, else a step of the day would come before the one that leads to it.
ORDER = (
    ("first_text_at", "call_at"),
    ("call_at", "welfare_visit_at"),
    ("welfare_visit_at", "school_day_ends"),
    ("first_text_at", "text_catch_up_until"),
    ("parents_absent_wait", "parents_late_wait"),
    ("school_day_ends", "evening_from"),
)


def values_of(preset: str, changes: Mapping[str, Any]) -> Values:
    """The values of a preset with some settings changed, as they come from a form, YAML, or a version's `changes`.

    None or "-" for a setting means that the policy is silent on it: its default holds. Raises BadSetting (a BadInput) with the
    setting's name and a sentence for an unknown setting, a value out of its bounds, or times that are out of order.
    """
    return _values(preset, json.dumps(to_json(dict(changes)), sort_keys=True, default=str))


def differences(preset: str, values: Values) -> dict[str, Any]:
    """The settings in which `values` differs from the preset, as JSON for a version's `changes`."""
    return {name: to_json(getattr(values, name)) for name, one in settings().items() if getattr(values, name) != one.preset_value(preset)}


@lru_cache(maxsize=256)
def _values(preset: str, changes: str) -> Values:
    if preset not in PRESETS:
        raise BadInput(f"“{preset}” is not a preset. Choose one of {', '.join(PRESETS)}.")
    found = {name: one.preset_value(preset) for name, one in settings().items()}
    given = json.loads(changes)
    for name, raw in given.items():
        if name not in found:
            raise BadSetting(name, f"“{name}” is not a setting of the policy.")
        found[name] = setting(name).parse(raw, preset)
    values = Values(preset=preset, **found)
    for problem in out_of_order(values, set(given)):
        raise problem
    return values


def out_of_order(values: Values, changed: set[str]) -> list[BadSetting]:
    """What stands in the wrong order, each blamed on the setting that was changed, where one was."""
    problems = []
    for before, after in ORDER:
        first, second = getattr(values, before), getattr(values, after)
        if first > second:
            one, other, side, bound = (after, before, "earlier", first) if after in changed else (before, after, "later", second)
            shown = bound.strftime("%H:%M") if isinstance(bound, time) else f"{bound} {setting(one).unit}"
            than = "less" if side == "earlier" and isinstance(bound, int) else "more" if isinstance(bound, int) else side
            problems.append(setting(one).refuse(f"this cannot be {than} than “{setting(other).label}” ({shown})."))
    return problems


if {one.name for one in fields(Values)} != {"preset", *settings()}:  # pragma: no cover - a setting without a field, or the reverse
    raise ImportError("Values and the settings differ.")
