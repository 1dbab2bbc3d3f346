"""What every page of safeguarding does: do an act and say it, or show why it was refused."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect

from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.access import SchoolRequest


def said(request: SchoolRequest, says: str, to: str) -> HttpResponseRedirect:
    """Go on to a page, which says first what was done."""
    messages.success(request, says)
    return HttpResponseRedirect(to)


def tried(form: forms.Form, act: Callable[[], object]) -> list[Block]:
    """Do the act of a valid form. Refused by a rule: the blocks; wrong input: an error on the form. Done when the form has no errors."""
    try:
        act()
    except Blocked as why:
        form.add_error(None, forms.ValidationError([block.says for block in why.blocks]))
        return why.blocks
    except BadInput as why:
        form.add_error(None, str(why))
    return []
