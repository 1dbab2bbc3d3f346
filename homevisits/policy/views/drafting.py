"""A draft: started, changed group by group, looked at, discarded."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from homevisits.common.errors import BadInput, Blocked

from .. import rules, services
from ..control import as_json, control_of
from ..effects import effects
from ..forms import DetailsForm, GroupForm, ReferencesForm, StartForm, details_of
from ..models import PolicyVersion
from ..tables import GROUP_BY_SLUG, table
from ..words import preset_words, role_words
from .desk import Desk, View, page, show


def with_draft(view: Callable[..., HttpResponseBase]) -> View:
    """A page that needs a draft; without one back to the policy, saying so."""

    @wraps(view)
    def found(request: HttpRequest, desk: Desk, **parts: Any) -> HttpResponseBase:
        if desk.draft is None:
            messages.info(request, "There is no draft. Start one to change the policy.")
            return redirect(desk.url("home"))
        return view(request, desk, desk.draft, **parts)

    return found


@page("edit_policy")
def start(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Start a draft from what is in force or from a preset."""
    form = StartForm(request.POST if request.method == "POST" else None, base=desk.in_force)
    if form.is_valid():
        chosen = form.cleaned_data["start"]
        try:
            services.draft_version(**desk.whose, preset=None if chosen == "current" else chosen, by=desk.user, now=desk.now)
            return redirect(desk.url("draft"))
        except (Blocked, BadInput) as refusal:
            form.add_error(None, str(refusal))
    return show(request, desk, "form", form=form, heading="Start a draft", back_url=desk.url("home"), submit_words="Start the draft")


@page("see_policy")
@with_draft
def draft(request: HttpRequest, desk: Desk, version: PolicyVersion) -> HttpResponseBase:
    """What the draft changes and what that means; who has to sign; the groups to edit."""
    base = desk.in_force
    signers = [
        {
            "role": role, "words": role_words(role), "signature": signature, "url": desk.url("sign", role=role),
            "blocks": services.sign_refusals(version=version, role=role, by=desk.user, now=desk.now),
        }
        for role, signature in rules.signatures_of(version).items()
    ]  # fmt: skip
    groups = [(group, desk.url("edit", group=group.slug)) for group in table(version)]
    return show(
        request, desk, "draft", version=version, base=base, effects=effects(base.values, version.values) if base else [],
        new_preset=base is None or base.preset != version.preset, signers=signers, groups=groups, review_due=rules.review_due(version),
        preset_name=preset_words(version.preset),
    )  # fmt: skip


@page("edit_policy")
@with_draft
def edit(request: HttpRequest, desk: Desk, version: PolicyVersion, group: str) -> HttpResponseBase:
    """The settings under one heading."""
    if group not in GROUP_BY_SLUG:
        raise Http404("No such settings.")
    name = GROUP_BY_SLUG[group]
    form = GroupForm(request.POST if request.method == "POST" else None, group=name, version=version)
    if form.is_valid():
        try:
            services.change_settings(version=version, changes=form.wanted, by=desk.user, now=desk.now)
            messages.success(request, f"“{name}” is saved in the draft.")
            return redirect(desk.url("draft"))
        except (Blocked, BadInput) as refusal:
            form.add_error(None, str(refusal))
    return show(request, desk, "form", form=form, heading=name, back_url=desk.url("draft"), submit_words="Save in the draft")


@page("edit_policy")
@with_draft
def details(request: HttpRequest, desk: Desk, version: PolicyVersion) -> HttpResponseBase:
    """Title, owner, dates: what stands on the policy."""
    form = DetailsForm(request.POST if request.method == "POST" else None, version=version, initial=details_of(version))
    if form.is_valid() and _saved(form, desk, version, form.cleaned_data):
        messages.success(request, "Saved in the draft.")
        return redirect(desk.url("draft"))
    return show(request, desk, "form", form=form, heading="On the policy", back_url=desk.url("draft"), submit_words="Save in the draft")


@page("edit_policy")
@with_draft
def references(request: HttpRequest, desk: Desk, version: PolicyVersion) -> HttpResponseBase:
    """The law and guidance it stands on, the policies beside it (ATT-03)."""
    shipped = control_of(version.preset).references
    kept = version.references or as_json(shipped)
    form = ReferencesForm(request.POST if request.method == "POST" else None, initial=ReferencesForm.initial_of(kept))
    if form.is_valid():
        typed = {"law": form.cleaned_data["law"], "policies": form.cleaned_data["policies"]}
        if _saved(form, desk, version, {"references": {} if typed == as_json(shipped) else typed}):
            messages.success(request, "Saved in the draft.")
            return redirect(desk.url("draft"))
    return show(
        request, desk, "form", form=form, heading="Law and other policies", back_url=desk.url("draft"), submit_words="Save in the draft"
    )


def _saved(form: Any, desk: Desk, version: PolicyVersion, new: dict[str, Any]) -> bool:
    try:
        services.set_details(version=version, by=desk.user, now=desk.now, **new)
    except (Blocked, BadInput) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@page("edit_policy")
@with_draft
def discard(request: HttpRequest, desk: Desk, version: PolicyVersion) -> HttpResponseBase:
    """Ask, then throw the draft away."""
    if request.method == "POST":
        try:
            services.discard_draft(version=version, by=desk.user, now=desk.now)
            messages.success(request, f"The draft {version.number} is discarded. The policy in force has not changed.")
        except Blocked as refusal:
            messages.error(request, str(refusal))
        return redirect(desk.url("home"))
    lines = ["What was changed in it, and its signatures, are gone.", "The policy in force stays as it is."]
    return show(
        request, desk, "confirm", question=f"Discard the draft {version.number}?", consequences=lines, act_words="Discard the draft",
        danger=True, back_url=desk.url("draft"),
    )  # fmt: skip
