"""Photographs and papers of a visit: added, shown on a page of their own, handed out as files, withdrawn."""

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from homevisits.common.errors import BadInput, Blocked
from homevisits.common.uploads import files_of
from homevisits.documents.handing import hand_out
from homevisits.documents.models import Attachment
from homevisits.documents.store import Altered
from homevisits.people.access import SchoolRequest, school_view

from ..forms.attachments import AttachForm, WithdrawForm
from ..models import HomeVisit
from ..rules.attachments import attach_blocks, open_blocks, withdraw_blocks
from ..selectors.attachments import added_to, one_of
from ..services import attachments
from .common import found, page_of, said, tried
from .door import help_of, tablet_of


@school_view(act="see_visits")
def attach(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Add a photograph or a paper. What was taken is kept even when another file of the same page was not."""
    visit = found(request, visit_id)
    pupils = [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    post = request.method == "POST"
    form = AttachForm(request.POST if post else None, files_of(request) if post else None, pupils=pupils)
    if post and form.is_valid():
        kept = _add(request, visit, form)
        if not form.errors:
            words = "It is" if kept == 1 else "Both are"
            here = reverse("visit_attach", args=[request.school.slug, visit.pk])
            return said(request, f"{words} in the file. Add another, or go back to the visit.", here)
        if kept:
            # What comes next from this page is not what came before.
            form.data = request.POST.copy()
            form.data["token"] = str(uuid.uuid4())
            messages.success(request, "One of the two is in the file. The other was not taken.")
    there = list(added_to(visit))
    blocks = attach_blocks(visit, len(there))
    out = visit.departed_at and not visit.returned_at and visit.members.filter(staff=request.user).exists()
    context = {
        "visit": visit, "form": None if blocks else form, "blocks": blocks, "there": there, "help_url": help_of(visit),
        "back_url": tablet_of(visit) if out else page_of(visit), "home_url": reverse("visit_today", args=[request.school.slug]),
    }  # fmt: skip
    return render(request, "visits/attach.html", context, status=422 if form.errors else 200)


def _add(request: SchoolRequest, visit: HomeVisit, form: AttachForm) -> int:
    """Add the files of a valid form; what is refused stands on its field. How many were kept."""
    given, kept = dict(form.cleaned_data), 0
    for name, upload in form.uploads().items():
        try:
            attachments.add_to_visit(
                visit=visit, pupils=given["pupils"], kind=given["kind"], says=given["says"], upload=upload,
                token=f"{given['token']}:{name}", by=request.user, now=request.now,
            )  # fmt: skip
            kept += 1
        except Blocked as why:
            form.add_error(None, str(why))
        except BadInput as why:
            form.add_error(name, str(why))
    return kept


def _one(request: SchoolRequest, visit: HomeVisit, attachment_id: UUID) -> Attachment:
    row = one_of(visit, attachment_id)
    if row is None:
        raise Http404("No such file.")
    return row


@school_view(act="see_visits")
@require_safe
def attachment(request: SchoolRequest, visit_id: int, attachment_id: UUID) -> HttpResponse:
    """What is known of one file; a photograph is shown, a PDF is handed out."""
    visit = found(request, visit_id)
    row = _one(request, visit, attachment_id)
    context = {
        "visit": visit, "row": row, "blocks": open_blocks(row, request.school_roles), "back_url": page_of(visit),
        "may_withdraw": not withdraw_blocks(row, request.user, request.school_roles),
    }  # fmt: skip
    return render(request, "visits/attachment.html", context)


@school_view(act="see_visits")
@require_safe
def attachment_file(request: SchoolRequest, visit_id: int, attachment_id: UUID) -> HttpResponse:
    """The bytes, as a file to keep and never as a page. Every reading is audited."""
    visit = found(request, visit_id)
    row = _one(request, visit, attachment_id)
    try:
        content = attachments.read_from_visit(
            visit=visit, attachment=row, roles=request.school_roles, by=request.user, now=request.now
        )  # fmt: skip
    except Blocked as why:
        context = {"visit": visit, "heading": "This file does not open", "blocks": why.blocks, "back_url": page_of(visit)}
        return render(request, "visits/refused.html", context, status=403)
    except Altered as why:
        return HttpResponse(str(why), status=410, content_type="text/plain; charset=utf-8")
    return hand_out(content, row.holds, row.file_name)


@school_view(act="see_visits")
def attachment_withdraw(request: SchoolRequest, visit_id: int, attachment_id: UUID) -> HttpResponseBase:
    """Take a file back, with the reason."""
    visit = found(request, visit_id)
    row = _one(request, visit, attachment_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    blocks = withdraw_blocks(row, request.user, request.school_roles)
    if request.method == "POST" and form.is_valid():
        because, roles = form.cleaned_data["because"], request.school_roles
        blocks = tried(
            form,
            lambda: attachments.withdraw_from_visit(
                visit=visit, attachment=row, because=because, roles=roles, by=request.user, now=request.now
            ),
        )  # fmt: skip
        if not form.errors:
            return said(request, "Withdrawn. It stays in the list with your reason.", page_of(visit))
    context = {
        "visit": visit, "form": None if blocks else form, "blocks": blocks, "heading": f"Withdraw: {row.get_kind_display().lower()}",
        "back_url": reverse("visit_attachment", args=[request.school.slug, visit.pk, row.public_id]), "back_words": "The file",
        "submit_words": "Withdraw it",
    }  # fmt: skip
    return render(request, "visits/form.html", context, status=422 if form.errors else 200)
