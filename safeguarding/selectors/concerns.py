"""Concerns, for the safeguarding team; and the little that a writer sees again of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from homevisits.people.models import Pupil, School, Staff

from ..models import Concern, ConcernAction, ConcernAmendment, ConcernDecision, ConcernLink, Referral


def concerns(school: School) -> QuerySet[Concern]:
    """A school's concerns, with whom they are about."""
    return Concern.objects.filter(school=school).select_related("school", "by", "taken_by", "adds_to").prefetch_related("pupils")


def concerns_of(pupil: Pupil) -> QuerySet[Concern]:
    """The concerns about a pupil, the newest first, with what chronologies and files need of them."""
    rows = concerns(pupil.school).filter(pupils=pupil)
    return rows.prefetch_related("decisions__by", "actions__owner", "amendments", "events__by", "family_told").order_by("-at", "-pk")


def waiting(school: School) -> QuerySet[Concern]:
    """Those that nobody has taken up, the longest waiting first, those with danger before them."""
    return concerns(school).filter(taken_at=None).order_by("-danger", "at", "pk")


def waiting_count(school: School) -> int:
    """How many nobody has taken up."""
    return Concern.objects.filter(school=school, taken_at=None).count()


def open_ones(school: School) -> QuerySet[Concern]:
    """Those that are taken up and not closed, the oldest first."""
    undone = Prefetch("actions", ConcernAction.objects.filter(done_at=None).select_related("owner").order_by("due_on"), to_attr="undone")
    return concerns(school).filter(taken_at__isnull=False, closed_at=None).prefetch_related(undone).order_by("at", "pk")


def closed_ones(school: School) -> QuerySet[Concern]:
    """Those that are closed, the newest first."""
    return concerns(school).filter(closed_at__isnull=False).order_by("-closed_at", "-pk")


def found(rows: QuerySet[Concern], text: str) -> QuerySet[Concern]:
    """Those of `rows` by a reference or the name of a child."""
    for word in text.split()[:4]:
        rows = rows.filter(Q(reference__iexact=word) | Q(pupils__first_name__istartswith=word) | Q(pupils__last_name__istartswith=word))
    return rows.distinct()


def concern_of(school: School, concern_id: UUID) -> Concern | None:
    """One concern of the school, None where there is none."""
    return concerns(school).filter(public_id=concern_id).first()


@dataclass(frozen=True)
class Text:
    """What a concern says, at first or as amended."""

    says: str
    words: str
    place: str
    seen_at: datetime


def in_force(concern: Concern, amendments: Collection[ConcernAmendment]) -> Text:
    """What a concern says now: its newest amendment, else what was written."""
    said = max(amendments, key=lambda row: (row.at, row.pk), default=None) or concern
    return Text(said.says, said.words, said.place, said.seen_at)


def additions(concern: Concern) -> list[Concern]:
    """What its writer added, and added to that again, the oldest first."""
    found: list[Concern] = []
    last = [concern.pk]
    while last:
        rows = list(concerns(concern.school).filter(adds_to__in=last).order_by("at", "pk"))
        found, last = found + rows, [row.pk for row in rows]
    return found


def decisions(concern: Concern) -> QuerySet[ConcernDecision]:
    """What was decided, the newest first, each with the address of the referral that it opened (`referral_at`)."""
    address = Referral.objects.filter(pk=OuterRef("referral_id")).values("public_id")[:1]
    return concern.decisions.select_related("by").annotate(referral_at=Subquery(address)).order_by("-at", "-pk")


def unsent_referrals(concern: Concern) -> list[Referral]:
    """The referrals that it opened and that nobody has sent or decided against, with whom they name."""
    rows = Referral.objects.filter(concern=concern, sent_at=None, not_sent_at=None, closed_at=None)
    return list(rows.select_related("school").prefetch_related("pupils").order_by("pk"))


def not_on_referral(concern: Concern) -> list[Pupil]:
    """Whom it is about, and whom a referral of it that is not sent does not name."""
    named = [{pupil.pk for pupil in row.pupils.all()} for row in unsent_referrals(concern)]
    return [pupil for pupil in concern.pupils.all() if any(pupil.pk not in there for there in named)]


def waiting_referrals(concern: Concern) -> list[Referral]:
    """The referrals that it opened and that are not sent, or wait for their answer."""
    rows = Referral.objects.filter(concern=concern, not_sent_at=None, closed_at=None, acknowledged_at=None)
    return list(rows.order_by("pk"))


def linked(concern: Concern) -> list[tuple[Concern, ConcernLink]]:
    """The concerns that the team has linked with this one."""
    links = ConcernLink.objects.filter(Q(one=concern) | Q(other=concern)).select_related("one", "other", "by").order_by("at")
    return [(link.other if link.one_id == concern.pk else link.one, link) for link in links]


def same_home(concern: Concern) -> QuerySet[Concern]:
    """Other concerns about the same children and whoever lives with them, the newest first; what belongs to this one is none."""
    homes, own = concern.pupils.values("household"), [concern.pk, concern.adds_to_id or 0, *(row.pk for row in additions(concern))]
    return concerns(concern.school).filter(pupils__household__in=homes).exclude(pk__in=own).distinct().order_by("-at", "-pk")


def siblings(concern: Concern) -> QuerySet[Pupil]:
    """The other children of the homes that a concern is about."""
    rows = Pupil.objects.filter(school=concern.school, household__in=concern.pupils.values("household"))
    return rows.exclude(pk__in=concern.pupils.values("pk")).order_by("last_name", "first_name", "pk")


@dataclass(frozen=True)
class Written:
    """All that a writer sees again of a concern."""

    reference: str
    at: datetime
    taken_up: bool


def written_by(staff: Staff, school: School) -> list[Written]:
    """What a person wrote, the newest first: that it arrived and whether it is taken up, never what it says nor of whom."""
    rows = Concern.objects.filter(school=school, by=staff).order_by("-at", "-pk").values_list("reference", "at", "taken_at")
    return [Written(reference or "", at, taken is not None) for reference, at, taken in rows[:200]]


def own_concern(staff: Staff, school: School, reference: str) -> Concern | None:
    """One concern that this person wrote, by its reference."""
    return Concern.objects.filter(school=school, by=staff, reference=reference).first() if reference else None
