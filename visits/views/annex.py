"""The infection-control annex: its page, and what it asks of a visit. Without an annex in the policy there is no such page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.matrix import allows
from homevisits.people.selectors.pupils import on_roll
from homevisits.policy.selectors import find_version_in_force
from homevisits.policy.values import Values

from ..forms.annex import AnnexEndForm, AnnexForm, AskedForm, IsolateForm
from ..rules.annex import annex_of, annex_on, asks_lift, keeper_blocks, last_version, leave_blocks
from ..selectors import risk as risks
from ..services import annex as service
from .common import found, page_of, said, tried


def _values(request: SchoolRequest) -> Values | None:
    """The policy's values where it has an annex."""
    policy = find_version_in_force(request.school, local_day(request.now))
    return policy.values if policy is not None and policy.values.infection_annex is not None else None


def _none(request: SchoolRequest) -> HttpResponse:
    return said(request, "The policy has no infection-control annex.", reverse("visit_list", args=[request.school.slug]))


def _page(request: SchoolRequest) -> str:
    return reverse("annex", args=[request.school.slug])


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: SchoolRequest) -> HttpResponse:
    """Whether the annex is on, since when and until when, its versions; who isolates."""
    values, day = _values(request), local_day(request.now)
    if values is None:
        return _none(request)
    form = IsolateForm(request.POST or None, pupils=on_roll(request.school)) if allows("plan_visit", request.school_roles) else None
    if form is not None and request.method == "POST" and form.is_valid():
        tried(form, lambda: service.isolate(by=request.user, now=request.now, **form.cleaned_data))
        if not form.errors:
            return said(request, "Recorded: the pupil isolates.", _page(request))
    context = {
        "annex": annex_on(request.school, values, day), "versions": risks.annex_versions(request.school), "form": form,
        "isolations": risks.isolations(request.school, day), "keeps": not keeper_blocks(values, request.school_roles),
        "keeper": values.infection_annex,
    }  # fmt: skip
    return render(request, "visits/annex.html", context)


@school_view(act="keep_annex")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SchoolRequest) -> HttpResponse:
    """Switch the annex on, or change it."""
    values, last = _values(request), last_version(request.school)
    if values is None:
        return _none(request)
    on, policy = annex_on(request.school, values, local_day(request.now)), values.infection_annex
    assert policy is not None
    first = {
        "isolation_days": on.isolation_days if on else policy["isolation_days"], "based_on": last.pk if last else 0,
        "distance_metres": on.distance_metres if on else policy["distance_metres"],
        "expires_on": on.version.expires_on if on else None, "words": on.version.words if on else "",
    }  # fmt: skip
    form, blocks = AnnexForm(request.POST or None, initial=first), keeper_blocks(values, request.school_roles)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        blocks = tried(form, lambda: service.set_annex(school=request.school, on=True, by=request.user, now=request.now, **given))
        if not form.errors:
            return said(request, "The annex is on. Staff and families with a visit planned are told.", _page(request))
    heading = "Change the infection-control annex" if on else "Switch the infection-control annex on"
    context = {"form": form, "blocks": blocks, "heading": heading, "back_url": _page(request), "submit_words": "Save and tell everybody"}
    return render(request, "visits/risk_act.html", context)


@school_view(act="keep_annex")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SchoolRequest) -> HttpResponse:
    """End the annex, after asking."""
    values, last = _values(request), last_version(request.school)
    if values is None:
        return _none(request)
    form = AnnexEndForm(request.POST or None, initial={"based_on": last.pk if last else 0})
    blocks = keeper_blocks(values, request.school_roles)
    if request.method == "POST" and form.is_valid():
        based_on = form.cleaned_data["based_on"]
        blocks = tried(
            form, lambda: service.set_annex(school=request.school, on=False, based_on=based_on, by=request.user, now=request.now)
        )
        if not form.errors:
            return said(request, "The annex has ended. Staff and families with a visit planned are told.", _page(request))
    context = {
        "question": "End the infection-control annex?", "act_words": "End it and tell everybody", "back_url": _page(request),
        "consequences": ["Its questions and blocks go at once.", "Staff and families with a visit planned are told."],
        "form": form, "blocks": blocks,
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)


@school_view(act="plan_visit")
@require_POST
def isolation_end(request: SchoolRequest, isolation_id: int) -> HttpResponse:
    """A pupil no longer isolates."""
    row = get_object_or_404(risks.isolations(request.school, local_day(request.now)), pk=isolation_id)
    service.end_isolation(isolation=row, by=request.user, now=request.now)
    return said(request, f"Recorded: {row.pupil} no longer isolates.", _page(request))


@school_view(act="request_visit")
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """What the annex asks of a visit."""
    visit = found(request, visit_id)
    if annex_of(visit, request.now) is None:
        return said(request, "The infection-control annex is off: nothing is asked.", page_of(visit))
    lift = asks_lift(visit)
    first = {"remote_contact_why_not": visit.remote_contact_why_not, **visit.purpose_answers}
    form = AskedForm(request.POST or None, lift=lift, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        tried(form, lambda: service.answer_for_visit(visit=visit, by=request.user, now=request.now, **given))
        if not form.errors:
            return said(request, "Recorded. The headteacher decides whether the visit is made.", page_of(visit))
    context = {"form": form, "heading": "While the infection-control annex is on", "back_url": page_of(visit)}
    return render(request, "visits/risk_act.html", context)


@school_view(act="keep_annex")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The headteacher approves that a visit is made while the annex is on."""
    visit = found(request, visit_id)
    blocks = leave_blocks(visit, visit.policy.values, request.school_roles, request.now)
    if request.method == "POST" and not blocks:
        service.give_leave(visit=visit, by=request.user, now=request.now)
        return said(request, "Recorded: the visit may be made.", page_of(visit))
    why = visit.remote_contact_why_not or "not said yet"
    context = {
        "question": "May this visit be made while the infection-control annex is on?", "blocks": blocks, "back_url": page_of(visit),
        "consequences": [f"Why contact cannot be remote: {why}", "A change of the plan asks again."], "act_words": "Yes, it may be made",
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)
