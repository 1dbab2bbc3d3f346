"""Records about staff that have been kept long enough: seen only by whoever may see the record."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view

from .keeping import selectors
from .keeping.asking import done, posted, there
from .keeping.forms import StaffDecideForm
from .keeping.services import staff_matters


@school_view(act="see_allegations")
@require_safe
def staff_keeping(request: SchoolRequest) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    rows = selectors.staff_reviews_of(request.user, request.school_roles, request.school, local_day(request.now))
    context = {"rows": list(rows.filter(decision="")[:100]), "decided": list(rows.exclude(decision="").order_by("-decided_at")[:50])}
    return render(request, "home/keeping/staff.html", context)


@school_view(act="see_allegations")
@require_http_methods(["GET", "HEAD", "POST"])
def staff_keeping_review(request: SchoolRequest, review_id: UUID) -> HttpResponseBase:
    """Decide what becomes of one record; decided, the page is the certificate."""
    today = local_day(request.now)
    rows = selectors.staff_reviews_of(request.user, request.school_roles, request.school, today)
    row = there(rows.filter(public_id=review_id).first())
    form, blocks, due = None, [], None
    if not row.decision and row.allegation:
        due = staff_matters.ends_of(row.allegation, today, staff_matters.years_after_leaving(request.school))
        form, blocks = StaffDecideForm(request.POST or None, pension=due.pension), staff_matters.staff_blocks(row, today)

    def decide() -> None:
        assert form
        staff_matters.decide_staff(review=row, by=request.user, now=request.now, **form.cleaned_data)

    if posted(request, form, decide):
        return done(request, "Decided and recorded.", "staff_keeping")
    context = {
        "row": row, "form": form, "blocks": blocks, "rule": due.rule if due else row.rule,
        "back_url": reverse("staff_keeping", args=[request.school.slug]), "back_words": "Staff matters kept long enough",
    }  # fmt: skip
    return render(request, "home/keeping/staff_review.html", context)
