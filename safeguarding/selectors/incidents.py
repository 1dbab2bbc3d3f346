"""Incidents of a school, for those who review them."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime

from homevisits.common.clock import local_day
from homevisits.common.said import wall
from homevisits.people.models import Pupil, School, Staff

from ..incident_questions import WORDS, answered, asked_of
from ..models import Concern, Incident, IncidentChange

NAMES = {
    "note": "What happened", "added": "Added", "safe_place_at": "Reached a safe place", "police_called_at": "Police called",
    "police_reference": "Police reference", "police_not_called_because": "Why the police were not called",
    "ambulance_called_at": "Ambulance or fire brigade called", "ambulance_reference": "Their reference",
    "support_offered": "Support offered", "injury_report": "Injury-at-work report",
}  # fmt: skip

IN_SHORT = {"note": "What happened, written anew", "added": "What has become known since"}


def incidents(school: School) -> QuerySet[Incident]:
    """The school's incidents, those to be reviewed first, then the newest."""
    rows = Incident.objects.filter(school=school).select_related("by", "reviewed_by").prefetch_related("pupils")
    return rows.order_by(F("reviewed_at").asc(nulls_first=True), "-happened_at")


def incidents_about(pupil: Pupil) -> QuerySet[Incident]:
    """The incidents of visits about a pupil, the oldest first; for those who see incidents."""
    return incidents(pupil.school).filter(pupils=pupil).order_by("happened_at", "pk")


def incident_of(concern: Concern) -> Incident | None:
    """The incident that a concern came from."""
    return incidents(concern.school).filter(concern=concern).first()


@dataclass(frozen=True)
class Words:
    """What somebody wrote of an incident, when."""

    text: str
    by: Staff
    at: datetime


@dataclass(frozen=True)
class Account:
    """What happened, in whose words: what counts now, what was written before it (the newest first), what was added (the oldest first)."""

    now: Words | None
    before: Sequence[Words]
    added: Sequence[Words]


def account(incident: Incident) -> Account:
    """Who wrote what of what happened: nobody's words are shown as those of somebody else."""
    rows = sorted(incident.changes.select_related("by"), key=_order)
    said = [Words(as_recorded(incident, rows).note, incident.by, incident.at)]
    said += [Words(row.after["note"], row.by, row.at) for row in rows if "note" in row.after]
    written = [one for one in said if one.text.strip()][::-1]
    added = [Words(row.after["added"], row.by, row.at) for row in rows if "added" in row.after]
    return Account(written[0] if written else None, written[1:], added)


def as_recorded(incident: Incident, changes: Iterable[IncidentChange]) -> Incident:
    """The incident as it was recorded first, before these changes to it: a copy, never to be saved."""
    first = copy.copy(incident)
    first.details = dict(incident.details)
    for row in sorted(changes, key=_order, reverse=True):
        for name, was in row.before.items():
            if name in NAMES and name != "added":
                setattr(first, name, parse_datetime(was) if name.endswith("_at") and was else was)
            elif name != "added":
                first.details[name] = was
    return first


def _order(row: IncidentChange) -> tuple[datetime, int]:
    return row.at, row.pk


@dataclass(frozen=True)
class Line:
    """Something that is recorded of an incident; `since`: by whom and when, where it was not recorded with the incident."""

    label: str
    value: str
    names: tuple[str, ...] = ()
    since: str = ""


def lines(incident: Incident) -> list[Line]:
    """What is recorded of an incident beside what happened: the questions of its kind, calls for help, what followed."""
    found = [Line(one.words, said, (one.code,)) for one, said in answered(incident.kind, incident.details) if said]
    calls = (("The police", "police", incident.police_called_at, incident.police_reference),
             ("An ambulance or the fire brigade", "ambulance", incident.ambulance_called_at, incident.ambulance_reference))  # fmt: skip
    for who, name, at, reference in calls:
        if at:
            said = f"{who}, called at {wall(at)}" + (f", reference {reference}" if reference else "")
            found.append(Line("999", said, (f"{name}_called_at", f"{name}_reference")))
    offered = "" if incident.support_offered is None else "Yes" if incident.support_offered else "No"
    plain = (("police_not_called_because", incident.police_not_called_because),
             ("safe_place_at", wall(incident.safe_place_at) if incident.safe_place_at else ""),
             ("support_offered", offered), ("injury_report", incident.injury_report))  # fmt: skip
    found += [Line(NAMES[name], said, (name,)) for name, said in plain if said]
    rows = sorted(incident.changes.select_related("by"), key=_order)
    return [replace(line, since=_since(line, rows)) for line in found]


def _since(line: Line, rows: Sequence[IncidentChange]) -> str:
    """“as amended by … on …”, or “added by …” where nothing stood there before; empty for what is as it was recorded."""
    touching = [row for row in rows if any(name in row.after for name in line.names)]
    if not touching:
        return ""
    stood = any(row.before.get(name) not in (None, "") for row in touching for name in line.names)
    last = touching[-1]
    return f"{'as amended by' if stood else 'added by'} {last.by.called(last.at)} on {_on(last.at)}"


def _on(at: datetime) -> str:
    day = local_day(at)
    return f"{day.day} {day:%B %Y} at {wall(at)}"


@dataclass(frozen=True)
class Changed:
    """What was added or said anew, as a timeline shows it."""

    title: str
    at: datetime
    by: str
    parts: list[str]


def changes(incident: Incident) -> list[Changed]:
    """Everything that was added since it was recorded, the newest first; what `account` shows in whole is only named."""
    rows = IncidentChange.objects.filter(incident=incident).select_related("by").order_by("-at", "-pk")
    return [
        Changed("Amended" if amends(row) else "Added to", row.at, row.by.called(row.at), change_words(incident, row, whole=False))
        for row in rows
    ]


def amends(row: IncidentChange) -> bool:
    """Whether something that stood there was said anew, not only added to."""
    return any(was not in (None, "") for was in row.before.values())


def change_words(incident: Incident, row: IncidentChange, *, whole: bool = True) -> list[str]:
    """What a change says, one sentence for each thing, with the words that stood there before; not `whole`: of what happened only that."""
    names = NAMES | {one.code: one.words for one in asked_of(incident.kind)}
    return [IN_SHORT[what] if what in IN_SHORT and not whole else _changed(names, row, what) for what in row.after]


def _changed(names: Mapping[str, str], row: IncidentChange, what: str) -> str:
    before, after = _words(row.before.get(what)), _words(row.after[what])
    was = f" (before: {before})" if before else ""
    name = names.get(what, what)
    return f"{name}{'' if name.endswith('?') else ':'} {after or 'taken out'}{was}"


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = "" if value is None else str(value)
    at = parse_datetime(text) if "T" in text[:11] else None
    return wall(at) if at else WORDS.get(text, text)
