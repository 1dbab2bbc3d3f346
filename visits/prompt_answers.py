"""The questions beside the prompts for professional curiosity: what was seen exactly, and whether the family was told (PRI-22, PRI-26)."""

from collections.abc import Mapping, Sequence
from typing import Any

from .questionnaires.definition import NONE, Definition, Question, Section, is_answered, ticked_prompts

# Codes of the section of prompts (visits/questionnaires/data/sections.yaml).
CURIOSITY, WHAT, TOLD = "curiosity", "curiosity_what", "family_told"
_WHY = {"unsafe": "family_told_risk", "not_told": "family_told_why"}


def why_of(told: str) -> str:
    """The question that asks why the family was not told, by that answer; empty where none is asked."""
    return _WHY.get(told, "")


def ticked(values: Sequence[object]) -> bool:
    """Whether these answers to the prompts tick one."""
    return any(value not in ("", NONE) for value in values)


def owed_with_prompts(definition: Definition, answers: Mapping[str, Any]) -> list[tuple[Section, Question]]:
    """What a tick asks for and nobody has answered: in facts what was seen, and whether the family was told."""
    if not ticked_prompts(definition, answers):
        return []
    return [(section, one) for section, one in definition.walk() if one.code in (WHAT, TOLD) and not is_answered(answers.get(one.code))]
