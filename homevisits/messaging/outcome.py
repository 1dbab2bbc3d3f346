"""What a transport is given, and what it answers. Plain values, so that sender threads never touch the database."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What came of handing a message over."""

    ACCEPTED = "accepted"
    BUSY = "busy"  # certainly not accepted, may be tried again: 429, 503, no connection
    REFUSED = "refused"  # for good: the number, the template, the account
    UNSURE = "unsure"  # accepted or not: a time-out, a dropped connection
    DAILY_LIMIT = "daily_limit"  # the account has sent all it may today
    NOT_STARTED = "not_started"  # claimed, but never handed over: it goes back as it was


class Found(StrEnum):
    """What the provider answers when it is asked for a reference."""

    YES = "yes"
    NO = "no"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Outcome:
    """One hand-over's result. `elapsed` is how long it took where the clock is virtual; None: look at the clock."""

    kind: Kind
    provider_id: str = ""
    error: str = ""
    elapsed: timedelta | None = None
    retry_after: timedelta | None = None
    after_answer: bool = False  # UNSURE, but the provider has answered: it need not be given the rest of the lease


@dataclass(frozen=True)
class LookedUp:
    """A look-up's result; `state` is the provider's own word for where the message is."""

    found: Found
    provider_id: str = ""
    state: str = ""
    elapsed: timedelta | None = None


@dataclass(frozen=True)
class Outgoing:
    """A claimed message as its transport needs it."""

    id: int
    school_id: int
    channel: str
    template: str
    language: str
    to: str
    subject: str
    body: str
    reference: uuid.UUID
    fields: dict[str, str] = field(default_factory=dict)
    attempts: int = 0


class Transport:
    """One way out. Subclasses set the facts and do `send`, and `find` where the provider can be asked.

    `inline`: there is nobody to hand to; acceptance is written in the claim's own transaction, so it happens exactly once.
    `can_look_up`: whether `find` can tell after an unsure hand-over. `threads`: parallel senders, 0 for the caller's own thread.
    """

    name = ""
    inline = False
    can_look_up = True
    threads = 0

    def send(self, message: Outgoing) -> Outcome:
        """Hand one message over. Never raises."""
        raise NotImplementedError

    def find(self, reference: str) -> LookedUp:
        """Ask the provider whether it accepted a message with that reference. Never raises."""
        raise NotImplementedError
