"""Who did what: the audit trail of a school, for the headteacher and the safeguarding lead. Reading it stands in it too."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from homevisits.audit import selectors
from homevisits.audit import services as audit
from homevisits.audit.hidden import Reader
from homevisits.audit.selectors import Search, object_types
from homevisits.common.forms import BaseForm, DayField

from ..access import SchoolRequest, school_view
from ..selectors.staff import staff_in

A_PAGE = 50


class SearchForm(BaseForm):
    """What to look for."""

    by_id = forms.TypedChoiceField(label="Who", required=False, coerce=int, empty_value=None)
    object_type = forms.ChoiceField(label="What it was done to", required=False)
    object_id = forms.CharField(label="Its number", required=False, max_length=60)
    from_day = DayField(label="From", required=False)
    to_day = DayField(label="To", required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_id"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]
        self.fields["object_type"].choices = [  # type: ignore[attr-defined]
            ("", "Anything"), *((kind, kind.replace("_", " ").capitalize()) for kind in kinds),
        ]  # fmt: skip


@school_view(act="see_audit")
def audit_log(request: SchoolRequest) -> HttpResponse:
    """The trail, newest first, searched and paged."""
    people = list(staff_in(request.school).order_by("name").values_list("pk", "name"))
    reader, staff_ids = Reader(request.school.pk, request.user.pk, request.school_roles), [pk for pk, _ in people]
    form = SearchForm(request.GET or None, people=people, kinds=object_types(reader, staff_ids))
    asked = form.is_bound and form.is_valid()
    search = Search(**form.cleaned_data) if asked else Search()
    found = selectors.events(reader=reader, staff_ids=staff_ids, search=search)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [(event, selectors.words(event.act)) for event in page]
    with transaction.atomic():
        detail = {name: value for name, value in vars(search).items() if value} | {"page": page.number}
        audit.record("people.audit_read", by=request.user, now=request.now, school_id=request.school.pk, detail=detail)
    return render(request, "people/audit_log.html", {"form": form, "page_obj": page, "rows": rows})
