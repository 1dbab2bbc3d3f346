"""The kinds of value that a setting can have: how what was typed is read, and how it is kept and shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

from homevisits.common.errors import BadInput

from .presets import PRESETS, SILENT

_TIME = re.compile(r"(\d{1,2})[:.](\d\d)(?::(\d\d))?$")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}$")


class Kind(StrEnum):
    """What a setting's value is."""

    TIME = "time"
    NUMBER = "number"
    SHARE = "share"
    BOOL = "bool"
    CHOICE = "choice"
    CHOICES = "choices"
    STEPS = "steps"
    UNANNOUNCED = "unannounced"
    THRESHOLD = "threshold"
    ANNEX = "annex"


class BadSetting(BadInput):
    """A setting that cannot be as it was given: its name, and the sentence for the user."""

    def __init__(self, setting: str, says: str) -> None:
        self.setting, self.says = setting, says
        super().__init__(f"{says} ({setting})")


@dataclass(frozen=True)
class Setting:
    """One setting: what it is called, what it means, what it may be, and what each preset has.

    `low` and `high` bound it, both included: times for a time, else numbers in `unit`. `open_ended` choices take a name of
    the school's own beside those listed; `optional` ones may be nothing at all.
    """

    name: str
    group: str
    label: str
    help: str
    kind: Kind
    unit: str = ""
    low: Any = None
    high: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    open_ended: bool = False
    optional: bool = False
    at_least_one: bool = False
    clauses: tuple[str, ...] = ()
    default: Any = None
    presets: Mapping[str, Any] = field(default_factory=dict)

    def preset_value(self, preset: str) -> Any:
        """What the preset runs on: its own value, or the default where it is silent."""
        return self.presets.get(preset, self.default)

    def says_itself(self, preset: str) -> bool:
        """Whether the preset's policy speaks about this setting."""
        return preset in self.presets

    def parse(self, raw: Any, preset: str) -> Any:
        """`raw`, from a form or YAML, as a typed value; nothing or `-` means that the policy is silent: the default.

        Raises BadSetting with a sentence that says what it may be.
        """
        if raw is None or raw == SILENT:
            return self.default
        return _PARSERS[self.kind](self, raw, preset)

    def refuse(self, sentence: str) -> BadSetting:
        """The error for this setting."""
        return BadSetting(self.name, f"{self.label}: {sentence}")


def to_json(value: Any) -> Any:
    """A typed value as it is kept in a version's `changes`; `parse` reads it back to the same value."""
    if isinstance(value, time):
        return value.isoformat("minutes" if value.second == 0 else "seconds")
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items()}
    return value


