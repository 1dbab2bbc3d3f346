"""One school with everything in it, made once for all proofs of this folder; each test leaves it as it was."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from .crawl import Answer, crawl, sample
from .payloads import FORMULAS, PAYLOADS
from .texts import write_everywhere
from .world import NOW, World, a_world, pages


@pytest.fixture(scope="package")
def _made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        yield a_world()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(_made: World, django_db_blocker: Any) -> Iterator[None]:
    """What pytest-django does for the mark `django_db`, inside the transaction that holds the school: its own would end it."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(_made: World) -> World:
    """The school, for a test with the mark `django_db`; what the test changes in it is taken back."""
    return _made


@pytest.fixture(scope="package")
def answers(_made: World, django_db_blocker: Any) -> list[Answer]:
    """What every fifth page answers when every text of the school would run, in a browser or in a spreadsheet."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        write_everywhere(lambda number: (PAYLOADS + FORMULAS)[number % len(PAYLOADS + FORMULAS)])
        found = crawl(_made, sample(pages(), 5))
        transaction.set_rollback(True)
    return found
