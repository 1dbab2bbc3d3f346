"""Finding requests, reviews, holds and transfers of a school; nothing of the child protection file for whoever may not know of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from homevisits.people.matrix import HEADS, SAFEGUARDING
from homevisits.people.models import (
    AccessItem,
    AccessRequest,
    LegalHold,
    Pupil,
    RetentionPeriod,
    RetentionReview,
    Role,
    School,
    Staff,
    Transfer,
)
from homevisits.people.selectors.pupils import folded
from safeguarding.models import StaffMatterReview
from safeguarding.selectors.allegations import seen_by

from .held import KINDS
from .schedule import SCHEDULE, Rule, kinds_for, years_kept
from .services.access import OPEN

MOST_PUPILS = 25


def in_team(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may know what the child protection file holds."""
    return not frozenset(map(str, SAFEGUARDING)).isdisjoint(roles)


def pupils_named(school: School, text: str) -> list[Pupil]:
    """Pupils, those who have left too, whose names or UPN begin with the words; nothing for fewer than two letters."""
    words = folded(text).split()
    if len("".join(words)) < 2:
        return []
    found = []
    rows = Pupil.objects.filter(school=school).order_by("status", "last_name", "first_name", "pk")
    for pk, first, last, upn in rows.values_list("pk", "first_name", "last_name", "upn").iterator():
        names = [*folded(f"{first} {last}").split(), upn.casefold()]
        if all(any(name.startswith(word) for name in names) for word in words):
            found.append(pk)
            if len(found) == MOST_PUPILS:
                break
    return list(Pupil.objects.filter(pk__in=found).order_by("last_name", "first_name", "pk"))


def requests_of(school: School) -> QuerySet[AccessRequest]:
    """The requests of a school, those that are due first."""
    rows = AccessRequest.objects.filter(school=school).select_related("pupil", "opened_by")
    return rows.annotate(answered=Count("pk", filter=~Q(state__in=OPEN))).order_by("answered", "due_on", "-pk")


def request_of(school: School, request_id: UUID) -> AccessRequest | None:
    """One request; None where it is another school's."""
    rows = AccessRequest.objects.filter(school=school, public_id=request_id)
    return rows.select_related("school", "pupil__household", "opened_by", "released_by", "closed_by", "apart_done_by").first()


def items_of(request: AccessRequest, roles: Iterable[str]) -> QuerySet[AccessItem]:
    """The records that somebody with these roles may know of."""
    rows = request.items.select_related("looked_by").order_by("kind", "on", "pk")
    return rows if in_team(roles) else rows.filter(apart=False)


@dataclass(frozen=True)
class Group:
    """The records of one kind on the page of a request."""

    words: str
    items: list[AccessItem]
    waiting: int


def groups_of(request: AccessRequest, roles: Iterable[str]) -> list[Group]:
    """The records by kind, in the order of the registry, with how many nobody has looked at."""
    by_kind: dict[str, list[AccessItem]] = {}
    for item in items_of(request, roles):
        by_kind.setdefault(item.kind, []).append(item)
    return [
        Group(kind.words, by_kind[code], sum(item.decision == AccessItem.Decision.TO_LOOK for item in by_kind[code]))
        for code, kind in KINDS.items()
        if code in by_kind
    ]


def next_item(request: AccessRequest, roles: Iterable[str], after: int) -> AccessItem | None:
    """The next record that nobody has looked at, behind one, else from the beginning."""
    rows = items_of(request, roles).filter(decision=AccessItem.Decision.TO_LOOK).order_by("pk")
    return rows.filter(pk__gt=after).first() or rows.first()


def reviews_of(school: School, roles: frozenset[str]) -> QuerySet[RetentionReview]:
    """Open reviews of the kinds of which this person may know, the longest due first."""
    rows = RetentionReview.objects.filter(school=school, kind__in=kinds_for(roles)).select_related(
        "pupil", "school", "decided_by", "proposed_by"
    )
    return rows.order_by("due_on", "pk")


def review_of(school: School, review_id: UUID, roles: frozenset[str]) -> RetentionReview | None:
    """One review; None where it is another school's, or of a kind that this person may not know of."""
    return reviews_of(school, roles).select_related("pupil__household").filter(public_id=review_id).first()


