"""What the header says about notices."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from homevisits.people.models import Staff

from .selectors import unseen_count


def notices(request: HttpRequest) -> dict[str, Any]:
    """`unseen_notices`: how many the person has not seen in this school; counted only where a template asks."""
    school, user = getattr(request, "school", None), getattr(request, "user", None)
    if school is None or not isinstance(user, Staff):
        return {}
    return {"unseen_notices": SimpleLazyObject(lambda: unseen_count(user, school))}
