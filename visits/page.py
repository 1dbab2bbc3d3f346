"""What a visit's page is made of: its parts in order, the path of its states, its timeline."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homevisits.people.models import Staff

from .models import CheckIn, HomeVisit, VisitEvent
from .said import event_words
from .sections import appointments, approval, arrived, attachments, closing, departure, door, filled, out, papers, planning, risk, tablets

S = HomeVisit.Status
# The way of a visit that is made; other ends leave it.
PATH = (S.RAISED, S.PLANNED, S.APPROVED, S.OUT, S.DONE, S.CLOSED)
STEPS = {S.RAISED: "Plan", S.PLANNED: "Approve", S.APPROVED: "Go", S.OUT: "Out", S.DONE: "Report", S.CLOSED: "Closed"}

Section = Callable[[HomeVisit, Staff, Collection[str], datetime], dict[str, Any] | None]
# (template, what it shows), in the order of the page.
SECTIONS: tuple[tuple[str, Section], ...] = (
    # Nothing before anybody has left; from then on the first thing to see.
    ("visits/sections/arrived.html", arrived.section),
    ("visits/sections/out.html", out.section),
    ("visits/sections/planning.html", planning.plan),
    ("visits/sections/timetable.html", planning.timetable),
    ("visits/sections/risk.html", risk.section),
    ("visits/sections/annex.html", risk.annex),
    ("visits/sections/approval.html", approval.section),
    ("visits/sections/appointments.html", appointments.appointment),
    ("visits/sections/departure.html", departure.section),
    ("visits/sections/tablets.html", tablets.section),
    ("visits/sections/door.html", door.section),
    ("visits/sections/filled.html", filled.section),
    ("visits/sections/agreements.html", filled.agreed),
    ("visits/sections/closing.html", closing.section),
    ("visits/sections/attachments.html", attachments.section),
    ("visits/sections/papers.html", papers.section),
)


@dataclass(frozen=True)
class Step:
    """One step of the path as the page draws it."""

    words: str
    state: str  # done, now, ahead


# Leaving and coming back change the visit: they stand in its history already.
EVENTS_THEMSELVES = (CheckIn.Point.DEPARTED, CheckIn.Point.RETURNED)


def path(visit: HomeVisit) -> list[Step]:
    """The path with where the visit stands; empty when it has left the path."""
    here = S.PLANNED if visit.status == S.SENT_BACK else visit.status
    if here not in PATH:
        return []
    at = PATH.index(S(here))
    state = ("done", "now", "ahead")
    return [Step(STEPS[one], state[(n > at) + (n >= at)]) for n, one in enumerate(PATH)]


def sections(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """The parts that have something to show to this person."""
    shown = ((template, section(visit, person, roles, now)) for template, section in SECTIONS)
    return [(template, what) for template, what in shown if what is not None]


def timeline(visit: HomeVisit) -> list[dict[str, Any]]:
    """What happened, newest first, for the timeline component: what became of the visit, and each point that somebody reached."""
    events = [
        {"title": event_words(event.what), "at": event.at, "heard": event.received_at, "by": event.by_name, "text": event.note}
        for event in VisitEvent.objects.filter(visit=visit).order_by("-at", "-pk")
    ]
    points = [
        {"title": point.get_point_display(), "at": point.at, "heard": point.received_at, "by": point.by.name, "text": ""}
        for point in visit.check_ins.exclude(point__in=EVENTS_THEMSELVES).select_related("by").order_by("-at", "-pk")
    ]
    return sorted([*events, *points], key=lambda entry: entry["at"], reverse=True)
