"""The copies of the home visit form for the file and for the attendance officer (MAT-31); the parents' copy is a letter."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view

from ..form_copies import COPIES, form_html
from ..services.papers import kept_paper
from .common import found, page_of, said


@school_view(act="see_visits")
@require_safe
def form_copy(request: SchoolRequest, visit_id: int, whose: str) -> HttpResponseBase:
    """One copy as PDF, kept as it was printed."""
    visit = found(request, visit_id)
    if whose not in COPIES or not visit.departed_at:
        raise Http404("No such copy.")
    html = form_html(visit, whose)
    try:
        pdf = kept_paper(visit=visit, kind=f"{whose}_copy", html=html, by=request.user, now=request.now)
    except PdfUnavailable as why:
        return said(request, str(why), page_of(visit))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="home-visit-form-{visit.pk}.pdf"'
    return answer
