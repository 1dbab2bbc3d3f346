"""Who is off visits: the unwell, and who must not visit which household. For the office, and for each person about themselves."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ..access import SchoolRequest, school_view, today_of
from ..forms_registers import ConflictForm, TestForm, UnwellForm
from ..models import Household, HouseholdConflict, StaffUnwell
from ..registers_shown import Act, Cell, Row, done, form_page, list_page
from ..selectors.pupils import household_of, search_pupils
from ..selectors.registers import conflicts_in, illnesses_of
from ..services import off_visits as services
from .registers import people_here


@school_view(act="keep_staff_off_visits")
def register_unwell(request: SchoolRequest) -> HttpResponse:
    """Who is unwell, and so off visits (ATT-71, ATT-82)."""
    rows = [
        Row(row.staff.name, _illness(row), _illness_acts(request, row)) for row in illnesses_of(request.school)
    ]  # fmt: skip
    return list_page(
        request, heading="Staff who are unwell", columns=["Name", "Since", "Until", "Negative test"], rows=rows, counted="person,people",
        intro="Nobody unwell goes on a visit. While infection control is in force, its days of isolation run from the first symptoms, "
        "until a negative test.",
        clause="ATT-82", add=("unwell_enter", "Somebody is unwell"), empty="Nobody is unwell. Each person may say so themselves, too.",
    )  # fmt: skip


def _illness(row: StaffUnwell) -> list[Cell]:
    until = f"{row.until:%-d %b %Y}" if row.until else "Not known"
    return [
        Cell(f"{row.symptoms_from:%-d %b %Y}", note="Others could catch it" if row.infectious else ""),
        Cell(until),
        Cell(f"{row.negative_test_on:%-d %b %Y}", "done") if row.negative_test_on else Cell("None", "resting"),
    ]


def _illness_acts(request: SchoolRequest, row: StaffUnwell) -> list[Act]:
    slug = request.school.slug
    return [
        Act("Negative test", reverse("unwell_test", args=[slug, row.pk]), f"of {row.staff.name}"),
        Act("Back", reverse("unwell_back", args=[slug, row.pk]), f"at work: {row.staff.name}", post=True),
    ]


@school_view(act="keep_staff_off_visits")
def unwell_enter(request: SchoolRequest) -> HttpResponseBase:
    """Somebody is unwell."""
    initial = {"symptoms_from": today_of(request.school), "infectious": True}
    form = UnwellForm(request.POST if request.method == "POST" else None, people=people_here(request), initial=initial)
    answer = done(request, form, services.report_unwell, "They are off visits.", "register_unwell", school=request.school)
    return answer or form_page(request, form, heading="Somebody is unwell", back="register_unwell", submit_words="Take off visits")


@school_view(act="keep_staff_off_visits")
def unwell_test(request: SchoolRequest, unwell_id: int) -> HttpResponseBase:
    """A negative test."""
    row = get_object_or_404(illnesses_of(request.school), pk=unwell_id)
    form = TestForm(request.POST if request.method == "POST" else None, initial={"tested_on": today_of(request.school)})
    answer = done(request, form, services.record_negative_test, "The test is kept.", "register_unwell", unwell=row)
    return answer or form_page(request, form, heading=f"Negative test of {row.staff.name}", back="register_unwell")


@school_view(act="keep_staff_off_visits")
@require_POST
def unwell_back(request: SchoolRequest, unwell_id: int) -> HttpResponseBase:
    """They are back."""
    row = get_object_or_404(illnesses_of(request.school), pk=unwell_id)
    services.back_to_work(unwell=row, by=request.user, now=request.now)
    messages.success(request, f"{row.staff.name} is back. Days of isolation that are still to run go on.")
    return redirect("register_unwell", request.school.slug)


@school_view(act="keep_staff_off_visits")
def register_conflicts(request: SchoolRequest) -> HttpResponse:
    """Who must not visit which household, and the way to enter another."""
    rows = [Row(row.staff.name, _conflict(row), [_may_again(request, row)]) for row in conflicts_in(request.school)]
    text = request.GET.get("q", "").strip()
    found = search_pupils(request.school, text) if text else []
    return list_page(
        request, heading="Households not to visit", columns=["Name", "Household", "Reason", "Since"], rows=rows, counted="entry,entries",
        intro="Who is named here is never proposed for a visit to that household. Nobody has to say why.",
        empty="None. To enter one, look for a pupil of the household.", finds=True, q=text, found=found, enter="conflict_enter",
    )  # fmt: skip


def _conflict(row: HouseholdConflict) -> list[Cell]:
    since = Cell(f"{row.at:%-d %b %Y}", note=f"Entered by {row.by.name}" if row.by else "")
    return [Cell(home_words(row.household)), Cell(row.reason or "None given"), since]


def _may_again(request: SchoolRequest, row: HouseholdConflict) -> Act:
    return Act("May visit again", reverse("conflict_end", args=[request.school.slug, row.pk]), row.staff.name, post=True)


def home_words(household: Household) -> str:
    """A household by its children."""
    return ", ".join(str(pupil) for pupil in household.pupils.all()) or str(household)


@school_view(act="keep_staff_off_visits")
def conflict_enter(request: SchoolRequest, household_id: int) -> HttpResponseBase:
    """Somebody does not visit this household."""
    home = household_of(request.school, household_id)
    if home is None:
        raise Http404("No such household.")
    form = ConflictForm(request.POST if request.method == "POST" else None, people=people_here(request))
    answer = done(request, form, services.add_conflict, "They are not sent to this household.", "register_conflicts", household=home)
    heading = f"Who does not visit the household of {home_words(home)}?"
    return answer or form_page(request, form, heading=heading, back="register_conflicts")


@school_view(act="keep_staff_off_visits")
@require_POST
def conflict_end(request: SchoolRequest, conflict_id: int) -> HttpResponseBase:
    """They may visit the household again."""
    row: HouseholdConflict = get_object_or_404(conflicts_in(request.school), pk=conflict_id)
    services.end_conflict(conflict=row, by=request.user, now=request.now)
    messages.success(request, f"{row.staff.name} may visit the household again.")
    return redirect("register_conflicts", request.school.slug)
