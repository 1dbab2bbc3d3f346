"""What was asked for about guarded roles and waits for a second person."""

from datetime import datetime

from django.db.models import QuerySet

from ..models import GuardedRequest, School
from ..rules import LASTS


def open_requests(school: School, now: datetime) -> QuerySet[GuardedRequest]:
    """Those that wait in a school, the oldest first."""
    rows = GuardedRequest.objects.filter(school=school, decided_at=None, asked_at__gt=now - LASTS)
    return rows.select_related("staff", "asked_by", "school").order_by("asked_at", "pk")