def read_time(setting: Setting, raw: Any, preset: str) -> time:
    """A wall time. YAML reads 11:30 without quotes as a number of minutes (11:30:00 as seconds): that is undone."""
    value: time | None = raw if isinstance(raw, time) else None
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 86400:
        minutes, seconds = divmod(raw, 60) if raw >= 1440 else (raw, 0)
        value = time(minutes // 60, minutes % 60, seconds)
    found = _TIME.match(raw.strip()) if isinstance(raw, str) else None
    if found:
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if hour < 24 and minute < 60 and second < 60:
            value = time(hour, minute, second)
    if value is None or not setting.low <= value <= setting.high:
        raise setting.refuse(f"give a time between {setting.low:%H:%M} and {setting.high:%H:%M}, for example 09:15; “{raw}” is not one.")
    return value


def read_number(setting: Setting, raw: Any, preset: str) -> int:
    """A whole number within the bounds."""
    return whole(setting, raw, setting.low, setting.high, setting.unit)


def whole(setting: Setting, raw: Any, low: int, high: int, unit: str, what: str = "") -> int:
    """`raw` as a whole number from `low` to `high`. `what` names it where the setting holds several."""
    text = str(raw).strip()
    number = int(text) if not isinstance(raw, bool) and re.fullmatch(r"\d{1,6}", text) else -1
    if isinstance(raw, float) and raw.is_integer():
        number = int(raw)
    if not low <= number <= high:
        lead = f"{what}: " if what else ""
        raise setting.refuse(f"{lead}give a whole number from {low} to {high} ({unit}); “{raw}” is not one.")
    return number


def read_share(setting: Setting, raw: Any, preset: str) -> float:
    """A share of one; a per cent sign is understood."""
    text = str(raw).strip().replace(" ", "")
    scale = 100 if text.endswith("%") else 1
    try:
        share = float(text.rstrip("%")) / scale
    except ValueError:
        share = -1.0
    if isinstance(raw, bool) or not setting.low <= share <= setting.high:
        raise setting.refuse(f"give a share from {setting.low:g} to {setting.high:g}, for example 0.15 or 15 %; “{raw}” is not one.")
    return share


def read_bool(setting: Setting, raw: Any, preset: str) -> bool:
    """Yes or no."""
    words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    value = words.get(str(raw).strip().lower())
    if value is None:
        raise setting.refuse(f"answer yes or no; “{raw}” is neither.")
    return value


def read_choice(setting: Setting, raw: Any, preset: str) -> str | None:
    """One of the choices, or nothing where that is allowed."""
    text = str(raw).strip()
    if not text and setting.optional:
        return None
    _refuse_unknown(setting, text)
    return text


def read_choices(setting: Setting, raw: Any, preset: str) -> tuple[str, ...]:
    """Some of the choices, each once, in the order given; a string may list them with commas."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list | tuple | set | frozenset):
        raise setting.refuse(f"give a list; “{raw}” is not one.")
    found = tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
    for part in found:
        _refuse_unknown(setting, part)
    if setting.at_least_one and not found:
        raise setting.refuse("choose at least one.")
    return found


def _refuse_unknown(setting: Setting, code: str) -> None:
    if code in setting.choices or (setting.open_ended and _CODE.match(code)):
        return
    own = ", or a name of your own in small letters, digits and _" if setting.open_ended else ""
    raise setting.refuse(f"“{code}” is not one of {', '.join(setting.choices)}{own}.")


def mapping(setting: Setting, raw: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
    """`raw` as a mapping that has no other keys than `known`."""
    if not isinstance(raw, Mapping):
        raise setting.refuse(f"give {', '.join(known)} with their values; “{raw}” does not.")
    for key in raw:
        if key not in known:
            raise setting.refuse(f"“{key}” is not one of {', '.join(known)}.")
    return raw


def read_steps(setting: Setting, raw: Any, preset: str) -> dict[str, int]:
    """Minutes for each step. Steps that are not named keep the preset's minutes; no step comes before the one above it."""
    given = mapping(setting, raw, tuple(setting.choices))
    steps: dict[str, int] = dict(setting.preset_value(preset) or {})
    for name in setting.choices:
        if name in given:
            steps[name] = whole(setting, given[name], setting.low, setting.high, setting.unit, setting.choices[name])
    order = [steps[name] for name in setting.choices]
    if order != sorted(order):
        raise setting.refuse("no step may come earlier than the one above it.")
    return steps


def read_unannounced(setting: Setting, raw: Any, preset: str) -> dict[str, Any]:
    """Who may send a visit unannounced, and for what. Replaces the preset's as a whole: the five differ in the keys they have."""
    lists, words = ("purposes", "roles", "on_request_of"), {"other_purposes": "reason", "other_roles": "warn", "reasons": "required"}
    given = mapping(setting, raw, (*lists, *words))
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key in lists:
            if not isinstance(value, list | tuple) or not all(isinstance(part, str) and _CODE.match(part) for part in value):
                raise setting.refuse(f"{key} is a list of names in small letters; “{value}” is not one.")
            found[key] = list(dict.fromkeys(value))
        elif value == words[key]:
            found[key] = value
        elif value not in (None, ""):
            raise setting.refuse(f"{key} can only be “{words[key]}” or nothing; “{value}” is neither.")
    if not found.get("purposes") and not found.get("roles"):
        raise setting.refuse("name at least one purpose, or one role, for which a visit may be unannounced.")
    return found


def read_threshold(setting: Setting, raw: Any, preset: str) -> dict[str, int] | None:
    """Per cent and months; both are needed. A part that is not named keeps the preset's."""
    if raw in ("", {}):
        return None
    both = {**(setting.preset_value(preset) or {}), **mapping(setting, raw, ("below", "months"))}
    if len(both) < 2:
        raise setting.refuse("give both the per cent (below) and the months.")
    return {
        "below": whole(setting, both["below"], 1, 100, "per cent", "below"),
        "months": whole(setting, both["months"], 1, 24, "months", "months"),
    }


def read_annex(setting: Setting, raw: Any, preset: str) -> dict[str, Any] | None:
    """The annex's values. Those that are not named keep the preset's, else ten days, two metres, the headteacher (ATT-71, 73, 74)."""
    if raw in ("", {}):
        return None
    base = {"isolation_days": 10, "distance_metres": 2, "changed_by": "headteacher"}
    given = {**base, **(setting.preset_value(preset) or {}), **mapping(setting, raw, tuple(base))}
    if given["changed_by"] not in ("headteacher", "principal"):
        raise setting.refuse("changed_by is headteacher or principal: nobody else may change the annex.")
    return {
        "isolation_days": whole(setting, given["isolation_days"], 1, 28, "days", "isolation_days"),
        "distance_metres": whole(setting, given["distance_metres"], 1, 10, "metres", "distance_metres"),
        "changed_by": given["changed_by"],
    }


_PARSERS = {
    Kind.TIME: read_time,
    Kind.NUMBER: read_number,
    Kind.SHARE: read_share,
    Kind.BOOL: read_bool,
    Kind.CHOICE: read_choice,
    Kind.CHOICES: read_choices,
    Kind.STEPS: read_steps,
    Kind.UNANNOUNCED: read_unannounced,
    Kind.THRESHOLD: read_threshold,
    Kind.ANNEX: read_annex,
}

__all__ = ["PRESETS", "BadSetting", "Kind", "Setting", "to_json"]
