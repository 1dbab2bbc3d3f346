"""S3 to S6: handing messages over."""

import threading
import time
from collections.abc import Iterable
from statistics import median

from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message
from homevisits.messaging.outcome import Kind, Outcome, Outgoing, Transport
from homevisits.messaging.transports.onscreen import OnScreen

from . import rows
from .figures import RUNS, Figure, counted, interleaved, seconds
from .scratch import settle
from .ticks import tick

N = 1_000
POLL_LOOP = 72  # texts a second of a well-known monitor's poll loop, measured on this class of machine (reliability.md, S3)
SLOW = 0.2  # seconds a slow provider takes
WORKERS = 16
SLOW_N = 480


class InProcess(Transport):
    """A provider in this process that answers at once; claim and record are two transactions, as with a real one."""

    name = "bench"

    def send(self, message: Outgoing) -> Outcome:
        """Accepted."""
        return Outcome(Kind.ACCEPTED, provider_id="x")


class Slow(Transport):
    """A provider that takes 200 ms, asked by many threads; notes when each hand-over began."""

    name = "slow"
    threads = WORKERS
    account = "bench"
    daily_limit = 250_000

    def __init__(self) -> None:
        self.begun: list[float] = []
        self._lock = threading.Lock()

    def send(self, message: Outgoing) -> Outcome:
        """Accepted, after a while."""
        with self._lock:
            self.begun.append(time.monotonic())
        time.sleep(SLOW)
        return Outcome(Kind.ACCEPTED, provider_id="x")


class First(InProcess):
    """Notes when the first message was handed over."""

    at = 0.0

    def send(self, message: Outgoing) -> Outcome:
        """Accepted."""
        self.at = self.at or time.perf_counter()
        return super().send(message)


def _written(count: int) -> None:
    """That many texts wait in the outbox."""
    rows.back_to_first_text()
    settle()
    tick()
    assert Message.objects.filter(status="waiting").count() == count


def _deliver(transport: Transport) -> int:
    return deliver(now=rows.FIRST_TEXT, transport_for=lambda school: transport, limit=100_000)


def at_once() -> Iterable[Figure]:
    """S3 and S5: a thousand texts to a provider that answers at once, and the statements they take, audit included."""
    rows.make_school("Bench S3", due=N)
    took = interleaved({
        "screen": (lambda: _written(N), lambda: _deliver(OnScreen())),
        "process": (lambda: _written(N), lambda: _deliver(InProcess())),
    })  # fmt: skip
    for name, what in (("screen", "texts on screen"), ("process", "texts to a provider in this process")):
        rate = N / took[name]
        yield Figure("S3", what, rate, "a second", "at least 2,000", rate >= 2000)
    slowest = N / max(took.values())
    yield Figure("S3", f"against a poll loop of {POLL_LOOP} a second", slowest / POLL_LOOP, "x", "at least 15", slowest / POLL_LOOP >= 15)
    for transport, what in ((OnScreen(), "on screen"), (InProcess(), "in process")):
        rows.back_to_first_text()
        with counted() as said:
            tick()
            _deliver(transport)
        yield Figure("S5", f"statements a message, tick and audit included, {what}", len(said) / N, "", "at most 0.7", len(said) / N <= 0.7)


def slow_provider() -> Iterable[Figure]:
    """S4: a provider that takes 200 ms is kept busy by all workers, and never asked for more than 3,000 a minute."""
    rows.make_school("Bench S4", due=SLOW_N)
    rates, most = [], 0
    for _ in range(RUNS):
        _written(SLOW_N)
        transport = Slow()
        took = seconds(lambda used=transport: _deliver(used))  # type: ignore[misc]
        rates.append(SLOW_N / took)
        most = max(most, max(sum(start <= at < start + 60 for at in transport.begun) for start in transport.begun))
    best = WORKERS / SLOW
    share = median(rates) / best * 100
    yield Figure("S4", f"of workers / latency ({WORKERS} workers, 200 ms)", share, "%", "at least 95", share >= 95)
    yield Figure("S4", "most hand-overs in any minute of a run", most, "", "at most 3,000", most <= 3000)


def first_text() -> Iterable[Figure]:
    """S6: from the beginning of the tick of a thousand cases to the first text handed over."""
    rows.make_school("Bench S6", due=N)
    waits, whole = [], []
    for _ in range(RUNS):
        rows.back_to_first_text()
        settle()
        transport, start = First(), time.perf_counter()
        tick()
        ticked = time.perf_counter()
        _deliver(transport)
        waits.append(transport.at - ticked)
        whole.append(transport.at - start)
    yield Figure("S6", f"first text after the tick of {N:,} cases", median(waits), "s", "at most 0.5", median(waits) <= 0.5)
    yield Figure("S6", "the tick itself included", median(whole), "s", "", None)
