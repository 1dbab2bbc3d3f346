"""Codes written back: the button, what became of each, and the school's switch."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm
from homevisits.common.said import count
from homevisits.people.access import SchoolRequest, school_view

from ..connectors import connector_for
from ..connectors.base import NotAnswered
from ..connectors.wonde import token_of
from ..models import WriteBack
from ..selectors import written as selectors
from ..services import learning, write_back

A_PAGE = 100
State = WriteBack.State
LOOK = {
    State.WAITING: "open", State.SENDING: "open", State.RETRYING: "open", State.UNKNOWN: "held", State.WRITTEN: "done",
    State.FAILED: "due", State.CANCELLED: "resting",
}  # fmt: skip


class AccountForm(BaseForm):
    """The school's id at Wonde, and its switch."""

    remote_school = forms.RegexField(
        r"^[A-Za-z0-9_-]*$", label="The school’s id at Wonde", required=False, max_length=40,
        help_text="For example A1930499544. Empty: nothing is written back.",
        error_messages={"invalid": "An id has letters and digits only, for example A1930499544"},
    )  # fmt: skip
    by_itself = forms.TypedChoiceField(
        label="When are suggested codes written back?", coerce=lambda value: value == "yes", widget=forms.RadioSelect, initial="no",
        choices=(("no", "When somebody presses the button"), ("yes", "By themselves, five minutes after they were suggested")),
    )  # fmt: skip


def _ticked(request: SchoolRequest, name: str) -> list[int]:
    return [int(pk) for pk in request.POST.getlist(name) if pk.isdigit()]


@school_view(act="write_back")
@require_POST
def write(request: SchoolRequest) -> HttpResponseBase:
    """Put the ticked suggestions on their way."""
    try:
        queued = write_back.queue_codes(school=request.school, entry_ids=_ticked(request, "entry"), by=request.user, now=request.now)
    except BadInput as why:
        messages.error(request, str(why))
    else:
        if queued:
            messages.success(request, f"{count(queued, 'code')} on the way. Each is ticked off when it is accepted.")
        else:
            messages.warning(request, "Nothing was ticked, or it is on its way already.")
    return redirect("mis_list", request.school.slug)


@school_view(act="write_back")
@require_safe
def written(request: SchoolRequest) -> HttpResponse:
    """What became of each code, by group."""
    asked = request.GET.get("show", "")
    numbers = selectors.counts(request.school)
    group = asked if asked in selectors.GROUPS else ("failed" if numbers["failed"] else "under_way")
    page = Paginator(selectors.rows_of(request.school, group), A_PAGE).get_page(request.GET.get("page"))
    connector = connector_for(request.school)
    context = {
        "page_obj": page, "shown": group, "words": selectors.GROUPS[group][0], "connector": connector.name if connector else "",
        "tabs": [(name, words, numbers[name]) for name, (words, _) in selectors.GROUPS.items()],
        "rows": [(row, LOOK[State(row.state)]) for row in page.object_list], "account": selectors.account_of(request.school),
    }  # fmt: skip
    return render(request, "attendance/written.html", context)


@school_view(act="write_back")
@require_POST
def change(request: SchoolRequest) -> HttpResponseBase:
    """Try the ticked ones again, or stop them."""
    again = "again" in request.POST
    act = write_back.try_again if again else write_back.stop
    changed = act(school=request.school, row_ids=_ticked(request, "row"), by=request.user, now=request.now)
    if changed:
        messages.success(request, f"{count(changed, 'code')} {'on the way again' if again else 'stopped: enter them by hand'}.")
    else:
        messages.warning(request, "Nothing was ticked that can be changed any more.")
    return redirect("write_back_list", request.school.slug)


@school_view(act="edit_school")
def account(request: SchoolRequest) -> HttpResponseBase:
    """The school's id and its switch."""
    kept = selectors.account_of(request.school)
    initial = {"remote_school": kept.remote_school, "by_itself": "yes" if kept.by_itself else "no"}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        write_back.save_account(school=request.school, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, "Saved.")
        return redirect("write_back_account", request.school.slug)
    codes, pupils, unknown = selectors.known_of(request.school)
    context: dict[str, Any] = {
        "form": form, "account": kept, "codes": codes, "pupils": pupils, "unknown": unknown, "key": bool(token_of(request.school.slug)),
        "on": connector_for(request.school) is not None, "back_url": reverse("mis_list", args=[request.school.slug]),
    }  # fmt: skip
    return render(request, "attendance/write_back_account.html", context, status=422 if form.errors else 200)


@school_view(act="edit_school")
@require_POST
def ask(request: SchoolRequest) -> HttpResponseBase:
    """Ask the connector now what it calls codes and pupils; that shows too whether the key and the id are right."""
    connector = connector_for(request.school)
    try:
        if connector is None:
            raise BadInput(write_back.OFF)
        codes, pupils = learning.learn(school=request.school, connector=connector, by=request.user, now=request.now)
    except BadInput as why:
        messages.error(request, str(why))
    except NotAnswered as why:
        messages.error(request, f"It does not answer as it should ({why}). Look at the id and the key.")
    else:
        messages.success(request, f"It answers: {count(codes, 'code')} and {count(pupils, 'pupil')} are known.")
    return redirect("write_back_account", request.school.slug)
