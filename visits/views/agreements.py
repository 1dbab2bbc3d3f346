"""What is agreed with a family at the home: written down, and ended as kept or not."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from homevisits.common.clock import local_day
from homevisits.common.errors import Blocked
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.selectors.staff import staff_here

from ..forms.agreements import AgreementForm
from ..rules.agreements import agree_blocks
from ..selectors.access import SEES_ALL
from ..selectors.agreements import agreements_of
from ..selectors.doorstep import to_meet
from ..services import agreements
from .common import found, page_of, said, tried


@school_view(act="see_visits")
def agree(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Write down what was agreed."""
    visit = found(request, visit_id)
    pair = set(visit.members.values_list("staff", flat=True))
    # Only those who can open the visit: they are reminded there, and say there whether it was kept.
    here = staff_here(request.school, local_day(request.now))
    staff = [one.staff for one in here if one.staff.pk in pair or SEES_ALL & {row.role for row in one.roles}]
    form = AgreementForm(request.POST or None, staff=staff, family=[one.name for one in to_meet(visit)])
    blocks = agree_blocks(visit, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: agreements.agree(visit=visit, by=request.user, now=request.now, **form.agreed()))
        if not form.errors:
            return said(request, "Written down. Whoever does it is reminded when the day is over.", page_of(visit))
    context = {"visit": visit, "form": form, "blocks": blocks, "heading": "What was agreed with the family", "back_url": page_of(visit),
               "submit_words": "Write it down"}  # fmt: skip
    return render(request, "visits/closing_form.html", context, status=422 if form.errors else 200)


@school_view(act="see_visits")
@require_POST
def end(request: SchoolRequest, visit_id: int, agreement_id: int) -> HttpResponseBase:
    """Say whether an agreement was kept."""
    visit = found(request, visit_id)
    row = agreements_of(visit).select_related("visit").filter(pk=agreement_id).first()
    if row is None:
        raise Http404("No such agreement.")
    kept = request.POST.get("kept") == "yes"
    try:
        agreements.end_agreement(agreement=row, kept=kept, by=request.user, now=request.now)
    except Blocked as why:
        context = {"visit": visit, "heading": "This cannot be said now", "blocks": why.blocks, "back_url": page_of(visit)}
        return render(request, "visits/refused.html", context, status=422)
    return said(
        request, "Recorded as kept." if kept else "Recorded as not kept. A reminder letter to the family is drafted.", page_of(visit)
    )
