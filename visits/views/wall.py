"""The board on a wall: keeping its screens, and the page that a screen shows without anybody signed in."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common import clock
from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm
from homevisits.common.live import live_response
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Display
from homevisits.people.selectors.displays import displays_of
from homevisits.people.services.displays import display_for, make_display, revoke_display

from ..selectors.wall import wall
from .common import said

COOKIE = "wall"
A_YEAR = 365 * 24 * 3600


class DisplayForm(BaseForm):
    """A new screen."""

    name = forms.CharField(label="Where does the screen hang?", max_length=80, help_text="For example: staff room")


@school_view(act="keep_displays")
@require_http_methods(["GET", "HEAD", "POST"])
def display_list(request: SchoolRequest) -> HttpResponseBase:
    """The school's screens; a new one's address is on the page that answers, and on no other."""
    form, address = DisplayForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, token = make_display(school=request.school, name=form.cleaned_data["name"], by=request.user, now=request.now)
        except BadInput as why:
            form.add_error("name", str(why))
        else:
            address, form = settings.BASE_URL + reverse("wall_open", args=[token]), DisplayForm()
    rows = list(displays_of(request.school))
    context = {"form": form, "address": address, "rows": rows, "real": clock.now()}
    return render(request, "visits/displays.html", context)


@school_view(act="keep_displays")
@require_http_methods(["GET", "HEAD", "POST"])
def display_off(request: SchoolRequest, display_id: int) -> HttpResponseBase:
    """Switch a screen off; asks first."""
    row = displays_of(request.school).filter(pk=display_id).first()
    if row is None:
        raise Http404("No such screen.")
    back = reverse("display_list", args=[request.school.slug])
    if request.method == "POST":
        revoke_display(display=row, by=request.user, now=request.now)
        return said(request, f"{row.name} is switched off: within seconds it shows nothing.", back)
    context = {
        "question": f"Switch off the screen “{row.name}”?", "act_words": "Switch it off", "danger": True, "back_url": back,
        "consequences": ["Its address opens nothing any more. To show the board there again, make a new one."],
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)


@login_not_required
@require_safe
def wall_open(request: HttpRequest, wall_token: str) -> HttpResponseBase:
    """The address of a screen: keeps its token in a cookie of these two pages, and goes on, so that nobody reads it off the wall."""
    display = display_for(wall_token, now=clock.now())
    if display is None:
        return _closed(HttpResponse(render_to_string("visits/wall_off.html", request=request), status=410))
    response = HttpResponseRedirect(reverse("wall"))
    response.set_cookie(
        COOKIE, wall_token, max_age=A_YEAR, path=reverse("wall"), httponly=True, secure=settings.HTTPS, samesite="Lax"
    )  # fmt: skip
    return _closed(response)


@login_not_required
@require_safe
def wall_page(request: HttpRequest) -> HttpResponseBase:
    """Who is out, for the screen whose cookie this is."""
    display = _display(request)
    if display is None:
        return _closed(HttpResponse(render_to_string("visits/wall_off.html", request=request), status=410))
    return _closed(HttpResponse(render_to_string("visits/wall.html", _context(display), request)))


@login_not_required
@require_safe
def wall_live(request: HttpRequest) -> HttpResponseBase:
    """The parts that change, or 304; 410 once the screen is switched off."""
    display = _display(request)
    if display is None:
        return _closed(HttpResponse("Switched off", status=410, content_type="text/plain"))
    context = _context(display)
    key = (display.pk, context["wall"], context["now"].replace(second=0, microsecond=0))
    return _closed(live_response(request, lambda: render_to_string("visits/_wall.html", context, request), key))


def _display(request: HttpRequest) -> Display | None:
    return display_for(request.COOKIES.get(COOKIE, ""), now=clock.now())


def _context(display: Display) -> dict[str, Any]:
    now = display.school.now()
    # `places` and `alarms` are nobody's here: the page has no header.
    return {"wall": wall(display.school, now), "now": now, "wall_of": display.school.name}


def _closed(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
