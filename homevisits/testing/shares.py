"""A sample that two databases share: what it proves is the same on either, and each takes its part."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def share(sample: Sequence[T]) -> Sequence[T]:
    """Every other one: SQLite begins with the first, another database with the second. `make prove` has the whole grid on either."""
    return sample[0 if connection.vendor == "sqlite" else 1 :: 2]
