"""Small helps for the morning's templates."""

import uuid
from datetime import date, timedelta

from django import template

from homevisits.common.phone import shown

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
