"""Lone-worker assessments (ATT-10), and the rota of the senior managers on duty."""

from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from homevisits.common.errors import BadInput

from ..access import SchoolRequest, school_view, today_of
from ..forms_registers import AssessmentForm, StaleForm
from ..models import DutyDay, LoneWorkerAssessment, Staff
from ..registers_shown import Act, Cell, Row, done, form_page, list_page, register_links
from ..school_calendar import calendar_of
from ..selectors.registers import assessments_of, expiry, rota
from ..selectors.staff import leaders_here, senior_managers, staff_here, staff_in
from ..services.lone_working import assess_lone_worker, mark_stale
from ..services.rota import set_duty_day
from .registers import worst_first

A_YEAR = timedelta(days=365)


@school_view(act="assess_lone_working")
def register_lone_working(request: SchoolRequest) -> HttpResponse:
    """Everybody's assessment, what is stale or past its review first; who has none last."""
    today, slug = today_of(request.school), request.school.slug
    held = {row.staff_id: row for row in assessments_of(request.school)}
    rows = []
    for person in staff_here(request.school, today):
        row = held.get(person.staff.pk)
        acts = [Act("Amend" if row else "Assess", reverse("lone_worker_assess", args=[slug, person.staff.pk]), person.staff.name)]
        if row and row.stale_at is None:
            acts.append(Act("Circumstances have changed", reverse("lone_worker_stale", args=[slug, row.pk]), f"for {person.staff.name}"))
        rows.append(Row(person.staff.name, _assessment(row, today), acts))
    return list_page(
        request, heading="Lone working", columns=["Name", "Assessment", "Hazards", "Measures"], rows=worst_first(rows),
        counted="person,people", clause="ATT-10", empty="Nobody works here yet.",
        intro="Nobody visits alone without an assessment of their own that holds. A change of circumstances makes it stale.",
    )  # fmt: skip


def _assessment(row: LoneWorkerAssessment | None, today: date) -> list[Cell]:
    if row is None:
        return [Cell("None", "resting"), Cell(""), Cell("")]
    if row.stale_at:
        return [Cell("Stale", "due", note=row.stale_because), Cell(row.hazards), Cell(row.measures)]
    state, words = expiry(row.review_on, today)
    made = f"By {row.by.name if row.by else 'the system'}, {row.at:%-d %b %Y}"
    said = "Review overdue" if state == "due" else words.replace("Ends", "Review by")
    return [
        Cell(said, state, note=made),
        Cell(row.hazards),
        Cell(row.measures),
    ]


@school_view(act="assess_lone_working")
def lone_worker_assess(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """Assess somebody's lone working, or amend what was found; the one before is kept."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    before = assessments_of(request.school).filter(staff=staff).first()
    initial = {"hazards": before.hazards, "measures": before.measures} if before else {}
    initial_day = {"review_on": today_of(request.school) + A_YEAR}
    form = AssessmentForm(request.POST if request.method == "POST" else None, initial={**initial, **initial_day})
    said = f"The assessment of {staff.name} is kept."
    answer = done(request, form, assess_lone_worker, said, "register_lone_working", school=request.school, staff=staff)
    return answer or form_page(request, form, heading=f"Lone working of {staff.name}", back="register_lone_working")


@school_view(act="assess_lone_working")
def lone_worker_stale(request: SchoolRequest, assessment_id: int) -> HttpResponseBase:
    """The circumstances have changed."""
    row = get_object_or_404(assessments_of(request.school), pk=assessment_id)
    form = StaleForm(request.POST if request.method == "POST" else None)
    said = f"{row.staff.name} does not work alone until the assessment is amended."
    answer = done(request, form, mark_stale, said, "register_lone_working", assessment=row)
    heading = f"The circumstances of {row.staff.name} have changed"
    intro = "They do not visit alone until the assessment is amended."
    return answer or form_page(
        request, form, heading=heading, back="register_lone_working", intro=intro, submit_words="Make the assessment stale"
    )  # fmt: skip


@school_view(act="switch_duty")
def register_rota(request: SchoolRequest) -> HttpResponseBase:
    """A week of the duty rota: by day the senior manager on duty and who stands in."""
    week = _week(request)
    managers = [role.staff for role in senior_managers(request.school, week[0])]
    leaders = leaders_here(request.school, week[0])
    wrong: list[str] = []
    if request.method == "POST":
        wrong = _set_week(request, week, managers, leaders)
        if not wrong:
            messages.success(request, "The rota is kept.")
            return redirect(f"{request.path}?week={week[0]}")
    held, calendar = rota(request.school, week[0], week[-1]), calendar_of(request.school)
    days = [_day(request, day, held.get(day), str(calendar.why_closed(day) or "")) for day in week]
    context = {
        "registers": register_links(request), "days": days, "managers": managers, "leaders": leaders, "wrong": wrong, "has_errors": wrong,
        "week": week[0], "before": week[0] - timedelta(days=7), "after": week[0] + timedelta(days=7), "today": today_of(request.school),
    }  # fmt: skip
    return render(request, "people/rota.html", context, status=422 if wrong else 200)


def _week(request: SchoolRequest) -> list[date]:
    """Monday to Friday of the week that the address names, else of this one."""
    asked = request.GET.get("week", "")
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today_of(request.school)
        if day.weekday() > 4:
            day += timedelta(days=2)
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(5)]


def _day(request: SchoolRequest, day: date, row: DutyDay | None, closed: str) -> dict[str, object]:
    """One day of the grid; what was chosen and refused stays chosen."""
    staff, deputy = (row.staff_id, row.deputy_id) if row else (None, None)
    if request.method == "POST":
        staff, deputy = (_number(request, f"{kind}-{day}") for kind in ("staff", "deputy"))
    return {"day": day, "staff": staff, "deputy": deputy, "closed": closed, "row": row}


def _number(request: SchoolRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    return int(given) if given.isdigit() else None


def _set_week(request: SchoolRequest, week: list[date], managers: list[Staff], leaders: list[Staff]) -> list[str]:
    """Keep the whole week, or nothing of it; answers what is wrong. A day that the form does not name stays as it is."""
    choices = {person.pk: person for person in [*managers, *leaders]}
    wrong = []
    with transaction.atomic():
        for day in week:
            if f"staff-{day}" not in request.POST:
                continue
            staff, deputy = (choices.get(_number(request, f"{kind}-{day}") or 0) for kind in ("staff", "deputy"))
            try:
                set_duty_day(school=request.school, day=day, staff=staff, deputy=deputy, by=request.user, now=request.now)
            except BadInput as refused:
                wrong.append(str(refused))
        if wrong:
            transaction.set_rollback(True)
    return wrong
