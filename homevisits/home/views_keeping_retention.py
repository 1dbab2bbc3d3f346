"""How long records are kept, what is due, holds. Nothing is erased but by a person's decision."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from homevisits.common.clock import local_day
from homevisits.documents.handing import hand_out
from homevisits.documents.render import PdfUnavailable, render_pdf
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.selectors.pupils import pupil_of

from .keeping import selectors
from .keeping.asking import done, posted, there
from .keeping.forms import DecideForm, HoldForm, LongerForm, ReasonForm, TogetherForm
from .keeping.schedule import NOT_ERASED, SCHEDULE
from .keeping.services import retention, together
from .keeping.staff_rules import LOW_LEVEL

MOST = 50  # records decided together in one go


@school_view(act="keep_retention")
@require_safe
def retention_queue(request: SchoolRequest) -> HttpResponse:
    """What waits for a decision, what is held, and what was decided last."""
    reviews = selectors.reviews_of(request.school, request.school_roles)
    held = selectors.held_pupils(request.school)
    open_ones = reviews.filter(decision="")
    context = {
        "rows": [(row, SCHEDULE[row.kind]) for row in open_ones[:300]], "held": held, "waiting": selectors.waiting_of(open_ones, held),
        "holds": list(selectors.holds_of(request.school)[:100]), "not_erased": NOT_ERASED, "today": local_day(request.now),
        "decided": [(row, SCHEDULE[row.kind]) for row in reviews.exclude(decision="").order_by("-decided_at")[:50]],
    }  # fmt: skip
    return render(request, "home/keeping/retention.html", context)


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def retention_review(request: SchoolRequest, review_id: UUID) -> HttpResponseBase:
    """Decide what becomes of one kind of record about one pupil; where two must agree the first proposes."""
    row = there(selectors.review_of(request.school, review_id, request.school_roles))
    rule = SCHEDULE[row.kind]
    mine = row.proposed_by_id == request.user.pk
    ways = () if mine else (row.proposed,) if row.proposed else rule.ways
    form = DecideForm(request.POST or None, ways=ways) if not row.decision else None

    def decide() -> None:
        assert form
        together.decide_or_propose(review=row, by=request.user, now=request.now, **form.cleaned_data)

    if posted(request, form, decide):
        first = rule.two and not row.proposed and form is not None and form.cleaned_data["decision"] != "keep"
        said = "Proposed. Nothing goes until a second person agrees." if first else "Decided and recorded."
        return done(request, said, "retention_queue")
    context = {
        "row": row, "rule": rule, "form": form, "blocks": retention.decision_blocks(row) if form else [], "mine": mine,
        "kept": retention.rule_words(row), "back_url": reverse("retention_queue", args=[request.school.slug]),
        "back_words": "Records kept long enough",
    }  # fmt: skip
    return render(request, "home/keeping/review.html", context)


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def retention_together(request: SchoolRequest, kind: str) -> HttpResponseBase:
    """Decide one kind of record about several pupils in one go; what is held or proposed is decided by itself."""
    rule = there(SCHEDULE.get(kind))
    open_ones = selectors.reviews_of(request.school, request.school_roles).filter(decision="", kind=kind, proposed="")
    rows = list(open_ones.exclude(pupil__in=selectors.held_pupils(request.school))[:MOST])
    there(rows or None)
    form = TogetherForm(request.POST or None, rows=rows, ways=rule.ways)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "reviews"}
        chosen = [row for row in rows if str(row.public_id) in form.cleaned_data["reviews"]]
        number, refused = together.decide_together(reviews=chosen, by=request.user, now=request.now, **given)
        if number:
            proposed = rule.two and given["decision"] != "keep"
            messages.success(request, f"{'Proposed' if proposed else 'Decided and recorded'}: {number} of {len(chosen)}.")
        for pupil, says in refused[:10]:
            messages.warning(request, f"{pupil}: {says}")
        if number:
            return HttpResponseRedirect(reverse("retention_queue", args=[request.school.slug]))
    context = {
        "form": form, "rule": rule, "back_url": reverse("retention_queue", args=[request.school.slug]),
        "back_words": "Records kept long enough",
    }  # fmt: skip
    return render(request, "home/keeping/together.html", context)


@school_view(act="keep_retention")
@require_safe
def retention_certificate(request: SchoolRequest, review_id: UUID) -> HttpResponseBase:
    """The certificate of destruction as a PDF: what kind, how many, by whom, when, by which rule; nothing of what it said."""
    row = there(selectors.review_of(request.school, review_id, request.school_roles))
    there(row.sha256 or None)
    context = {"row": row, "rule": SCHEDULE[row.kind], "school": request.school, "pupil": row.pupil, "made_at": request.now}
    try:
        content = render_pdf(render_to_string("home/keeping/certificate_pdf.html", context))
    except PdfUnavailable as why:
        messages.error(request, str(why))
        return HttpResponseRedirect(reverse("retention_review", args=[request.school.slug, row.public_id]))
    return hand_out(content, "pdf", f"certificate-of-destruction-{row.short}.pdf")


@school_view(act="keep_retention")
@require_http_methods(["GET", "HEAD", "POST"])
def retention_schedule(request: SchoolRequest) -> HttpResponseBase:
    """The schedule, and what this school keeps longer."""
    kept = selectors.schedule_of(request.school)
    form = LongerForm(
        request.POST or None,
        kinds=[*((line.rule.kind, line.rule.words) for line in kept), (LOW_LEVEL, "Low-level concerns, after the person has left")],
    )
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
def hold_lift(request: SchoolRequest, hold_id: UUID) -> HttpResponseBase:
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
