"""What every page of data protection does: find the row for this school, and answer an act that was done or refused."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.render import PdfUnavailable
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest

T = TypeVar("T")


def there(row: T | None) -> T:
    """The row, 404 where there is none for this person."""
    if row is None:
        raise Http404("There is no such page.")
    return row


def done(request: SchoolRequest, says: str, name: str, *args: object) -> HttpResponseRedirect:
    """Go on to a page, which says first what was done."""
    messages.success(request, says)
    return HttpResponseRedirect(reverse(name, args=[request.school.slug, *args]))


def refused_by(act: Callable[[], object]) -> str:
    """Do an act; the sentence where it is refused, empty where it is done."""
    try:
        act()
    except (Blocked, BadInput, Altered, PdfUnavailable) as why:
        return str(why)
    return ""


def posted(request: SchoolRequest, form: forms.Form | None, act: Callable[[], object]) -> bool:
    """Whether a form was sent, holds, and its act is done; refused, its sentence stands on the form."""
    if form is None or request.method != "POST" or not form.is_valid():
        return False
    says = refused_by(act)
    if says:
        form.add_error(None, says)
    return not says
