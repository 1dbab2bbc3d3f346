"""The morning put together for the Today page: figures, picture, urgency, what has gone wrong. Rows come from attendance's selectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from attendance import ladder
from attendance.models.cases import Rung as CaseRung
from attendance.models.registers import Session
from attendance.selectors import calls, cases, facts, logged
from attendance.selectors.lasts import Last
from attendance.services.opening import climb_of
from attendance.sql import fact
from homevisits.common import clock, said
from homevisits.common.clock import instant
from homevisits.home import engine
from homevisits.home.charts import Morning, Rung
from homevisits.home.engine import Alarm
from homevisits.home.models import OF_THE_TEAM
from homevisits.messaging.models import Message
from homevisits.people.models import School, Staff
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import find_version_in_force

NAMES = {
    ladder.FIRST_TEXT: "First text",
    ladder.CALL: "Call",
    ladder.WELFARE_VISIT: "Welfare visit",
    ladder.DAY_END: "End of day",
}
LOGGED = 4
LATE_FOR = timedelta(minutes=30)  # a late step is shown so long: the banner is for what needs somebody now


@dataclass(frozen=True)
class Sent:
    """What became of one kind of text today."""

    name: str
    parts: list[tuple[str, str]]  # (state, words)


@dataclass(frozen=True)
class Next:
    """The next step of the ladder."""

    name: str
    at: datetime
    waiting: int


@dataclass
class Row:
    """An open case as the list shows it."""

    case: Any
    url: str
    state: str
    words: str
    last: Last | None


@dataclass
class Today:
    """Everything that the Today page shows."""

    school: School
    day: date
    now: datetime
    facts: facts.DayFacts
    rows: list[Row]
    earlier: list[Row]
    homes: list[calls.Household]
    logged: list[logged.Logged]
    policy: PolicyVersion | None
    everything: bool = False
    mornings: list[Morning] = field(default_factory=list)
    next: Next | None = None
    sent: list[Sent] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Open cases that are not shown."""
        return max(0, self.facts.open_cases - len(self.rows) - len(self.earlier))

    @property
    def more_calls(self) -> int:
        """Households on the call list that are not shown."""
        return max(0, self.facts.calls_due - len(self.homes))

    @property
    def unseen(self) -> int:
        """Notices that the person has not seen."""
        return sum(count for kind, _, count, _, _ in self.facts.also if kind == "unseen")

    @property
    def visit_alarms(self) -> int:
        """How many alarms of visits wait for somebody."""
        return sum(count for kind, _, count, _, _ in self.facts.also if kind == "visit_alarm")

    @property
    def goes(self) -> bool:
        """Whether the person is on a visit that is not made yet, today or later."""
        return any(kind == "goes" and count for kind, _, count, _, _ in self.facts.also)

    @property
    def share(self) -> int:
        """Of the brake: its cases in per cent of the roll."""
        roll = self.school.roll_declared or self.facts.roll
        return round(100 * self.facts.hold.count / roll) if self.facts.hold and roll else 0


def build_today(school: School, day: date, now: datetime, *, staff: Staff | None = None, everything: bool = False) -> Today:
    """The page of `day`, at most six queries however many cases are open: the first of them by urgency unless `everything`."""
    found = cases.open_cases(school, None if everything else cases.FIRST)
    figures = facts.day_facts(school, day, now, also=_above(), staff=staff.pk if staff else 0)
    policy = next((case.policy for case in found if case.day == day), None) or find_version_in_force(school, day)
    base = reverse("case", args=[school.slug, 0]).removesuffix("0/")
    today = Today(
        school=school, day=day, now=now, facts=figures, policy=policy, everything=everything,
        rows=[_row(case, figures, now, base) for case in found if case.day == day],
        earlier=[_row(case, figures, now, base) for case in found if case.day != day],
        homes=calls.call_list(school, day, found, None if everything else calls.FIRST) if figures.calls_due else [],
        logged=logged.logged(school, day, LOGGED),
    )  # fmt: skip
    if policy and not figures.closed_because:
        today.mornings = [_morning(today, session, policy) for session in _sessions(figures, now)]
        today.next = _next(today, policy)
    today.sent = list(_sent(figures))
    return today


