"""Writing back: claims due marks with a lease, hands them over one by one, records what came of each (as messaging.delivery does).

A claim that nobody recorded, and a hand-over without an answer, are asked about before anything is sent again. Nothing is written over
a code that somebody has entered since, and nothing whose suggestion has changed.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.said import count
from homevisits.messaging.notices import tell
from homevisits.messaging.outcome import Found, Kind, LookedUp, Outcome
from homevisits.people.models import Role, School

from ..connectors import Connector, connector_for
from ..connectors.base import Mark
from ..models import MisEntry, RemoteCode, RemotePupil, WriteBack, WriteBackAccount

WRITER = SystemJob("writing back")
LEASE = timedelta(seconds=60)
BACKOFF = (30, 60, 120, 300, 600, 1800)  # seconds
GIVE_UP = timedelta(hours=24)
REFUSED_KEY = timedelta(minutes=10)
State = WriteBack.State
ConnectorFor = Callable[[School], Connector | None]


@dataclass
class Run:
    """One school's turn."""

    school: School
    connector: Connector
    tick: Callable[[], datetime]
    failed: int = 0
    stopped: bool = False


def write_back(
    *, now: datetime, clock: Callable[[], datetime] | None = None, connector_of: ConnectorFor = connector_for, run_for: float | None = None
) -> int:
    """Hand over, and look up, everything that is due; answers how many it dealt with. `now` is the real instant.

    After `run_for` seconds nothing new is started. A refused key stops the school's turn, and the office hears of it once a day.
    """
    done, ends = 0, time.monotonic() + run_for if run_for else None
    due = WriteBack.objects.filter(next_attempt_at__isnull=False).values("school")
    for school in School.objects.filter(pk__in=due).order_by("pk"):
        connector = connector_of(school)
        if connector is None:
            continue
        run = Run(school, connector, _tick(school, clock, now))
        while not run.stopped and (ends is None or time.monotonic() < ends):
            row = _claim(run)
            if row is None:
                break
            _deal(run, row)
            done += 1
        if run.failed:
            _tell_failed(run)
    return done


def _tick(school: School, clock: Callable[[], datetime] | None, now: datetime) -> Callable[[], datetime]:
    return (lambda: school.at(clock())) if clock else (lambda: school.at(now))


def _claim(run: Run) -> WriteBack | None:
    """The next mark that is due, held with a lease: one conditional UPDATE, so that two workers never have the same."""
    now, lease = run.tick(), uuid.uuid4()
    due = WriteBack.objects.filter(school=run.school, next_attempt_at__lte=now)
    for row in due.order_by("next_attempt_at", "pk")[:20]:
        asks = row.state in (State.SENDING, State.UNKNOWN)
        held = WriteBack.objects.filter(pk=row.pk, next_attempt_at=row.next_attempt_at, state=row.state, lease=row.lease)
        if held.update(state=State.UNKNOWN if asks else State.SENDING, lease=lease, next_attempt_at=now + LEASE):
            row.refresh_from_db()
            return row
    return None


def _deal(run: Run, row: WriteBack) -> None:
    """Send one claimed mark, or ask about it, and record what came of it."""
    asks = row.state == State.UNKNOWN
    entry = MisEntry.objects.filter(pk=row.entry_id).first() if row.entry_id else None
    if not asks and (entry is None or entry.code != row.code or entry.done_at is not None):
        return _end(run, row, State.CANCELLED, "The suggestion was changed, taken back or entered by hand")
    mark = _as_known(row)
    if isinstance(mark, str):
        return _not_known(run, row, mark)
    if asks:
        return _looked_up(run, row, run.connector.find(mark))
    if row.handed_at is None:
        row.handed_at = run.tick()
        WriteBack.objects.filter(pk=row.pk, lease=row.lease).update(handed_at=row.handed_at)
    _sent(run, row, run.connector.write(mark))


def _as_known(row: WriteBack) -> Mark | str:
    """The mark in the connector's ids, or what it does not know."""
    pupil = RemotePupil.objects.filter(pupil=row.pupil_id).values_list("remote_id", flat=True).first()
    code = RemoteCode.objects.filter(school=row.school_id, code=row.code).values_list("remote_id", flat=True).first()
    if pupil is None or code is None:
        return "this pupil" if pupil is None else f"the code {row.code}"
    return Mark(pupil, row.day, row.session, code, row.comment, row.minutes_late, row.handed_at)


def _not_known(run: Run, row: WriteBack, what: str) -> None:
    """Wait while the connector has not been asked since; then a person enters it."""
    learnt = WriteBackAccount.objects.filter(school=run.school).values_list("learnt_at", flat=True).first()
    if learnt is None or learnt < row.queued_at:
        return _again(run, row, State.RETRYING, f"{run.connector.name} is asked what it calls {what}", timedelta(minutes=1))
    _end(run, row, State.FAILED, f"{run.connector.name} does not know {what}")


