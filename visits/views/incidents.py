"""Recording an incident of a visit: at the home, without network too, or at a desk."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from homevisits.common.errors import Block
from homevisits.people.access import SchoolRequest, school_view
from safeguarding.forms.incidents import IncidentForm

from ..services.incidents import Happened, record_incident
from .common import found, onward, page_of, said, tried
from .door import help_of

DONE = "The incident is recorded and the headteacher is told."


def happened(form: IncidentForm) -> Happened:
    """What a valid form says."""
    given = form.cleaned_data
    police, ambulance = form.calls()
    return Happened(
        kind=given["kind"], note=given["note"], details=form.details, happened_at=given["time"], police=police, ambulance=ambulance,
        called_at=given["police_time"], reference=given["police_reference"],
    )  # fmt: skip


@school_view(act="see_visits")
def incident(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Record an incident of the visit, at once, with the time when it happened.

    The page goes along on tablets as it was fetched before they left: whether it can be recorded is said when it is.
    """
    visit = found(request, visit_id)
    form = IncidentForm(request.POST or None)
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        token = form.cleaned_data["token"]
        act = happened(form)
        blocks = tried(form, lambda: record_incident(visit=visit, said=act, by=request.user, now=request.now, token=token))
        if not form.errors:
            return said(request, DONE, onward(request, visit))
    context = {
        "visit": visit, "form": form, "blocks": blocks, "back_url": page_of(visit), "heading": "Record an incident",
        "submit_words": "Record it", "help_url": help_of(visit), "offline_kind": "incident", "clause": "MAT-20",
    }  # fmt: skip
    return render(request, "visits/incident.html", context)