def _above() -> list[str]:
    """What the page's frame needs from the apps above attendance, asked with the figures: it costs no query of its own."""
    unseen = "messaging_noticeto t JOIN messaging_notice n ON n.id = t.notice_id"
    mine = "visits_visitmember m JOIN visits_homevisit v ON v.id = m.visit_id"
    shown = f"SUBSTR(kind, 1, {len(OF_THE_TEAM)}) <> '{OF_THE_TEAM}'"
    waiting = "visits_visitalarm a JOIN visits_homevisit v ON v.id = a.visit_id"
    return [
        fact("beat", "messaging_heartbeat", key="part", count="1", when="at"),
        fact("finding", f"home_watchfinding WHERE gone_at IS NULL AND {shown} AND (school_id IS NULL OR school_id = %(school)s)", key="id",
             count="1", when="found_at", words="says"),
        fact("visit_alarm", f"{waiting} WHERE v.school_id = %(school)s AND a.repeat_at IS NOT NULL"),
        fact("goes", f"{mine} WHERE v.school_id = %(school)s AND m.staff_id = %(staff)s AND v.status IN ('planned', 'approved', 'out')"),
        fact("unseen", f"{unseen} WHERE n.school_id = %(school)s AND t.staff_id = %(staff)s AND t.seen_at IS NULL"),
    ]  # fmt: skip


def _sessions(figures: facts.DayFacts, now: datetime) -> list[str]:
    """The session that is running first, then the other one if anything happened in it."""
    afternoon = figures.sessions.get(Session.PM)
    if afternoon and now >= afternoon.closes_at:
        return [Session.PM, *([Session.AM] if figures.opened[Session.AM] else [])]
    return [Session.AM]


def _morning(today: Today, session: str, policy: PolicyVersion) -> Morning:
    """The rungs of one session where they stand."""
    figures, now = today.facts, today.now
    climb = climb_of(today.school, policy, today.day, session)
    closes = figures.sessions[session].closes_at if session in figures.sessions else _closes(today.school, today.day, session)
    untaken = figures.sessions[session].untaken if session in figures.sessions else ()
    state = "resting" if now < closes else "due" if untaken else "done"
    rungs = [Rung("Register", closes, state, figures.opened[session] if now >= closes else None, "case")]
    rungs += [_rung(today, session, rung, at) for rung, at in climb.rungs.items()]
    title = "The morning" if session == Session.AM else "The afternoon"
    return Morning(sorted(rungs, key=lambda rung: rung.at), now, title)


def _closes(school: School, day: date, session: str) -> datetime:
    return instant(day, school.am_closes if session == Session.AM else school.pm_closes)


def _rung(today: Today, session: str, rung: str, at: datetime) -> Rung:
    """To come: how many stand before it; past: how many took it. Late when somebody still stands before it."""
    taken, waiting = today.facts.steps[session, rung], today.facts.waiting[session, rung]
    if today.now < at:
        return Rung(NAMES[rung], at, "resting", waiting or None, "to come,to come")
    held = rung == ladder.FIRST_TEXT and today.facts.hold and today.facts.hold.session == session
    tolerated = timedelta(seconds=today.policy.values.late_tolerance) if today.policy else timedelta(0)
    late = bool(waiting) and not today.facts.hold and today.now > at + tolerated
    return Rung(NAMES[rung], at, "held" if held else "due" if late else "open" if waiting else "done", taken or None)


def _next(today: Today, policy: PolicyVersion) -> Next | None:
    """The step that comes next today, and how many stand before it."""
    session = Session.PM if today.mornings and today.mornings[0].title == "The afternoon" else Session.AM
    closes = today.facts.sessions[session].closes_at if session in today.facts.sessions else _closes(today.school, today.day, session)
    if today.now < closes:
        return Next("The register closes", closes, 0)
    ahead = [(at, rung) for rung, at in climb_of(today.school, policy, today.day, session).rungs.items() if at > today.now]
    if not ahead:
        return None
    at, rung = min(ahead)
    return Next(NAMES[rung], at, today.facts.waiting[session, rung])


S = Message.Status
# In the order in which they are said: what went wrong comes first.
_FATES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("due", "failed", frozenset({S.FAILED, S.MISSED})),
    ("due", "not delivered", frozenset({S.UNDELIVERED})),
    ("due", "unknown", frozenset({S.UNKNOWN})),
    ("held", "held", frozenset({S.HELD})),
    ("open", "on the way", frozenset({S.WAITING, S.SENDING, S.RETRYING})),
    ("done", "delivered", frozenset({S.DELIVERED})),
    ("done", "sent", frozenset({S.ACCEPTED})),
    ("resting", "cancelled", frozenset({S.CANCELLED})),
    ("resting", "not sent: shadow mode", frozenset({S.SHADOW})),
)
_TEMPLATES = (
    ("first_day_absence", "First texts"),
    ("first_day_absence_escalation", "Second texts"),
    ("all_clear", "All-clears"),
    ("correction", "Corrections"),
    ("all_clear_withdrawn", "All-clears taken back"),
)