def _sent(run: Run, row: WriteBack, outcome: Outcome) -> None:
    if outcome.kind is Kind.ACCEPTED:
        return _written(run, row, outcome.provider_id)
    if outcome.kind is Kind.REFUSED:
        return _end(run, row, State.FAILED, outcome.error)
    if outcome.kind is Kind.DAILY_LIMIT:
        run.stopped = True
        _tell_refused_key(run, outcome.error)
        return _again(run, row, State.RETRYING, outcome.error, REFUSED_KEY)
    state = State.UNKNOWN if outcome.kind is Kind.UNSURE else State.RETRYING
    _again(run, row, state, outcome.error, outcome.retry_after)


def _looked_up(run: Run, row: WriteBack, found: LookedUp) -> None:
    if found.found is Found.YES:
        return _written(run, row, row.remote_id or found.provider_id)
    if found.found is Found.NO_ANSWER:
        return _again(run, row, State.UNKNOWN, "It does not say whether it was written", None)
    if found.state:
        return _end(run, row, State.FAILED, "Another code was entered in the information system meanwhile: it stands")
    _again(run, row, State.RETRYING, "It had not been written", timedelta())


def _again(run: Run, row: WriteBack, state: str, error: str, wait: timedelta | None) -> None:
    now = run.tick()
    if now - row.queued_at >= GIVE_UP:
        return _end(run, row, State.FAILED, f"Given up after a day: {error}")
    wait = timedelta(seconds=BACKOFF[min(row.attempts, len(BACKOFF) - 1)]) if wait is None else wait
    # Never at once in the same turn: a look-up that says no and a sending that gets no answer would go round.
    at = now + max(wait, timedelta(seconds=1))
    _update(row, state=state, error=error[:300], attempts=F("attempts") + 1, next_attempt_at=at, lease=None)


def _written(run: Run, row: WriteBack, number: str) -> None:
    """Record an acceptance, which is true even when the lease has run out; the entry is done, if it still says the same."""
    now = run.tick()
    with transaction.atomic():
        done = WriteBack.objects.filter(pk=row.pk).exclude(state=State.WRITTEN).update(
            state=State.WRITTEN, remote_id=number[:80], error="", next_attempt_at=None, lease=None, finished_at=now,
            attempts=F("attempts") + 1,
        )  # fmt: skip
        if not done:
            return
        same = MisEntry.objects.filter(write_backs=row.pk, code=row.code, done_at=None)
        if not same.update(done_at=now, done_by=row.queued_by):
            _tell(run, f"{row.pupil}, {row.day:%-d %B}: {row.code} was written, and the suggestion has changed since. Correct it there.")
        _record(run, row, "written", now)


def _end(run: Run, row: WriteBack, state: str, error: str) -> None:
    now = run.tick()
    with transaction.atomic():
        if _update(row, state=state, error=error[:300], next_attempt_at=None, lease=None, finished_at=now):
            run.failed += state == State.FAILED
            _record(run, row, str(state), now)


def _update(row: WriteBack, **fields: object) -> bool:
    """Only by whoever still holds the lease."""
    return bool(WriteBack.objects.filter(pk=row.pk, lease=row.lease).update(**fields))


def _record(run: Run, row: WriteBack, what: str, now: datetime) -> None:
    record(
        f"attendance.write_back.{what}", by=WRITER, now=now, school_id=run.school.pk, object_type="WriteBack", object_id=row.pk,
        detail={"pupil": row.pupil_id, "day": str(row.day), "session": row.session, "code": row.code},
    )  # fmt: skip


def _tell_failed(run: Run) -> None:
    _tell(run, f"{count(run.failed, 'code')} could not be written into the information system: enter by hand, or try again.")


def _tell_refused_key(run: Run, error: str) -> None:
    """Once a day: every mark waits, and nothing is lost."""
    now, account = run.tick(), WriteBackAccount.objects.filter(school=run.school)
    stale = account.exclude(told_refused_at__gt=now - timedelta(hours=20))
    if stale.update(told_refused_at=now):
        _tell(run, f"{run.connector.name} refuses the key ({error}). Codes wait; enter what is urgent by hand.")


def _tell(run: Run, says: str) -> None:
    tell(
        school=run.school, role=Role.OFFICE_ADMIN, about="code_not_written", says=says, task=True,
        link=f"/s/{run.school.slug}/mis/written/", by=WRITER, now=run.tick(),
    )  # fmt: skip
