"""Incidents of a school, for those who review them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime

from homevisits.common.said import wall
from homevisits.people.models import Pupil, School

from ..incident_questions import WORDS, answered, asked_of
from ..models import Concern, Incident, IncidentChange

NAMES = {
    "note": "What happened", "safe_place_at": "Reached a safe place", "police_called_at": "Police called",
    "police_reference": "Police reference", "police_not_called_because": "Why the police were not called",
    "ambulance_called_at": "Ambulance or fire brigade called", "ambulance_reference": "Their reference",
    "support_offered": "Support offered", "injury_report": "Injury-at-work report",
}  # fmt: skip


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
class Line:
    """Something that is recorded of an incident."""

    label: str
    value: str


def lines(incident: Incident) -> list[Line]:
    """What is recorded of an incident beside what happened: the questions of its kind, calls for help, what followed."""
    found = [Line(one.words, said) for one, said in answered(incident.kind, incident.details) if said]
    calls = (("The police", incident.police_called_at, incident.police_reference),
             ("An ambulance or the fire brigade", incident.ambulance_called_at, incident.ambulance_reference))  # fmt: skip
    for who, at, reference in calls:
        if at:
            found.append(Line("999", f"{who}, called at {wall(at)}" + (f", reference {reference}" if reference else "")))
    if incident.police_not_called_because:
        found.append(Line(NAMES["police_not_called_because"], incident.police_not_called_because))
    if incident.safe_place_at:
        found.append(Line(NAMES["safe_place_at"], wall(incident.safe_place_at)))
    if incident.support_offered is not None:
        found.append(Line("Support offered to the staff", "Yes" if incident.support_offered else "No"))
    if incident.injury_report:
        found.append(Line(NAMES["injury_report"], incident.injury_report))
    return found


@dataclass(frozen=True)
class Changed:
    """What was added or said anew, as a timeline shows it."""

    title: str
    at: datetime
    by: str
    parts: list[str]


def changes(incident: Incident) -> list[Changed]:
    """Everything that was added since it was recorded, the newest first, with the words that stood there before."""
    rows = IncidentChange.objects.filter(incident=incident).select_related("by").order_by("-at", "-pk")
    names = NAMES | {one.code: one.words for one in asked_of(incident.kind)}
    return [Changed("Added to", row.at, row.by.called(row.at), [_changed(names, row, what) for what in row.after]) for row in rows]


def _changed(names: dict[str, str], row: IncidentChange, what: str) -> str:
    before, after = _words(row.before.get(what)), _words(row.after[what])
    was = f" (before: {before})" if before else ""
    return f"{names.get(what, what)}: {after or 'taken out'}{was}"


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = "" if value is None else str(value)
    at = parse_datetime(text) if "T" in text[:11] else None
    return wall(at) if at else WORDS.get(text, text)
