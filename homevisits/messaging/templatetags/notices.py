"""Notices on pages of other apps."""

from typing import Any

from django import template

from homevisits.messaging.models import Notice
from homevisits.messaging.selectors import newest_unseen

register = template.Library()


@register.simple_tag(takes_context=True)
def new_notices(context: dict[str, Any]) -> list[Notice]:
    """The newest notices that the person of the request has not seen in its school."""
    request = context["request"]
    return newest_unseen(request.user, request.school)
