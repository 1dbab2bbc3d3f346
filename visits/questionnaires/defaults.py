"""The questionnaires that the product comes with, read from the data beside this file, and which purpose has which."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from homevisits.policy.clauses import clause

from ..questions import UNDERLYING
from .definition import Definition, from_json, with_clauses

DATA = Path(__file__).parent / "data"
# The prompts are in every questionnaire of every policy (PRI-22), and with them whether the family was told (PRI-26).
EVERYWHERE = ("PRI-22", "PRI-26")
SUPPORT = "Support offered: {words}"


@dataclass(frozen=True)
class Asked:
    """That a purpose has a questionnaire. `closes`: the clause for which the visit is not closed without it, empty where none asks."""

    questionnaire: str
    closes: str = ""


@cache
def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def keys() -> list[str]:
    """The questionnaires by key, in the order of the data."""
    return list(_load("questionnaires")["questionnaires"])


@cache
def default(key: str, preset: str = "") -> Definition:
    """The questionnaire that the product comes with. `preset`: only that policy's clauses demand something, and those of every policy.

    Raises KeyError for a key that it does not know.
    """
    row, sections = _load("questionnaires")["questionnaires"][key], _load("sections")
    made = [_section(code, sections[code]) for code in row["sections"]]
    whole = from_json({"key": key, "title": row["title"], "sections": made})
    return with_clauses(whole, lambda _, has: has if not preset or has in EVERYWHERE or (has and clause(has).preset == preset) else "")


def under(definition: Definition, preset: str) -> Definition:
    """A school's own questionnaire with what the clauses of this policy demand in it, whatever policy it was made under."""
    original = default(definition.key, preset)
    table = {question.code: question.clause for _, question in original.walk()} | {one.code: one.clause for one in original.sections}
    demanding = set(table.values())
    return with_clauses(definition, lambda code, has: table.get(code, has if has in demanding else ""))


def asked_for(preset: str, purpose: str) -> Asked | None:
    """Which questionnaire a purpose has under a preset; None where it has none (a drill)."""
    row = _load("questionnaires")["purposes"].get(purpose)
    if row is None or preset not in row.get("presets", [preset]):
        return None
    return Asked(row["questionnaire"], row.get("closes", ""))


def purposes_with(preset: str, key: str) -> list[str]:
    """The purposes that use a questionnaire under a preset, by code."""
    return [
        purpose for purpose in _load("questionnaires")["purposes"] if (asked := asked_for(preset, purpose)) and asked.questionnaire == key
    ]


def _section(code: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"code": code, **row, "questions": [_question(one) for one in row["questions"]]}


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    """A question of the data as a definition keeps it: choices in their order, the structured list of reasons filled in."""
    made = dict(row)
    choices = made.get("choices", {})
    if choices == "underlying":
        made["choices"] = [list(one) for one in UNDERLYING]
        made["follow_ups"] = {code: [_support(code, words)] for code, words in UNDERLYING}
    else:
        made["choices"] = [[code, words] for code, words in choices.items()]
        made["follow_ups"] = {code: [_question(one) for one in asked] for code, asked in made.get("follow_ups", {}).items()}
    return made


def _support(code: str, words: str) -> dict[str, Any]:
    """The support that was offered is recorded with each reason (ATT-30)."""
    says = SUPPORT.format(words=words[:1].lower() + words[1:])
    return {"code": f"support_{code}", "kind": "text", "words": says, "hint": "“None” is an answer", "required": True, "clause": "ATT-30"}
