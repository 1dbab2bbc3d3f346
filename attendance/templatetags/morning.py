"""Small helps for the morning's templates."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django import template

from attendance.models import UnexplainedAbsence
from attendance.selectors.pupil_day import PupilDay, cases_of, pupil_day
from homevisits.common.phone import shown
from homevisits.people.models import Pupil, School

register = template.Library()


@register.simple_tag
def new_token() -> str:
    """A token for one form of the page: the same page sent twice carries the same one."""
    return str(uuid.uuid4())


@register.filter
def dialled(number: str) -> str:
    """A number as it is dialled, without a link, kept on one line: on paper, or for one that must not be rung."""
    return shown(number).replace(" ", "\u00a0")


@register.filter
def yesterday(day: date) -> date:
    """The weekday before."""
    return day - timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))


@register.filter
def tomorrow(day: date) -> date:
    """The weekday after."""
    return day + timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))


@register.simple_tag
def cases_about(pupils: Iterable[Pupil], school: School) -> list[UnexplainedAbsence]:
    """The cases of these pupils, for links: a child's open case, else the newest."""
    return cases_of(school, [pupil.pk for pupil in pupils])


@register.simple_tag
def day_of(pupil: Pupil, school: School, day: date) -> PupilDay:
    """What is known of a pupil's day, for their record."""
    return pupil_day(school, pupil, day)
