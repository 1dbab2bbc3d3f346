"""What a transport is given, and what it answers. Plain values, so that sender threads never touch the database."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from homevisits.documents import store
from homevisits.documents.models import Document


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
    NO_WAY = "no_way"  # this way out keeps no record that could be asked


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
    document_id: int | None = None
    content: bytes = b""  # of the document, as `prepare` puts it in


def with_documents(messages: Sequence[Outgoing]) -> list[Outgoing]:
    """The messages with the bytes of what they carry; none where the file is gone or altered, and the way out refuses such a one."""
    wanted = {message.document_id for message in messages if message.document_id}
    kept = {row.pk: _bytes(row) for row in Document.objects.filter(pk__in=wanted)} if wanted else {}
    return [replace(message, content=kept.get(message.document_id, b"")) if message.document_id else message for message in messages]


def _bytes(row: Document) -> bytes:
    try:
        return store.content_of(row)
    except store.Altered:
        return b""


class NoAnswer(Exception):
    """The provider cannot be reached, or does not say what it has."""


@dataclass(frozen=True)
class Gone:
    """A message that the provider has, as it tells it. `template`: our name of it, empty where one template serves every message."""

    reference: str
    provider_id: str
    channel: str
    to: str
    template: str
    body: str
    at: datetime


class Transport:
    """One way out. Subclasses set the facts and do `send`, and `find` where the provider can be asked.

    `inline`: there is nobody to hand to; acceptance is written in the claim's own transaction, so it happens exactly once.
    `can_look_up`: whether `find` can tell after an unsure hand-over. `threads`: parallel senders, 0 for the caller's own thread.
    `blind`: the channels of which nobody can say afterwards what went; all of them for `*`.
    `account`: whose limits count, empty for none; `daily_limit` goes with it.
    """

    name = ""
    inline = False
    can_look_up = True
    threads = 0
    account = ""
    daily_limit = 0
    blind: tuple[str, ...] = ()

    def prepare(self, messages: Sequence[Outgoing]) -> list[Outgoing]:
        """The claimed messages as `send` shall get them, in the caller's thread: the place for what needs the database."""
        return with_documents(messages)

    def send(self, message: Outgoing) -> Outcome:
        """Hand one message over. Never raises. May run in a sender thread: it must not touch the database."""
        raise NotImplementedError

    def find(self, message: Outgoing) -> LookedUp:
        """Ask the provider whether it accepted this message. Never raises, and does not touch the database."""
        raise NotImplementedError

    def gone_since(self, at: datetime) -> Sequence[Gone]:
        """Everything that the provider has accepted since an instant, whoever's reference it carries. Raises NoAnswer."""
        return ()
