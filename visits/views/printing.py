"""Printing the papers of a day as one PDF, in the order of the round."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest, school_view

from ..forms.printing import PrintForm
from ..models import PrintRun
from ..selectors import printing as selector
from ..services import printing
from ..tasks import print_run
from .common import said


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def print_day(request: SchoolRequest) -> HttpResponseBase:
    """Choose the papers of a day, today's without one in the address."""
    today = local_day(request.now)
    day = _day(request.GET.get("day", ""), today)
    visits = selector.choices(request.school, day, request.user, request.school_roles, request.now)
    offered = [one for _, _, papers in visits for one in papers]
    form = PrintForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        try:
            run = printing.ask_to_print(
                school=request.school, day=day, chosen=form.chosen(), token=form.cleaned_data["token"], by=request.user, now=request.now
            )
        except BadInput as why:
            form.add_error("papers", str(why))
        else:
            print_run.delay(run.pk)
            return HttpResponseRedirect(reverse("print_run", args=[request.school.slug, run.pk]))
    ticked = set(request.POST.getlist("papers")) if form.is_bound else {one.key for one in offered if one.usual}
    context = {
        "form": form, "visits": visits, "ticked": ticked, "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1),
        "runs": selector.runs_of(request.school, request.user, request.now), "count": len(offered),
    }  # fmt: skip
    return render(request, "visits/print_day.html", context, status=422 if form.is_bound else 200)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError as error:
        raise Http404("No such day.") from error
    if abs((day - today).days) > 366:
        raise Http404("No such day.")
    return day


def own_run(
    view: Callable[[SchoolRequest, PrintRun], HttpResponseBase],
) -> Callable[[SchoolRequest, int], HttpResponseBase]:
    """A page of a run that only whoever asked for it sees: it holds briefings, and not everybody reads each of them."""

    @wraps(view)
    def page(request: SchoolRequest, run_id: int) -> HttpResponseBase:
        run = selector.run_of(request.school, run_id)
        if run is None:
            raise Http404("No such run.")
        if run.by_id != request.user.pk:
            says = "Those papers were put together for somebody else. Choose yours here."
            return said(request, says, reverse("print_day", args=[request.school.slug]))
        return view(request, run)

    return page


@school_view(act="see_visits")
@require_safe
@own_run
def print_progress_page(request: SchoolRequest, run: PrintRun) -> HttpResponse:
    """How far the papers are; the PDF once they are ready."""
    return render(request, "visits/print_run.html", {"run": run})


@school_view(act="see_visits")
@require_safe
@own_run
def print_progress(request: SchoolRequest, run: PrintRun) -> HttpResponse:
    """The part of that page that changes."""
    return render(request, "visits/_print_run.html", {"run": run})


@school_view(act="see_visits")
@require_safe
@own_run
def print_pdf(request: SchoolRequest, run: PrintRun) -> HttpResponseBase:
    """The papers as one PDF."""
    try:
        pdf = selector.together(run)
    except Altered as why:
        return said(request, str(why), reverse("print_run", args=[request.school.slug, run.pk]))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="papers-{run.day.isoformat()}.pdf"'
    return answer
