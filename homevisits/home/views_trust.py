"""A trust's page: its schools this morning. Whoever holds no role through the trust gets 404, as if it did not exist."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from homevisits.common import clock
from homevisits.people.models import Role, Staff

from . import trust as trusts
from .engine import engine_state


@require_safe
def trust_home(request: HttpRequest, trust: str) -> HttpResponse:
    """One row a school, figures only."""
    real, user = clock.now(), request.user
    found = trusts.trust_of(user, trust, real) if isinstance(user, Staff) else None
    if found is None or not isinstance(user, Staff):
        raise Http404("No such trust.")
    roles = trusts.trust_roles(user, found, clock.local_day(real))
    context = {
        "trust": found,
        "morning": trusts.build(found, user, real),
        "engine": engine_state(real),
        "real_now": real,
        "may_edit_policy": Role.TRUST_ADMIN in roles,
        "role_words": ", ".join(role.label for role in Role if role in roles),
    }
    return render(request, "home/trust.html", context)
