"""Keys for the tablet in somebody's hands, and the school's list of tablets: one that is lost is taken out of use here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from homevisits.common import clock
from homevisits.common.errors import Blocked

from ..access import SchoolRequest, school_view
from ..devices import device_words
from ..models import Staff
from ..selectors.tablets import tablets_of, tablets_shown
from ..services.tablets import admit_tablet, give_keys, revoke_tablet
from ..tablet_cookies import TABLET, make_session_key, name_tablet


@require_POST
def tablet_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the person signed in, as JSON; 409 when the page that asks was somebody else's (`person` is who it was made for)."""
    staff, now = request.user, clock.now()
    assert isinstance(staff, Staff)  # the sign-in middleware let nobody else through
    if request.POST.get("person") != str(staff.pk):
        return JsonResponse({"says": "Somebody else has signed in meanwhile."}, status=409)
    words = device_words(request.headers.get("User-Agent", ""))
    try:
        given = give_keys(secret=request.COOKIES.get(TABLET, ""), words=words, by=staff, now=now, marks=request.POST.getlist("mark"))
    except Blocked as why:
        return JsonResponse({"says": str(why)}, status=403)
    response = JsonResponse({"owner": given.owner, "draft_key": given.draft_key, "older": given.older})
    name_tablet(response, given.secret)
    make_session_key(request, response, given.turn, now)
    return response


@school_view(act="take_back_tablets")
@require_safe
def tablet_list(request: SchoolRequest) -> HttpResponse:
    """The tablets of a school's staff, and who has worked on each."""
    return render(request, "people/tablets.html", {"tablets": tablets_shown(request.school, clock.now())})


@school_view(act="take_back_tablets")
def tablet_revoke(request: SchoolRequest, tablet_id: int) -> HttpResponseBase:
    """Take a tablet out of use; asks first."""
    tablet = get_object_or_404(tablets_of(request.school), pk=tablet_id)
    if request.method == "POST":
        revoke_tablet(tablet=tablet, school=request.school, by=request.user, now=clock.now())
        messages.success(request, f"{tablet} is out of use: its next word with the server deletes what it took along.")
        return redirect("tablet_list", request.school.slug)
    context = {
        "question": f"Take {tablet} out of use?", "act_words": "Take it out of use", "danger": True,
        "back_url": reverse("tablet_list", args=[request.school.slug]),
    }  # fmt: skip
    return render(request, "people/tablet_revoke.html", context)


@school_view(act="take_back_tablets")
@require_POST
def tablet_admit(request: SchoolRequest, tablet_id: int) -> HttpResponseBase:
    """Let a tablet in again."""
    tablet = get_object_or_404(tablets_of(request.school), pk=tablet_id)
    admit_tablet(tablet=tablet, school=request.school, by=request.user, now=clock.now())
    messages.success(request, f"{tablet} can be used again.")
    return redirect("tablet_list", request.school.slug)
