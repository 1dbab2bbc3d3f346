"""The visits of a school by what is to be done about them."""

from collections.abc import Collection
from dataclasses import dataclass

from homevisits.people.models import Pupil, School, Staff

from ..models import HomeVisit
from ..purposes import words_of
from ..said import back_unsaid, standing
from ..states import ENDED
from .access import visible

S = HomeVisit.Status
GROUPS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("Out now", frozenset({S.OUT}), "Nobody is out on a visit."),
    ("To be planned", frozenset({S.RAISED, S.SENT_BACK}), "Nothing waits for a plan."),
    ("To be approved", frozenset({S.PLANNED}), "Nothing waits for approval."),
    ("Approved, to go", frozenset({S.APPROVED}), "No approved visit waits."),
    ("Report to come", frozenset({S.DONE, S.MEETING, S.NOT_VISITING}), "No paperwork is owed."),
)


@dataclass(frozen=True)
class Row:
    """A visit in a list: who it is about, who goes, when."""

    visit: HomeVisit
    pupils: str
    pair: str
    purpose: str
    state: tuple[str, str]


@dataclass(frozen=True)
class Group:
    """The visits at one stage."""

    title: str
    rows: list[Row]
    empty: str


def rows(visits: Collection[HomeVisit]) -> list[Row]:
    """Visits as rows of a list; give them prefetched `visit_pupils__pupil` and `members__staff`."""
    return [
        Row(
            visit,
            ", ".join(str(one.pupil) for one in visit.visit_pupils.all()) or "Nobody: a drill",
            ", ".join(one.staff.name for one in visit.members.all()),
            words_of(visit.purpose, visit.purpose_words),
            standing(visit),
        )
        for visit in visits
    ]


def groups(school: School, person: Staff, roles: Collection[str]) -> list[Group]:
    """The open visits that a person may see, by stage, the earliest first."""
    open_ones = visible(school, person, roles).exclude(status__in=ENDED).order_by("due_at", "pk")
    found = rows(open_ones.prefetch_related("visit_pupils__pupil", "members__staff"))
    return [Group(title, [row for row in found if _stage(row.visit) in statuses], empty) for title, statuses, empty in GROUPS]


def _stage(visit: HomeVisit) -> str:
    """The status that a visit is listed under: once everybody is back nobody is out, whatever is still to be said."""
    return S.DONE if back_unsaid(visit) else visit.status


def ended(school: School, person: Staff, roles: Collection[str], count: int = 50) -> list[Row]:
    """The last visits that have come to an end, the newest first."""
    past = visible(school, person, roles).filter(status__in=ENDED).order_by("-due_at", "-pk")
    return rows(past.prefetch_related("visit_pupils__pupil", "members__staff")[:count])


def about(pupil: Pupil, person: Staff, roles: Collection[str], count: int = 20) -> list[Row]:
    """The last visits about a pupil that a person may see, the newest first."""
    theirs = visible(pupil.school, person, roles).filter(visit_pupils__pupil=pupil).order_by("-due_at", "-pk")
    return rows(theirs.prefetch_related("visit_pupils__pupil", "members__staff")[:count])
