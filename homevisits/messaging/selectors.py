"""What pages ask about messages and notices. Everything takes the school: rows of another one are never reached."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from homevisits.common import clock
from homevisits.people.access import roles_held, roles_of, stand_ins
from homevisits.people.models import Contact, Role, School, Staff

from .models import DeliveryEvent, InboundText, Message, Notice, NoticeTo, SchoolAccount, SendingBudget, Template
from .notices import CLOSED_PURPOSE
from .quiet import PRIVATE
from .settle import outbox_page
from .transports.notify import api_key

# The states as the outbox page groups them: word, states, shape (docs/frontend.md).
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "not_sent": ("Not sent", ("failed", "undelivered", "missed")),
    "held": ("Held", ("held",)),
    "going": ("On the way", ("waiting", "sending", "retrying", "unknown")),
    "sent": ("Sent", ("accepted", "delivered")),
    "cancelled": ("Cancelled", ("cancelled",)),
    "shadow": ("Would have gone", ("shadow",)),
}
SHAPES = {"not_sent": "due", "held": "held", "going": "open", "sent": "done", "cancelled": "resting", "shadow": "resting"}
GROUP_OF = {state: name for name, (_, states) in GROUPS.items() for state in states}


def listed(school: School) -> QuerySet[Message]:
    """The messages that the school's pages list and count: without those of which only who gets them may know."""
    return Message.objects.filter(school=school).exclude(purpose__startswith=CLOSED_PURPOSE)


def messages_of(school: School, *, day: date | None = None, group: str = "") -> QuerySet[Message]:
    """A school's messages, newest first, with whom they are about; of one day, of one group of states."""
    rows = listed(school)
    if day:
        rows = rows.filter(day=day)
    if group in GROUPS:
        rows = rows.filter(status__in=GROUPS[group][1])
    return rows.prefetch_related("about__pupil", "about__contact").order_by("-due_at", "-pk")


def counts_of(school: School, day: date) -> dict[str, int]:
    """How many messages of a day are in each group of states."""
    counted = dict.fromkeys(GROUPS, 0)
    for state, number in listed(school).filter(day=day).values_list("status").annotate(Count("pk")):
        counted[GROUP_OF[state]] += number
    return counted


