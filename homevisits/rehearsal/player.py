"""Plays one school day through the real services, sweep and outbox on a virtual clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from attendance.models import AbsenceMessage, Register
from attendance.services.day import prepare_day
from attendance.sweep import next_due as ladder_due
from attendance.sweep import sweep
from homevisits.common import clock
from homevisits.common.errors import Blocked
from homevisits.messaging import delivery
from homevisits.people.school_calendar import school_day_status
from safeguarding.services.concern_telling import next_due as concern_due
from safeguarding.services.concern_telling import tell_again
from safeguarding.services.referral_reminders import next_due as referral_due
from safeguarding.services.referral_reminders import remind_of_referrals
from visits.services.climbing import sweep_alarms
from visits.services.setting import next_due as alarm_due

from .assessing import make_school_assessment
from .cast import REHEARSAL, make_cast
from .events import play_event, take
from .log import Log
from .provider import StageProvider
from .scenario import EventPart, Scenario
from .stage import Stage


@dataclass
class Played:
    """A scenario that was played: what happened, in the shape that `--json` prints."""

    title: str
    policy: str
    log: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The object of the rehearsal language."""
        return {"title": self.title, "policy": self.policy, "log": self.log}


def play(scenario: Scenario) -> Played:
    """Play a scenario in the current database, which should be a throw-away one.

    Raises BadInput for a scenario that cannot be right or that needs what is not built; a rule that refuses an event is an entry.
    """
    with clock.frozen(scenario.start):
        cast = make_cast(scenario, scenario.start)
        make_school_assessment(cast, scenario.start)
        stage = Stage(scenario, cast, StageProvider())
        _known_before(stage)
    log = Log(cast)
    _Day(stage, log).run()
    return Played(scenario.title, scenario.policy, log.in_order())


def _known_before(stage: Stage) -> None:
    """Absences explained for days to come, and a register that will have been taken when it closes."""
    scenario, cast = stage.scenario, stage.cast
    prepare_day(school=cast.school, day=scenario.day, by=REHEARSAL, now=scenario.start)
    # A scenario has one register, the morning's.
    Register.objects.filter(school=cast.school, session="PM").delete()
    for part in scenario.pupils:
        if part.absent_until and part.absent_until >= scenario.day:
            AbsenceMessage.objects.create(
                school=cast.school, pupil=cast.pupil(part.ref), first_day=scenario.day, last_day=part.absent_until, channel="office",
                code="I",
                at=scenario.start,
            )  # fmt: skip
    if scenario.register.taken and school_day_status(cast.school, scenario.day)[0]:
        # Taken before it closed, also where the clock starts later: what was due meanwhile is late then.
        closing = clock.instant(scenario.day, scenario.register.closes) - timedelta(seconds=1)
        take(stage, scenario.register.unexplained, REHEARSAL, min(scenario.start, closing))


class _Day:
    """The clock of the day: knocks and events in order, an event before a knock of the same instant."""

    def __init__(self, stage: Stage, log: Log) -> None:
        self.stage, self.log = stage, log
        self.step = timedelta(seconds=stage.scenario.knock_every)
        self.next_knock: datetime | None = stage.scenario.start

    def run(self) -> None:
        for event in self.stage.scenario.events:
            if event.at > self.stage.scenario.until:
                break
            self._knock_until(event.at, included=False)
            self._happen(event)
        self._knock_until(self.stage.scenario.until, included=True)

    def _knock_until(self, end: datetime, *, included: bool) -> None:
        while self.next_knock is not None and (self.next_knock < end or (included and self.next_knock == end)):
            at = self.next_knock
            busy = self._knock(at) if self.stage.workers_up else False
            self.next_knock = self._after(at, busy)

    def _knock(self, at: datetime) -> bool:
        """One knock: the sweep, then the delivery. Whether there was anything to do."""
        with clock.frozen(at):
            swept = sweep(at) + sweep_alarms(at) + remind_of_referrals(at) + tell_again(at)
            sent = delivery.deliver(now=at, transport_for=lambda school: self.stage.provider)
        self.log.collect()
        return bool(swept or sent)

    def _after(self, at: datetime, busy: bool) -> datetime | None:
        """The next knock that may find something: knocks with nothing due are passed over."""
        following = at + self.step
        if busy:
            return following
        if not self.stage.workers_up:
            return None
        ways = (ladder_due, delivery.next_due, alarm_due, referral_due, concern_due)
        due = min((instant for way in ways if (instant := way())), default=None)
        return None if due is None else max(following, self._first_knock_from(due))

    def _first_knock_from(self, instant: datetime) -> datetime:
        start = self.stage.scenario.start
        return start + max(0, -(-(instant - start) // self.step)) * self.step

    def _happen(self, event: EventPart) -> None:
        with clock.frozen(event.at):
            try:
                play_event(self.stage, event)
            except Blocked as refusal:
                self.log.refused(event.at, event.do, event.given.get("by"), event.given.get("pupil"), refusal.blocks)
        self.log.collect()
        # Whatever it changed may be due at the knock of this very instant.
        self.next_knock = self._first_knock_from(event.at)
