"""What can happen in a scenario, each through the service that a screen would use."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from attendance.models import AbsenceMessage, ContactAttempt
from attendance.services.absences import log_absence, record_arrival
from attendance.services.calls import record_call
from attendance.services.holds import release_hold
from attendance.services.marks import MarkGiven
from attendance.services.registers import take_register
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput

from .cast import REHEARSAL
from .provider import DOWN, FAILING, UP
from .scenario import EventPart, calendar_day
from .stage import Stage
from .visit_events import VISIT_ACTS


def play_event(stage: Stage, event: EventPart) -> None:
    """Let one event happen. Raises Blocked when a rule refuses it, BadInput when the scenario itself cannot be right."""
    act = ACTS.get(event.do)
    if act is None:
        raise BadInput(f"The event “{event.do}” is not known. Known are: {', '.join(sorted(ACTS))}.")
    act(stage, event.given, event.at)


def take(stage: Stage, unexplained: Mapping[str, None] | list[str] | tuple[str, ...], by: Actor, now: datetime) -> None:
    """The morning's register is taken: N for the unexplained, present for everybody else with a name."""
    missing = {stage.cast.pupil(ref).pk for ref in unexplained}
    marks = {pupil.pk: MarkGiven("N" if pupil.pk in missing else "/") for pupil in stage.cast.pupils.values()}
    take_register(
        school=stage.cast.school, day=stage.scenario.day, session="AM", marks=marks, class_names=[""], source="the register", by=by, now=now
    )


def _absence_message(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    cast, channel = stage.cast, str(given.get("channel", "office"))
    if channel not in AbsenceMessage.Channel.values:
        raise BadInput(f"“{channel}” is not a way in which a message comes.")
    contact = cast.contact(given["contact"]) if given.get("contact") else None
    until = given.get("until")
    log_absence(
        school=cast.school, pupils=[cast.pupil(given.get("pupil"))], channel=channel, code=str(given.get("code", "I")), contact=contact,
        until=None if until is None else calendar_day(until, "until"), by=cast.person(given.get("by")), now=now,
    )  # fmt: skip


def _arrived(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    record_arrival(school=stage.cast.school, pupil=stage.cast.pupil(given.get("pupil")), by=stage.cast.person(given.get("by")), now=now)


def _register_taken(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    by = stage.cast.person(given["by"]) if given.get("by") else REHEARSAL
    take(stage, list(given.get("unexplained") or []), by, now)


def _call(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    cast, outcome = stage.cast, str(given.get("outcome"))
    if outcome not in ContactAttempt.Outcome.values:
        raise BadInput(f"“{outcome}” is not an outcome of a call.")
    record_call(
        school=cast.school, pupil=cast.pupil(given.get("pupil")), contact=cast.contact(given.get("contact")), outcome=outcome,
        code=str(given.get("code") or "I"), by=cast.person(given.get("by")), now=now,
    )  # fmt: skip


def _release_hold(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    release_hold(school=stage.cast.school, by=stage.cast.person(given.get("by")), now=now, reason=str(given.get("reason") or ""))


def _workers(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    stage.workers_up = _one_of(given.get("state"), "workers", ("up", "down")) == "up"


def _gateway(stage: Stage, given: Mapping[str, Any], now: datetime) -> None:
    stage.provider.state = _one_of(given.get("state"), "gateway", (UP, FAILING, DOWN))


def _one_of(value: object, what: str, states: tuple[str, ...]) -> str:
    if value not in states:
        raise BadInput(f"“{value}” is not a state of {what}: {', '.join(states)}.")
    return str(value)


ACTS: dict[str, Callable[[Stage, Mapping[str, Any], datetime], None]] = {
    "absence_message": _absence_message,
    "arrived": _arrived,
    "register_taken": _register_taken,
    "call": _call,
    "release_hold": _release_hold,
    "workers": _workers,
    "gateway": _gateway,
    **VISIT_ACTS,
}
