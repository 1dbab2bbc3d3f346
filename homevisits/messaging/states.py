"""What may follow what in a message's life. docs/states draws it; the acts are in outbox, recording, settle and receipts."""

from .models import Message

S = Message.Status

TRANSITIONS: dict[str, frozenset[str]] = {
    # After a restore the provider may know what the backup still has as held or waiting; or nobody can say.
    # The brake: a person lets it go, its time runs out, or its reason comes.
    S.HELD: frozenset({S.WAITING, S.MISSED, S.CANCELLED, S.ACCEPTED}),
    S.WAITING: frozenset({S.SENDING, S.ACCEPTED, S.SHADOW, S.MISSED, S.CANCELLED, S.FAILED}),
    # Claimed and handed over. What nobody recorded is asked about; what was not handed over goes back.
    S.SENDING: frozenset({S.ACCEPTED, S.RETRYING, S.UNKNOWN, S.FAILED, S.WAITING, S.DELIVERED, S.UNDELIVERED}),
    S.RETRYING: frozenset({S.SENDING, S.FAILED, S.MISSED, S.CANCELLED, S.ACCEPTED, S.DELIVERED, S.UNDELIVERED}),
    # Only the provider's own word, by look-up or receipt, says what became of it; never a blind second sending.
    S.UNKNOWN: frozenset({S.ACCEPTED, S.RETRYING, S.FAILED, S.CANCELLED, S.DELIVERED, S.UNDELIVERED}),
    S.ACCEPTED: frozenset({S.DELIVERED, S.UNDELIVERED}),
    S.DELIVERED: frozenset(),
    S.UNDELIVERED: frozenset({S.DELIVERED, S.WAITING}),
    # A person tries again; a receipt shows that it was accepted after all.
    S.FAILED: frozenset({S.WAITING, S.ACCEPTED, S.DELIVERED, S.UNDELIVERED}),
    S.MISSED: frozenset({S.WAITING}),
    # The reason was undone.
    S.CANCELLED: frozenset({S.WAITING}),
    S.SHADOW: frozenset(),
}
FIRST = frozenset({S.HELD, S.WAITING})
