"""What every page of a visit does: find it for this person, and answer an act that was done or refused."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.access import SchoolRequest

from ..models import HomeVisit
from ..selectors.access import find


def found(request: SchoolRequest, visit_id: int) -> HomeVisit:
    """The visit, 404 where it does not exist for this person."""
    visit = find(request.school, request.user, request.school_roles, visit_id)
    if visit is None:
        raise Http404("No such visit.")
    return visit


def page_of(visit: HomeVisit) -> str:
    """The address of the visit's page."""
    return reverse("visit", args=[visit.school.slug, visit.pk])


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
