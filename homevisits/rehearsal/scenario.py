"""A scenario file as typed values. What cannot be right is a sentence that names the place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from homevisits.common.clock import instant
from homevisits.common.errors import BadInput
from homevisits.people.models import PupilFlag, Role


@dataclass(frozen=True)
class StaffPart:
    """A member of staff who plays."""

    ref: str
    name: str
    roles: tuple[str, ...]
    mobile: str = ""
    on_duty: bool | None = None
    trained: bool = True
    checked: bool = True


@dataclass(frozen=True)
class ContactPart:
    """A contact of one pupil; `phone` as given."""

    ref: str
    name: str
    phone: str
    priority: int
    parental_responsibility: bool
    restricted: bool


@dataclass(frozen=True)
class PupilPart:
    """A pupil with a name."""

    ref: str
    name: str
    household: str
    flags: tuple[str, ...]
    agencies: tuple[str, ...]
    absent_until: date | None
    contacts: tuple[ContactPart, ...]


@dataclass(frozen=True)
class RegisterPart:
    """The morning's register."""

    closes: time
    taken: bool
    unexplained: tuple[str, ...]


@dataclass(frozen=True)
class EventPart:
    """Something that happens: when, what, and with what."""

    at: datetime
    do: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """One school day to play."""

    title: str
    policy: str
    settings: Mapping[str, Any]
    day: date
    start: datetime
    until: datetime
    knock_every: int
    school_name: str
    roll: int | None
    closed_on: tuple[date, ...]
    staff: tuple[StaffPart, ...]
    pupils: tuple[PupilPart, ...]
    register: RegisterPart
    events: tuple[EventPart, ...] = field(default=())


def read(file: Path) -> Scenario:
    """The scenario of a file. Raises BadInput with a sentence when it cannot be read or says something impossible."""
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The scenario {file.name} cannot be read: {error.__class__.__name__}.") from error
    except yaml.YAMLError as error:
        raise BadInput(f"The scenario {file.name} is not YAML: {error}") from error
    return parse(raw)


def parse(raw: object) -> Scenario:
    """The scenario that a YAML document says. Raises BadInput."""
    top = _mapping(raw, "the scenario")
    day = calendar_day(_need(top, "date", "the scenario"), "date")
    school = _mapping(top.get("school") or {}, "school")
    scenario = Scenario(
        title=str(top.get("title") or "Untitled"),
        policy=str(_need(top, "policy", "the scenario")),
        settings=_mapping(top.get("settings") or {}, "settings"),
        day=day,
        start=instant(day, wall(top.get("start", "08:00"), "start")),
        until=instant(day, wall(top.get("until", "17:00"), "until")),
        knock_every=_whole(top.get("knock_every", 10), "knock_every", least=1),
        school_name=str(school.get("name") or "Rehearsal School"),
        roll=_whole(school["roll"], "school roll", least=0) if school.get("roll") is not None else None,
        closed_on=tuple(calendar_day(one, "closed_on") for one in _list(school.get("closed_on"), "closed_on")),
        staff=tuple(_staff(one) for one in _list(top.get("staff"), "staff")),
        pupils=tuple(_pupil(one) for one in _list(top.get("pupils"), "pupils")),
        register=_register(_mapping(top.get("register") or {}, "register")),
        events=tuple(sorted((_event(one, day) for one in _list(top.get("events"), "events")), key=lambda event: event.at)),
    )
    _check_refs(scenario)
    return scenario


def _staff(raw: object) -> StaffPart:
    row = _mapping(raw, "a member of staff")
    ref = str(_need(row, "ref", "a member of staff"))
    roles = tuple(str(role) for role in _list(row.get("roles"), f"the roles of {ref}"))
    for role in roles:
        if role not in Role.values:
            raise BadInput(f"{ref} has the role “{role}”, which does not exist.")
    duty = row.get("on_duty")
    return StaffPart(
        ref, str(row.get("name") or ref), roles, str(row.get("mobile") or ""), None if duty is None else bool(duty),
        bool(row.get("trained", True)), bool(row.get("checked", True)),
    )  # fmt: skip


