"""Running the school's installation: the demo school's clock, and tokens for connectors."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.errors import BadInput

from ..access import SchoolRequest, school_view
from ..forms_calendar import ClockForm, TokenForm
from ..school_calendar import school_day_status
from ..selectors.calendar import token_of, tokens_of
from ..services.api_tokens import issue_token, revoke_token
from ..services.demo_clock import set_demo_clock


@school_view(act="set_demo_clock")
def demo_clock(request: SchoolRequest) -> HttpResponseBase:
    """Set the demo school's clock to a moment of a school day, and how fast it runs. A real school has no such page."""
    school = request.school
    shows = clock.local(request.now)
    form = ClockForm(
        request.POST if request.method == "POST" else None, initial={"day": shows.date(), "time": shows.time(), "speed": school.clock_speed}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            moment = clock.instant(said["day"], said["time"])
            set_demo_clock(school=school, shows=moment, speed=said["speed"], by=request.user, now=clock.now())
        except BadInput as refused:
            form.add_error(None, str(refused))
        else:
            is_open, why = school_day_status(school, said["day"])
            messages.success(request, f"The clock of {school.name} is set." + ("" if is_open else f" It is no school day: {why}."))
            return redirect("demo_clock", school.slug)
    return render(request, "people/demo_clock.html", {"form": form, "shows": shows}, status=422 if form.is_bound else 200)


@school_view(act="edit_school")
def token_list(request: SchoolRequest) -> HttpResponse:
    """The school's tokens; a new one is shown once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    words = ""
    if request.method == "POST" and form.is_valid():
        try:
            token, words = issue_token(school=request.school, **form.cleaned_data, by=request.user, now=request.now)
        except BadInput as refused:
            form.add_error("name", str(refused))
        else:
            form = TokenForm()
            context = {"form": form, "tokens": tokens_of(request.school), "issued": token, "words": words}
            return render(request, "people/token_list.html", context)
    context = {"form": form, "tokens": tokens_of(request.school)}
    return render(request, "people/token_list.html", context, status=422 if form.is_bound else 200)


@school_view(act="edit_school")
@require_POST
def token_revoke(request: SchoolRequest, token_id: int) -> HttpResponseBase:
    """End a token."""
    token = token_of(request.school, token_id)
    if token is None:
        raise Http404("No such token.")
    revoke_token(token=token, by=request.user, now=request.now)
    messages.success(request, f"The token of {token.name} opens nothing any more.")
    return redirect("token_list", request.school.slug)
