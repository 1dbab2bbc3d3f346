"""The page behind the link of an appointment: no account, nothing but the appointment, and three answers."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from homevisits.common.errors import BadInput, Blocked

from ..forms.appointments import AnswerForm
from ..models import Appointment
from ..rules.appointments import link_blocks
from ..selectors.appointments import by_link
from ..services.appointments import answer
from ..services.telling import kind_of, length_of, policy_address, when_of

State = Appointment.State
# A family opens its link a few times; a machine that tries addresses or hammers one does so more often.
TRIES, WITHIN = 40, 600


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_answer(request: HttpRequest, link: str) -> HttpResponse:
    """Shows the appointment and takes the answer. A link that is closed, expired or not ours shows no appointment at all."""
    if _too_often(request, link):
        return _page(request, {"wait": True}, 429)
    found = by_link(link)
    if found is None:
        return _page(request, {}, 404)
    appointment, _ = found
    school = appointment.visit.school
    now = school.now()
    shut = bool(link_blocks(appointment, now))
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"seen": seen(appointment)})
    if request.method == "POST" and form.is_valid() and (not shut or appointment.state == form.cleaned_data["answer"]):
        if form.cleaned_data["seen"] != seen(appointment) and appointment.state != form.cleaned_data["answer"]:
            form.add_error(None, "The answer was changed in the meantime. Please look at it and answer again.")
        else:
            try:
                answer(appointment=appointment, state=form.cleaned_data["answer"], words=form.cleaned_data["words"], by=None, now=now)
                return redirect(request.path)
            except (Blocked, BadInput) as why:
                _say(form, why)
    context = {"appointment": appointment, "owner": school, "shut": shut, "form": form, **_shown(appointment, shut)}
    return _page(request, context, 410 if shut and appointment.state != State.REFUSED else 200)


def seen(appointment: Appointment) -> str:
    """What the page stood on: an answer to a page that is out of date is asked again."""
    return f"{appointment.state}-{appointment.answered_at.timestamp() if appointment.answered_at else 0}"


def _say(form: forms.Form, why: Exception) -> None:
    form.add_error(None, "This can no longer be answered here. Please ring the school." if isinstance(why, Blocked) else str(why))


def _shown(appointment: Appointment, shut: bool) -> dict[str, object]:
    """What the page says; of a closed appointment not even when it was."""
    if shut:
        return {"policy_url": policy_address(appointment.visit.school)}
    elsewhere = "At another place, as agreed with you" if appointment.visit.place else "At your home"
    return {
        "kind": kind_of(appointment), "when": when_of(appointment), "length": length_of(appointment),
        "where": "At school" if appointment.at_school else elsewhere, "policy_url": policy_address(appointment.visit.school),
    }  # fmt: skip


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "visits/answer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    # To no other site; its own must see it, for without an origin the browser's answer is taken for a forged one.
    response["Referrer-Policy"] = "same-origin"
    return response


def _too_often(request: HttpRequest, link: str) -> bool:
    """Whether this address of the network has asked too often. Signatures cannot be guessed: this spares the server."""
    key = f"appointment-link:{request.META.get('REMOTE_ADDR', '')}:{link[:12]}"
    cache.add(key, 0, WITHIN)
    try:
        return cache.incr(key) > TRIES
    except ValueError:
        return False