def _pupil(raw: object) -> PupilPart:
    row = _mapping(raw, "a pupil")
    ref = str(_need(row, "ref", "a pupil"))
    flags = tuple(str(flag) for flag in _list(row.get("flags"), f"the flags of {ref}"))
    for flag in flags:
        if flag not in PupilFlag.Kind.values:
            raise BadInput(f"{ref} has the flag “{flag}”, which does not exist.")
    return PupilPart(
        ref=ref, name=str(row.get("name") or ref), household=str(row.get("household") or f"of {ref}"), flags=flags,
        agencies=tuple(str(name) for name in _list(row.get("agencies"), f"the agencies of {ref}")),
        absent_until=calendar_day(row["absent_until"], f"absent_until of {ref}") if row.get("absent_until") else None,
        contacts=tuple(_contact(one, ref) for one in _list(row.get("contacts"), f"the contacts of {ref}")),
    )  # fmt: skip


def _contact(raw: object, pupil: str) -> ContactPart:
    row = _mapping(raw, f"a contact of {pupil}")
    ref = str(_need(row, "ref", f"a contact of {pupil}"))
    return ContactPart(
        ref, str(row.get("name") or ref), str(row.get("phone") or ""), _whole(row.get("priority", 1), f"the priority of {ref}", least=0),
        bool(row.get("parental_responsibility", False)), bool(row.get("restricted", False)),
    )  # fmt: skip


def _register(row: Mapping[str, Any]) -> RegisterPart:
    unexplained = tuple(str(ref) for ref in _list(row.get("unexplained"), "the register's unexplained"))
    return RegisterPart(wall(row.get("closes", "09:00"), "the register's close"), bool(row.get("taken", True)), unexplained)


def _event(raw: object, day: date) -> EventPart:
    row = dict(_mapping(raw, "an event"))
    do = str(_need(row, "do", "an event"))
    at = instant(day, wall(_need(row, "at", f"the event {do}"), f"the time of {do}"))
    return EventPart(at, do, {name: value for name, value in row.items() if name not in ("at", "do")})


def _check_refs(scenario: Scenario) -> None:
    pupils = [pupil.ref for pupil in scenario.pupils]
    people = [person.ref for person in scenario.staff]
    contacts = [contact.ref for pupil in scenario.pupils for contact in pupil.contacts]
    for kind, refs in (("pupil", pupils), ("member of staff", people), ("contact", contacts)):
        twice = next((ref for ref in refs if refs.count(ref) > 1), None)
        if twice:
            raise BadInput(f"Two entries call themselves {kind} “{twice}”.")
    for ref in scenario.register.unexplained:
        if ref not in pupils:
            raise BadInput(f"The register names “{ref}”, who is no pupil of the scenario.")
    if scenario.until < scenario.start:
        raise BadInput("The scenario ends before it starts.")


def wall(value: object, where: str) -> time:
    """A time of day as `HH:MM` or `HH:MM:SS`. YAML reads an unquoted 12:15 as a number of minutes: that is understood too."""
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value * 60 if value < 24 * 60 else value
        value = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    try:
        return time.fromisoformat(str(value) if len(str(value).split(":")[0]) == 2 else f"0{value}")
    except ValueError as error:
        raise BadInput(f"“{value}” ({where}) is not a time such as 09:15.") from error


def calendar_day(value: object, where: str) -> date:
    """A day as `2026-11-24`. Raises BadInput for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(f"“{value}” ({where}) is not a date such as 2026-11-24.") from error


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadInput(f"There should be names and values in {where}.")
    return value


def _list(value: object, where: str) -> Sequence[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadInput(f"There should be a list in {where}.")
    return value


def _need(row: Mapping[str, Any], name: str, where: str) -> Any:
    if row.get(name) is None:
        raise BadInput(f"“{name}” is missing in {where}.")
    return row[name]


def _whole(value: object, where: str, *, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadInput(f"“{value}” ({where}) is not a whole number from {least}.")
    return value
