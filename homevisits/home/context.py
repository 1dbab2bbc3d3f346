"""What every template may use on top of people's own: the places of the header, and the school's time."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from homevisits.common import clock
from homevisits.home import engine, places
from homevisits.people.matrix import allows


def look(request: HttpRequest) -> dict[str, Any]:
    """`places`, `now`, and the `alarms` of the banner for those who may see the engine. A view's own value of the same name wins."""
    school = getattr(request, "school", None)
    if school is None:
        return {"places": [], "now": clock.now()}
    roles = request.school_roles  # type: ignore[attr-defined]
    return {
        "places": places.links(school, roles, request.path),
        "now": request.now,  # type: ignore[attr-defined]
        # Asked only where the page has no alarms of its own.
        "alarms": SimpleLazyObject(lambda: engine.alarms(school)) if allows("see_status", roles) else [],
    }
