"""The policy in force: every setting with its value, the preset's and its clause; who signed it; whether one has read it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from homevisits.common.errors import Blocked
from homevisits.people.access import staff_with_role
from homevisits.people.models import Role, School, Staff

from .. import rules, selectors, services
from ..control import control_of
from ..models import PolicyVersion
from ..tables import table
from ..words import preset_words, role_words
from .desk import Desk, page, show


@page("see_policy")
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The settings of the version in force, searched, grouped, changed ones marked."""
    version = desk.in_force
    search, only_changed = request.GET.get("q", "").strip()[:80], "changed" in request.GET
    if version is None:
        return show(request, desk, "none", draft=desk.draft)
    return show(
        request, desk, "home", version=version, groups=table(version, search, only_changed), search=search, only_changed=only_changed,
        changed_count=len(version.changes), read=selectors.has_read(desk.user, version), **card(version),
    )  # fmt: skip


def card(version: PolicyVersion) -> dict[str, Any]:
    """Document control of a version, for its side card."""
    signatures = [(role_words(role), signature) for role, signature in rules.signatures_of(version).items()]
    return {
        "signatures": signatures,
        "has_signatures": any(signature for _, signature in signatures),
        "review_due": rules.review_due(version),
        "preset_name": preset_words(version.preset),
        "origin": control_of(version.preset).origin,
    }


@page("see_policy")
def read(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Staff confirm that they have read the version in force (ATT-02)."""
    version = desk.in_force
    if request.method == "POST" and version is not None:
        try:
            services.confirm_read(version=version, by=desk.user, now=desk.now)
            messages.success(request, f"Recorded: you have read version {version.number}.")
        except Blocked as refusal:
            messages.error(request, str(refusal))
    return redirect(desk.url("home"))


@page("edit_policy")
def readers(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Who has read the version in force, and who has not."""
    version = desk.in_force
    people = _staff(desk)
    done = selectors.staff_who_have_read(version, people) if version else frozenset()
    missing = [person for person in people if person.pk not in done]
    return show(request, desk, "readers", version=version, missing=missing, readers=[person for person in people if person.pk in done])


def _staff(desk: Desk) -> list[Staff]:
    """Whoever holds a role in the school; at a trust's desk, in any of its schools."""
    schools: list[School] = [desk.school] if desk.school else list(desk.trust.schools.all()) if desk.trust else []
    found = {person.pk: person for school in schools for role in Role for person in staff_with_role(school, role, desk.today)}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))