def staff_reviews_of(person: Staff, roles: Collection[str], school: School, today: date) -> QuerySet[StaffMatterReview]:
    """The reviews of records about staff that this person may see, and of erased ones those that were for their place."""
    places = [chair for chair in (True, False) if (Role.CHAIR_OF_GOVERNORS in roles if chair else HEADS & set(roles))]
    mine = Q(allegation__in=seen_by(person, roles, school, today).order_by()) | Q(allegation=None, for_chair__in=places)
    return (
        StaffMatterReview.objects.filter(mine, school=school).select_related("school", "allegation", "decided_by").order_by("due_on", "pk")
    )


@dataclass(frozen=True)
class Waiting:
    """How much of one kind waits: to decide or propose, for a second person, and on hold; since when."""

    rule: Rule
    number: int
    second: int
    held: int
    since: date


def waiting_of(reviews: QuerySet[RetentionReview], held: Collection[int]) -> list[Waiting]:
    """Open reviews by kind, in the order of the schedule."""
    by_kind: dict[str, list[tuple[int, str, date]]] = {}
    for kind, pupil, proposed, due_on in reviews.values_list("kind", "pupil", "proposed", "due_on"):
        by_kind.setdefault(kind, []).append((pupil, proposed, due_on))
    said = []
    for kind, rule in SCHEDULE.items():
        if kind in by_kind:
            rows = by_kind[kind]
            stopped = sum(pupil in held for pupil, _, _ in rows)
            second = sum(bool(proposed) and pupil not in held for pupil, proposed, _ in rows)
            said.append(Waiting(rule, len(rows) - stopped - second, second, stopped, min(due for _, _, due in rows)))
    return said


def held_pupils(school: School) -> set[int]:
    """The pupils on whose records there is a hold."""
    return set(LegalHold.objects.filter(school=school, lifted_at=None).values_list("pupil", flat=True))


def holds_of(school: School) -> QuerySet[LegalHold]:
    """The holds of a school, those that stand first."""
    return LegalHold.objects.filter(school=school).select_related("pupil", "set_by", "lifted_by").order_by("lifted_at", "-set_at")


def hold_of(school: School, hold_id: UUID) -> LegalHold | None:
    """One hold; None where it is another school's."""
    return LegalHold.objects.filter(school=school, public_id=hold_id).select_related("pupil").first()


@dataclass(frozen=True)
class Kept:
    """A line of the schedule as the school keeps it."""

    rule: Rule
    years: int
    own: RetentionPeriod | None


def schedule_of(school: School) -> list[Kept]:
    """The schedule, with what this school keeps longer."""
    own = {row.kind: row for row in RetentionPeriod.objects.filter(school=school).select_related("by")}
    years = {kind: row.years for kind, row in own.items()}
    return [Kept(rule, years_kept(kind, years), own.get(kind)) for kind, rule in SCHEDULE.items()]


def transfers_of(school: School) -> QuerySet[Transfer]:
    """The transfers of a school, those that wait first."""
    rows = Transfer.objects.filter(school=school).select_related("pupil", "opened_by")
    return rows.order_by(*["ended_at", "receipt_at", "due_on", "pk"])


def transfer_of(school: School, transfer_id: UUID) -> Transfer | None:
    """One transfer; None where it is another school's."""
    rows = Transfer.objects.filter(school=school, public_id=transfer_id).select_related(
        "school", "pupil__household", "opened_by", "sent_by", "made_by"
    )
    return rows.first()


def counts(school: School, roles: frozenset[str], today: date) -> dict[str, int]:
    """How much waits of each part of data protection."""
    moving = Transfer.objects.filter(school=school, receipt_at=None, ended_at=None)
    return {
        "requests": AccessRequest.objects.filter(school=school, state__in=OPEN).count(),
        "requests_late": AccessRequest.objects.filter(school=school, state__in=OPEN, due_on__lt=today).count(),
        "reviews": reviews_of(school, roles).filter(decision="").count(),
        "holds": LegalHold.objects.filter(school=school, lifted_at=None).count(),
        "transfers": moving.count(),
        "transfers_late": moving.filter(sent_at=None, due_on__lt=today).count(),
    }
