"""Who chairs the governors and who leads safeguarding: said by those who hold the roles or by the trust, where a head may not alone."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from homevisits.common.errors import BadInput, Blocked

from ..access import SchoolRequest, school_view, today_of
from ..forms_staff import GuardedRoleForm, LastDayForm
from ..models import Role
from ..rules import WATCHED, may_give
from ..selectors.staff import people_here, roles_in, roles_not_over
from ..services import staff as services
from .staff import last_day_of, tell_watchers


@school_view(act="keep_guarded_roles")
@require_http_methods(["GET", "HEAD", "POST"])
def guarded_roles(request: SchoolRequest) -> HttpResponseBase:
    """Who holds the roles, and a form to give one; which of them the person may give the rule says when it is sent."""
    today = today_of(request.school)
    form = GuardedRoleForm(request.POST or None, people=people_here(request.school, today))
    if request.method == "POST" and form.is_valid():
        staff, role, ends_on = form.person(), form.cleaned_data["role"], form.cleaned_data["ends_on"]
        try:
            services.give_role(staff=staff, school=request.school, role=role, ends_on=ends_on, by=request.user, now=request.now)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{staff.name} holds the role: {Role(role).label}.")
            tell_watchers(request, staff, [role])
            return redirect("guarded_roles", request.school.slug)
    held = [
        (row, not may_give(request.user, request.school, [row.role], row.staff, today, ending=True))
        for row in roles_not_over(request.school, WATCHED, today)
    ]
    return render(request, "people/guarded_roles.html", {"form": form, "held": held}, status=422 if form.errors else 200)


@school_view(act="keep_guarded_roles")
@require_http_methods(["GET", "HEAD", "POST"])
def guarded_role_end(request: SchoolRequest, guarded_id: int) -> HttpResponseBase:
    """The end of such a role: one's own chair, or another's where the rule lets."""
    role = get_object_or_404(roles_in(request.school).filter(role__in=WATCHED), pk=guarded_id)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_role(role=role, last_day=last_day_of(request, form), by=request.user, now=request.now)
        except (Blocked, BadInput) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{role.staff.name}: the role {role.get_role_display()} ends.")
            tell_watchers(request, role.staff, [role.role])
            return redirect("school_home", request.school.slug)
    return render(request, "people/guarded_role_end.html", {"form": form, "role": role}, status=422 if form.errors else 200)
