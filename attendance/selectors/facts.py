"""The morning in figures, all of them in one query: the Today page asks this however many cases are open."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, DateTimeField, Exists, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from homevisits.messaging.models import InboundText, Message
from homevisits.people.models import Pupil, School

from ..models import AbsenceMessage, CallDue, Hold, LadderStep, LateStep, Mark, MisEntry, Register, SchoolDay, SetAside, UnexplainedAbsence

FAMILY_TEXTS = ("first_day_absence", "first_day_absence_escalation", "all_clear", "correction")
STUCK = (Message.Status.FAILED, Message.Status.MISSED, Message.Status.UNKNOWN)
Rows = QuerySet[Any, Any]


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

    @property
    def open_cases(self) -> int:
        """Cases that are open, whenever they opened."""
        return sum(self.waiting.values()) + self.earlier


def day_facts(school: School, day: date, now: datetime) -> DayFacts:
    """Everything in figures about `day`, in one query."""
    facts = DayFacts()
    first, *rest = _parts(school, day, now)
    for kind, key, count, at, words in first.union(*rest, all=True):
        _READ[kind](facts, key, count or 0, at, words)
    return facts


def _parts(school: School, day: date, now: datetime) -> Iterable[Rows]:
    """The parts of the one query: each row is (kind, key, number, instant, words)."""
    cases = UnexplainedAbsence.objects.filter(school=school)
    yield _row(LadderStep.objects.filter(case__school=school, day=day), "step", _pair("case__session", "rung"), Count("pk"))
    yield _row(cases.filter(status="open", day=day), "waiting", _pair("session", "next_rung"), Count("pk"))
    yield _row(cases.filter(day=day), "opened", F("session"), Count("pk"))
    yield _row(cases.filter(status="open", day__lt=day), "earlier", Value(""), Count("pk"))
    texts = Message.objects.filter(school=school, day=day, channel="text", template__in=FAMILY_TEXTS)
    yield _row(texts, "text", _pair("template", "status"), Count("pk"))
    still_open = cases.filter(status="open", pupil__messages_about__message=OuterRef("pk"))
    yield _row(texts.filter(Exists(still_open), status__in=STUCK), "stuck", F("status"), Count("pk"))
    registers = Register.objects.filter(school=school, day=day)
    yield _row(registers, "session", F("session"), Count("pk"), Min("closes_at"))
    yield _row(registers.filter(taken_at=None, closes_at__lte=now), "untaken", F("session"), Count("pk"), words=F("class_name"))
    yield _row(SchoolDay.objects.filter(school=school, day=day, is_open=False), "closed", Value(""), Count("pk"), words=F("closed_because"))
    holds = Hold.objects.filter(school=school, day=day, next_action_at__isnull=False)
    yield _row(holds, "hold", _text("pk"), Max("count"), Max("held_at"), F("session"))
    yield _row(LateStep.objects.filter(school=school, day=day), "late", F("rung"), Max("late_seconds"), Max("at"))
    yield _row(SetAside.objects.filter(school=school, dealt_at=None), "aside", _text("pk"), Max("row_id"), Max("at"), F("what"))
    yield _row(InboundText.objects.filter(school=school, dealt_at=None), "replies", Value(""), Count("pk"))
    yield _row(_unmarked(school, day), "unmarked", Value(""), Count("pk"))
    yield _row(away(school, day), "away", Value(""), Count("pupil", distinct=True))
    due = cases.filter(status="open", household=OuterRef("household"))
    yield _row(CallDue.objects.filter(Exists(due), school=school, day=day), "calls", Value(""), Count("pk"))
    yield _row(MisEntry.objects.filter(school=school, done_at=None), "to_enter", Value(""), Count("pk"))
    yield _row(Pupil.objects.filter(school=school).exclude(status=Pupil.Status.LEFT), "roll", Value(""), Count("pk"))


def _row(rows: QuerySet[Any, Any], kind: str, key: Any, count: Any, at: Any = None, words: Any = None) -> Rows:
    """One part of the union, grouped by its key and words. Every column is cast: the parts must agree on PostgreSQL."""
    text = CharField()
    given = rows.order_by().annotate(u_kind=Cast(Value(kind), text), u_key=Cast(key, text), u_words=Cast(words or Value(""), text))
    grouped = given.values("u_kind", "u_key", "u_words").annotate(
        u_count=Cast(count, IntegerField()), u_at=Cast(at or Value(None), DateTimeField())
    )
    found: Rows = grouped.values_list("u_kind", "u_key", "u_count", "u_at", "u_words")
    return found


def _pair(one: str, other: str) -> Any:
    return Concat(F(one), Value("|"), F(other), output_field=CharField())


def _text(name: str) -> Any:
    return Coalesce(Cast(name, CharField()), Value(""))


def _unmarked(school: School, day: date) -> QuerySet[Pupil]:
    """Pupils on roll whose register of a session was taken without a mark for them."""
    taken = Register.objects.filter(school=school, day=day, taken_at__isnull=False, class_name=OuterRef("class_name"))
    marked = Mark.objects.filter(pupil=OuterRef(OuterRef("pk")), day=day, session=OuterRef("session"))
    on_roll = Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL)
    return on_roll.filter(Exists(taken.filter(~Exists(marked))))


def unmarked_pupils(school: School, day: date) -> QuerySet[Pupil]:
    """Pupils on roll without any mark in a register of the day that was taken: nobody knows where they are."""
    return _unmarked(school, day).order_by("class_name", "last_name", "first_name")


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
