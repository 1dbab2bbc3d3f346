"""The day's registers, and taking one by hand where the information system is down."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.people.access import SchoolRequest, school_view

from ..codes import NO_REASON_YET, reason_codes
from ..models.registers import Session
from ..selectors import facts
from ..selectors import registers as chosen
from ..services.marks import MarkGiven
from ..services.registers import take_register


@school_view(act="take_register")
@require_safe
def registers(request: SchoolRequest) -> HttpResponse:
    """Today's registers by class."""
    day = local_day(request.now)
    rows = chosen.registers_of(request.school, day)
    unmarked = facts.unmarked_pupils(request.school, day)[:200]
    sessions = [(Session(name).label, [row for row in rows if row.register.session == name]) for name in Session.values]
    return render(request, "attendance/registers.html", {"sessions": sessions, "unmarked": unmarked, "day": day, "any": bool(rows)})


@school_view(act="take_register")
def take(request: SchoolRequest, register_id: int) -> HttpResponseBase:
    """One class: everybody is present but for those marked otherwise."""
    register = chosen.register_of(request.school, register_id)
    if register is None:
        raise Http404("No such register.")
    pupils = chosen.pupils_to_mark(register)
    present = "/" if register.session == Session.AM else "\\"
    codes = [(present, "Present"), ("L", "Late"), (NO_REASON_YET, "No reason yet"), *((code.code, code.label) for code in reason_codes())]
    error = ""
    if request.method == "POST":
        given = {row.pupil.pk: MarkGiven(request.POST.get(f"code-{row.pupil.pk}", "")) for row in pupils}
        missing = [row.pupil for row in pupils if given[row.pupil.pk].code not in dict(codes)]
        if register.day != local_day(request.now):
            error = "This register is of another day: put it right in the information system."
        elif missing:
            error = f"Choose a mark for {missing[0]}{f' and {len(missing) - 1} more' if len(missing) > 1 else ''}."
        else:
            try:
                take_register(
                    school=request.school, day=register.day, session=register.session, marks=given, class_names=[register.class_name],
                    source="by hand", by=request.user, now=request.now,
                )  # fmt: skip
            except BadInput as why:
                error = str(why)
            else:
                absent = sum(mark.code == NO_REASON_YET for mark in given.values())
                messages.success(request, f"Register of {register.class_name or 'the school'} taken: {absent} without a reason yet.")
                return redirect("registers", request.school.slug)
        pupils = [chosen.PupilMark(row.pupil, given[row.pupil.pk].code, row.known) for row in pupils]
    context = {"register": register, "pupils": pupils, "codes": codes, "error": error, "has_errors": bool(error)}
    return render(request, "attendance/take.html", context, status=422 if error else 200)
