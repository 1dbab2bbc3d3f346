"""Lists to work through: contact quality, and what to enter into the information system."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from homevisits.common.clock import local_day
from homevisits.common.csvs import csv_response
from homevisits.people.access import SchoolRequest, school_view

from ..codes import CODES
from ..connectors import connector_for
from ..selectors import entering, quality, written
from ..services.mis import tick_off


@school_view(act="see_pupils")
@require_safe
def contact_quality(request: SchoolRequest) -> HttpResponse:
    """Pupils whose contacts would let the school down; `?csv=1` for the office to work through."""
    found = quality.weaknesses(request.school)
    if request.GET.get("csv"):
        rows = [
            (quality.KINDS[kind][0], weak.pupil.class_name, weak.pupil.last_name, weak.pupil.first_name, weak.detail)
            for kind, weaks in found.items()
            for weak in weaks
        ]
        return csv_response("contact-quality", ["What", "Class", "Surname", "First name", "Detail"], rows)
    groups = [(kind, *quality.KINDS[kind], weaks) for kind, weaks in found.items()]
    return render(request, "attendance/quality.html", {"groups": groups, "total": len({w.pupil.pk for ws in found.values() for w in ws})})


@school_view(act="see_today")
def mis_list(request: SchoolRequest) -> HttpResponseBase:
    """What to enter into the information system, to tick off; `?csv=1` for the same as a file; N counted down to O."""
    if request.method == "POST":
        ids = [int(pk) for pk in request.POST.getlist("entry") if pk.isdigit()]
        ticked = tick_off(school=request.school, entry_ids=ids, by=request.user, now=request.now)
        if ticked:
            messages.success(request, f"Ticked off as entered: {ticked}.")
        else:
            messages.warning(request, "Nothing was ticked, or somebody had ticked it off already.")
        return redirect("mis_list", request.school.slug)
    day = local_day(request.now)
    rows = list(entering.to_enter(request.school))
    if request.GET.get("csv"):
        cells = [
            (row.pupil.mis_id, row.pupil.upn, row.pupil.last_name, row.pupil.first_name, row.pupil.class_name, row.day.isoformat(),
             row.session, row.code, row.comment) for row in rows
        ]  # fmt: skip
        head = ["Pupil number", "UPN", "Surname", "First name", "Class", "Date", "Session", "Code", "Comment"]
        return csv_response(f"to-enter-{day}", head, cells)
    running = entering.running_out(request.school, day)
    context = {"rows": rows, "codes": CODES, "running": running, "over": sum(one.over for one in running),
               "entered": entering.entered(request.school, day), "under_way": written.under_way(request.school),
               "writes_back": connector_for(request.school) is not None}  # fmt: skip
    return render(request, "attendance/mis.html", context)
