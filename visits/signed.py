"""The hash of what was signed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from .questionnaires.definition import Definition, canonical


def digest(definition: Definition, answers: Mapping[str, Any]) -> str:
    """SHA-256, hex, of the questions and the answers that count, in canonical form: the same answers always have the same."""
    return hashlib.sha256(canonical(definition, answers).encode()).hexdigest()
