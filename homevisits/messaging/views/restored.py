"""After a restore: what may have gone since the backup, and the person who lets messages go again."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from homevisits.common.errors import BadInput
from homevisits.messaging import quarantine
from homevisits.messaging.forms import LiftForm
from homevisits.people.access import SchoolRequest, school_view

SHOWN = 100


@school_view(act="lift_quarantine")
def message_restored(request: SchoolRequest) -> HttpResponseBase:
    """What the provider said, what still waits, and the form that lets it go."""
    row = quarantine.current(request.school)
    form = LiftForm(request.POST or None, answered=row is None or row.answered)
    if request.method == "POST" and form.is_valid():
        try:
            given = {"without_answer": False, **form.cleaned_data}
            quarantine.lift(school=request.school, **given, by=request.user, now=request.now)
        except BadInput as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Messages go again. Your reason is kept with your name.")
            return redirect("message_list", request.school.slug)
    return _page(request, form, 422 if form.is_bound else 200)


@require_POST
@school_view(act="lift_quarantine")
def message_restored_ask(request: SchoolRequest) -> HttpResponseBase:
    """Ask the provider what went since the backup."""
    try:
        row = quarantine.reconcile(school=request.school, by=request.user, now=request.now)
    except BadInput as why:
        messages.error(request, str(why))
    else:
        says = "The provider has answered." if row.answered else "The provider does not answer. Nothing was changed: try again later."
        (messages.success if row.answered else messages.error)(request, says)
    return redirect("message_restored", request.school.slug)


def _page(request: SchoolRequest, form: LiftForm, status: int) -> HttpResponse:
    row = quarantine.current(request.school)
    waiting = quarantine.waiting(request.school) if row else []
    context = {"form": form if row and row.asked_at else None, "quarantine": row, "rows": waiting[:SHOWN], "count": len(waiting),
               "last": None if row else quarantine.last(request.school), "submit_words": "Let messages go again"}  # fmt: skip
    return render(request, "messaging/restored.html", context, status=status)
