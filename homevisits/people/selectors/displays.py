"""Screens on a wall, for whoever keeps them."""

from django.db.models import F, QuerySet

from ..models import Display, School


def displays_of(school: School) -> QuerySet[Display]:
    """The school's screens, those that run first, by name."""
    rows = Display.objects.filter(school=school).select_related("made_by", "revoked_by")
    return rows.order_by(F("revoked_at").asc(nulls_first=True), "name", "pk")
