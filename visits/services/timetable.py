"""Tutoring visits repeat on a timetable (ALT-30): each is a visit of its own, planned, assessed and approved like every other."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import instant, local, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.people.models import Staff
from homevisits.people.school_calendar import school_days_between

from ..models import HomeVisit
from ..rules.timetable import repeat_blocks
from .common import locked, note
from .requests import Asked, request_visit

# A term and a half: what lies further away changes anyway.
LONGEST = timedelta(weeks=20)


def repeat_visit(*, visit: HomeVisit, weekdays: Collection[int], until: date, by: Staff, now: datetime) -> list[HomeVisit]:
    """Ask for the same visit on these weekdays (0 is Monday), at the same time, each school day after it until a day, included.

    Asked for again it adds what is missing and nothing twice. Raises Blocked for another purpose or somebody who does not plan,
    BadInput for no weekday, or a last day that is over or too far away.
    """
    with transaction.atomic():
        first = locked(visit.series or visit)
        refuse_if(repeat_blocks(visit, by, now))
        start = max(local_day(first.arrive_at or first.due_at), local_day(now))
        if not weekdays or until <= start or until - start > LONGEST:
            raise BadInput(f"Choose at least one weekday and a last day within {LONGEST.days // 7} weeks.")
        days = [day for day in school_days_between(first.school, start + timedelta(days=1), until) if day.weekday() in weekdays]
        taken = {local_day(row.arrive_at or row.due_at) for row in [first, *first.repeats.all()]}
        made = [_again(first, day, by, now) for day in days if day not in taken]
        if made:
            note(first, "repeated", by=by, now=now, says=f"{len(made)} more, until {until.day} {until:%B %Y}")
            record("visits.timetable.made", by=by, now=now, school_id=first.school_id, object_type="HomeVisit", object_id=first.pk,
                   detail={"visits": [one.pk for one in made]})  # fmt: skip
    return made


def _again(first: HomeVisit, day: date, by: Staff, now: datetime) -> HomeVisit:
    """The first visit of the timetable asked for once more, on another day."""
    asked = Asked(
        pupils=[one.pupil for one in first.visit_pupils.select_related("pupil").order_by("pk")], purpose=first.purpose,
        purpose_words=first.purpose_words, reason=first.reason, arrive_at=instant(day, local(first.arrive_at or first.due_at).time()),
        answers=first.purpose_answers, why_not_at_school=first.why_not_at_school, whom_to_see=first.whom_to_see,
        length_minutes=first.length_minutes, place=first.place,
    )  # fmt: skip
    made = request_visit(school=first.school, asked=asked, by=by, now=now)
    made.series = first
    made.save(update_fields=["series"])
    return made
