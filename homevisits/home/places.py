"""The few places that the header leads to, by what the person may do. A page that does not exist yet is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from homevisits.people.matrix import allows
from homevisits.people.models import School


@dataclass(frozen=True)
class Place:
    """A link in the header: its word, the name of its URL (which takes the school's slug), and the act of the matrix that opens it."""

    label: str
    url_name: str
    act: str
    unless: str = ""  # an act whose holders reach it from another place
    counted: bool = False  # shown only to those for whom something can wait there, with how much does


@dataclass(frozen=True)
class Link:
    """A place for one request."""

    label: str
    url: str
    current: bool
    count: int = 0


PLACES = (
    Place("Today", "today", "see_today"),
    Place("Start", "school_home", "see_own_notices", unless="see_today"),
    Place("Log an absence", "log_page", "log_absence", unless="see_today"),
    Place("Registers", "registers", "take_register", unless="see_today"),
    Place("My visits", "visit_today", "see_visits", counted=True),
    Place("Visits", "visit_list", "see_visits"),
    Place("Approve", "approve_inbox", "approve_visit", counted=True),
    Place("Concerns", "concern_inbox", "read_concerns"),
    Place("Write a concern", "concern_write", "raise_concern", unless="read_concerns"),
    Place("Pupils", "pupil_list", "see_pupils"),
    Place("Messages", "message_list", "see_messages"),
    Place("Policy", "policy_home", "see_policy"),
    Place("Rehearse", "rehearsal_list", "rehearse"),
    Place("Staff", "staff_list", "manage_staff"),
    Place("Staff registers", "staff_registers", "see_staff_registers", unless="manage_staff"),
    Place("Staff matters", "allegation_list", "see_allegations"),
    Place("Data protection", "data_protection", "see_data_protection"),
    Place("Who did what", "audit_log", "see_audit"),
)


def links(school: School, roles: Iterable[str], path: str, counts: Mapping[str, int] | None = None) -> list[Link]:
    """The places open to these roles in a school; the longest one that `path` lies under is the current one.

    `counts`: by the name of the URL of a counted place, how much waits there; a counted place without one is left out.
    """
    waiting = counts or {}
    held = frozenset(roles)
    found: list[tuple[str, str, int]] = []
    for place in PLACES:
        if not allows(place.act, held) or (place.unless and allows(place.unless, held)):
            continue
        if place.counted and place.url_name not in waiting:
            continue
        try:
            found.append((place.label, reverse(place.url_name, args=[school.slug]), waiting.get(place.url_name, 0)))
        except NoReverseMatch:
            continue
    # Every page of the school lies under its start page: that one is current only where one stands on it.
    root = reverse("school_home", args=[school.slug])
    here = max((url for _, url, _ in found if path == url or (url != root and path.startswith(url))), key=len, default="")
    return [Link(label, url, url == here, count) for label, url, count in found]
