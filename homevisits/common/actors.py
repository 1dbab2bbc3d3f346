"""Who acts: a member of staff, or a named system job."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Whoever does a business act; `pk` is None for a system job."""

    @property
    def pk(self) -> int | None: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class SystemJob:
    """A part of the product that acts by itself: the ladder, the delivery, an import."""

    name: str
    pk: None = None


def staff_id(by: Actor) -> int | None:
    """The member of staff's number for a `by` column, None for a system job."""
    return by.pk
