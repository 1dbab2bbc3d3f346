"""Data protection: the one place from which its parts are reached."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows

from .keeping import selectors
from .keeping.held import NOT_SEARCHED


@school_view(act="see_data_protection")
@require_safe
def data_protection(request: SchoolRequest) -> HttpResponse:
    """How much waits of each part that this person keeps, and the pupil to begin with."""
    asked = request.GET.get("q", "").strip()[:80]
    context = {
        "counts": selectors.counts(request.school, request.school_roles, local_day(request.now)),
        "asked": asked, "pupils": selectors.pupils_named(request.school, asked), "not_searched": NOT_SEARCHED,
        "can": {name: allows(name, request.school_roles) for name in ("subject_access", "keep_retention", "transfer_file")},
    }  # fmt: skip
    return render(request, "home/keeping/home.html", context)
