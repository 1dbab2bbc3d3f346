"""What every page knows about the person: the school they are in, their roles there, what they may do, where else they may go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from homevisits.common import clock

from .access import schools_of
from .matrix import ACTS, allows
from .models import Role, School


def access(request: HttpRequest) -> dict[str, Any]:
    """`school`, `school_roles`, `role_words`, `may` (act -> bool) inside a school; `my_schools` for whoever is signed in."""
    school: School | None = getattr(request, "school", None)
    roles: frozenset[str] = getattr(request, "school_roles", frozenset())
    return {
        "school": school,
        "school_roles": roles,
        "role_words": ", ".join(role.label for role in Role if role in roles),
        "may": {act: allows(act, roles) for act in ACTS},
        "is_demo": settings.DEMO,  # before a sign-in there is no school to ask
        "my_schools": SimpleLazyObject(lambda: _schools(request)),
    }


def _schools(request: HttpRequest) -> list[School]:
    user = getattr(request, "user", None)
    return list(schools_of(user, clock.local_day(clock.now()))) if user is not None and user.is_authenticated else []