def _sent(figures: facts.DayFacts) -> Iterable[Sent]:
    for template, name in _TEMPLATES:
        parts = []
        for state, words, statuses in _FATES:
            count = sum(figures.texts[template, status] for status in statuses)
            if count:
                parts.append((state, f"{count} {words}"))
        if parts:
            yield Sent(name, parts)


def _row(case: Any, figures: facts.DayFacts, now: datetime, base: str) -> Row:
    state, words = stands(case, figures.hold is not None, now)
    return Row(case, f"{base}{case.pk}/", state, words, case.last)


def stands(case: Any, held: bool, now: datetime) -> tuple[str, str]:
    """Where an open case stands: its state and words. `case` comes from `open_cases`."""
    if case.unaware:
        return "due", "Parent did not know: child may be missing"
    if case.set_aside_at:
        return "due", "Act by hand"
    if case.visit_id:
        return "due", "Visit needed"
    if case.next_rung == "":
        return "due", "Still missing"
    ringing = case.call_due_at is not None
    if ringing and not case.attempt_at:
        return "due", "Call now"
    if ringing:
        return "open", "Keep calling"
    if held and case.hold_id and case.next_rung == CaseRung.CALL:
        return "held", "Text held"
    words = {CaseRung.FIRST_TEXT: "Text", CaseRung.CALL: "Call", CaseRung.WELFARE_VISIT: "Visit", CaseRung.DAY_END: "Day ends"}
    return "open", f"{words[case.next_rung]} {said.wall(case.next_action_at)}" if case.next_action_at else "Open"


def alarms(today: Today, late_seen: datetime | None = None) -> list[Alarm]:
    """What has gone wrong and needs somebody now; the worst first. `late_seen`: when this person put the late steps away."""
    figures, slug = today.facts, today.school.slug
    state = engine.EngineState(clock.now(), {key: at for kind, key, _, at, _ in figures.also if kind == "beat" and at})
    wrong = sorted((row for row in figures.also if row[0] == "finding"), key=lambda row: (row[3], int(row[1])), reverse=True)
    found = engine.alarms_of(today.school, state, [row[4] for row in wrong[: engine.COUNTED]])
    if today.policy is None:
        found.append(
            Alarm("No policy is in force.", "Nothing is texted until one is agreed.", *_link("policy_home", slug, "Open the policy"))
        )
    if figures.aside:
        says = said.count(len(figures.aside), "step") + " could not be taken by itself"
        found.append(Alarm(f"{says}.", "Act by hand.", reverse("set_aside", args=[slug]), "See which"))
    untaken = [name or "no class" for one in figures.sessions.values() for name in one.untaken]
    if untaken and not figures.closed_because:
        what = "Register not taken: " if len(untaken) == 1 else f"{len(untaken)} registers not taken: "
        found.append(Alarm(what + _some(untaken) + ".", "Nobody of it is texted.", *_link("registers", slug, "See the registers")))
    stuck = sum(figures.stuck.values())
    if stuck:
        cases_here = f"{reverse('today', args=[slug])}#cases"
        found.append(Alarm(f"{said.count(stuck, 'text')} did not go out.", "Please ring these families.", cases_here, "See the cases"))
    fresh = [late for late in figures.late if today.now - late.at < LATE_FOR and not (late_seen and late.at <= late_seen)]
    if fresh:
        worst = max(fresh, key=lambda late: late.seconds)
        name = NAMES.get(worst.rung, worst.rung)
        found.append(Alarm(f"{name} was late by {said.span(timedelta(seconds=worst.seconds))}.", "It was caught up by itself.",
                           *_link("late_steps", slug, "See it and put it away")))  # fmt: skip
    if figures.unmarked and not untaken:
        says = said.count(figures.unmarked, "pupil has", "pupils have") + " no mark in a register that was taken"
        url, words = _link("registers", slug, "See who")
        found.append(Alarm(f"{says}.", "", f"{url}#unmarked", words))
    return found


def _some(names: Sequence[str], most: int = 6) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _link(name: str, slug: str, words: str) -> tuple[str, str]:
    from django.urls import NoReverseMatch

    try:
        return reverse(name, args=[slug]), words
    except NoReverseMatch:
        return "", ""
