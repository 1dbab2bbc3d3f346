"""The child protection file on its way to the next school. Only the safeguarding team comes here."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homevisits.common.clock import instant, local, local_day
from homevisits.documents.handing import hand_out
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest, school_view
from homevisits.people.models import Transfer
from homevisits.people.selectors.pupils import pupil_of

from .keeping import selectors
from .keeping.asking import done, posted, refused_by, there
from .keeping.forms import ReasonForm, ReceiptForm, SentForm, TransferForm
from .keeping.services import transfers


def _found(request: SchoolRequest, transfer_id: UUID) -> Transfer:
    return there(selectors.transfer_of(request.school, transfer_id))


@school_view(act="transfer_file")
@require_safe
def transfer_list(request: SchoolRequest) -> HttpResponse:
    """Files on their way, those that wait first."""
    rows = list(selectors.transfers_of(request.school)[:200])
    return render(request, "home/keeping/transfers.html", {"rows": rows, "today": local_day(request.now)})


@school_view(act="transfer_file")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer_new(request: SchoolRequest, pupil_id: int) -> HttpResponseBase:
    """Begin to send a file."""
    pupil = there(pupil_of(request.school, pupil_id))
    form = TransferForm(request.POST or None, initial={"from_day": pupil.left_on or local_day(request.now)})
    made: list[Transfer] = []

    def begin() -> None:
        made.append(transfers.open_transfer(school=request.school, pupil=pupil, by=request.user, now=request.now, **form.cleaned_data))

    if posted(request, form, begin):
        return done(request, "Begun. Look at what goes, and make the pack.", "transfer", made[0].public_id)
    context = {
        "form": form, "pupil": pupil, "heading": f"Send the child protection file of {pupil}", "submit_words": "Begin",
        "intro": "It goes apart from the main file, to the safeguarding lead of the next school: within five days of leaving, or in the "
        "first five days of the term. Every day is counted, so that it is in time however that is read. You are told until somebody there "
        "has confirmed it. No next school is known: begin nothing, the file stays here, and tell the local authority that the child may be "
        "missing education.",
        "back_url": reverse("data_protection", args=[request.school.slug]), "back_words": "Data protection",
    }  # fmt: skip
    return render(request, "home/keeping/form.html", context)


@school_view(act="transfer_file")
@require_safe
def transfer(request: SchoolRequest, transfer_id: UUID) -> HttpResponse:
    """What goes, how it went, who confirmed it. Reading it is audited."""
    row = _found(request, transfer_id)
    transfers.file_read(transfer=row, by=request.user, now=request.now)
    return _page(request, row)


def _page(request: SchoolRequest, row: Transfer, error: str = "", status: int = 200) -> HttpResponse:
    open_ = row.step == "open"
    found = [(transfers.key_of(one), one) for one in transfers.contents_of(row.pupil)] if open_ else []
    ticked = set(request.POST.getlist("record")) if request.method == "POST" else {transfers.CHRONOLOGY, *(key for key, _ in found)}
    context = {"row": row, "found": found, "ticked": ticked, "error": error, "today": local_day(request.now)}
    return render(request, "home/keeping/transfer.html", context, status=status)


@school_view(act="transfer_file")
@require_POST
def transfer_pack_make(request: SchoolRequest, transfer_id: UUID) -> HttpResponseBase:
    """Make the pack of the ticked records."""
    row, chosen = _found(request, transfer_id), request.POST.getlist("record")
    says = refused_by(lambda: transfers.make_pack(transfer=row, chosen=chosen, by=request.user, now=request.now))
    if says:
        return _page(request, row, says, status=422)
    return done(request, "The pack is made. Save it, send it, and record how it went.", "transfer", row.public_id)


@school_view(act="transfer_file")
@require_safe
def transfer_pack(request: SchoolRequest, transfer_id: UUID) -> HttpResponseBase:
    """The pack as it was made."""
    row = _found(request, transfer_id)
    if not row.sha256:
        return _page(request, row, "Make the pack first.")
    try:
        content = transfers.pack_read(transfer=row, by=request.user, now=request.now)
    except Altered as why:
        return HttpResponse(str(why), status=410, content_type="text/plain; charset=utf-8")
    return hand_out(content, "zip", f"child-protection-file-{row.short}.zip")


@school_view(act="transfer_file")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer_sent(request: SchoolRequest, transfer_id: UUID) -> HttpResponseBase:
    """Record how and when the pack went."""
    row = _found(request, transfer_id)
    form = SentForm(request.POST or None, initial={"day": local_day(request.now), "wall": f"{local(request.now):%H:%M}"})

    def send() -> None:
        said = form.cleaned_data
        at = instant(said["day"], said["wall"])
        transfers.mark_sent(transfer=row, way=said["way"], words=said["words"], at=at, by=request.user, now=request.now)

    if posted(request, form, send):
        return done(request, "Recorded. You are told until somebody there confirms it.", "transfer", row.public_id)
    return _form(request, row, form, "How the file went", "Record it")


@school_view(act="transfer_file")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer_receipt(request: SchoolRequest, transfer_id: UUID) -> HttpResponseBase:
    """Record who confirmed that it arrived."""
    row, form = _found(request, transfer_id), ReceiptForm(request.POST or None, initial={"received_on": local_day(request.now)})
    if posted(request, form, lambda: transfers.keep_receipt(transfer=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "The receipt is kept.", "transfer", row.public_id)
    return _form(request, row, form, "The file has arrived", "Keep the receipt")


@school_view(act="transfer_file")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer_end(request: SchoolRequest, transfer_id: UUID) -> HttpResponseBase:
    """It is not needed after all."""
    row, form = _found(request, transfer_id), ReasonForm(request.POST or None)
    if posted(request, form, lambda: transfers.end_transfer(transfer=row, by=request.user, now=request.now, **form.cleaned_data)):
        return done(request, "The file is not sent.", "transfer_list")
    return _form(request, row, form, "The file is not sent after all", "End it")


def _form(request: SchoolRequest, row: Transfer, form: object, heading: str, words: str) -> HttpResponse:
    back = reverse("transfer", args=[request.school.slug, row.public_id])
    context = {"form": form, "heading": heading, "submit_words": words, "back_url": back, "back_words": "The file", "pupil": row.pupil}
    return render(request, "home/keeping/form.html", context)
