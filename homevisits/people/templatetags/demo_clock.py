"""For the clock of a demo school, which goes on in the browser (static/js/clock.js)."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter
def milliseconds(at: datetime) -> int:
    """An instant as JavaScript counts: milliseconds since 1970."""
    return int(at.timestamp() * 1000)
