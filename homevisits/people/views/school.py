"""The school's own details, as letters and cards show them."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from homevisits.common.phone import shown

from ..access import SchoolRequest, school_view
from ..forms_school import SchoolForm
from ..services.school import DETAILS, save_details


@school_view(act="edit_school")
def school_details(request: SchoolRequest) -> HttpResponseBase:
    """Change name, address, telephone, colour, and whom a calling card names."""
    school = request.school
    initial = {name: getattr(school, name) for name in DETAILS}
    initial |= {name: shown(initial[name]) for name in ("phone", "welfare_officer_phone") if initial[name]}
    form = SchoolForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        save_details(school=school, details=form.details(), by=request.user, now=request.now)
        messages.success(request, "The details are kept. Letters that are final already stay as they went.")
        return redirect("school_details", school.slug)
    return render(request, "people/school_details.html", {"form": form}, status=422 if form.is_bound else 200)
