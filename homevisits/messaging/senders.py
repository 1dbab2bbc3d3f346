"""Sender threads: they do the talking to the provider and nothing else. One thread, the caller's, owns the database."""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from django.db import transaction

from homevisits.people.models import School

from . import limits, sql
from .outcome import Kind, Outcome, Outgoing, Transport
from .recording import LEASE, Result, answered, record_results, tell_daily_limit

log = logging.getLogger(__name__)
FLUSH_AT = 200  # results; a killed sender leaves at most so many to be asked about
FLUSH_AFTER = 0.5  # seconds
AHEAD = 2.0  # seconds of work that are claimed ahead of the threads; less than what is claimed may wait (limits.START_WITHIN)


@dataclass(frozen=True)
class Plan:
    """One school's deliveries in this run: its clock, its way out, and whose messages go by it (see sql.Claim)."""

    school: School
    tick: Callable[[], datetime]
    transport: Transport
    whose: str = ""

    def claim(self, lease: uuid.UUID) -> sql.Claim:
        """A claim at this moment of the school's clock. A demo school's clock may run fast: its lease is as long in real time."""
        now = self.tick()
        return sql.Claim(self.school.pk, now, now + LEASE * self.school.clock_speed, lease, self.whose)


def send_one_by_one(plan: Plan, limit: int) -> int:
    """Look up and send in the caller's thread, in order. Answers how many messages it dealt with."""
    lease = uuid.uuid4()
    asked = claim_look_ups(plan, lease, limit)
    record_results(
        plan.school, lease, [_result(plan, message, _ask(plan.transport, message), asked=True) for message in asked], plan.transport
    )
    claimed = claim_sends(plan, lease, limit)
    record_results(plan.school, lease, [_result(plan, message, _send(plan.transport, message)) for message in claimed], plan.transport)
    return len(asked) + len(claimed)


def claim_look_ups(plan: Plan, lease: uuid.UUID, limit: int) -> list[Outgoing]:
    """Claim what must be asked about; only what can be asked within the minute's limit."""
    return _claim_within_budget(plan, lease, limit, sql.claim_to_look_up)


def claim_sends(plan: Plan, lease: uuid.UUID, limit: int) -> list[Outgoing]:
    """Claim what is due, within the account's limits, ready for its transport."""
    return _claim_within_budget(plan, lease, limit, sql.claim_to_send)


def _claim_within_budget(plan: Plan, lease: uuid.UUID, limit: int, claim: Callable[[sql.Claim, int], list[Outgoing]]) -> list[Outgoing]:
    transport, asked = plan.transport, plan.claim(lease)
    with transaction.atomic():
        claimed = claim(asked, limit)
        if not claimed:
            return []
        if transport.account:
            granted = limits.take(account=transport.account, wanted=len(claimed), daily_limit=transport.daily_limit, now=asked.now)
            _put_back(plan, lease, claimed[granted:], asked.now)
            claimed = claimed[:granted]
    return transport.prepare(claimed)


def _put_back(plan: Plan, lease: uuid.UUID, rows: Sequence[Outgoing], now: datetime) -> None:
    """What the account's limits do not allow now goes back as it was, a second later at the earliest; tomorrow if the day is used up."""
    if not rows:
        return
    transport = plan.transport
    over = limits.used_up(account=transport.account, daily_limit=transport.daily_limit, now=now)
    sql.put_back(lease, [(row.id, limits.tomorrow(now) if over else now + timedelta(seconds=1)) for row in rows])
    if over and limits.stop_for_today(account=transport.account, now=now):
        tell_daily_limit(plan.school, now)


def _send(transport: Transport, message: Outgoing) -> Outcome:
    try:
        return transport.send(message)
    except Exception:
        log.exception("A way out raised")  # it promised not to; what it did before is unknown
        return Outcome(Kind.UNSURE, error="A fault in the program")


def _ask(transport: Transport, message: Outgoing) -> Outcome:
    try:
        return answered(transport.find(message))
    except Exception:
        log.exception("A look-up raised")
        return Outcome(Kind.UNSURE, error="A fault in the program", after_answer=True)


def _result(plan: Plan, message: Outgoing, outcome: Outcome, asked: bool = False) -> Result:
    return Result(message, outcome, plan.tick() + (outcome.elapsed or timedelta()), asked)


