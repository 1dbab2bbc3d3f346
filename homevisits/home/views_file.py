"""The pupil's file: the page, and each document as a file to keep."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from homevisits.audit import services as audit
from homevisits.common.forms import BaseForm, DayField
from homevisits.documents.handing import hand_out
from homevisits.documents.services.reading import read_document
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Pupil
from homevisits.people.selectors.pupils import pupil_of
from visits.form_copies import COPIES

from .pupil_file import STATES, WAYS, PupilFile, Search, document_in_file, file_of, forms_of

A_PAGE = 50


class SearchForm(BaseForm):
    """What to show of the file."""

    kind = forms.ChoiceField(label="What it is", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *STATES])
    way = forms.ChoiceField(label="How it went", required=False, choices=[("", "Any"), *WAYS])
    by_id = forms.TypedChoiceField(label="Who made or added it", required=False, coerce=int, empty_value=None)
    from_day = DayField(label="From", required=False)
    to_day = DayField(label="To", required=False)

    def __init__(self, *args: Any, of: PupilFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Anything"), *of.kinds]  # type: ignore[attr-defined]
        self.fields["by_id"].choices = [("", "Anybody"), *of.people]  # type: ignore[attr-defined]


def _pupil(request: SchoolRequest, pupil_id: int) -> Pupil:
    pupil = pupil_of(request.school, pupil_id)
    if pupil is None:
        raise Http404("No such pupil.")
    return pupil


@school_view(act="see_pupils")
@require_safe
def pupil_file(request: SchoolRequest, pupil_id: int) -> HttpResponse:
    """All documents and attachments of a pupil that this person may see, searched and paged. Reading the list is audited."""
    pupil, roles = _pupil(request, pupil_id), request.school_roles
    whole = file_of(pupil, request.user, roles, Search())
    form = SearchForm(request.GET or None, of=whole)
    asked = form.is_bound and form.is_valid()
    found = file_of(pupil, request.user, roles, Search(**form.cleaned_data)) if asked else whole
    page = Paginator(found.shown, A_PAGE).get_page(request.GET.get("page"))
    with transaction.atomic():
        audit.record(
            "home.pupil_file.read", by=request.user, now=request.now, school_id=request.school.pk, object_type="pupil", object_id=pupil.pk
        )
    context = {
        "pupil": pupil, "form": form, "page_obj": page, "count": len(found.shown), "apart": found.apart, "total": whole.total,
        "copies": COPIES.items(), "forms": forms_of(pupil, request.user, roles), "searched": asked and any(form.cleaned_data.values()),
    }  # fmt: skip
    return render(request, "home/pupil_file.html", context)


@school_view(act="see_pupils")
@require_safe
def pupil_document(request: SchoolRequest, pupil_id: int, document_id: int) -> HttpResponse:
    """One document of the file, as a PDF to keep; every reading is audited."""
    pupil = _pupil(request, pupil_id)
    row = document_in_file(pupil, document_id, request.user, request.school_roles)
    if row is None:
        raise Http404("No such document.")
    try:
        content = read_document(document=row, by=request.user, now=request.now)
    except Altered as why:
        return HttpResponse(str(why), status=410, content_type="text/plain; charset=utf-8")
    return hand_out(content, "pdf", f"{row.made_at:%Y-%m-%d}-document-{row.pk}.pdf")
