"""Every setting of a policy: what it is called, what it means, what it may be. What the presets have comes from `data/`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from functools import cache
from typing import Any

from .kinds import Kind, Setting
from .presets import PRESETS, SILENT, preset_raw, setting_rows
from .settings_text import GROUPS, ROWS, Row


@cache
def settings() -> dict[str, Setting]:
    """All settings by name, in the order of the page: group by group."""
    rows = setting_rows()
    if set(rows) != {row.name for row in ROWS}:
        raise ValueError(f"Described and shipped settings differ: {sorted(set(rows) ^ {row.name for row in ROWS})}")
    return {row.name: _setting(row, rows[row.name]) for group in GROUPS for row in ROWS if row.group == group}


def setting(name: str) -> Setting:
    """One setting. Raises KeyError for an unknown name."""
    return settings()[name]


def grouped() -> dict[str, list[Setting]]:
    """The settings under their headings."""
    found: dict[str, list[Setting]] = {group: [] for group in GROUPS}
    for one in settings().values():
        found[one.group].append(one)
    return found


def _setting(row: Row, data: Mapping[str, Any]) -> Setting:
    bare = Setting(
        row.name, row.group, row.label, row.help, row.kind, row.unit or str(data["unit"]), row.low, row.high, row.choices,
        row.open_ended, row.optional, row.at_least_one, tuple(data["clauses"]),
    )  # fmt: skip
    if bare.kind is Kind.TIME:
        bare = replace(bare, low=row.low or time(6, 0), high=row.high or time(18, 0))
    default = None if data["default"] is None else bare.parse(data["default"], "")
    whole = replace(bare, default=default)
    presets = {}
    for preset in PRESETS:
        raw = preset_raw(preset, row.name)
        if raw != SILENT:
            presets[preset] = whole.parse(raw, "")
    return replace(whole, presets=presets)
