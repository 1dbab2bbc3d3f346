"""A trust's schools this morning, in figures and without a name: as many queries for a hundred schools as for one (MAT-04)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from attendance.models import CallDue, Hold, Register, SchoolDay, UnexplainedAbsence
from homevisits.common import clock
from homevisits.messaging.models import Message, MessageAbout
from homevisits.people.matrix import allows, roles_for
from homevisits.people.models import Role, School, Staff, StaffRole, Trust
from homevisits.policy.models import PolicyVersion
from visits.models import HomeVisit

from .models import WatchFinding

S = Message.Status
LEFT = (S.ACCEPTED, S.DELIVERED, S.UNDELIVERED)
FIGURES = ("open", "texted", "calls", "visits", "held", "untaken")
Days = dict[int, date]


@dataclass(frozen=True)
class Row:
    """One school: its figures, what stops or stills it, and where the person may go in it (empty: nowhere)."""

    school: School
    figures: dict[str, int]
    closed_because: str | None
    has_policy: bool
    findings: int
    url: str

    @property
    def state(self) -> tuple[str, str]:
        """How it runs, the most pressing first: a status and its words."""
        if self.closed_because is not None:
            return "resting", f"No school{f': {self.closed_because}' if self.closed_because else ''}"
        if not self.has_policy:
            return "due", "No policy in force"
        if self.findings:
            return "due", "Needs a look"
        if self.school.sending == School.Sending.SHADOW:
            return "resting", "Shadow mode"
        return "done", "Runs"


@dataclass
class TrustMorning:
    """All schools of a trust and the sums over them."""

    rows: list[Row] = field(default_factory=list)

    @property
    def sums(self) -> dict[str, int]:
        """Each figure over all schools."""
        return {name: sum(row.figures[name] for row in self.rows) for name in FIGURES}


def trust_roles(staff: Staff, trust: Trust, on: date) -> frozenset[str]:
    """The roles that a person holds through the trust, so in each of its schools."""
    if not staff.is_active:
        return frozenset()
    held = StaffRole.objects.filter(staff=staff, trust=trust)
    return frozenset(row.role for row in held if (row.starts_on or on) <= on <= (row.ends_on or on))


def trusts_of(staff: Staff, on: date) -> list[Trust]:
    """The trusts whose page a person may see on a day, by name."""
    held = StaffRole.objects.filter(staff=staff, trust__isnull=False, role__in=roles_for("see_trust"), staff__is_active=True)
    rows = held.select_related("trust").order_by("trust__name")
    return list({row.trust_id: row.trust for row in rows if row.trust and (row.starts_on or on) <= on <= (row.ends_on or on)}.values())


def trust_of(staff: Staff, slug: str, real: datetime) -> Trust | None:
    """The trust of that name, when the person holds a role through it that opens its page; else None."""
    trust = Trust.objects.filter(slug=slug).first()
    if trust is None or roles_for("see_trust").isdisjoint(trust_roles(staff, trust, clock.local_day(real))):
        return None
    return trust


def build(trust: Trust, staff: Staff, real: datetime) -> TrustMorning:
    """The morning of every school of the trust at the real instant `real`, each by its own clock."""
    schools = list(trust.schools.order_by("name", "pk"))
    if not schools:
        return TrustMorning([])
    now = {school.pk: school.at(real) for school in schools}
    days = {number: clock.local_day(at) for number, at in now.items()}
    figures, closed = _figures(schools, days, now), _closed(days)
    policies, findings = _with_policy(trust, days), _findings(days)
    roles = _roles(staff, trust, days)
    return TrustMorning([
        Row(
            school, {name: figures[name][school.pk] for name in FIGURES}, closed.get(school.pk), school.pk in policies,
            findings[school.pk], _url(school, roles.get(school.pk, frozenset())),
        )
        for school in schools
    ])  # fmt: skip


def _figures(schools: list[School], days: Days, now: dict[int, datetime]) -> dict[str, Counter[int]]:
    open_here = UnexplainedAbsence.objects.filter(status="open", school__in=schools)
    ringing = CallDue.objects.filter(Exists(open_here.filter(household=OuterRef("household"))), school__in=schools)
    texted = MessageAbout.objects.filter(
        message__school__in=schools, message__channel="text", message__template="first_day_absence", message__status__in=LEFT
    ).annotate(school=F("message__school"), day=F("message__day"))
    visits = HomeVisit.objects.filter(school__in=schools, purpose="absent_child_check", raised_at__gte=_earliest(days))
    untaken = Register.objects.filter(school__in=schools, taken_at=None, closes_at__lte=max(now.values(), default=None))
    return {
        "open": Counter(dict(open_here.values_list("school").annotate(n=Count("pk")).order_by())),
        "texted": _of_today(texted, days, Count("pupil", distinct=True)),
        "calls": _of_today(ringing, days, Count("pk")),
        "visits": _raised_today(visits, days),
        "held": _of_today(Hold.objects.filter(school__in=schools, next_action_at__isnull=False), days, Sum("count")),
        "untaken": _not_taken(untaken, days, now),
    }


def _earliest(days: Days) -> datetime:
    return clock.instant(min(days.values(), default=date.max), datetime.min.time())


def _of_today(rows: QuerySet[Any, Any], days: Days, count: Any) -> Counter[int]:
    """Rows with a day, counted a school: the day of each is its own."""
    found = rows.filter(day__in=set(days.values())).order_by().values_list("school", "day").annotate(n=count)
    return Counter({school: n or 0 for school, day, n in found if days[school] == day})


def _raised_today(visits: QuerySet[HomeVisit], days: Days) -> Counter[int]:
    return Counter(school for school, at in visits.values_list("school", "raised_at") if clock.local_day(at) == days[school])


def _not_taken(registers: QuerySet[Register], days: Days, now: dict[int, datetime]) -> Counter[int]:
    rows = registers.filter(day__in=set(days.values())).values_list("school", "day", "closes_at")
    return Counter(school for school, day, closes in rows if day == days[school] and closes <= now[school])


def _closed(days: Days) -> dict[int, str]:
    rows = SchoolDay.objects.filter(school__in=days, day__in=set(days.values()), is_open=False)
    return {number: why for number, day, why in rows.values_list("school", "day", "closed_because") if days[number] == day}


def _with_policy(trust: Trust, days: Days) -> set[int]:
    """The schools with a policy in force: their own, or the trust's."""
    agreed = PolicyVersion.objects.filter(Q(school__in=days) | Q(trust=trust), status=PolicyVersion.Status.AGREED)
    rows = list(agreed.values_list("school", "effective_from"))
    return {number for number, today in days.items() if any(one in (number, None) and since and since <= today for one, since in rows)}


def _findings(days: Days) -> Counter[int]:
    rows = WatchFinding.objects.shown().filter(school__in=days).values_list("school").annotate(n=Count("pk"))
    return Counter(dict(rows.order_by()))


def _roles(staff: Staff, trust: Trust, days: Days) -> dict[int, frozenset[str]]:
    """The person's roles in each school, in itself or through the trust."""
    held = list(StaffRole.objects.filter(Q(school__in=days) | Q(trust=trust), staff=staff))
    return {
        number: frozenset(
            row.role for row in held if row.school_id in (number, None) and (row.starts_on or on) <= on <= (row.ends_on or on)
        )
        for number, on in days.items()
    }


def _url(school: School, roles: Iterable[str]) -> str:
    """The page of a school that these roles open: Today, else what runs; a trust's administrator sees no case."""
    held = frozenset(roles) & set(Role.values)
    if allows("see_today", held):
        return reverse("today", args=[school.slug])
    return reverse("engine_status", args=[school.slug]) if allows("see_status", held) else ""
