"""Who was told that a visit has left (SEC-08)."""

from django.urls import reverse

from homevisits.messaging.models import Notice, NoticeTo

from ..models import HomeVisit


def told_of_departure(visit: HomeVisit) -> list[str]:
    """The names of those who were told."""
    link = reverse("visit", args=[visit.school.slug, visit.pk])
    notices = Notice.objects.filter(school=visit.school_id, about__in=("departed", "drill_departed"), link=link)
    people = NoticeTo.objects.filter(notice__in=notices, notice__at=visit.departed_at)
    return list(people.order_by("staff__name").values_list("staff__name", flat=True).distinct())
