"""When something may be done with a message; the sentences for the user."""

from datetime import datetime

from homevisits.common import clock
from homevisits.common.errors import Block

from .models import Message


def may_try_again(message: Message, now: datetime) -> list[Block]:
    """A failed text of today may be tried again while it is not too late for it (PRI-31)."""
    if message.status != Message.Status.FAILED:
        return [Block("Only a message that failed can be tried again.")]
    blocks = []
    if message.day != clock.local_day(now) or (message.miss_at is not None and message.miss_at <= now):
        blocks.append(Block("It is too late for this message: ring instead.", "PRI-31"))
    if message.recalled:
        blocks.append(Block("The reason for it has passed: the school has had news.", "PRI-32"))
    return blocks
