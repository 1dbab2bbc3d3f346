"""Which tablets a school's staff work on, and whose key is whose."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from ..locks import hash_of
from ..models import DraftKey, School, Staff, Tablet
from .staff import staff_in

LATELY = timedelta(days=60)


def tablets_of(school: School) -> QuerySet[Tablet]:
    """The tablets that staff of a school have worked on, the one used last first, with the keys of that school's staff."""
    mine = DraftKey.objects.filter(staff__in=staff_in(school)).select_related("staff").order_by("-given_at")
    found = Tablet.objects.filter(keys__in=mine).distinct().select_related("revoked_by")
    return found.prefetch_related(Prefetch("keys", mine, to_attr="of_school")).order_by("-last_seen_at", "-pk")


def tablets_shown(school: School, now: datetime) -> QuerySet[Tablet]:
    """Those of them that were seen lately, or are out of use: a browser that was wiped comes back as another and leaves its row behind."""
    return tablets_of(school).filter(Q(last_seen_at__gte=now - LATELY) | Q(revoked_at__isnull=False))


def tablet_of_secret(secret: str) -> Tablet | None:
    """The tablet in use that a cookie names."""
    return Tablet.objects.filter(secret_hash=hash_of(secret), revoked_at__isnull=True).first() if secret else None


def turn_of(secret: str, staff: Staff) -> int | None:
    """At which turn a person is on the tablet of this cookie: session keys of earlier ones are dead. None where they get no keys on it."""
    found = DraftKey.objects.filter(tablet__secret_hash=hash_of(secret), tablet__revoked_at=None, staff=staff)
    return found.values_list("turn", flat=True).first()


def owns(secret: str, staff: Staff, owner: str) -> bool:
    """Whether records marked with `owner` on the tablet of this cookie are this person's."""
    found = DraftKey.objects.filter(tablet__secret_hash=hash_of(secret), staff=staff).values_list("owner", flat=True).first()
    return found is not None and str(found) == owner
