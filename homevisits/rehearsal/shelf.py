"""The scenarios that come with the product, as a shelf to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from homevisits.policy.words import preset_words

GROUPS = ("A morning", "The brake", "When something fails", "Home visits", "Safeguarding")


@dataclass(frozen=True)
class Shelved:
    """One scenario to choose: `name` of its file, what it shows in one sentence, and its document as it was read."""

    name: str
    title: str
    about: str
    group: str
    policy: str
    raw: Mapping[str, Any]

    @property
    def policy_words(self) -> str:
        """The preset it is written for, as people call it, and whether it changes some of its settings."""
        changed = " with some settings changed" if self.raw.get("settings") else ""
        return preset_words(self.policy) + changed


def folder() -> Path:
    """Where they are, in a checkout as in an installation."""
    return Path(settings.BASE_DIR) / "rehearsals"


def shipped() -> list[Shelved]:
    """All of them, in the order of `GROUPS`, then by title."""
    found = [one for file in sorted(folder().glob("*.yaml")) if (one := _read(file, file.stat().st_mtime_ns))]
    return sorted(found, key=lambda one: (_place(one.group), one.title))


def by_group() -> list[tuple[str, list[Shelved]]]:
    """All of them under what they show."""
    return [(group, list(ones)) for group, ones in groupby(shipped(), key=lambda one: one.group)]


def find(name: str) -> Shelved | None:
    """The one of that name; None for a name that is not on the shelf, whatever it is."""
    return next((one for one in shipped() if one.name == name), None)


def _place(group: str) -> tuple[int, str]:
    return (GROUPS.index(group), "") if group in GROUPS else (len(GROUPS), group)


@lru_cache(maxsize=200)
def _read(file: Path, changed: int) -> Shelved | None:
    """A file of the shelf; None for one that is no scenario. Read again when it has changed."""
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    if not isinstance(raw, dict) or not raw.get("policy"):
        return None
    words = {name: str(raw.get(name) or "") for name in ("title", "about", "shows", "policy")}
    return Shelved(file.stem, words["title"] or file.stem, words["about"], words["shows"] or "Others", words["policy"], raw)
