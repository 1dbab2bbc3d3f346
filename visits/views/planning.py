"""Planning a visit: pairs suggested, one tap to take one; the same page changes a plan and says first what follows. Saying no."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from homevisits.common.clock import local
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import SchoolRequest, school_view

from ..forms.planning import PlanForm, initial
from ..models import HomeVisit
from ..rules.common import words
from ..rules.plans import plan_cautions, plannable_blocks
from ..selectors import suggestions
from ..selectors.planning import seniors_of
from ..services import members, planning
from ..services.requests import TRAVEL
from .common import found, page_of, said, tried


@school_view(act="plan_visit")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Plan the visit, or change its plan."""
    visit, now = found(request, visit_id), request.now
    door = visit.arrive_at or max(visit.due_at, now) + TRAVEL
    first = initial(visit, door)
    if visit.due_back is None:
        length = timedelta(minutes=visit.length_minutes)
        first |= {"sets_off": _wall(max(visit.due_at, now)), "arrive": _wall(door), "back": _wall(door + length + TRAVEL)}
    candidates = suggestions.candidates(visit, now, door + timedelta(minutes=visit.length_minutes) + TRAVEL)
    form = PlanForm(request.POST or None, initial=first, visit=visit, found=candidates, seniors=seniors_of(visit.school, now))
    blocks = plannable_blocks(visit)
    if request.method == "POST" and form.is_valid():
        pair = form.pair(request.POST.get("pick", ""))
        pupil = visit.visit_pupils.select_related("pupil").order_by("pk")[0].pupil
        blocks = tried(form, lambda: planning.plan_visit(
            school=visit.school, pupil=pupil, visit=visit, pair=pair, due_back=form.due_back(), by=request.user, now=now,
            plan=form.plan(pair), version=form.cleaned_data["version"],
        ))  # fmt: skip
        if not form.errors:
            return said(request, f"Planned: {' and '.join(person.name for person in pair)}.", page_of(visit))
        visit.refresh_from_db()
        form.read_again()
    context = {
        "visit": visit, "form": form, "blocks": blocks, "candidates": candidates, "cautions": plan_cautions(visit, now),
        "suggested": suggestions.suggested(visit, candidates, now), "follows": _follows(visit),
        "pupils": [one.pupil for one in visit.visit_pupils.select_related("pupil")], "back_url": page_of(visit),
    }  # fmt: skip
    return render(request, "visits/plan.html", context, status=422 if form.errors else 200)


def _follows(visit: HomeVisit) -> list[str]:
    """What a change of this plan brings with it, said before it is made (ATT-36)."""
    given = [f"{row.name}" for row in visit.approvals.filter(voided_at__isnull=True).order_by("pk")]
    if visit.status != HomeVisit.Status.APPROVED:
        return [f"The approval by {' and '.join(given)} no longer holds."] if given else []
    told = words(visit.policy.values.changes_told_to)
    lines = [f"The approval by {' and '.join(given)} no longer holds: the visit waits for approval again." if given else ""]
    lines.append(f"Told of the change: {told}." if told else "")
    lines.append("Those who go read the briefing again.")
    return [line for line in lines if line]


def _wall(at: datetime) -> time:
    return local(at).time().replace(second=0, microsecond=0)


@school_view(act="see_visits")
@require_POST
def say_no(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """One tap by somebody who is to go: no question, no reason (MAT-24, ATT-19)."""
    visit = found(request, visit_id)
    try:
        members.say_no(visit=visit, by=request.user, now=request.now)
    except (Blocked, BadInput) as why:
        return said(request, str(why), page_of(visit))
    return said(
        request, "Thank you for saying so. Those who need to know have been told.", reverse("visit_list", args=[request.school.slug])
    )
