"""What a signature stands under, and its hash. Plain values."""

import hashlib
from collections.abc import Mapping
from typing import Any

from .questionnaires.definition import Definition, canonical, counted

PARENT = "parent"


def signable(definition: Definition, answers: Mapping[str, Any], role: str) -> dict[str, Any]:
    """The answers that somebody in this role is shown and signs: all that count; a parent never sees a confidential section (MAT-31)."""
    hidden = {question.code for section, question in definition.walk() if section.confidential and role == PARENT}
    return {code: value for code, value in counted(definition, answers).items() if code not in hidden}


def digest(definition: Definition, answers: Mapping[str, Any]) -> str:
    """SHA-256, hex, of the questions and the answers that count, in canonical form: the same answers always have the same."""
    return hashlib.sha256(canonical(definition, answers).encode()).hexdigest()
