"""The permission form as a screen and as a PDF (ATT-80)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from homevisits.documents.render import PdfUnavailable
from homevisits.people.access import SchoolRequest, school_view

from .. import permission_form
from ..services.papers import kept_paper
from .common import found


@school_view(act="see_visits")
@require_safe
def permission(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The form on the screen."""
    visit = found(request, visit_id)
    return render(request, "visits/permission.html", {"visit": visit, "form_of": permission_form.build(visit)})


@school_view(act="see_visits")
@require_safe
def permission_pdf(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """The form on paper; 503 with a sentence where PDFs cannot be made."""
    visit = found(request, visit_id)
    try:
        content = kept_paper(
            visit=visit, kind="permission", html=permission_form.permission_html(visit, request.now), by=request.user, now=request.now
        )
    except PdfUnavailable as why:
        return HttpResponse(str(why), status=503, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="permission-{visit.pk}.pdf"'
    return answer
