"""How an act from the morning's pages is answered: in place when the page asked in place, else by going back to where one was."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import SchoolRequest

CHANGED = "today-changed"


def in_place(request: HttpRequest) -> bool:
    """Whether the page wants a part and not a page."""
    return request.headers.get("HX-Request") == "true"


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Where the form says that one came from, when that is a page of ours."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, None) and asked.startswith("/") else otherwise


def done(request: SchoolRequest, says: str, back: str) -> HttpResponse:
    """The act was done."""
    if in_place(request):
        return _said(request, "success", [says], 200)
    messages.success(request, says)
    return HttpResponseRedirect(back_to(request, back))


def refused(request: SchoolRequest, why: Blocked | BadInput, back: str) -> HttpResponse:
    """A rule or the input stopped it: nothing was changed, and the reason is said."""
    says = [block.says for block in why.blocks] if isinstance(why, Blocked) else [str(why)]
    if in_place(request):
        return _said(request, "error", says, 422)
    for each in says:
        messages.error(request, each)
    return HttpResponseRedirect(back_to(request, back))


def _said(request: SchoolRequest, level: str, says: Sequence[str], status: int) -> HttpResponse:
    response = render(request, "attendance/_said.html", {"level": level, "says": says}, status=status)
    response["HX-Trigger"] = CHANGED
    return response
