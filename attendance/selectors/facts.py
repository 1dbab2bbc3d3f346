"""The morning in figures, all of them in one query: the Today page asks this however many cases are open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from homevisits.common import sql as engine
from homevisits.people.models import Pupil, School

from .. import sql
from ..models import AbsenceMessage, Arrival, Mark, Register
from ..models.registers import Session

FAMILY_TEXTS = ("first_day_absence", "first_day_absence_escalation", "all_clear", "correction", "all_clear_withdrawn")


@dataclass(frozen=True)
class HoldFacts:
    """The brake that is on."""

    pk: int
    at: datetime
    count: int
    session: str


@dataclass(frozen=True)
class Late:
    """A step that was taken late: its rung, by how many seconds, when it was taken."""

    rung: str
    seconds: int
    at: datetime


@dataclass(frozen=True)
class Aside:
    """A row that the engine could not take and nobody has dealt with."""

    pk: int
    what: str
    row_id: int
    at: datetime


@dataclass(frozen=True)
class SessionFacts:
    """The registers of one session: how many, how many are taken, when the first one closes, which have closed and are not taken."""

    session: str
    registers: int
    closes_at: datetime
    untaken: tuple[str, ...] = ()


@dataclass
class DayFacts:
    """What the Today page says in figures about one school's day."""

    steps: Counter[tuple[str, str]] = field(default_factory=Counter)  # (session, rung) -> cases that took it
    waiting: Counter[tuple[str, str]] = field(default_factory=Counter)  # (session, next rung) -> open cases of today's ladder
    opened: Counter[str] = field(default_factory=Counter)  # session -> cases opened or gone on today
    earlier: int = 0  # cases open from an earlier day whose register of today has not come
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (template, status) -> messages
    stuck: Counter[str] = field(default_factory=Counter)  # status -> messages about open cases that did not get there
    sessions: dict[str, SessionFacts] = field(default_factory=dict)
    closed_because: str | None = None  # None: the school is open, or its day has not been prepared
    hold: HoldFacts | None = None
    late: list[Late] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    replies: int = 0
    unmarked: int = 0
    away: int = 0
    calls_due: int = 0
    to_enter: int = 0
    roll: int = 0
    also: list[tuple[str, str, int, datetime | None, str]] = field(default_factory=list)  # of parts that the caller added

    @property
    def open_cases(self) -> int:
        """Cases that are open, whenever they opened."""
        return sum(self.waiting.values()) + self.earlier


def day_facts(school: School, day: date, now: datetime, also: Sequence[str] = (), **params: Any) -> DayFacts:
    """Everything in figures about `day`, in one query. `also` are parts of the caller's own (sql.fact) with their `params`."""
    facts = DayFacts()
    rows = engine.rows(sql.day_facts(*also), {"school": school.pk, "day": day, "now": now, **params})
    # The sessions first: what is said of their registers is added to them.
    for kind, key, count, at, words in sorted(rows, key=lambda row: row[0] != "session"):
        read = _READ.get(kind)
        if read:
            read(facts, key, count or 0, _instant(at), words)
        else:
            facts.also.append((kind, key, count or 0, _instant(at), words))
    return facts


def _instant(value: Any) -> datetime | None:
    """An instant as raw SQL answers it: SQLite gives text."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def unmarked_pupils(school: School, day: date) -> QuerySet[Pupil]:
    """Pupils on roll without any mark in a register of the day that was taken, nor a reason or an arrival: nobody knows where they are."""
    reason = AbsenceMessage.objects.filter(pupil=OuterRef("pk"), first_day__lte=day, last_day__gte=day, undone_at=None)
    # An arrival of the morning does not account for the afternoon.
    arrived = Arrival.objects.filter(pupil=OuterRef(OuterRef("pk")), day=day, undone_at=None)
    taken = Register.objects.filter(school=school, day=day, taken_at__isnull=False, class_name=OuterRef("class_name"))
    marked = Mark.objects.filter(pupil=OuterRef(OuterRef("pk")), day=day, session=OuterRef("session"))
    on_roll = Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL)
    unseen = taken.filter(~Exists(marked)).exclude(Q(session=Session.AM) & Exists(arrived))
    return on_roll.filter(~Exists(reason), Exists(unseen)).order_by("class_name", "last_name", "first_name")


def away(school: School, day: date) -> QuerySet[AbsenceMessage]:
    """Messages that explain `day` and at least one other day: pupils away for days."""
    standing = AbsenceMessage.objects.filter(school=school, first_day__lte=day, last_day__gte=day, undone_at__isnull=True)
    return standing.filter(Q(last_day__gt=day) | Q(first_day__lt=day))


def _step(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    session, _, rung = key.partition("|")
    facts.steps[session, rung] += count


def _waiting(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    session, _, rung = key.partition("|")
    facts.waiting[session, rung] += count


def _texts(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    template, _, status = key.partition("|")
    facts.texts[template, status] += count


def _session(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    facts.sessions[key] = SessionFacts(key, count, at, facts.sessions[key].untaken if key in facts.sessions else ())


def _untaken(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    known = facts.sessions[key]
    facts.sessions[key] = SessionFacts(key, known.registers, known.closes_at, tuple(sorted((*known.untaken, words))))


def _closed(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    facts.closed_because = words or "no pupils today"


def _hold(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
    facts.hold = HoldFacts(int(key), at, count, words)


def _number(name: str) -> Any:
    def read(facts: DayFacts, key: str, count: int, at: Any, words: str) -> None:
        setattr(facts, name, count)

    return read


_READ: dict[str, Any] = {
    "step": _step,
    "waiting": _waiting,
    "opened": lambda facts, key, count, at, words: facts.opened.update({key: count}),
    "earlier": _number("earlier"),
    "text": _texts,
    "stuck": lambda facts, key, count, at, words: facts.stuck.update({key: count}),
    "session": _session,
    "untaken": _untaken,
    "closed": _closed,
    "hold": _hold,
    "late": lambda facts, key, count, at, words: facts.late.append(Late(key, count, at)),
    "aside": lambda facts, key, count, at, words: facts.aside.append(Aside(int(key), words, count, at)),
    "replies": _number("replies"),
    "unmarked": _number("unmarked"),
    "away": _number("away"),
    "calls": _number("calls_due"),
    "to_enter": _number("to_enter"),
    "roll": _number("roll"),
}
