"""What a connector to an information system does. Plain values: it never touches the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from homevisits.messaging.outcome import LookedUp, Outcome


class NotAnswered(Exception):
    """The other side did not answer, or not as published; the message says what came."""


@dataclass(frozen=True)
class Mark:
    """A mark as the other side knows it: its own ids for pupil and code. `sent_at`: when it was first handed over."""

    student: str
    day: date
    session: str  # AM or PM
    code: str
    comment: str = ""
    minutes_late: int | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Remote:
    """A pupil as the other side lists them."""

    id: str
    upn: str = ""
    mis_id: str = ""


class Connector:
    """One way into an information system."""

    name = ""

    def codes(self) -> dict[str, str]:
        """Our attendance code -> their id. Raises NotAnswered."""
        raise NotImplementedError

    def pupils(self) -> Iterator[Remote]:
        """Every pupil of the school. Raises NotAnswered."""
        raise NotImplementedError

    def write(self, mark: Mark) -> Outcome:
        """Hand one mark over. Never raises."""
        raise NotImplementedError

    def find(self, mark: Mark) -> LookedUp:
        """Whether this mark stands there; `state` is the id of another code that stands in its place. Never raises."""
        raise NotImplementedError
