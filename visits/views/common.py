"""What every page of a visit does: find it for this person, and answer an act that was done or refused."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.access import SchoolRequest
from homevisits.policy.selectors import NoPolicy

from ..models import HomeVisit
from ..selectors.access import find


def found(request: SchoolRequest, visit_id: int) -> HomeVisit:
    """The visit, 404 where it does not exist for this person."""
    visit = find(request.school, request.user, request.school_roles, visit_id)
    if visit is None:
        raise Http404("No such visit.")
    return visit


P = ParamSpec("P")


def with_policy(
    view: Callable[Concatenate[SchoolRequest, P], HttpResponseBase],
) -> Callable[Concatenate[SchoolRequest, P], HttpResponseBase]:
    """A page that needs the school's policy: where none is in force yet, the list of visits says so."""

    @wraps(view)
    def page(request: SchoolRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NoPolicy as why:
            messages.error(request, str(why))
            return HttpResponseRedirect(reverse("visit_list", args=[request.school.slug]))

    return page  # type: ignore[return-value]  # the wrapper names its first argument


def page_of(visit: HomeVisit) -> str:
    """The address of the visit's page."""
    return reverse("visit", args=[visit.school.slug, visit.pk])


def onward(request: SchoolRequest, visit: HomeVisit, otherwise: str = "") -> str:
    """Where an act leads: the page that it came from, in this product only (R22), else `otherwise`, else the visit's."""
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if safe and to.startswith(f"/s/{request.school.slug}/") else otherwise or page_of(visit)


def said(request: SchoolRequest, says: str, to: str) -> HttpResponseRedirect:
    """Go on to a page, which says first what was done."""
    messages.success(request, says)
    return HttpResponseRedirect(to)


def tried(form: forms.Form, act: Callable[[], object]) -> list[Block]:
    """Do the act of a valid form. Refused by a rule: the blocks, for `components/blocks.html`; wrong input: an error on the form.

    Nothing was refused when the list is empty and the form has no errors.
    """
    try:
        act()
    except Blocked as why:
        form.add_error(None, forms.ValidationError([block.says for block in why.blocks]))
        return why.blocks
    except BadInput as why:
        form.add_error(None, str(why))
    return []
