"""One's own account: how one is told, password, second factor."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from homevisits.common import clock
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput

from ..access import may, schools_of, today_of
from ..forms_staff import NoticesForm
from ..models import Staff
from ..selectors.sessions import sessions_of
from ..services.sessions import end_session, end_sessions
from ..services.staff import choose_notices
from ..step_up import gate


def own_account(request: HttpRequest) -> HttpResponseBase:
    """How the person is told; the ways to their password, second factor and schools."""
    staff = request.user
    assert isinstance(staff, Staff)  # the sign-in middleware let nobody else through
    form = NoticesForm(request.POST or None, initial={"notify_by": staff.notify_by, "mobile": staff.mobile})
    if request.method == "POST" and form.is_valid():
        asked = gate(request) if form.cleaned_data["mobile"] != staff.mobile else None  # alarms go to it
        if asked is not None:
            return asked
        try:
            choose_notices(staff=staff, **form.cleaned_data, now=clock.now())
        except BadInput as refused:
            form.add_error("mobile", str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("own_account")
    schools = [school for school in schools_of(staff, local_day(clock.now())) if may(staff, school, "see_own_register", today_of(school))]
    context = {"form": form, "second_factor": is_mfa_enabled(staff), "visiting_schools": schools}
    return render(request, "people/own_account.html", context, status=422 if form.errors else 200)


def own_sessions(request: HttpRequest) -> HttpResponseBase:
    """Where the person is signed in, and a button to end each, or all but this one."""
    staff, now = request.user, clock.now()
    assert isinstance(staff, Staff)
    own = request.session.session_key or ""
    if request.method == "POST":
        if request.POST.get("which") == "others":
            ended = end_sessions(staff=staff, by=staff, now=now, but=own)
        else:
            ended = int(end_session(staff=staff, mark=request.POST.get("which", ""), by=staff, now=now))
        messages.success(request, "Signed out there." if ended else "That sign-in had ended already.")
        return redirect("own_sessions")
    return render(request, "people/own_sessions.html", {"sessions": sessions_of(staff, now), "own": own, "real_now": now})
