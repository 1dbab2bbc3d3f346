"""Taking a visit along on the tablet in one's hands, and taking it back from the office."""

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.errors import Blocked
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.selectors.tablets import tablet_of_secret
from homevisits.people.tablet_cookies import TABLET, ends_of, key_holds

from ..selectors.pack import pack_urls, packs_of
from ..services.packs import take_along, take_from_tablet
from .common import found, page_of, said


@school_view(act="see_visits")
@require_POST
def take(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Answers, as JSON, with the pages to fetch and until when they may be kept; 409 for a tablet that has no key yet."""
    visit, now = found(request, visit_id), clock.now()
    tablet, ends = tablet_of_secret(request.COOKIES.get(TABLET, "")), ends_of(request)
    if tablet is None or ends is None or not key_holds(request, now):
        return JsonResponse({"says": "This tablet has no key."}, status=409)
    try:
        take_along(visit=visit, tablet=tablet, expires_at=ends, by=request.user, now=now)
    except Blocked as why:
        return JsonResponse({"says": str(why)}, status=403)
    urls = pack_urls(visit, request.user, request.school_roles, request.now)
    return JsonResponse({"visit": visit.pk, "urls": urls, "ends": int(ends.timestamp())})


@school_view(act="take_back_tablets")
def back(request: SchoolRequest, visit_id: int, pack_id: int) -> HttpResponseBase:
    """Take a visit back from a tablet; asks first."""
    visit = found(request, visit_id)
    pack = packs_of(visit).filter(pk=pack_id).first()
    if pack is None:
        raise Http404("No such pack.")
    if request.method == "POST":
        take_from_tablet(pack=pack, by=request.user, now=clock.now())
        return said(request, f"{pack.tablet} deletes the visit with its next word to the server.", page_of(visit))
    question = f"Take the visit back from {pack.tablet}?"
    context = {"visit": visit, "pack": pack, "back_url": page_of(visit), "question": question, "act_words": "Take it back", "danger": True}
    return render(request, "visits/pack_back.html", context)
