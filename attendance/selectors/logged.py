"""What was logged: reasons and arrivals of the day, newest first, and who is away for days to come."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, DateField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from homevisits.common.clock import instant
from homevisits.people.models import School, Staff

from ..models import AbsenceMessage, Arrival, UnexplainedAbsence
from .facts import away

REASON, ARRIVAL = "reason", "arrival"


@dataclass(frozen=True)
class Logged:
    """One thing that somebody logged, with its trail when it was undone."""

    kind: str
    pk: int
    pupil_id: int
    first_name: str
    last_name: str
    class_name: str
    at: datetime
    by: str
    code: str
    channel: str
    said: str
    until: date | None
    undone_at: datetime | None
    undone_by: str
    case_id: int | None

    @property
    def pupil(self) -> str:
        """The child's full name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def words(self) -> str:
        """What was logged, in a few words."""
        if self.kind == ARRIVAL:
            return "Arrived"
        return str(AbsenceMessage.Channel(self.channel).label)


def logged(school: School, day: date, most: int | None = None) -> list[Logged]:
    """What was logged on `day`, newest first, undone things too; one query."""
    reasons = _columns(_on(AbsenceMessage.objects.filter(school=school), day), REASON, F("channel"), F("reason"), F("last_day"))
    arrivals = _columns(Arrival.objects.filter(school=school, day=day), ARRIVAL, Value(""), Value(""), Value(None))
    rows = reasons.union(arrivals, all=True).order_by("-l_at")
    return [Logged(*row) for row in (rows[:most] if most else rows)]


def _on(messages: QuerySet[AbsenceMessage], day: date) -> QuerySet[AbsenceMessage]:
    return messages.filter(at__gte=instant(day, time(0)), at__lt=instant(day + timedelta(days=1), time(0)))


COLUMNS = (
    "l_kind", "pk", "pupil_id", "pupil__first_name", "pupil__last_name", "pupil__class_name", "l_at", "l_by", "l_code", "l_channel",
    "l_said", "l_until", "l_undone", "l_undone_by", "l_case",
)  # fmt: skip


def _columns(rows: QuerySet[Any, Any], kind: str, channel: Any, said: Any, until: Any) -> QuerySet[Any, Any]:
    """The same columns of either table. Cast, since the parts of a union must agree on PostgreSQL."""
    text = CharField()
    cases = UnexplainedAbsence.objects.filter(pupil=OuterRef("pupil")).order_by("-opened_at")
    named = rows.order_by().annotate(
        l_kind=Cast(Value(kind), text), l_at=F("at"), l_by=Coalesce("by__name", Value("")), l_code=F("code"),
        l_channel=Cast(channel, text), l_said=Cast(said, text), l_until=Cast(until, DateField()), l_undone=F("undone_at"),
        l_undone_by=Coalesce("undone_by__name", Value("")), l_case=Subquery(cases.values("pk")[:1]),
    )  # fmt: skip
    found: QuerySet[Any, Any] = named.values_list(*COLUMNS)
    return found


def is_logged(school: School, token: uuid.UUID, pupil_ids: Collection[int]) -> bool:
    """Whether a form with this token has logged a reason for one of these pupils already."""
    tokens = [uuid.uuid5(token, str(pk)) for pk in pupil_ids]
    return AbsenceMessage.objects.filter(school=school, token__in=tokens).exists()


def message_of(school: School, pk: int, by: Staff | None = None) -> AbsenceMessage | None:
    """An absence message of this school; with `by` only where this person logged it."""
    own = {"by": by} if by else {}
    return AbsenceMessage.objects.filter(school=school, pk=pk, **own).select_related("pupil", "contact", "by").first()


def arrival_of(school: School, pk: int, by: Staff | None = None) -> Arrival | None:
    """An arrival of this school; with `by` only where this person logged it."""
    own = {"by": by} if by else {}
    return Arrival.objects.filter(school=school, pk=pk, **own).select_related("pupil", "by").first()


def away_for_days(school: School, day: date) -> QuerySet[AbsenceMessage]:
    """Pupils whose absence is explained for more than this day, with until when."""
    return away(school, day).select_related("pupil", "by").order_by("last_day", "pupil__last_name", "pupil__first_name")
