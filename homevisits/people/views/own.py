"""What each member of staff says of themselves for visits: their car, that they are unwell, whom they do not visit."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from homevisits.common.forms import BaseForm

from ..access import SchoolRequest, school_view, today_of
from ..forms_registers import OwnConflictForm, OwnUnwellForm, OwnVehicleForm, TestForm
from ..models import Vehicle
from ..registers_shown import done, form_page
from ..selectors.own import own_illness, own_vehicle
from ..selectors.pupils import household_of, search_pupils
from ..selectors.registers import conflicts_in
from ..services import equipment, off_visits

FIELDS = ("make", "model", "registration", "colour", "insured_until", "insurance_note")


@school_view(act="see_own_register")
def own_vehicle_page(request: SchoolRequest) -> HttpResponseBase:
    """Enter one's own car, or change it: `?vehicle=` says which."""
    asked = request.GET.get("vehicle", "")
    car = own_vehicle(request.school, request.user, asked)
    if asked and car is None:
        raise Http404("No such vehicle.")
    initial = {name: getattr(car, name) for name in FIELDS} if car else None
    form = OwnVehicleForm(request.POST if request.method == "POST" else None, initial=initial)
    answer = _save_own(request, form, car)
    return answer or form_page(request, form, heading=f"Your car {car.registration}" if car else "Enter your car", back="own_register")


def _save_own(request: SchoolRequest, form: BaseForm, car: Vehicle | None) -> HttpResponseBase | None:
    minibus = car.minibus if car else False
    return done(
        request, form, equipment.save_vehicle, "Your car is kept.", "own_register", school=request.school, vehicle=car,
        owner=request.user, minibus=minibus,
    )  # fmt: skip


@school_view(act="see_own_register")
def own_unwell(request: SchoolRequest) -> HttpResponseBase:
    """Say that one is unwell, or correct the days."""
    row = own_illness(request.school, request.user)
    held = {"symptoms_from": row.symptoms_from, "until": row.until, "infectious": row.infectious} if row else None
    initial = held or {"symptoms_from": today_of(request.school), "infectious": True}
    form = OwnUnwellForm(request.POST if request.method == "POST" else None, initial=initial)
    said = "You are off visits. Get well soon."
    answer = done(request, form, off_visits.report_unwell, said, "own_register", school=request.school, staff=request.user)
    intro = "You go on no visit until you are back. Whoever plans visits sees that you are unwell, not with what."
    return answer or form_page(
        request, form, heading="You are unwell", back="own_register", intro=intro, submit_words="Take me off visits"
    )  # fmt: skip


@school_view(act="see_own_register")
def own_test(request: SchoolRequest) -> HttpResponseBase:
    """One's own negative test."""
    row = own_illness(request.school, request.user)
    if row is None:
        messages.info(request, "You are not said to be unwell.")
        return redirect("own_register", request.school.slug)
    form = TestForm(request.POST if request.method == "POST" else None, initial={"tested_on": today_of(request.school)})
    answer = done(request, form, off_visits.record_negative_test, "The test is kept.", "own_register", unwell=row)
    return answer or form_page(request, form, heading="Your negative test", back="own_register")


@school_view(act="see_own_register")
@require_POST
def own_back(request: SchoolRequest) -> HttpResponseBase:
    """One is back."""
    row = own_illness(request.school, request.user)
    if row is not None:
        off_visits.back_to_work(unwell=row, by=request.user, now=request.now)
        messages.success(request, "Welcome back. Days of isolation that are still to run go on unless a negative test was recorded.")
    return redirect("own_register", request.school.slug)


@school_view(act="see_own_register")
def own_conflict(request: SchoolRequest) -> HttpResponse:
    """Look for a child of the household that one does not visit."""
    text = request.GET.get("q", "").strip()
    found = search_pupils(request.school, text) if text else []
    return render(request, "people/own_conflict.html", {"q": text, "found": found})


@school_view(act="see_own_register")
def own_conflict_enter(request: SchoolRequest, household_id: int) -> HttpResponseBase:
    """Not this household: nobody has to say why."""
    home = household_of(request.school, household_id)
    if home is None:
        raise Http404("No such household.")
    form = OwnConflictForm(request.POST if request.method == "POST" else None)
    said = "You are not sent to this household."
    answer = done(request, form, off_visits.add_conflict, said, "own_register", staff=request.user, household=home)
    children = ", ".join(str(pupil) for pupil in home.pupils.all())
    return answer or form_page(
        request, form, heading=f"You do not visit the household of {children}", back="own_register", submit_words="Do not send me there"
    )  # fmt: skip


@school_view(act="see_own_register")
@require_POST
def own_conflict_end(request: SchoolRequest) -> HttpResponseBase:
    """One visits the household again; a conflict that the office entered is the office's to end."""
    pk = request.POST.get("conflict", "")
    rows = conflicts_in(request.school).filter(staff=request.user, by=request.user)
    row = rows.filter(pk=int(pk)).first() if pk.isdigit() else None
    if row is None:
        messages.error(request, "Ask the office to end this: it was entered there.")
    else:
        off_visits.end_conflict(conflict=row, by=request.user, now=request.now)
        messages.success(request, "You may be sent to this household again.")
    return redirect("own_register", request.school.slug)
