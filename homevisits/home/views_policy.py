"""The policy for everybody who wants to read it: no sign-in, as a page and as PDF."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from homevisits.common import clock
from homevisits.documents.render import PdfUnavailable
from homevisits.people.models import School, Trust
from homevisits.policy import selectors

from .policy_document import pdf_of, policy_page


@login_not_required
@require_safe
def school_policy(request: HttpRequest, school: str) -> HttpResponse:
    """A school's policy for parents."""
    return _page(request, _school(school))


@login_not_required
@require_safe
def school_policy_pdf(request: HttpRequest, school: str) -> HttpResponse:
    """The same on paper."""
    return _pdf(request, _school(school), "policy_public")


@login_not_required
@require_safe
def trust_policy(request: HttpRequest, trust: str) -> HttpResponse:
    """A trust's policy for all its schools (MAT-05)."""
    return _page(request, _trust(trust))


@login_not_required
@require_safe
def trust_policy_pdf(request: HttpRequest, trust: str) -> HttpResponse:
    """The same on paper."""
    return _pdf(request, _trust(trust), "policy_public_trust")


def _school(slug: str) -> School:
    found = selectors.school_by_slug(slug)
    if found is None:
        raise Http404("No such school.")
    return found


def _trust(slug: str) -> Trust:
    found = selectors.trust_by_slug(slug)
    if found is None:
        raise Http404("No such trust.")
    return found


def _page(request: HttpRequest, owner: School | Trust, pdf_trouble: str = "") -> HttpResponse:
    version = selectors.in_force_for(owner, clock.now())
    school = owner if isinstance(owner, School) else None
    page = policy_page(owner, version) if version else None
    return render(request, "policy/public.html", {"page": page, "owner": owner, "school": school, "pdf_trouble": pdf_trouble})


def _pdf(request: HttpRequest, owner: School | Trust, page_name: str) -> HttpResponse:
    version = selectors.in_force_for(owner, clock.now())
    if version is None:
        return redirect(page_name, owner.slug)
    try:
        content = pdf_of(policy_page(owner, version), now=clock.now())
    except PdfUnavailable as trouble:
        return _page(request, owner, str(trouble))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="home-visits-policy-{owner.slug}-{version.number}.pdf"'
    return answer
