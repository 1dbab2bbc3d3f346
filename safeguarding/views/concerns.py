"""Writing a concern, and the little that its writer sees of it again: that it arrived, and whether it is taken up."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from homevisits.common.errors import BadInput
from homevisits.common.said import wall
from homevisits.common.uploads import files_of
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Pupil
from homevisits.people.selectors.pupils import search_pupils

from ..body import grouped
from ..forms.concerns import AddForm, ConcernForm, FilesMixin
from ..models import Concern
from ..selectors.concerns import own_concern, written_by
from ..selectors.pupils import pupils_chosen
from ..services.concern_files import attach_to_concern
from ..services.concerns import raise_concern


def arrived(concern: Concern) -> str:
    """What its writer hears once."""
    return f"Your concern has arrived at {wall(concern.at)}. Its reference is {concern.reference}. The safeguarding team has been told."


@school_view(act="raise_concern")
def write(request: SchoolRequest) -> HttpResponseBase:
    """Write a concern about any pupil of the school, or about a child described in words. No address ever names whom it is about."""
    post = request.method == "POST"
    form = ConcernForm(request.POST if post else None, files_of(request) if post else None, school=request.school, now=request.now)
    finding = post and "find" in request.POST
    if post and not finding and form.is_valid() and (concern := keep(request, form)) is not None:
        messages.success(request, arrived(concern))
        return HttpResponseRedirect(reverse("concern_mine", args=[request.school.slug]))
    if finding:
        form.errors.clear()
    found = search_pupils(request.school, request.POST.get("q", "")) if finding else []
    context = writing(form, request, found=found, looked=finding)
    return render(request, "safeguarding/concern_write.html", context, status=422 if form.errors else 200)


def writing(form: ConcernForm, request: SchoolRequest, *, found: Sequence[Pupil] = (), looked: bool = False) -> dict[str, Any]:
    """What the template of the form takes."""
    chosen = form.chosen
    return {
        "form": form, "chosen": chosen, "found": [one for one in found if one not in chosen], "looked": looked,
        "rows": form.mark_rows(), "parts": grouped(), "find_url": reverse("concern_find", args=[request.school.slug]),
    }  # fmt: skip


def keep(request: SchoolRequest, form: ConcernForm, **more: Any) -> Concern | None:
    """Raise the concern of a valid form with its files; None where that was refused, which then stands on the form."""
    try:
        concern = raise_concern(school=request.school, by=request.user, now=request.now, **form.written(), **more)
    except BadInput as why:
        form.add_error(None, str(why))
        return None
    _keep_files(request, form, concern)
    return concern


def _keep_files(request: SchoolRequest, form: FilesMixin, concern: Concern) -> None:
    """Each file by itself: one that cannot be taken is named, the others and the words are kept."""
    for upload in form.uploads():
        try:
            token = f"{concern.token}:{sha256(upload.content).hexdigest()[:20]}"  # another file from the same page is kept too
            attach_to_concern(concern=concern, upload=upload, token=token, by=request.user, now=request.now)
        except BadInput as why:
            messages.error(request, f"“{upload.name}” was not taken: {why} What you wrote has arrived; add the file under “Add to it”.")
    if form.file_dropped:
        messages.error(request, "A file was far too large and was not taken. What you wrote has arrived.")


@school_view(act="raise_concern")
@require_POST
def find(request: SchoolRequest) -> HttpResponse:
    """The pupils whose name begins with what is typed, to be ticked; or, for a draft that is put back, those with these numbers."""
    if numbers := request.POST.getlist("pupil"):
        return render(request, "safeguarding/_concern_found.html", {"found": pupils_chosen(request.school, numbers), "looked": True})
    text = request.POST.get("q", "").strip()
    return render(request, "safeguarding/_concern_found.html", {"found": search_pupils(request.school, text), "looked": len(text) >= 2})


@school_view(act="raise_concern")
@require_safe
def mine(request: SchoolRequest) -> HttpResponse:
    """What a person wrote: reference, time, and whether it is taken up; nothing of what it says."""
    return render(request, "safeguarding/concern_mine.html", {"rows": written_by(request.user, request.school)})


@school_view(act="raise_concern")
def add(request: SchoolRequest, reference: str) -> HttpResponseBase:
    """More of what one wrote before, without seeing it again."""
    before = own_concern(request.user, request.school, reference)
    if before is None:
        messages.error(request, "There is no concern of yours with this reference.")
        return HttpResponseRedirect(reverse("concern_mine", args=[request.school.slug]))
    form = AddForm(request.POST or None, files_of(request) if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        concern = raise_concern(
            school=request.school, pupil_ids=list(before.pupils.values_list("pk", flat=True)), says=given["says"], words=given["words"],
            others=before.others, adds_to=before, source=f"more of concern {before.reference}", token=given["token"], by=request.user,
            now=request.now,
        )  # fmt: skip
        _keep_files(request, form, concern)
        messages.success(request, arrived(concern))
        return HttpResponseRedirect(reverse("concern_mine", args=[request.school.slug]))
    back = reverse("concern_mine", args=[request.school.slug])
    context = {
        "form": form, "heading": f"Add to {before.reference}", "submit_words": "Send to the safeguarding team", "back_url": back,
        "back_words": "What I wrote",
    }  # fmt: skip
    return render(request, "safeguarding/concern_add.html", context, status=422 if form.errors else 200)
