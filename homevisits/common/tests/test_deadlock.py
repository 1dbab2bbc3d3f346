"""Two transactions that wait for each other: both are done in the end, and no fault of a row is made of it."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from homevisits.common.deadlock import is_deadlock, pass_on, retried
from homevisits.people.models import Trust
from homevisits.people.tests.factories import TrustFactory


def at_once(*acts: Callable[[], None]) -> list[BaseException]:
    """The acts in threads of their own; what they raised."""
    raised: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


class Crossing:
    """Two acts that rename the same two rows, each beginning with another; the first time they meet in the middle."""

    def __init__(self) -> None:
        self.rows = [TrustFactory.create(name="0").pk, TrustFactory.create(name="0").pk]
        self.meet, self.begun = threading.Barrier(2), {0: 0, 1: 0}

    def rename(self, first: int) -> None:
        self.begun[first] += 1
        with transaction.atomic():
            for place in (first, 1 - first):
                row = Trust.objects.select_for_update().get(pk=self.rows[place])
                if place == first and self.begun[first] == 1:
                    self.meet.wait(30)
                row.name = str(int(row.name) + 1)
                row.save()


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_was_ended_does_it_again() -> None:
    crossing = Crossing()
    assert at_once(lambda: retried(lambda: crossing.rename(0)), lambda: retried(lambda: crossing.rename(1))) == []
    assert sorted(crossing.begun.values()) == [1, 2], "the two never waited for each other"
    assert set(Trust.objects.filter(pk__in=crossing.rows).values_list("name", flat=True)) == {"2"}


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_it_one_fails_and_what_catches_faults_passes_it_on() -> None:
    crossing = Crossing()
    (error,) = at_once(lambda: crossing.rename(0), lambda: crossing.rename(1))
    assert is_deadlock(error)
    with pytest.raises(OperationalError):
        pass_on(error)


def test_any_other_fault_is_raised_at_once() -> None:
    times = []

    def act() -> None:
        times.append(1)
        raise OperationalError("The disk is full")

    with pytest.raises(OperationalError, match="disk"):
        retried(act)
    assert len(times) == 1
    pass_on(IntegrityError("a row"))
