"""A reason against a claim, for real and at once: nothing is claimed after the reason was committed (R5)."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from attendance.models import AbsenceMessage, UnexplainedAbsence
from attendance.services.absences import log_absence
from homevisits.messaging import sql as messaging_sql
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message
from homevisits.messaging.outcome import Kind, Outcome, Outgoing, Transport
from homevisits.people.models import School

from ..sweep import sweep
from .mornings import Morning


class Accepts(Transport):
    """A provider that takes everything; not inline, so that claim and record are two transactions."""

    name = "test"

    def send(self, message: Outgoing) -> Outcome:
        """Accepted."""
        return Outcome(Kind.ACCEPTED, provider_id=str(message.reference))


class Claims:
    """Notes, around the real claim, when each was begun and what it brought."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: dict[int, float] = {}
        self.first = threading.Event()
        real = messaging_sql.claim_to_send

        def claim(*args: Any, **kwargs: Any) -> list[Outgoing]:
            begun = time.perf_counter()
            claimed = real(*args, **kwargs)
            self.begun |= {message.id: begun for message in claimed}
            if claimed:
                self.first.set()
            return claimed

        monkeypatch.setattr(messaging_sql, "claim_to_send", claim)


def at_once(*acts: Callable[[], None]) -> None:
    """Run the acts in threads with connections of their own; raise what any of them raised."""
    barrier, errors = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        try:
            barrier.wait()
            act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def races(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    morning = Morning(missing=count, hold_share=1)
    morning.take_register()
    sweep(morning.at("09:05"))
    claims, committed, over = Claims(monkeypatch), dict[int, float](), threading.Event()
    olive = morning.staff["office_admin"]
    order = random.Random(count).sample(morning.missing, count)

    def reasons() -> None:
        try:
            # The race is on once the sender is at it; on a busy machine all reasons could be in before it has begun.
            assert claims.first.wait(300), "the sender never began"
            for pupil in order:
                log_absence(school=morning.school, pupils=[pupil], channel="voicemail", code="I", by=olive, now=morning.at("09:15"))
                committed[pupil.pk] = time.perf_counter()
        finally:
            over.set()  # the engine runs until then, also when this has failed

    def engine() -> None:
        while True:
            last = over.is_set()
            sweep(morning.at("09:15"))
            deliver(now=morning.at("09:15"), transport_for=_accepts, limit=3)
            if last:
                return

    at_once(reasons, engine)
    deliver(now=morning.at("09:16"), transport_for=_accepts)
    about = {row.pk: [one.pupil_id for one in row.about.all()] for row in Message.objects.filter(template="first_day_absence")}
    assert claims.begun, "nothing was claimed through the watched function"
    late = [(message, pupil) for message, begun in claims.begun.items() for pupil in about.get(message, []) if begun > committed[pupil]]
    assert late == []
    assert AbsenceMessage.objects.count() == count
    assert not UnexplainedAbsence.objects.filter(status="open").exists()
    statuses = set(Message.objects.filter(template="first_day_absence").values_list("status", flat=True))
    assert statuses <= {"accepted", "cancelled"}
    # Who was texted before the reason came hears that all is well; nobody else does.
    texted = set(Message.objects.filter(template="first_day_absence", status="accepted").values_list("to", flat=True))
    assert set(Message.objects.filter(template="all_clear").values_list("to", flat=True)) <= texted


def _accepts(school: School) -> Transport:
    return Accepts()


@pytest.mark.django_db(transaction=True)
def test_forty_races_of_a_reason_against_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    races(monkeypatch, 40)


@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_a_thousand_races_of_a_reason_against_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    races(monkeypatch, 1000)
