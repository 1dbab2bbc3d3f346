"""Earlier versions, and what changed between two."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from .. import selectors
from ..effects import effects
from ..models import PolicyVersion
from ..tables import table
from .desk import Desk, page, show
from .overview import card


def _versions(desk: Desk) -> list[PolicyVersion]:
    found = selectors.versions_for_school(desk.school) if desk.school else selectors.versions_of(desk.owner)
    return list(found.prefetch_related("signatures"))


@page("see_policy")
def history(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """All versions, newest first, each with what it changed against the one before."""
    versions = _versions(desk)
    rows = []
    for place, version in enumerate(versions):
        before = next((one for one in versions[place + 1 :] if one.school_id == version.school_id), None)
        changed = effects(before.values, version.values) if before else None
        rows.append(
            {"version": version, "url": desk.url("version", version_id=version.pk), "before": before, "effects": changed, **card(version)}
        )
    return show(request, desk, "history", rows=rows, in_force=desk.in_force)


@page("see_policy")
def version(request: HttpRequest, desk: Desk, version_id: int) -> HttpResponseBase:
    """One version, compared with another where `with` names one."""
    versions = {one.pk: one for one in _versions(desk)}
    if version_id not in versions:
        raise Http404("No such version.")
    found = versions[version_id]
    other_id = request.GET.get("with", "")
    other = versions.get(int(other_id)) if other_id.isdigit() else None
    return show(
        request, desk, "version", version=found, versions=list(versions.values()), other=other,
        effects=effects(other.values, found.values) if other else [], groups=table(found), **card(found),
    )  # fmt: skip
