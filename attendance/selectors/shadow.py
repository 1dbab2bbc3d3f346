"""Shadow mode: what would have gone to whom."""

from dataclasses import dataclass
from datetime import date, datetime

from homevisits.messaging.models import Message
from homevisits.people.models import School

from .facts import FAMILY_TEXTS

MOST = 500


@dataclass(frozen=True)
class Shadowed:
    """A text that would have gone: when, to which number and whom, about whom, in which words."""

    at: datetime
    to: str
    whom: str
    about: str
    body: str


def shadowed(school: School, day: date) -> list[Shadowed]:
    """The texts of a day that shadow mode kept back, oldest first."""
    rows = Message.objects.filter(school=school, day=day, status=Message.Status.SHADOW, template__in=FAMILY_TEXTS)
    found = []
    for message in rows.prefetch_related("about__pupil", "about__contact").order_by("due_at", "pk")[:MOST]:
        about = list(message.about.all())
        whom = ", ".join(sorted({str(one.contact) for one in about if one.contact}))
        found.append(Shadowed(message.due_at, message.to, whom, ", ".join(sorted({str(one.pupil) for one in about})), message.body))
    return found


def shadow_days(school: School) -> list[tuple[date, int]]:
    """The days on which shadow mode kept texts back, newest first, with how many."""
    from django.db.models import Count

    rows = Message.objects.filter(school=school, status=Message.Status.SHADOW, template__in=FAMILY_TEXTS)
    return list(rows.values_list("day").annotate(n=Count("pk")).order_by("-day")[:30])


def waiting_texts(school: School) -> int:
    """Family texts that would go at once if the school went live now, because they wait or are held."""
    return Message.objects.filter(
        school=school, template__in=FAMILY_TEXTS, status__in=(Message.Status.WAITING, Message.Status.HELD, Message.Status.RETRYING)
    ).count()
