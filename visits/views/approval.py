"""The approver's inbox, and each decision as a page with what is signed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.errors import Block
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows

from ..forms.approval import ApproveForm, ReasonForm
from ..models import HomeVisit
from ..rules.approval import approval_blocks, decision_blocks, role_words, sentence
from ..rules.common import status_blocks
from ..selectors.inbox import card, inbox
from ..services import approval
from .common import found, said, tried


@school_view(act="approve_visit")
@require_safe
def approve_inbox(request: SchoolRequest) -> HttpResponse:
    """What waits for approval: to decide now, not ready yet, and waiting for others."""
    context = {"inbox": inbox(request.school, request.user, request.now), "may_send": allows("break_glass", request.school_roles)}
    return render(request, "visits/inbox.html", context)


@school_view(act="approve_visit")
def approve_visit(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Sign the approval."""
    visit = found(request, visit_id)
    form = ApproveForm(request.POST or None, initial=_as_read(request, visit))
    blocks = [] if request.method == "POST" else approval_blocks(visit, request.user, request.now)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: approval.approve(visit=visit, by=request.user, now=request.now, **given))
        if not form.errors:
            visit.refresh_from_db()
            whole = visit.status == HomeVisit.Status.APPROVED
            says = "Approved and signed." if whole else "Signed. It still needs another approval."
            return said(
                request, f"{says} Those who go and whoever asked for it are told.", reverse("approve_inbox", args=[visit.school.slug])
            )
    return _page(request, visit, form, blocks, {"question": "Approve the visit?", "act_words": "Sign and approve", "signs": True})


@school_view(act="approve_visit")
def decline_visit(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Decline the visit: it is not made."""
    words = {
        "question": "Decline the visit?",
        "act_words": "Decline the visit",
        "danger": True,
        "lead": "It will not be made, and cannot be taken up again.",
    }
    return _with_reason(request, visit_id, approval.decline, HomeVisit.Status.DECLINED, words, "Declined.")


@school_view(act="approve_visit")
def return_visit(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Send the visit back for changes."""
    words = {
        "question": "Return for changes?",
        "act_words": "Return for changes",
        "lead": "It comes back to you when it has been planned again.",
    }
    return _with_reason(request, visit_id, approval.send_back, HomeVisit.Status.SENT_BACK, words, "Returned for changes.")


def _with_reason(
    request: SchoolRequest, visit_id: int, act: Callable[..., None], to: str, words: dict[str, Any], done: str
) -> HttpResponseBase:
    visit = found(request, visit_id)
    form = ReasonForm(request.POST or None, initial=_as_read(request, visit))
    may = decision_blocks(visit, visit.policy.values, request.user, request.now) + status_blocks(visit, to)
    blocks = [] if request.method == "POST" else may
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: act(visit=visit, by=request.user, now=request.now, **given))
        if not form.errors:
            to_url = reverse("approve_inbox", args=[visit.school.slug])
            return said(request, f"{done} Those who go and whoever asked for it are told, with your reason on the visit's page.", to_url)
    return _page(request, visit, form, blocks, words)


def _as_read(request: SchoolRequest, visit: HomeVisit) -> dict[str, Any]:
    """The version that stood on the card where the person came from a card, else as it is now."""
    read = request.GET.get("version", "")
    return {"version": int(read) if read.isdecimal() and len(read) < 9 else visit.version, "status": visit.status}


def _page(
    request: SchoolRequest, visit: HomeVisit, form: ApproveForm | ReasonForm, blocks: list[Block], words: dict[str, Any]
) -> HttpResponse:
    one = card(visit, request.user, request.now)
    context = {
        "visit": visit, "card": one, "form": form, "blocks": blocks, "sentence": sentence(visit, one.roles),
        "role_named": ", ".join(role_words(role) for role in one.roles), "back_url": reverse("approve_inbox", args=[visit.school.slug]),
        "stale": bool(form.errors) and bool(blocks), **words,
    }  # fmt: skip
    return render(request, "visits/decide.html", context)
