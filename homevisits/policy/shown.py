"""Settings as people read them."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from .kinds import Kind, Setting
from .settings_schema import setting
from .words import PURPOSES, role_words

NOTHING = "None"


def shown(name: str, value: Any) -> str:
    """A setting's value in words: 9:15, 15 minutes, Yes, “Headteacher, Chair of governors”."""
    one = setting(name)
    if value is None:
        return NOTHING
    return _SHOWN[one.kind](one, value)


def clock_time(value: time) -> str:
    """A wall time as people say it: 9:15."""
    return f"{value.hour}:{value.minute:02}" + (f":{value.second:02}" if value.second else "")


def count(number: int, unit: str) -> str:
    """A number with its unit, in the singular for one: 1 minute, 15 minutes."""
    return f"{number} {unit.removesuffix('s')}" if number == 1 else f"{number} {unit}"


def joined(words: Iterable[str], last: str = "and") -> str:
    """A list as people write it: a, b and c."""
    *most, end = list(words) or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def lower_first(words: str) -> str:
    """Words inside a sentence; an abbreviation such as DSL stays as it is."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def per_cent(share: float) -> str:
    """0.15 as 15 %."""
    return f"{share * 100:g} %"


def _choice(one: Setting, value: str) -> str:
    return one.choices.get(value) or value.replace("_", " ").capitalize()


def _choices(one: Setting, value: tuple[str, ...]) -> str:
    return ", ".join(_choice(one, part) for part in value) or NOTHING


def _steps(one: Setting, value: Mapping[str, int]) -> str:
    return "; ".join(f"{one.choices[step]} after {count(minutes, 'minutes')}" for step, minutes in value.items())


def _unannounced(one: Setting, value: Mapping[str, Any]) -> str:
    parts = []
    if value.get("purposes"):
        parts.append("For: " + ", ".join(PURPOSES.get(part, part.replace("_", " ")).lower() for part in value["purposes"]))
    if value.get("roles"):
        parts.append("By: " + ", ".join(role_words(part).lower() for part in value["roles"]))
    if value.get("on_request_of"):
        parts.append(
            "At the request of: " + ", ".join(PURPOSES.get(part, part.replace("_", " ")).lower() for part in value["on_request_of"])
        )
    if value.get("other_purposes"):
        parts.append("Other purposes: with a written reason")
    if value.get("other_roles"):
        parts.append("Others: with a warning that the approver sees")
    if value.get("reasons"):
        parts.append("Always with one of the policy's reasons")
    return ". ".join(parts)


def _threshold(one: Setting, value: Mapping[str, int]) -> str:
    return f"Below {value['below']} % over {count(value['months'], 'months')}"


def _annex(one: Setting, value: Mapping[str, Any]) -> str:
    who = role_words(value["changed_by"]).lower()
    return f"{count(value['isolation_days'], 'days')} of isolation, {count(value['distance_metres'], 'metres')} apart, changed by the {who}"


_SHOWN = {
    Kind.TIME: lambda one, value: clock_time(value),
    Kind.NUMBER: lambda one, value: count(value, one.unit),
    Kind.SHARE: lambda one, value: per_cent(value),
    Kind.BOOL: lambda one, value: "Yes" if value else "No",
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.STEPS: _steps,
    Kind.UNANNOUNCED: _unannounced,
    Kind.THRESHOLD: _threshold,
    Kind.ANNEX: _annex,
}
