"""Signing a visit that came to the week's list after it was signed: one tap (ATT-32)."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from homevisits.people.access import SchoolRequest, school_view

from ..forms.approval import SignForm
from ..rules.weekly import sign_visit_blocks
from ..services.weekly import sign_visit
from .common import found, page_of, said, tried


@school_view(act="sign_weekly_list")
def sign_week(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Sign one visit for the week's list."""
    visit = found(request, visit_id)
    form = SignForm(request.POST or None, initial={"version": visit.version})
    blocks = sign_visit_blocks(visit, request.user, request.now) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        blocks = tried(form, lambda: sign_visit(visit=visit, by=request.user, now=request.now, version=form.cleaned_data["version"]))
        if not form.errors:
            return said(request, "Signed for the week's list.", page_of(visit))
    context = {
        "question": "Sign this visit for the week's list?", "act_words": "Sign", "form": form, "blocks": blocks, "back_url": page_of(visit),
        "consequences": ["It came to the list after the list was signed.", "It can leave once it is approved and signed."],
    }  # fmt: skip
    return render(request, "visits/sign_week.html", context)
