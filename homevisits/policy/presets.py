"""The five policies and what they differ on, read once from `data/`."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"

# The name of a preset, and what its clauses begin with.
PREFIXES = {
    "primary-procedures": "PRI",
    "attendance-officer": "ATT",
    "academy-trust": "MAT",
    "alternative-provision": "ALT",
    "secondary": "SEC",
}
PRESETS = tuple(PREFIXES)
SILENT = "-"


@cache
def load(name: str) -> dict[str, Any]:
    """One file of `data/`, by its name without the ending. Callers don't change what they get: it is kept."""
    content: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def setting_rows() -> dict[str, dict[str, Any]]:
    """Every setting's row of settings.yaml: unit, default, clauses, and its values in the order of `PRESETS`."""
    content = load("settings")
    if tuple(content["presets"]) != PRESETS:
        raise ValueError("settings.yaml lists the presets in another order.")
    rows: dict[str, dict[str, Any]] = content["settings"]
    return rows


def preset_raw(preset: str, setting: str) -> Any:
    """What the preset says about a setting, as it stands in the file; `-` where the policy is silent."""
    return setting_rows()[setting]["values"][PRESETS.index(preset)]
