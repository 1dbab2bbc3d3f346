"""Ticks in several processes at once write each row once and none twice (R1), and what a killed one left is finished (R2)."""

import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection

from attendance.models import CallDue, LadderStep, UnexplainedAbsence
from homevisits.audit.verify import verify
from homevisits.home.watch import watch
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import DeliveryEvent, Message, MessageAbout
from visits.models import HomeVisit

from ..sweep import sweep
from .mornings import Morning
from .racing import Racer, race

TICKS = """
from attendance.sweep import sweep
from homevisits.messaging.delivery import deliver
start, count = datetime.fromisoformat(arguments[0]), int(arguments[1])
for n in range(count):
    now = start + timedelta(minutes=160 * n / count)
    sweep(now)
    deliver(now=now)
"""
# One tick that tells when it is in the middle: claimed and committed by half, or between claim and record.
FOREVER = """
from attendance.sweep import sweep
from homevisits.messaging.delivery import deliver
now = datetime.fromisoformat(arguments[0])
print("started", flush=True)
while True:
    sweep(now)
    deliver(now=now, limit=7)
"""


def everything_once(morning: Morning, cases: int) -> None:
    """N cases have N rows of each kind, and no process saw an error that it hid."""
    assert UnexplainedAbsence.objects.count() == cases
    steps = LadderStep.objects.filter(day=morning.day)
    assert [steps.filter(rung=rung).count() for rung in ("first_text_at", "call_at", "welfare_visit_at")] == [cases] * 3
    texts = Message.objects.filter(template="first_day_absence")
    assert (texts.count(), texts.values("to").distinct().count(), texts.filter(status="accepted").count()) == (cases,) * 3
    assert MessageAbout.objects.filter(message__in=texts).count() == cases
    assert DeliveryEvent.objects.filter(message__in=texts, status="accepted").count() == cases
    assert CallDue.objects.count() == cases
    assert HomeVisit.objects.count() == cases
    assert morning.school.set_aside.count() == 0
    assert verify(morning.school.pk).sound


def four_processes(ticks: int, missing: int) -> None:
    morning = Morning(missing=missing, present=missing * 8)
    morning.take_register()
    race([Racer(TICKS, morning.at("08:55").isoformat(), ticks) for _ in range(4)])
    sweep(morning.at("11:40"))
    deliver(now=morning.at("11:40"))
    everything_once(morning, missing)
    told = [notice.about for notice in morning.school.notices.all()]
    assert (told.count("calls_not_made"), told.count("visit_needed")) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_four_processes_tick_at_once() -> None:
    four_processes(ticks=10, missing=12)


@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_four_processes_tick_at_once_a_hundred_times() -> None:
    four_processes(ticks=100, missing=60)


def killed_in_mid_tick(kills: int, missing: int) -> None:
    """Sweep and delivery run in a process that is killed at any moment, again and again; the next one finishes its work."""
    rng = random.Random(kills)
    morning = Morning(missing=missing, present=missing * 8)
    morning.take_register()
    sweep(morning.at("09:05"))
    walls = ["09:15", "09:45", "11:30"]
    for n in range(kills):
        racer = Racer(FOREVER, morning.at(walls[n * len(walls) // kills]).isoformat())
        racer.wait_ready()
        racer.go()
        assert racer.line() == "started"
        time.sleep(rng.uniform(0, 0.25))
        racer.send_signal(signal.SIGKILL)
        racer.communicate()
    connection.close()
    for seconds in (0, 70, 140):  # what was in hand when its sender died is taken up when the lease ends
        sweep(morning.at("11:40") + timedelta(seconds=seconds))
        deliver(now=morning.at("11:40") + timedelta(seconds=seconds))
    everything_once(morning, missing)
    assert [one.kind for one in watch(morning.at("11:45"))] == []


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_left_is_finished_and_nothing_is_doubled() -> None:
    killed_in_mid_tick(kills=3, missing=60)


@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_thirty_kills_lose_nothing_and_double_nothing() -> None:
    killed_in_mid_tick(kills=30, missing=600)
