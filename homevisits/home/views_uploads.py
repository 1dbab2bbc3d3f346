"""The queue of documents for the school's information system: worked through, laid into a folder, taken as a ZIP."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.errors import BadInput
from homevisits.common.forms import BaseForm
from homevisits.common.said import count
from homevisits.documents.handing import hand_out
from homevisits.documents.models import QueuedUpload
from homevisits.documents.selectors import drop_of, drops_of, queue_counts, queue_of
from homevisits.documents.services.dropping import lay_down, make_zip, zip_of
from homevisits.documents.services.queue import mark_uploads
from homevisits.people.access import SchoolRequest, school_view

A_PAGE = 100
State = QueuedUpload.State
LOOK = {State.TO_UPLOAD: "open", State.UPLOADED: "done", State.FAILED: "due", State.NOT_NEEDED: "resting"}


class MarkForm(BaseForm):
    """What became of the ticked ones."""

    state = forms.ChoiceField(label="What became of them?", choices=State.choices)
    reference = forms.CharField(label="Reference in the information system", required=False, max_length=100)
    reason = forms.CharField(label="Why, where it failed or is not needed", required=False, max_length=200)


@school_view(act="upload_documents")
@require_safe
def upload_list(request: SchoolRequest) -> HttpResponse:
    """The queue by state, with its counts, and the last drops."""
    return _page(request, MarkForm(initial={"state": State.UPLOADED}))


def _page(request: SchoolRequest, form: MarkForm, ticked: frozenset[int] = frozenset(), status: int = 200) -> HttpResponse:
    asked = request.GET.get("state") or request.POST.get("shown") or ""
    state = asked if asked in State.values else State.TO_UPLOAD.value
    counts = queue_counts(request.school)
    page = Paginator(queue_of(request.school, state), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page_obj": page, "shown": state, "look": LOOK[State(state)], "words": State(state).label, "ticked": ticked,
        "tabs": [(value, label, counts[value]) for value, label in State.choices], "drops": drops_of(request.school),
        "folder": bool(settings.DOCUMENTS_FOLDER), "free": queue_of(request.school, State.TO_UPLOAD).filter(drop=None).count(),
    }  # fmt: skip
    return render(request, "home/uploads.html", context, status=status)


@school_view(act="upload_documents")
@require_POST
def upload_mark(request: SchoolRequest) -> HttpResponseBase:
    """Mark the ticked ones: uploaded with a reference, failed, not needed, or to upload after all."""
    form, ticked = MarkForm(request.POST), frozenset(int(pk) for pk in request.POST.getlist("upload") if pk.isdigit())
    if form.is_valid() and not ticked:
        form.add_error(None, "Tick the documents that you mean")
    if form.is_valid():
        try:
            changed = mark_uploads(school=request.school, upload_ids=ticked, **form.cleaned_data, by=request.user, now=request.now)
        except BadInput as why:
            form.add_error("reason", str(why))
        else:
            words = State(form.cleaned_data["state"]).label.lower()
            messages.success(request, f"{count(changed, 'document')} marked: {words}." if changed else "They were marked so already.")
            return redirect("upload_list", request.school.slug)
    return _page(request, form, ticked, status=422)


@school_view(act="upload_documents")
@require_POST
def upload_folder(request: SchoolRequest) -> HttpResponseBase:
    """Lay down what waits, now."""
    if not settings.DOCUMENTS_FOLDER:
        messages.error(request, "No folder is set up on this server (DOCUMENTS_FOLDER). Take a ZIP instead.")
        return redirect("upload_list", request.school.slug)
    try:
        drops = lay_down(school=request.school, folder=Path(settings.DOCUMENTS_FOLDER), by=request.user, now=request.now)
    except OSError as error:
        messages.error(request, f"The folder cannot be written ({error.strerror}). Nothing is lost; it is tried again by itself.")
    else:
        said = (
            f"In the folder: {', '.join(drop.name for drop in drops)}."
            if drops
            else "Nothing waits that is not in a folder or a ZIP already."
        )
        messages.success(request, said)
    return redirect("upload_list", request.school.slug)


@school_view(act="upload_documents")
@require_POST
def upload_zip(request: SchoolRequest) -> HttpResponseBase:
    """Put what waits into a ZIP; it is in the list of drops, to be saved as often as need be."""
    try:
        drop = make_zip(school=request.school, by=request.user, now=request.now)
    except BadInput as why:
        messages.error(request, str(why))
        return redirect("upload_list", request.school.slug)
    messages.success(request, f"The ZIP {drop.name} is ready: save it from the list below.")
    return redirect("upload_list", request.school.slug)


@school_view(act="upload_documents")
@require_safe
def upload_drop(request: SchoolRequest, drop_id: int) -> HttpResponse:
    """The documents of a drop with their manifest as a ZIP."""
    drop = drop_of(request.school, drop_id)
    if drop is None:
        raise Http404("No such drop.")
    return hand_out(zip_of(drop=drop, by=request.user, now=request.now), "zip", f"documents-{drop.name}.zip")
