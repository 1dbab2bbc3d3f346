"""What stops an act: bad input, or a rule that blocks it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """Why something cannot be done now: a sentence for the user, and the clause it acts on (None: no clause asks for it)."""

    says: str
    clause: str | None = None


@dataclass(frozen=True)
class Caution:
    """Something that the policy wants seen and that stops nothing: a sentence for the user, and the clause it comes from."""

    says: str
    clause: str | None = None


class Blocked(Exception):
    """A rule refuses the act; nothing was changed."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = list(blocks)
        super().__init__(" ".join(block.says for block in self.blocks))


class BadInput(Exception):
    """What was typed cannot be right; the message is the sentence for the user."""


def refuse_if(blocks: Sequence[Block]) -> None:
    """Raise `Blocked` when there is any block."""
    if blocks:
        raise Blocked(blocks)
