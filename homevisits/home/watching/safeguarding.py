"""Whether what waits for the safeguarding team goes on being told. Worked out from what was told, never from what the telling wrote down.

One kind of finding for all of it, told to the team alone, under random numbers: nobody else learns from it what there is.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db.models import Max

from homevisits.messaging.models import Notice
from safeguarding.models import Concern, Incident, Referral

from .look import LONDON, Found, Look, on_clock

KIND = "safeguarding_silent"
SAYS = "Something waits for the safeguarding team and was not told again. Look at concerns, incidents and referrals now."
DAY_BEGINS, DAY_ENDS = time(7), time(21)
HOUR = timedelta(hours=1)


def not_told_again(look: Look) -> Iterable[Found]:
    """Concerns not taken up, incidents not reviewed and referrals not sent whose next telling is late."""
    for school, number, due in (*_concerns(look), *_incidents(look), *_referrals(look)):
        if due < look.before:
            yield Found(school, KIND, str(number), SAYS)


def _concerns(look: Look) -> Iterator[tuple[int, object, datetime]]:
    told = _last_told(look, "concern_waiting")
    for school, number, at, danger in Concern.objects.filter(school__in=look.ids, taken_at=None, closed_at=None).values_list(
        "school_id", "public_id", "at", "danger"
    ):
        last = max(at, told.get(school, at))
        if danger:
            yield school, number, last + timedelta(minutes=5)
        else:
            yield school, number, _by_day(last + (timedelta(minutes=15) if last < at + HOUR else HOUR))


def _incidents(look: Look) -> Iterator[tuple[int, object, datetime]]:
    told = _last_told(look, "incident_waiting")
    rows = Incident.objects.filter(school__in=look.ids, reviewed_at=None).values_list("school_id", "public_id", "at")
    for school, number, at in rows:
        last = max(at, told.get(school, at))
        yield school, number, _by_day(last + (timedelta(hours=2) if last == at else timedelta(days=1)))


def _referrals(look: Look) -> Iterator[tuple[int, object, datetime]]:
    """Unsent ones; those about staff are not for the team, and whoever reads them is told by the allegation too."""
    rows = Referral.objects.filter(school__in=look.ids, sent_at=None, not_sent_at=None, closed_at=None).exclude(kind="lado")
    found = list(rows.values_list("school_id", "public_id", "opened_at", "repeat_minutes", "school__slug"))
    if not found:
        return
    links = [f"/s/{slug}/referrals/{number}/" for _, number, _, _, slug in found]
    told = dict(
        Notice.objects.filter(school__in=look.ids, about="referral_due", link__in=links)
        .values_list("link")
        .annotate(at=Max("at"))
        .order_by()
    )
    for (school, number, opened, minutes, _), link in zip(found, links, strict=True):
        yield school, number, max(opened, told.get(link, opened)) + timedelta(minutes=minutes)


def _last_told(look: Look, about: str) -> dict[int, datetime]:
    rows = Notice.objects.filter(school__in=look.ids, about=about).values_list("school_id").annotate(at=Max("at"))
    return dict(rows.order_by())


def _by_day(at: datetime) -> datetime:
    """What falls into the night is due in the morning."""
    local = at.astimezone(LONDON)
    wall, day = local.time(), local.date()
    if wall < DAY_BEGINS:
        return on_clock(day, DAY_BEGINS)
    return on_clock(day + timedelta(days=1), DAY_BEGINS) if wall >= DAY_ENDS else at
