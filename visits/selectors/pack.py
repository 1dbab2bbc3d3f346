"""What goes along with a visit on a tablet, and which tablets hold it."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from homevisits.people.models import Staff

from ..models import HomeVisit, VisitPack
from ..rules.leaving import reads_briefing
from .filled import form_urls


def pack_urls(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> list[str]:
    """The addresses of the pages that go along: of this visit and nothing else. The first is where it opens without network."""
    at = [visit.school.slug, visit.pk]
    pages = ("visit_doorstep", "visit_tablet", "visit_help", "visit_incident", "visit_concern")
    urls = [reverse(name, args=at) for name in pages]
    if reads_briefing(visit, person, frozenset(roles), now):
        urls.append(reverse("visit_briefing", args=at))
    return [*urls, *form_urls(visit, now)]


def packs_held(visit: HomeVisit, now: datetime) -> QuerySet[VisitPack]:
    """The packs of a visit that a tablet may still hold at `now` (the real time), the newest first."""
    held = VisitPack.objects.filter(visit=visit, revoked_at=None, expires_at__gt=now, tablet__revoked_at=None)
    return held.select_related("tablet", "staff").order_by("-taken_at", "-pk")


def packs_of(visit: HomeVisit) -> QuerySet[VisitPack]:
    """Every pack of a visit."""
    return VisitPack.objects.filter(visit=visit).select_related("tablet", "staff", "visit__school")
