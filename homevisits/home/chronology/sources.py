"""The registry: which sources a chronology is composed of. A new one is a function `(Whom) -> Iterable[Entry]` and a line here.

Each asks for its rows in a number of queries that does not grow with them.
"""

from collections.abc import Callable, Iterable

from . import of_attendance, of_concerns, of_incidents, of_safeguarding, of_visits
from .entry import Entry, Whom

Source = Callable[[Whom], Iterable[Entry]]

SOURCES: tuple[Source, ...] = (
    of_concerns.concerns,
    of_concerns.family_told,
    of_concerns.decisions,
    of_concerns.actions,
    of_concerns.history,
    of_visits.outcomes,
    of_visits.without_outcome,
    of_visits.not_made,
    of_visits.answers_by_link,
    of_visits.reports,
    of_visits.decisions,
    of_visits.police_calls,
    of_incidents.incidents,
    of_incidents.referrals,
    of_incidents.agencies,
    of_safeguarding.warnings,
    of_safeguarding.notes,
    of_safeguarding.transfers,
    of_attendance.absences,
    of_attendance.calls,
    of_attendance.marks,
)
