"""The few places that the header leads to, by what the person may do. A page that does not exist yet is left out."""

from collections.abc import Collection, Iterable, Mapping
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


@dataclass(frozen=True)
class Group:
    """Several places behind one word of the header: the first that a person may open, the others as tabs on the pages of all of them."""

    label: str
    places: tuple[Place, ...]

    def open_to(self, held: Collection[str]) -> list[Place]:
        """The places that these roles may open, in order."""
        return [place for place in self.places if allows(place.act, held)]


SAFEGUARDING = Group(
    "Safeguarding",
    (
        Place("Concerns", "concern_inbox", "read_concerns"),
        Place("Referrals", "referral_list", "keep_referrals"),
        Place("Incidents", "incident_list", "see_incidents"),
        Place("Warnings", "home_warning_list", "keep_home_warnings"),
        Place("Staff matters", "allegation_list", "see_allegations"),
        Place("Complaints", "complaint_list", "keep_complaints"),
        Place("Other system", "system_entries", "read_concerns"),
        Place("Data protection", "data_protection", "see_data_protection"),
        Place("Chair and leads", "guarded_roles", "see_guarded_roles"),
        Place("Who did what", "audit_log", "see_audit"),
    ),
)
POLICY = Group("Policy", (Place("Policy", "policy_home", "see_policy"), Place("Rehearse", "rehearsal_list", "rehearse")))
GROUPS = {group.label: group for group in (SAFEGUARDING, POLICY)}
PLACES: tuple[Place | Group, ...] = (
    Place("Today", "today", "see_today"),
    Place("Start", "school_home", "see_own_notices", unless="see_today"),
    Place("Log an absence", "log_page", "log_absence", unless="see_today"),
    Place("Registers", "registers", "take_register", unless="see_today"),
    Place("My visits", "visit_today", "see_visits", counted=True),
    Place("Visits", "visit_list", "see_visits"),
    Place("Approve", "approve_inbox", "approve_visit", counted=True),
    SAFEGUARDING,
    Place("Write a concern", "concern_write", "raise_concern", unless="read_concerns"),
    Place("Pupils", "pupil_list", "see_pupils"),
    Place("Messages", "message_list", "see_messages"),
    POLICY,
    Place("Staff", "staff_list", "manage_staff"),
    Place("Staff registers", "staff_registers", "see_staff_registers", unless="manage_staff"),
)


def tabs(group: Group, school: School, roles: Iterable[str], path: str) -> list[Link]:
    """The places of a group that these roles may open, the one that `path` lies under marked; none where there is only one."""
    found = [(place.label, reverse(place.url_name, args=[school.slug])) for place in group.open_to(frozenset(roles))]
    return [Link(label, url, path.startswith(url)) for label, url in found] if len(found) > 1 else []


def links(school: School, roles: Iterable[str], path: str, counts: Mapping[str, int] | None = None) -> list[Link]:
    """The places open to these roles in a school; the longest one that `path` lies under is the current one.

    `counts`: by the name of the URL of a counted place, how much waits there; a counted place without one is left out.
    """
    waiting = counts or {}
    held = frozenset(roles)
    found: list[tuple[str, str, int, list[str]]] = []  # word, where it leads, what waits, what lies under it
    for place in PLACES:
        if isinstance(place, Group):
            if its := place.open_to(held):
                urls = [reverse(one.url_name, args=[school.slug]) for one in its]
                found.append((place.label if len(its) > 1 else its[0].label, urls[0], 0, urls))
            continue
        if not allows(place.act, held) or (place.unless and allows(place.unless, held)):
            continue
        if place.counted and place.url_name not in waiting:
            continue
        try:
            url = reverse(place.url_name, args=[school.slug])
        except NoReverseMatch:
            continue
        found.append((place.label, url, waiting.get(place.url_name, 0), [url]))
    # Every page of the school lies under its start page: that one is current only where one stands on it.
    root = reverse("school_home", args=[school.slug])
    under = (url for *_, urls in found for url in urls if path == url or (url != root and path.startswith(url)))
    here = max(under, key=len, default="")
    return [Link(label, url, here in urls, count) for label, url, count, urls in found]
