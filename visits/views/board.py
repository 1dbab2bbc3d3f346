"""The board: who is out, for the office and its wall."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.audit.selectors import trail_length
from homevisits.common.live import live_response
from homevisits.people.access import SchoolRequest, school_view

from ..forms.out import CheckInForm, TakeAlarmForm
from ..selectors.board import Board, board


def _context(request: SchoolRequest, shown: Board) -> dict[str, Any]:
    return {
        "board": shown,
        "here": reverse("visit_board", args=[request.school.slug]),
        "take_form": TakeAlarmForm(auto_id=False),
        "back_form": CheckInForm(auto_id=False),
    }


@school_view(act="see_board")
@require_safe
def board_page(request: SchoolRequest) -> HttpResponse:
    """The board of today (PRI-18, ATT-11, ATT-17)."""
    return render(request, "visits/board.html", _context(request, board(request.school, request.now, request.user)))


@school_view(act="see_board")
@require_safe
def board_live(request: SchoolRequest) -> HttpResponse:
    """Its parts, or 304 while nothing on it has changed."""
    # Whatever is done in a school grows its trail in the same transaction: one row says whether anything has changed.
    key = (trail_length(request.school.pk), request.now.replace(second=0, microsecond=0))

    def render_parts() -> str:
        shown = board(request.school, request.now, request.user)
        return render_to_string("visits/board_live.html", _context(request, shown), request)

    return live_response(request, render_parts, key)
