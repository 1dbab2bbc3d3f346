"""Today: the morning on one screen, live, with the absence log in the first place (PRI-30 to PRI-35)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from attendance.forms import AbsenceForm, ReleaseForm
from attendance.models import ContactAttempt
from attendance.selectors import cases, late, logged, pupils
from attendance.selectors.replies import open_replies
from attendance.selectors.state import today_state
from homevisits.common import said
from homevisits.common.clock import local_day
from homevisits.common.live import live_response
from homevisits.home import morning, out
from homevisits.home.acting import done
from homevisits.home.context import header
from homevisits.home.engine import Alarm
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows

OUTCOMES = [
    (ContactAttempt.Outcome.EXPLAINED, "Reason given"),
    (ContactAttempt.Outcome.NO_ANSWER, "No answer"),
    (ContactAttempt.Outcome.VOICEMAIL, "Voicemail"),
    (ContactAttempt.Outcome.UNAWARE, "Did not know"),
    (ContactAttempt.Outcome.WRONG_NUMBER, "Wrong number"),
    (ContactAttempt.Outcome.NUMBER_DEAD, "Number dead"),
]


@school_view(act="see_today")
@require_safe
def today(request: SchoolRequest) -> HttpResponseBase:
    """The office's page; `?day=` shows an earlier day to read, `?all=1` every open case, `?pupil=` picks one for the log."""
    day = local_day(request.now)
    if request.GET.get("day"):
        asked = _day(request.GET["day"])
        if asked is None or asked > day:
            return redirect("today", request.school.slug)
        if asked < day:
            return _earlier(request, asked)
    return render(request, "attendance/today.html", today_context(request))


def today_context(request: SchoolRequest, form: AbsenceForm | None = None, **more: Any) -> dict[str, Any]:
    """What the page and its live parts show; `form` is a log that was refused and keeps what was typed."""
    day = local_day(request.now)
    page = morning.build_today(request.school, day, request.now, staff=request.user, everything=bool(request.GET.get("all")))
    return {
        "today": page,
        "alarms": _of_visits(request, page) + morning.alarms(page, _late_seen(request)),
        "unseen_notices": page.unseen,
        "places": SimpleLazyObject(lambda: header(request, goes=page.goes)),
        "outcomes": OUTCOMES,
        "replies": open_replies(request.school, day) if page.facts.replies else [],
        "release_form": ReleaseForm(auto_id="release_%s") if page.facts.hold else None,
        "log": log_context(request, form),
        **more,
    }


def _of_visits(request: SchoolRequest, page: morning.Today) -> list[Alarm]:
    """The alarms of visits, asked for only while one waits."""
    return out.alarms(request.school, request.user, request.school_roles) if page.visit_alarms else []


def log_context(request: SchoolRequest, form: AbsenceForm | None = None, **more: Any) -> dict[str, Any]:
    """The log's region: a fresh form that remembers the last channel, or one that was refused."""
    chosen = (
        pupils.picked(request.school, int(asked), local_day(request.now)) if (asked := request.GET.get("pupil", "")).isdigit() else None
    )
    # A teacher who works at no desk hears it in the classroom.
    usual = "teacher" if "class_teacher" in request.school_roles and not allows("see_today", request.school_roles) else "voicemail"
    fresh = form or AbsenceForm(school=request.school, initial={"channel": request.session.get("channel", usual),
                                                               "q": str(chosen.pupil) if chosen else ""})  # fmt: skip
    return {"form": fresh, "picked": chosen, "ticked": {chosen.pupil.pk} if chosen else set(), **more}


@school_view(act="see_today")
@require_safe
def today_live(request: SchoolRequest) -> HttpResponse:
    """The parts of the page that change, or 304 while nothing has."""
    day = local_day(request.now)
    minute = request.now.replace(second=0, microsecond=0)
    key = (
        today_state(request.school, day),
        minute,
        _late_seen(request),
        request.GET.get("all"),
        request.school.sending,
        sorted(request.school_roles),
    )
    return live_response(request, lambda: render_to_string("attendance/today_live.html", today_context(request), request), key)


def _late_seen(request: SchoolRequest) -> datetime | None:
    """When this person has put the late steps of this school away."""
    seen = request.session.get(f"late_seen_{request.school.pk}")
    return datetime.fromisoformat(seen) if seen else None


@school_view(act="see_today")
def late_steps(request: SchoolRequest) -> HttpResponse:
    """What was late today and for whom; put away, the banner is gone for this person until something else is late."""
    if request.method == "POST":
        request.session[f"late_seen_{request.school.pk}"] = request.now.isoformat()
        return done(request, "Put away. It stays in this list.", reverse("today", args=[request.school.slug]))
    found = late.late_steps(request.school, local_day(request.now))
    rows = [(morning.NAMES.get(one.rung, one.rung), said.span(timedelta(seconds=one.seconds)), one) for one in found]
    return render(request, "attendance/late.html", {"rows": rows})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _earlier(request: SchoolRequest, day: date) -> HttpResponse:
    """A day of the past, to read only."""
    return render(
        request,
        "attendance/day.html",
        {"day": day, "cases": cases.cases_of_day(request.school, day), "logged": logged.logged(request.school, day)},
    )


@school_view(act="see_today")
@require_safe
def logged_today(request: SchoolRequest) -> HttpResponse:
    """Everything that was logged today, each with its undo."""
    day = local_day(request.now)
    return render(request, "attendance/logged.html", {"day": day, "logged": logged.logged(request.school, day)})


@school_view(act="see_today")
@require_safe
def away(request: SchoolRequest) -> HttpResponse:
    """Pupils who are away for days, with until when and why."""
    day = local_day(request.now)
    return render(request, "attendance/away.html", {"messages_of": logged.away_for_days(request.school, day), "day": day})
