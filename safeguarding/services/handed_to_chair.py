"""A record about a colleague who becomes head leaves the heads' list for the chair's: the chair hears of it, and so does who dealt with it.

Asked of the database every minute, for a role may begin on a day on which nobody does anything.
"""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import closed_chain, record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import local_day
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import leave, tell
from homevisits.people.matrix import HEADS
from homevisits.people.models import Staff

from ..models import Allegation
from ..selectors.allegations import about_head, readers

JOB = SystemJob("Safeguarding reminders")
ABOUT = "staff_matter"
TO_CHAIR = "A matter about somebody who is now a head has come to you."
LEFT = "A matter you dealt with is now with the chair of governors."


def hand_on(real: datetime) -> int:
    """Tell of each record that has come to the chair since it was written, once; where nobody chairs, as soon as somebody does."""
    rows = Allegation.objects.filter(for_chair=False, subjects__roles__role__in=HEADS).select_related("school").distinct()
    return sum(_hand_on(row, row.school.at(real)) for row in rows.order_by("pk"))


def _hand_on(row: Allegation, now: datetime) -> bool:
    day = local_day(now)
    link = f"/s/{row.school.slug}/staff-matters/{row.public_id}/"
    with transaction.atomic():
        Allegation.objects.select_for_update().get(pk=row.pk)
        if not about_head(row.school, list(row.subjects.all()), day):
            return False
        told = Notice.objects.filter(school=row.school, about=ABOUT, link=link, says=TO_CHAIR).exists()
        if told or not (chairs := readers(row, day)):
            return False
        tell(
            school=row.school, role="named", about=ABOUT, says=TO_CHAIR, link=link, clause="ATT-55", alarm=True, people=chairs,
            by=JOB, now=now,
        )  # fmt: skip
        if before := _dealt_with_it(row, chairs):
            leave(school=row.school, people=before, about=ABOUT, says=LEFT, now=now)
        record(
            "safeguarding.allegation.with_chair", by=JOB, now=now, school_id=closed_chain(row.school_id), object_type="Allegation",
            object_id=row.pk,
        )  # fmt: skip
    return True


def _dealt_with_it(row: Allegation, chairs: list[Staff]) -> list[Staff]:
    """Who took it up or wrote to it, and sees it no longer; never whom it is about."""
    dealt = {row.taken_up_by_id, *row.entries.values_list("by", flat=True)}
    gone = {one for one in dealt if one is not None} - {person.pk for person in [*chairs, *row.subjects.all()]}
    return list(Staff.objects.filter(pk__in=gone, is_active=True).order_by("pk"))
