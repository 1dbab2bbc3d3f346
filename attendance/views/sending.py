"""Shadow mode and going live; closing the school this morning; the sheet to work by hand."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import School

from ..forms import CloseForm, WhyForm
from ..rules import person_blocks
from ..selectors import shadow as shadows
from ..selectors.facts import day_facts
from ..selectors.sheet import build_sheet
from ..services.closing_today import close_today, would_close
from ..services.going_live import live_blocks, set_sending
from ..sheets import sheet_pdf


@school_view(act="see_today")
@require_safe
def shadow(request: SchoolRequest) -> HttpResponse:
    """What would have gone to whom on a day."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = local_day(request.now)
    context = {"day": day, "texts": shadows.shadowed(request.school, day), "days": shadows.shadow_days(request.school)}
    return render(request, "attendance/shadow.html", context)


@school_view(act="go_live")
def sending(request: SchoolRequest) -> HttpResponseBase:
    """Go live, or back to shadow mode: says what it will do, asks why."""
    live = request.school.sending == School.Sending.SHADOW  # what it would become
    to = School.Sending.LIVE if live else School.Sending.SHADOW
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_sending(school=request.school, sending=form.cleaned_data["to"], reason=form.cleaned_data["reason"], by=request.user,
                        now=request.now)  # fmt: skip
        except (Blocked, BadInput) as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "The school is live: texts go to parents." if form.cleaned_data["to"] == "live" else
                             "Shadow mode: nothing is sent to parents.")  # fmt: skip
            return redirect("shadow", request.school.slug)
    form.fields["to"].initial = to
    waiting = shadows.waiting_texts(request.school)
    lines = (
        ["From now on texts go to parents at the times of the policy.", "What shadow mode kept back stays unsent.",
         f"{waiting} texts wait now and go at once."]
        if live
        else ["Nothing is sent to parents any more, all-clears neither.", "You see what would have gone to whom.",
              f"{waiting} texts wait now and are kept back."]
    )  # fmt: skip
    context: dict[str, Any] = {
        "question": "Go live?" if live else "Go back to shadow mode?", "consequences": lines, "form": form, "danger": live,
        "act_words": "Go live" if live else "Go back to shadow mode", "back_url": reverse("shadow", args=[request.school.slug]),
        "blocks": live_blocks(request.school, request.user, to, request.now),
    }  # fmt: skip
    return render(request, "attendance/confirm.html", context, status=422 if form.errors else 200)


@school_view(act="edit_calendar")
def close_school_today(request: SchoolRequest) -> HttpResponseBase:
    """Close the school today: snow, no heating. Says what it will do before it does it."""
    back = reverse("today", args=[request.school.slug])
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_today(school=request.school, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
        except (Blocked, BadInput) as why:
            form.add_error(None, str(why))
        else:
            messages.success(
                request, "The school is closed today: its cases are closed and nothing more is sent. Cases of earlier days stay open."
            )
            return redirect(back)
    would = would_close(request.school, request.now)
    lines = [
        f"{would.cases} open {'case closes' if would.cases == 1 else 'cases close'}.",
        "1 text that has not gone is cancelled." if would.texts == 1 else f"{would.texts} texts that have not gone are cancelled.",
        f"{would.reached} {'number' if would.reached == 1 else 'numbers'} texted already get the all-clear.",
        "No register is asked for, and no case opens today.",
        "The day stands in the calendar as closed. It cannot be taken back today.",
    ]
    blocks = person_blocks(request.school, request.user, "edit_calendar", request.now)
    context = {
        "question": "Close the school today?", "consequences": lines, "form": form, "danger": True, "act_words": "Close the school today",
        "back_url": back, "blocks": blocks,
    }  # fmt: skip
    return render(request, "attendance/confirm.html", context, status=422 if form.errors else 200)


@school_view(act="see_today")
@require_safe
def sheet(request: SchoolRequest) -> HttpResponse:
    """The sheet to work by hand, to print; `?pdf=1` as a file, `?whole=1` with everybody's first contacts."""
    day = local_day(request.now)
    made = build_sheet(request.school, day, whole=bool(request.GET.get("whole")))
    context = {"sheet": made, "facts": day_facts(request.school, day, request.now)}
    if request.GET.get("pdf"):
        try:
            pdf = sheet_pdf(made, request.now)
        except PdfUnavailable as why:
            messages.error(request, str(why))
            return render(request, "attendance/sheet.html", context, status=503)
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="sheet-{day}.pdf"'
        return response
    return render(request, "attendance/sheet.html", context)
