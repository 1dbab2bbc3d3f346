"""Who did what: the audit trail of a school, for the headteacher and the safeguarding lead. Reading it stands in it too."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.audit import selectors
from homevisits.audit.hidden import Reader
from homevisits.audit.models import AuditEvent
from homevisits.audit.selectors import Search, object_types
from homevisits.audit.words import words
from homevisits.common.clock import local
from homevisits.common.csvs import csv_response
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.selectors.staff import staff_in

from .forms_trail import TakeOutForm, TrailForm
from .trail import Row, rows_of, say_looked, say_taken
from .trail_records import about_pupils, by_number, looked_at

A_PAGE = 50
MOST = 5000  # events in one file


@dataclass(frozen=True)
class Asked:
    """What somebody looks for, and what of it they may learn."""

    form: TrailForm
    search: Search
    found: Any  # a queryset of events

    @property
    def said(self) -> dict[str, Any]:
        """What was looked for, as the trail keeps it: numbers and days, no names."""
        plain = {name: value for name, value in vars(self.search).items() if value and name != "records"}
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        plain |= {name: asked[name] for name in ("object_type", "object_id") if asked.get(name)}
        return plain | ({"pupils": [pupil.pk for pupil in self.form.pupils]} if self.form.pupils else {})


def _asked(request: SchoolRequest) -> Asked:
    people = list(staff_in(request.school).order_by("name").values_list("pk", "name"))
    staff_ids = [pk for pk, _ in people]
    reader = Reader(request.school.pk, request.user.pk, request.school_roles)
    given = request.GET if any(name != "page" for name in request.GET) else None
    form = TrailForm(given, school=request.school, people=people, kinds=object_types(reader, staff_ids))
    search = Search()
    if form.is_bound and form.is_valid():
        names = ("by_id", "object_type", "from_day", "to_day", "reading")
        about = about_pupils([pupil.pk for pupil in form.pupils]) if form.pupils else Q()
        kind, number = form.cleaned_data["object_type"], form.cleaned_data["object_id"]
        whole = looked_at(kind, number) if form.cleaned_data["reading"] else None
        records = about & (whole or by_number(kind, number) or Q())
        given_now = {name: form.cleaned_data[name] for name in names} | ({"object_type": ""} if whole else {})
        search = Search(**given_now, records=records)
    found = selectors.events(reader=reader, staff_ids=staff_ids, search=search)
    return Asked(form, search, found.none() if form.errors else found)


@school_view(act="see_audit")
@require_safe
def audit_log(request: SchoolRequest) -> HttpResponse:
    """The trail, newest first, searched and paged."""
    asked = _asked(request)
    page = Paginator(asked.found, A_PAGE).get_page(request.GET.get("page"))
    events: list[AuditEvent] = list(page.object_list)
    rows = rows_of(events, request.school, request.school_roles, request.user)
    say_looked(asked.said | {"page": page.number}, school=request.school, by=request.user, now=request.now)
    context = {"form": asked.form, "page_obj": page, "rows": rows, "pupils": asked.form.pupils, "said": asked.said, "most": MOST}
    return render(request, "home/audit_log.html", context)


@school_view(act="see_audit")
def audit_take_out(request: SchoolRequest) -> HttpResponse:
    """What was found as a file, once somebody has said why."""
    asked = _asked(request)
    form = TakeOutForm(request.POST if request.method == "POST" else None)
    count = asked.found.count()
    if request.method == "POST" and form.is_valid() and 0 < count <= MOST and not asked.form.errors:
        reason = form.cleaned_data["reason"]
        rows = rows_of(list(asked.found), request.school, request.school_roles, request.user)
        say_taken(asked.said | {"events": count, "reason": reason}, school=request.school, by=request.user, now=request.now)
        return csv_response(f"who-did-what-{local(request.now):%Y-%m-%d}", HEAD, [_cells(row) for row in rows])
    back = f"{reverse('audit_log', args=[request.school.slug])}?{request.GET.urlencode()}"
    context = {"form": form if 0 < count <= MOST else None, "count": count, "most": MOST, "back_url": back, "back_words": "Who did what"}
    return render(request, "home/audit_take_out.html", context | {"submit_words": "Take it out as a file"})


HEAD = ("When", "Who", "Did what", "To what", "Number", "About", "Particulars")


def _cells(row: Row) -> tuple[object, ...]:
    event = row.event
    at = local(event.at).isoformat(sep=" ", timespec="seconds")
    return at, event.by_name, words(event.act), row.record.words, row.record.number, row.record.about, row.particulars
