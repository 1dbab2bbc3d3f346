"""Whether the engine runs, worked out when a page is made: it shows also when nothing of the engine is alive any more (R7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from attendance.models import Hold, Register, SchoolDay, SetAside, UnexplainedAbsence
from homevisits.common import clock
from homevisits.messaging.heartbeat import Part, beats
from homevisits.messaging.models import Message
from homevisits.messaging.selectors import listed
from homevisits.messaging.settle import ACTIVE
from homevisits.people.models import School

from .models import WatchFinding

# Sweep and delivery are knocked every few seconds: after this they have stopped, and the banner comes within 120 s of the last one.
STOPPED_AFTER = timedelta(seconds=90)
# The watcher looks every 30 s; the heartbeat address stops answering well within 5 minutes.
UNWATCHED_AFTER = timedelta(seconds=240)
COUNTED = 100
RESTORED = "Restored from a backup"  # how the watcher's finding about a quarantine begins (R14)


@dataclass(frozen=True)
class Alarm:
    """One line of the banner, as components/alarm.html takes it."""

    title: str
    text: str
    url: str
    action: str = "See what runs"


@dataclass(frozen=True)
class EngineState:
    """What runs and what does not. `last` has the real instant at which each part last ran."""

    at: datetime
    last: dict[str, datetime] = field(default_factory=dict)

    def silent(self, part: str, longer_than: timedelta) -> bool:
        """Whether a part has not run for so long, or never."""
        return part not in self.last or self.at - self.last[part] >= longer_than

    @property
    def stopped(self) -> bool:
        """No sweep or no delivery has ended for 90 s: steps and texts do not come by themselves."""
        return self.silent(Part.SWEEP, STOPPED_AFTER) or self.silent(Part.DELIVERY, STOPPED_AFTER)

    @property
    def alarms_stopped(self) -> bool:
        """Nobody looks at return alarms any more."""
        return Part.ALARMS in self.last and self.silent(Part.ALARMS, STOPPED_AFTER)

    @property
    def unwatched(self) -> bool:
        """The watcher itself does not look."""
        return self.silent(Part.WATCH, UNWATCHED_AFTER)

    @property
    def well(self) -> bool:
        """Everything runs, and the watcher's last look found nothing wrong."""
        return not (self.stopped or self.alarms_stopped or self.unwatched or self.silent(Part.WELL, UNWATCHED_AFTER))

    @property
    def since(self) -> datetime | None:
        """When it last ran; None when it never did."""
        return min((self.last[part] for part in (Part.SWEEP, Part.DELIVERY) if part in self.last), default=None)


def engine_state(real: datetime | None = None) -> EngineState:
    """The engine at the real instant it is, or `real`. One query."""
    return EngineState(real or clock.now(), beats())


def alarms(school: School, real: datetime | None = None) -> list[Alarm]:
    """The lines of the banner about the engine: stopped, unwatched, or the watcher found something. Two queries."""
    return alarms_of(school, engine_state(real), list(open_findings(school).values_list("says", flat=True)[:COUNTED]))


def alarms_of(school: School, state: EngineState, wrong: Sequence[str]) -> list[Alarm]:
    """The same from what was asked already: the state, and what the watcher finds wrong, newest first."""
    url = f"/s/{school.slug}/status/"
    found: list[Alarm] = []
    if state.stopped and state.since is None and school.clock_from and state.at - school.clock_from < STOPPED_AFTER:
        return found  # the demo was set up a moment ago, and its engine is still starting
    if state.stopped:
        real = " by the real clock" if school.clock_from else ""
        since = f"has not run since {clock.local(state.since):%-H:%M on %-d %B}{real}" if state.since else "has never run"
        found.append(Alarm("Texts and steps have stopped", f"The engine {since}. Work by hand until it runs again.", url))
    elif state.alarms_stopped:
        says = "Nobody is alarmed by itself when staff are late from a visit. Keep an eye on the board until it runs again."
        found.append(Alarm("Return alarms have stopped", says, url))
    elif state.unwatched:
        found.append(Alarm("Nobody watches the engine", "It runs, but its watcher does not look. Check what was sent.", url))
    for says in [says for says in wrong if says.startswith(RESTORED)]:
        found.append(Alarm("Restored, in quarantine", says, f"/s/{school.slug}/messages/restored/", "What to do"))
    wrong = [says for says in wrong if not says.startswith(RESTORED)]
    if wrong:
        says = wrong[0] if len(wrong) == 1 else f"{wrong[0]} And {'at least ' if len(wrong) == COUNTED else ''}{len(wrong) - 1} more."
        found.append(Alarm("Something is not as it should be", says, url))
    return found


def open_findings(school: School) -> QuerySet[WatchFinding]:
    """What the watcher finds wrong at a school now, newest first; what belongs to no school is everybody's."""
    return WatchFinding.objects.shown().filter(Q(school=school) | Q(school=None)).order_by("-found_at", "-pk")


@dataclass(frozen=True)
class Queues:
    """What waits at one school, by its own clock."""

    oldest_step: datetime | None
    oldest_message: datetime | None
    messages: dict[str, int]
    cases: int
    set_aside: int


def queues(school: School, now: datetime) -> Queues:
    """What waits to be done at a school at its instant `now`: the oldest step that is due, messages by status, open cases."""
    steps = [
        UnexplainedAbsence.objects.filter(school=school, set_aside_at=None, next_action_at__lte=now).aggregate(at=Min("next_action_at")),
        UnexplainedAbsence.objects.filter(school=school, calls_check_at__lte=now).aggregate(at=Min("calls_check_at")),
        *(model.objects.filter(school=school, next_action_at__lte=now).aggregate(at=Min("next_action_at")) for model in (Register, Hold)),
        SchoolDay.objects.filter(school=school, next_action_at__lte=now).aggregate(at=Min("next_action_at")),
    ]
    waiting = listed(school).filter(status__in=("held", *ACTIVE))
    return Queues(
        oldest_step=min((row["at"] for row in steps if row["at"]), default=None),
        oldest_message=waiting.filter(next_attempt_at__lte=now).aggregate(at=Min("next_attempt_at"))["at"],
        messages={
            Message.Status(row["status"]).label: row["n"] for row in waiting.values("status").annotate(n=Count("pk")).order_by("status")
        },
        cases=UnexplainedAbsence.objects.filter(school=school, status="open").count(),
        set_aside=SetAside.objects.filter(school=school, dealt_at=None).count(),
    )


@dataclass(frozen=True)
class Provider:
    """How the way out has answered today."""

    accepted: int
    failed: int
    retrying: int
    unknown: int
    last_accepted: datetime | None
    last_error: str

    @property
    def troubled(self) -> bool:
        """Whether something is being tried again, or its fate is not known."""
        return bool(self.retrying or self.unknown)


def provider(school: School, now: datetime) -> Provider:
    """What came of today's messages."""
    today = listed(school).filter(day=clock.local_day(now))
    counts = today.aggregate(
        accepted=Count("pk", filter=Q(status__in=("accepted", "delivered", "undelivered"))),
        failed=Count("pk", filter=Q(status__in=("failed", "missed"))),
        retrying=Count("pk", filter=Q(status="retrying")),
        unknown=Count("pk", filter=Q(status__in=("unknown", "sending"))),
        last_accepted=Max("accepted_at"),
    )
    error = today.exclude(error="").order_by("-next_attempt_at", "-finished_at").values_list("error", flat=True).first()
    return Provider(**counts, last_error=error or "")
