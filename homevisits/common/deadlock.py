"""When two transactions wait for each other the database ends one of them: it is done again, and nobody hears of it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

# PostgreSQL's code for it. SQLite has one writer at a time and no deadlock.
DEADLOCK = "40P01"
TIMES = 4

Done = TypeVar("Done")


def is_deadlock(error: BaseException) -> bool:
    """Whether the database ended this transaction because it and another waited for each other."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == DEADLOCK


def pass_on(error: BaseException) -> None:
    """Raise `error` again where it is a deadlock: what catches every fault of a row must not take it for one."""
    if is_deadlock(error):
        raise error


def retried(act: Callable[[], Done]) -> Done:
    """What `act` answers, done again up to three times where the database ended it; everything of it was rolled back.

    Inside a transaction only the whole of it can be done again: there the error goes on to whoever began it.
    """
    for left in range(TIMES - 1, -1, -1):
        try:
            return act()
        except OperationalError as error:
            if not left or not is_deadlock(error) or connection.in_atomic_block:
                raise
    raise AssertionError("The last time answers or raises.")
