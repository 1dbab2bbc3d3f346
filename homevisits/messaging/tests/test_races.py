"""R5: a reason that is recorded against a claim: whichever commits first wins, and the loser sees it."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from homevisits.messaging import outbox, sql
from homevisits.messaging.models import Message
from homevisits.people.models import Pupil, School

from .factories import NOW, make_pupil, make_school, make_text

pytestmark = pytest.mark.django_db(transaction=True)


def together(pool: ThreadPoolExecutor, *acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment, each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    return [each.result() for each in [pool.submit(run, act) for act in acts]]


def race(school: School, pupil: Pupil, times: int) -> tuple[int, int]:
    """Withdraw against claim, so many times. Answers how often each won; fails where both did or neither."""
    withdrawn = claimed = 0
    with ThreadPoolExecutor(2) as pool:
        for _ in range(times):
            text = make_text(school, pupil)
            claim = sql.Claim(school.pk, NOW, NOW + timedelta(minutes=1), uuid.uuid4())
            taken, sent = together(
                pool,
                lambda: outbox.withdraw(school_id=school.pk, pupil_ids=[pupil.pk], now=NOW),
                lambda claim=claim: sql.claim_to_send(claim, 10),  # type: ignore[misc]
            )
            text.refresh_from_db()
            assert bool(taken) != bool(sent), "both won, or neither"
            assert text.status == ("cancelled" if taken else "sending")
            withdrawn, claimed = withdrawn + bool(taken), claimed + bool(sent)
            Message.objects.filter(pk=text.pk).update(status="cancelled", next_attempt_at=None)
        together(pool, connection_closed, connection_closed)
    return withdrawn, claimed


def connection_closed() -> None:
    """Close the thread's connection, so that the test's database can go."""
    connection.close()


def test_a_reason_and_a_claim_never_both_win() -> None:
    school = make_school()
    assert sum(race(school, make_pupil(school), 40)) == 40


@pytest.mark.prove
def test_a_thousand_races() -> None:
    school = make_school()
    withdrawn, claimed = race(school, make_pupil(school), 1000)
    assert withdrawn + claimed == 1000


def test_two_senders_never_claim_the_same() -> None:
    school = make_school()
    pupil = make_pupil(school)
    for number in range(100):
        make_text(school, pupil, to=f"+447700900{number:03}")

    def take() -> list[int]:
        taken: list[int] = []
        for _ in range(40):
            claim = sql.Claim(school.pk, NOW, NOW + timedelta(minutes=1), uuid.uuid4())
            taken += [message.id for message in sql.claim_to_send(claim, 5)]
        connection.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [number for part in together(pool, take, take, take, take) for number in part]
    assert (len(taken), len(set(taken))) == (100, 100)