def days_around(school: School, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after this one on which there are messages."""
    rows = listed(school)
    found = rows.aggregate(before=Max("day", filter=Q(day__lt=day)), after=Min("day", filter=Q(day__gt=day)))
    return found["before"], found["after"]


def newest_change(school: School, day: date) -> tuple[int | None, int]:
    """What changes whenever a day's outbox does: for polls."""
    rows = DeliveryEvent.objects.filter(message__school=school, message__day=day).exclude(message__purpose__startswith=CLOSED_PURPOSE)
    found = rows.aggregate(newest=Max("pk"), number=Count("pk"))
    return found["newest"], found["number"]


def account_of(school: School) -> SchoolAccount | None:
    """The school's account, None while it has chosen none."""
    return SchoolAccount.objects.filter(school=school).first()


def wordings_of(school: School) -> list[Template]:
    """The school's own wordings."""
    return list(Template.objects.filter(school=school).order_by("name", "language"))


def languages_of(school: School) -> list[str]:
    """The languages, other than English, that contacts of the school's pupils use."""
    found = Contact.objects.filter(pupil__school=school, gone=False).exclude(language="").values_list("language", flat=True).distinct()
    return sorted({language for language in found if language.lower() != "english"})


def open_texts(school: School) -> QuerySet[InboundText]:
    """Parents' texts that nobody has dealt with, oldest first."""
    return InboundText.objects.filter(school=school, dealt_at__isnull=True).order_by("received_at")


# Notices


def _open_to(staff: Staff, school: School, before: str = "") -> Q:
    """What a person may read of notices: those about concerns only while they are of the safeguarding team. `before`: the way to them."""
    held = roles_held(school, stand_ins(Role.DSL), clock.local_day(school.now())).filter(staff=staff)
    private = Q(**{f"{before}about__in": PRIVATE, f"{before}role": Role.DSL})
    return ~private | Q(Exists(held))


def notices_for(staff: Staff, school: School, now: datetime) -> QuerySet[Notice]:
    """What a person was told in a school, and the open tasks of their roles whoever was told; newest first."""
    mine = NoticeTo.objects.filter(notice=OuterRef("pk"), staff=staff)
    heard = [role for role in Role if stand_ins(role) & roles_of(staff, school, clock.local_day(now))]
    rows = Notice.objects.filter(_open_to(staff, school), school=school).annotate(
        is_mine=Exists(mine), is_unseen=Exists(mine.filter(seen_at__isnull=True)), is_open=Q(task=True, done_at__isnull=True)
    )
    return (
        rows.filter(Q(is_mine=True) | Q(task=True, done_at__isnull=True, role__in=heard)).select_related("done_by").order_by("-at", "-pk")
    )


# Long enough to bridge a weekend: what was told at the end of Friday is looked at on Monday.
LOOK_BACK = timedelta(days=4)


def to_look_at_first(staff: Staff, school: School, now: datetime) -> list[Notice]:
    """The alarms that a person has not seen, newest first. Tasks are not among them: they stand under what is to do."""
    return list(_unseen(staff, school).filter(alarm=True, task=False, done_at=None, at__gte=now - LOOK_BACK).prefetch_related("pupils"))


def newest_unseen(staff: Staff, school: School, most: int = 5) -> list[Notice]:
    """The newest notices that a person has not seen."""
    return list(_unseen(staff, school)[:most])


def _unseen(staff: Staff, school: School) -> QuerySet[Notice]:
    new = NoticeTo.objects.filter(staff=staff, seen_at__isnull=True).values("notice")
    return Notice.objects.filter(_open_to(staff, school), school=school, pk__in=new).order_by("-at", "-pk")


def unseen_count(staff: Staff, school: School) -> int:
    """How many notices of a school a person has not seen."""
    new = NoticeTo.objects.filter(staff=staff, notice__school=school, seen_at__isnull=True)
    return new.filter(_open_to(staff, school, "notice__")).count()


def open_tasks(school: School, role: str = Role.OFFICE_ADMIN) -> QuerySet[Notice]:
    """The tasks of a role that nobody has marked done, newest first."""
    return Notice.objects.filter(school=school, role=role, task=True, done_at__isnull=True).order_by("-at", "-pk")


# Status


@dataclass(frozen=True)
class ProviderState:
    """How sending goes. `leaves`: whether anything leaves the product. Instants are on the school's clock."""

    way: str
    leaves: bool
    key_is_set: bool
    last_success: datetime | None
    failing_since: datetime | None
    waiting: int
    oldest_due: datetime | None
    stopped_until: datetime | None
    used_today: int
    daily_limit: int


@dataclass(frozen=True)
class Failure:
    """A line of the banner at the top of every page (components/alarm.html)."""

    title: str
    text: str
    url: str
    action: str = "See what to do"


def provider_state(school: School, now: datetime) -> ProviderState:
    """The facts for the status page: last acceptance, trouble since when, how much waits and since when."""
    account = account_of(school)
    way = account.way if account else SchoolAccount.Way.SCREEN
    facts = listed(school).aggregate(
        last=Max("accepted_at"),
        trouble=Min("handed_at", filter=Q(status__in=("retrying", "unknown"))),
        waiting=Count("pk", filter=Q(status__in=GROUPS["going"][1], next_attempt_at__isnull=False, due_at__lte=now)),
        oldest=Min("due_at", filter=Q(status__in=GROUPS["going"][1], next_attempt_at__isnull=False, due_at__lte=now)),
    )
    key = api_key(school)
    budget = SendingBudget.objects.filter(account=key[-73:-37]).first() if key and way == SchoolAccount.Way.NOTIFY else None
    stopped = budget.stopped_until if budget and budget.stopped_until and budget.stopped_until > now else None
    return ProviderState(
        way=SchoolAccount.Way(way).label, leaves=way != SchoolAccount.Way.SCREEN and not school.is_demo and school.sending == "live",
        key_is_set=bool(key), last_success=facts["last"], failing_since=facts["trouble"], waiting=facts["waiting"],
        oldest_due=facts["oldest"], stopped_until=stopped, used_today=budget.used if budget and budget.day == clock.local_day(now) else 0,
        daily_limit=account.daily_limit if account else 0,
    )  # fmt: skip


def failures(school: School, now: datetime, state: ProviderState | None = None) -> list[Failure]:
    """What is wrong with sending right now, for the banner: texts that did not go, a provider in trouble, a live school without one."""
    page, found = outbox_page(school), []
    undone = Notice.objects.filter(
        school=school,
        task=True,
        done_at__isnull=True,
        about__in=("text_failed", "text_undelivered", "text_missed"),
        at__gte=now - timedelta(hours=24),
    ).count()
    if undone:
        found.append(Failure("Texts did not reach families.", f"{undone} to deal with: ring instead.", f"{page}?state=not_sent"))
    state = state or provider_state(school, now)
    if state.failing_since and now - state.failing_since > timedelta(minutes=2):
        found.append(Failure("The message provider does not accept texts.", f"{state.waiting} waiting. They are tried again.", page))
    if state.stopped_until:
        found.append(Failure("The day's limit of texts is reached.", "Nothing more goes until tomorrow: ring instead.", page))
    if school.sending == School.Sending.LIVE and not school.is_demo and not state.leaves:
        found.append(Failure("The school is live, but no provider is set up.", "Texts stay on the screen.", page))
    return found
