"""What every template may use on top of people's own: the places of the header, and the school's time."""

from typing import Any

from django.http import HttpRequest

from homevisits.common import clock
from homevisits.home import places


def look(request: HttpRequest) -> dict[str, Any]:
    """`places` and `now`. A view's own value of the same name wins."""
    school = getattr(request, "school", None)
    if school is None:
        return {"places": [], "now": clock.now()}
    return {"places": places.links(school, request.school_roles, request.path), "now": request.now}  # type: ignore[attr-defined]
