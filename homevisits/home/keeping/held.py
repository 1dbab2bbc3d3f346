"""What is held about a pupil: every kind of record, and what is left out with the reason. A test walks all models and asks for both."""

from collections.abc import Iterator

from homevisits.people.models import Pupil

from . import held_messages, held_morning, held_people, held_safeguarding, held_visits
from .registry import KINDS, Found, Kind

__all__ = ["KINDS", "LEFT_OUT", "NOT_SEARCHED", "Found", "Kind", "everything", "of_kind"]
_COLLECTORS = (held_people, held_morning, held_messages, held_visits, held_safeguarding)  # importing them fills the registry
# As a reader goes through them: the child first, then what was feared and done, the days, and last what staff were told.
_ORDER = (
    "pupil", "home", "contacts", "concerns", "chronology", "incidents", "referrals", "warnings", "decisions", "visits", "forms",
    "attachments", "documents", "isolations", "absences", "cases", "calls", "messages", "texts_in", "marks", "transfers", "keeping",
    "notices",
)  # fmt: skip
_known = dict(KINDS)
KINDS.clear()
KINDS.update(sorted(_known.items(), key=lambda kind: _ORDER.index(kind[0]) if kind[0] in _ORDER else len(_ORDER) - 1.5))

_STAFF = "About the staff who went, not about the pupil"
_COPY = "A copy of what is collected from its own place"
_SENDING = "That a page was sent: a number, nothing that was said"

# Kinds of row with a way to a pupil, a household or a contact that are not collected, and why.
LEFT_OUT: dict[str, str] = {
    "people.AccessItem": _COPY,
    "visits.AnswerSending": _SENDING,
    "visits.Answer": "The last of the values that are collected with the form",
    "visits.AnswerConflict": "Two of the values that are collected with the form, until somebody chose",
    "visits.DepartureCheck": _STAFF,
    "visits.VisitPack": _STAFF,
    "visits.VisitFeedback": _STAFF,
    "visits.WellbeingCheck": _STAFF,
    "messaging.NoticeTo": _STAFF,
    "safeguarding.ChronologyExport": "That somebody took the chronology out; what it said is collected from its own place",
    "safeguarding.SystemEntry": "That something is to be entered elsewhere; what it says is collected from its own place",
    "attendance.LateStep": "How late the product was: numbers only",
    "attendance.SetAside": "A fault of the product: a number only",
    "home.WatchFinding": "A fault of the product: numbers only",
}

# What may hold something about a pupil and cannot be searched by pupil: said on the page, for a person to look.
NOT_SEARCHED: tuple[str, ...] = (
    "Allegations, low-level concerns and complaints about staff: the headteacher answers for these by hand.",
    "Rows of imported files that could not be read (Imports, rows not loaded).",
    "What stands in the school’s information system, in its safeguarding system, in email and on paper.",
    "The trail of who did what: it holds numbers and not what was said.",
)


def of_kind(code: str, pupil: Pupil) -> Iterator[Found]:
    """What is held of one kind. Raises KeyError for a kind that is not in the registry."""
    yield from KINDS[code].collect(pupil)


def everything(pupil: Pupil) -> Iterator[tuple[Kind, Found]]:
    """All that is held, kind by kind."""
    for kind in KINDS.values():
        for one in kind.collect(pupil):
            yield kind, one
