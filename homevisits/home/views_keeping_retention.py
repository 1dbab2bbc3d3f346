"""How long records are kept, what is due, holds. Nothing is erased but by a person's decision."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.selectors.pupils import pupil_of

from .keeping import selectors
from .keeping.asking import done, posted, there
from .keeping.forms import DecideForm, HoldForm, LongerForm, ReasonForm
from .keeping.schedule import NOT_ERASED, SCHEDULE
from .keeping.services import retention


@school_view(act="keep_retention")
@require_safe
def retention_queue(request: SchoolRequest) -> HttpResponse:
    """What waits for a decision, what is held, and what was decided last."""
    reviews = selectors.reviews_of(request.school, request.school_roles)
    context = {
        "rows": [(row, SCHEDULE[row.kind]) for row in reviews.filter(decision="")[:300]], "held": selectors.held_pupils(request.school),
        "holds": list(selectors.holds_of(request.school)[:100]), "not_erased": NOT_ERASED, "today": local_day(request.now),
        "decided": [(row, SCHEDULE[row.kind]) for row in reviews.exclude(decision="").order_by("-decided_at")[:50]],
    }  # fmt: skip
    return render(request, "home/keeping/retention.html", context)


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def retention_review(request: SchoolRequest, review_id: int) -> HttpResponseBase:
    """Decide what becomes of one kind of record about one pupil."""
    row = there(selectors.review_of(request.school, review_id, request.school_roles))
    rule = SCHEDULE[row.kind]
    form = DecideForm(request.POST or None, ways=rule.ways) if not row.decision else None

    def decide() -> None:
        assert form
        retention.decide(review=row, by=request.user, now=request.now, **form.cleaned_data)

    if posted(request, form, decide):
        return done(request, "Decided and recorded.", "retention_queue")
    context = {
        "row": row, "rule": rule, "form": form, "blocks": retention.decision_blocks(row) if form else [],
        "back_url": reverse("retention_queue", args=[request.school.slug]), "back_words": "Records kept long enough",
    }  # fmt: skip
    return render(request, "home/keeping/review.html", context)


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def retention_schedule(request: SchoolRequest) -> HttpResponseBase:
    """The schedule, and what this school keeps longer."""
    kept = selectors.schedule_of(request.school)
    form = LongerForm(request.POST or None, kinds=[(line.rule.kind, line.rule.words) for line in kept])
    if posted(request, form, lambda: retention.keep_longer(school=request.school, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "The school keeps them longer from now on.", "retention_schedule")
    return render(request, "home/keeping/schedule.html", {"kept": kept, "form": form, "not_erased": NOT_ERASED})


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def hold_set(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """Put a hold on a pupil's records."""
    pupil, form = there(pupil_of(request.school, pupil_id)), HoldForm(request.POST or None)
    if posted(request, form, lambda: retention.set_hold(pupil=pupil, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, f"Nothing about {pupil} is erased until the hold is lifted.", "retention_queue")
    context = {
        "form": form, "pupil": pupil, "heading": f"Hold the records of {pupil}", "submit_words": "Set the hold",
        "intro": "While a hold stands nothing about this pupil is erased, whatever is due. It ends only when somebody lifts it.",
        "back_url": reverse("data_protection", args=[request.school.slug]), "back_words": "Data protection",
    }  # fmt: skip
    return render(request, "home/keeping/form.html", context)


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def hold_lift(request: SchoolRequest, hold_id: int) -> HttpResponseBase:
    """Lift a hold, with the reason."""
    row, form = there(selectors.hold_of(request.school, hold_id)), ReasonForm(request.POST or None)
    if posted(request, form, lambda: retention.lift_hold(hold=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "The hold is lifted.", "retention_queue")
    context = {
        "form": form, "pupil": row.pupil, "heading": f"Lift the hold on the records of {row.pupil}", "submit_words": "Lift it",
        "intro": f"It was set because: {row.reason}", "back_url": reverse("retention_queue", args=[request.school.slug]),
        "back_words": "Records kept long enough",
    }  # fmt: skip
    return render(request, "home/keeping/form.html", context)
