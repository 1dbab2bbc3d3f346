"""Signing a draft, and recording a review."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from homevisits.common.errors import BadInput, Block, Blocked

from .. import rules, services
from ..effects import effects
from ..forms import ReviewForm, SignForm
from ..models import PolicyVersion
from ..words import role_words
from .desk import Desk, page, show
from .drafting import with_draft


@page("see_policy")
@with_draft
def sign(request: HttpRequest, desk: Desk, version: PolicyVersion, role: str) -> HttpResponseBase:
    """Ask, then put a signature; for a body its name and date are asked (ATT-04)."""
    refusals = services.sign_refusals(version=version, role=role, by=desk.user, now=desk.now)
    own = services.holds(desk.user, version, role, desk.today)
    form = None if own else SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not refusals and (form is None or form.is_valid()):
        name, on = (form.cleaned_data["name"], form.cleaned_data["signed_on"]) if form else ("", None)
        try:
            return _signed(request, desk, version, role, name, on)
        except Blocked as refusal:
            refusals = refusal.blocks
        except BadInput as refusal:
            if form:
                form.add_error("signed_on", str(refusal))
    return show(
        request, desk, "confirm", question=f"Sign version {version.number} as {role_words(role).lower()}?", blocks=refusals,
        form=None if refusals else form, consequences=_consequences(desk, version, role), act_words="Sign", back_url=desk.url("draft"),
    )  # fmt: skip


def _consequences(desk: Desk, version: PolicyVersion, role: str) -> list[str]:
    """What signing does, before it is done."""
    lines = [effect.says for effect in effects(desk.in_force.values, version.values)] if desk.in_force else []
    others = [role_words(one).lower() for one in rules.unsigned(version) if one != role]
    if others:
        lines.append(f"It still waits for: {', '.join(others)}.")
    else:
        from_day = max(version.effective_from or desk.today, desk.today)
        lines.append(f"This is the last signature: the version takes effect on {from_day.day} {from_day:%B %Y} and cannot change any more.")
        lines.append("Cases and visits that are open keep the version they began with.")
    return lines


def _signed(request: HttpRequest, desk: Desk, version: PolicyVersion, role: str, name: str, on: date | None) -> HttpResponseBase:
    signed = services.sign(version=version, role=role, name=name, signed_on=on, by=desk.user, now=desk.now)
    if signed.status == PolicyVersion.Status.AGREED and signed.effective_from:
        day = signed.effective_from
        messages.success(request, f"Version {signed.number} is signed by all and in force from {day.day} {day:%B %Y}.")
        return redirect(desk.url("home"))
    messages.success(request, "Signed.")
    return redirect(desk.url("draft"))


@page("edit_policy")
def review(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Record a review of the version in force: it becomes a draft with the next whole number."""
    version = desk.in_force
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"reviewed_on": desk.today})
    refusals: list[Block] = []
    if version is None or (desk.school and version.trust_id):
        refusals = [Block("There is no policy of its own to review here.", "PRI-42")]
    elif form.is_valid():
        try:
            services.review(version=version, by=desk.user, now=desk.now, **form.cleaned_data)
            messages.success(request, "The review is recorded. Change what has to change, then have it signed.")
            return redirect(desk.url("draft"))
        except Blocked as refusal:
            refusals = refusal.blocks
        except BadInput as refusal:
            form.add_error(None, str(refusal))
    return show(
        request, desk, "form", form=None if refusals and not form.is_bound else form, blocks=refusals, heading="Record a review",
        back_url=desk.url("home"), submit_words="Record the review",
    )  # fmt: skip