class Pump:
    """Feeds the sender threads of several accounts at once and records what they bring back, until nothing is due."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.plans, self.lease, self.dealt = plans, uuid.uuid4(), 0
        self._back: SimpleQueue[tuple[Plan, Outgoing, Outcome, bool]] = SimpleQueue()
        self._out: Counter[str] = Counter()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._waiting: list[tuple[Plan, Result]] = []
        self._flushed = time.monotonic()
        self._quiet_until: dict[int, float] = {}  # by school: when to look for more
        self._ask_from: dict[int, float] = {}  # by school: when to look for what must be asked about
        self._over = False  # what has not been started is not started any more
        self._took = 0.5  # seconds that a hand-over took of late

    def run(self, limit: int, run_for: float | None = None) -> int:
        """Send until nothing is due, `limit` messages were dealt with, or `run_for` seconds passed; answers how many were.

        What is on its way when the time is over is waited for; what was only claimed goes back.
        """
        began = time.monotonic()
        try:
            while self._feed_all(limit) or self._out.total():
                self._collect()
                if run_for is not None and time.monotonic() - began > run_for:
                    self._over = True
                    limit = 0
        finally:
            for pool in self._pools.values():
                pool.shutdown(wait=True)
            self._collect()
            self._flush()
        return self.dealt

    def _feed_all(self, limit: int) -> int:
        return sum(self._feed(plan, limit) for plan in self.plans)

    def _feed(self, plan: Plan, limit: int) -> int:
        """Claim some more when the account's threads have little left to do."""
        out, clock = self._out[_key(plan)], time.monotonic()
        ahead = plan.transport.threads * min(max(round(AHEAD / self._took), 2), 50)
        room = min(ahead - out, limit - self.dealt)
        if room <= 0 or (out and (out > ahead // 2 or clock < self._quiet_until.get(plan.school.pk, 0))):
            return 0
        asked: list[Outgoing] = []
        if not out or clock >= self._ask_from.get(plan.school.pk, 0):
            asked = claim_look_ups(plan, self.lease, room)
            self._ask_from[plan.school.pk] = clock + 1
        claimed = claim_sends(plan, self.lease, room - len(asked))
        for message, ask in [(message, True) for message in asked] + [(message, False) for message in claimed]:
            self._start(plan, message, ask)
        if len(asked) + len(claimed) < room:
            self._quiet_until[plan.school.pk] = clock + 0.5
        return len(asked) + len(claimed)

    def _start(self, plan: Plan, message: Outgoing, ask: bool) -> None:
        key, latest = _key(plan), time.monotonic() + limits.START_WITHIN.total_seconds()
        if key not in self._pools:
            self._pools[key] = ThreadPoolExecutor(plan.transport.threads, thread_name_prefix="sender")
        self._out[key] += 1
        self.dealt += 1
        self._pools[key].submit(self._work, plan, message, ask, latest)

    def _work(self, plan: Plan, message: Outgoing, ask: bool, latest: float) -> None:
        """In a sender thread. What waited too long is not started: its place in the minute's count, and its lease, are used up."""
        started = time.monotonic()
        if self._over or started > latest:
            outcome = Outcome(Kind.NOT_STARTED)
        else:
            outcome = _ask(plan.transport, message) if ask else _send(plan.transport, message)
            self._took = 0.8 * self._took + 0.2 * max(time.monotonic() - started, 0.001)
        self._back.put((plan, message, outcome, ask))

    def _collect(self) -> None:
        """Take what has come back, waiting a moment for the first; write it when there is enough or it is time."""
        try:
            self._take(self._back.get(timeout=0.05 if self._out.total() else 0))
            while True:
                self._take(self._back.get_nowait())
        except Empty:
            pass
        enough = len(self._waiting) >= FLUSH_AT or time.monotonic() - self._flushed > FLUSH_AFTER
        if self._waiting and (enough or not self._out.total()):
            self._flush()

    def _take(self, came: tuple[Plan, Outgoing, Outcome, bool]) -> None:
        plan, message, outcome, ask = came
        self._out[_key(plan)] -= 1
        self._waiting.append((plan, _result(plan, message, outcome, ask)))

    def _flush(self) -> None:
        by_school: dict[int, list[tuple[Plan, Result]]] = {}
        for each in self._waiting:
            by_school.setdefault(each[0].school.pk, []).append(each)
        for group in by_school.values():
            plan = group[0][0]
            record_results(plan.school, self.lease, [result for _, result in group], plan.transport)
        self._waiting, self._flushed = [], time.monotonic()


def _key(plan: Plan) -> str:
    return plan.transport.account or f"{plan.transport.name}-{plan.school.pk}"
