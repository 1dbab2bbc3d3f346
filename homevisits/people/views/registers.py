"""The registers that the business manager keeps of staff: checks, training, mobiles."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from homevisits.common.errors import Blocked

from ..access import SchoolRequest, school_view, today_of
from ..forms_registers import OTHER, CheckForm, MobileForm, TrainingForm
from ..matrix import allows
from ..models import Staff
from ..registers_shown import Act, Cell, Row, done, form_page, list_page, register_links
from ..selectors.registers import check_of, checks_in, expiry, training_in, training_of
from ..selectors.staff import staff_here, staff_in
from ..services import qualifications as services
from ..step_up import gate
from ..words import CHECKS, TRAINING, check_words, training_words


@school_view(act="see_staff_registers")
def staff_registers(request: SchoolRequest) -> HttpResponseBase:
    """The first register that the person may open."""
    return redirect(register_links(request)[0].url)


def people_here(request: SchoolRequest) -> list[Staff]:
    """Those whom an entry may be about."""
    return [person.staff for person in staff_here(request.school, today_of(request.school))]


@school_view(act="keep_registers")
def register_checks(request: SchoolRequest) -> HttpResponse:
    """Every check, what has expired first."""
    slug, today = request.school.slug, today_of(request.school)
    entered = reverse("check_enter", args=[slug])
    rows = []
    for check in checks_in(request.school, today):
        said = check_words(check.level)
        again, out = _again(entered, check.staff_id, check.level), reverse("check_remove", args=[slug, check.pk])
        about = f"{said} of {check.staff.name}"
        cells = [Cell(said), Cell(f"{check.checked_on:%-d %b %Y}"), _expiry(check.expires_on, today)]
        rows.append(Row(check.staff.name, cells, [Act("Renew", again, about), Act("Take out", out, about, post=True)]))
    return list_page(
        request, heading="Checks of staff", intro="Who lacks a check that the policy asks for stands under “Who may visit”.",
        columns=["Name", "Check", "Checked on", "Expires"], rows=worst_first(rows), counted="check", add=("check_enter", "Enter a check"),
        empty="No checks yet. Enter the first one.",
    )  # fmt: skip


def _expiry(expires_on: date | None, today: date) -> Cell:
    state, words = expiry(expires_on, today)
    return Cell(words, state)


def worst_first(rows: list[Row]) -> list[Row]:
    """Rows whose status is due, then those whose is open, then the others, each as they were."""
    order = {"due": 0, "open": 1}
    return sorted(rows, key=lambda row: min((order.get(cell.state, 2) for cell in row.cells), default=2))


def _asked(request: SchoolRequest, field: str, known: dict[str, str]) -> dict[str, str]:
    """Who and what the address asks for, to renew it."""
    what = request.GET.get("what", "")
    listed = not what or what in known
    return {"staff": request.GET.get("staff", ""), field: what if listed else OTHER, "other": "" if listed else what}


def _again(address: str, staff_id: int, what: str) -> str:
    return f"{address}?{urlencode({'staff': staff_id, 'what': what})}"


@school_view(act="keep_registers")
def check_enter(request: SchoolRequest) -> HttpResponseBase:
    """A check, new or renewed."""
    form = CheckForm(
        request.POST if request.method == "POST" else None, people=people_here(request), initial=_asked(request, "level", CHECKS)
    )
    answer = done(request, form, services.save_check, "The check is entered.", "register_checks", school=request.school)
    return answer or form_page(request, form, heading="Enter a check", back="register_checks", intro="A check entered again is renewed.")


@school_view(act="keep_registers")
@require_POST
def check_remove(request: SchoolRequest, check_id: int) -> HttpResponseBase:
    """A check that was entered by mistake."""
    check = check_of(request.school, check_id)
    if check is None:
        raise Http404("No such check.")
    services.remove_check(school=request.school, check=check, by=request.user, now=request.now)
    messages.success(request, f"The check of {check.staff.name} is taken out.")
    return redirect("register_checks", request.school.slug)


@school_view(act="keep_registers")
def register_training(request: SchoolRequest) -> HttpResponse:
    """Every training, what has expired first."""
    slug, today = request.school.slug, today_of(request.school)
    entered = reverse("training_enter", args=[slug])
    rows = []
    for row in training_in(request.school, today):
        said = training_words(row.name)
        again, out = _again(entered, row.staff_id, row.name), reverse("training_remove", args=[slug, row.pk])
        about = f"{said} of {row.staff.name}"
        cells = [Cell(said), Cell(f"{row.done_on:%-d %b %Y}"), _expiry(row.expires_on, today)]
        rows.append(Row(row.staff.name, cells, [Act("Done again", again, about), Act("Take out", out, about, post=True)]))
    return list_page(
        request, heading="Training of staff", intro="Who lacks a training that the policy asks for stands under “Who may visit”.",
        columns=["Name", "Training", "Done on", "Expires"], rows=worst_first(rows), counted="training,trainings",
        add=("training_enter", "Enter a training"), empty="No training yet. Enter the first one.",
    )  # fmt: skip


@school_view(act="keep_registers")
def training_enter(request: SchoolRequest) -> HttpResponseBase:
    """A training, new or done again."""
    asked = _asked(request, "name", TRAINING)
    form = TrainingForm(request.POST if request.method == "POST" else None, people=people_here(request), initial=asked)
    answer = done(request, form, services.save_training, "The training is entered.", "register_training", school=request.school)
    intro = "A training entered again was done again. The code of conduct is confirmed by each person for themselves."
    return answer or form_page(request, form, heading="Enter a training", back="register_training", intro=intro)


@school_view(act="keep_registers")
@require_POST
def training_remove(request: SchoolRequest, training_id: int) -> HttpResponseBase:
    """A training that was entered by mistake."""
    row = training_of(request.school, training_id)
    if row is None:
        raise Http404("No such training.")
    try:
        services.remove_training(school=request.school, training=row, by=request.user, now=request.now)
    except Blocked as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The training of {row.staff.name} is taken out.")
    return redirect("register_training", request.school.slug)


@school_view(act="see_mobiles")
def register_mobiles(request: SchoolRequest) -> HttpResponse:
    """Every number that the school holds, who has none first (ATT-11)."""
    may_enter = allows("keep_registers", request.school_roles)
    rows = [
        Row(
            person.staff.name,
            [
                Cell(", ".join(str(role.get_role_display()) for role in person.roles)),
                Cell("", phone=person.staff.mobile) if person.staff.mobile else Cell("No number", "due"),
            ],
            [Act("Change" if person.staff.mobile else "Enter", reverse("mobile_enter", args=[request.school.slug, person.staff.pk]),
                 f"number of {person.staff.name}")] if may_enter else [],
        )
        for person in staff_here(request.school, today_of(request.school))
    ]  # fmt: skip
    return list_page(
        request, heading="Mobiles of staff", intro="Each person may also enter their own number under “Your account”.",
        columns=["Name", "Roles", "Mobile"], rows=worst_first(rows), counted="person,people", empty="Nobody works here yet.",
    )  # fmt: skip


@school_view(act="keep_registers")
def mobile_enter(request: SchoolRequest, staff_id: int) -> HttpResponseBase:
    """The number of somebody."""
    staff = get_object_or_404(staff_in(request.school), pk=staff_id)
    form = MobileForm(request.POST if request.method == "POST" else None, initial={"mobile": staff.mobile})
    asked = gate(request) if request.method == "POST" and form.is_valid() and form.cleaned_data["mobile"] != staff.mobile else None
    if asked is not None:  # alarms go to it
        return asked
    said = f"The number of {staff.name} is kept."
    answer = done(request, form, services.set_mobile, said, "register_mobiles", school=request.school, staff=staff)
    intro = "The mobile that they carry on visits. Alarms go to it by text."
    return answer or form_page(request, form, heading=f"Mobile of {staff.name}", back="register_mobiles", intro=intro)
