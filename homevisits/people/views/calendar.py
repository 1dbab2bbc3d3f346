"""The school calendar: terms, INSET days, closures to come. A closure of this very morning is an act of the morning's own page."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from homevisits.common.errors import BadInput

from ..access import SchoolRequest, school_view, today_of
from ..forms_calendar import ClosureForm, TermForm
from ..models import Closure
from ..school_calendar import calendar_of
from ..selectors.calendar import closure_of, closures_of, term_of, terms_of
from ..services import calendar as services

_LOOK_BACK = timedelta(days=30)


@school_view(act="edit_calendar")
def school_calendar(request: SchoolRequest) -> HttpResponse:
    """Terms with their number of school days, closures, and what today is."""
    school, today = request.school, today_of(request.school)
    calendar = calendar_of(school)
    terms = [(term, len(calendar.between(term.starts_on, term.ends_on))) for term in terms_of(school)]
    context = {
        "terms": terms,
        "sessions": 2 * sum(days for _, days in terms),
        "closures": closures_of(school, today - _LOOK_BACK),
        "today": today,
        "why_closed": calendar.why_closed(today),
        "next_day": calendar.next_day(today),
    }
    return render(request, "people/calendar.html", context)


@school_view(act="edit_calendar")
def term_add(request: SchoolRequest) -> HttpResponseBase:
    """A new term."""
    return _term(request, None)


@school_view(act="edit_calendar")
def term_change(request: SchoolRequest, term_id: int) -> HttpResponseBase:
    """Other dates for a term."""
    return _term(request, term_id)


def _term(request: SchoolRequest, term_id: int | None) -> HttpResponseBase:
    term = term_of(request.school, term_id) if term_id else None
    if term_id and term is None:
        raise Http404("No such term.")
    initial = {"name": term.name, "starts_on": term.starts_on, "ends_on": term.ends_on} if term else None
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_term(school=request.school, term=term, **form.cleaned_data, by=request.user, now=request.now)
        except BadInput as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("school_calendar", request.school.slug)
    context = {"form": form, "term": term, "back_url": reverse("school_calendar", args=[request.school.slug])}
    return render(request, "people/term.html", context, status=422 if form.is_bound else 200)


@school_view(act="edit_calendar")
@require_POST
def term_remove(request: SchoolRequest, term_id: int) -> HttpResponseBase:
    """Take a term away."""
    term = term_of(request.school, term_id)
    if term is None:
        raise Http404("No such term.")
    services.remove_term(term=term, by=request.user, now=request.now)
    messages.success(request, f"{term.name} is taken out of the calendar.")
    return redirect("school_calendar", request.school.slug)


@school_view(act="edit_calendar")
def closure_add(request: SchoolRequest) -> HttpResponseBase:
    """A day to come without pupils. Today's closure stands the morning down, so it is another page's."""
    form = ClosureForm(request.POST if request.method == "POST" else None, initial={"kind": Closure.Kind.INSET})
    today = today_of(request.school)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["day"] <= today:
            form.add_error("day", "Enter a day to come. Close the school for today on the Today page: that also stops the morning’s texts.")
        else:
            try:
                said = form.cleaned_data
                services.add_closure(
                    school=request.school, day=said["day"], kind=Closure.Kind(said["kind"]), reason=said["reason"], by=request.user,
                    now=request.now,
                )  # fmt: skip
            except BadInput as refused:
                form.add_error("day", str(refused))
            else:
                return redirect("school_calendar", request.school.slug)
    context = {"form": form, "back_url": reverse("school_calendar", args=[request.school.slug]), "close_today": _close_today(request)}
    return render(request, "people/closure.html", context, status=422 if form.is_bound else 200)


def _close_today(request: SchoolRequest) -> str:
    """The address of the page that closes the school this morning, where there is one."""
    try:
        return reverse("close_school", args=[request.school.slug])
    except NoReverseMatch:
        return ""


@school_view(act="edit_calendar")
@require_POST
def closure_remove(request: SchoolRequest, closure_id: int) -> HttpResponseBase:
    """Take back a closure to come."""
    closure = closure_of(request.school, closure_id)
    if closure is None:
        raise Http404("No such closure.")
    try:
        services.remove_closure(closure=closure, by=request.user, now=request.now)
    except BadInput as refused:
        messages.error(request, str(refused))
    return redirect("school_calendar", request.school.slug)
