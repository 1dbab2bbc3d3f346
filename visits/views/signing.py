"""The end of a visit's form: check the answers, sign, hand in."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from homevisits.common.errors import Block
from homevisits.people.access import SchoolRequest, school_view

from ..forms.filled import HandInForm, SignForm
from ..models import FormSignature, HomeVisit
from ..questionnaires.definition import Definition
from ..rules.filled import answer_blocks, form_blocks, signature_blocks
from ..selectors import filled
from ..services import signing
from ..services.answers import open_form
from ..signed import signable
from .common import said, tried
from .filled import asked_of, form_url, frame

Role = FormSignature.Role


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SchoolRequest, visit_id: int) -> HttpResponseBase:
    """Every answer on one page, before anybody signs; from here the form is handed in."""
    visit, version, asked = asked_of(request, visit_id)
    row, parts = filled.form_of(visit), filled.parts_of(asked, filled.form_of(visit))
    unsigned = bool(row and signature_blocks(row, ""))
    form = HandInForm(request.POST if request.method == "POST" else None, missing=any(part.missing for part in parts), unsigned=unsigned)
    blocks: list[Block] = []
    if request.method == "POST" and form.is_valid():
        blocks = tried(
            form,
            lambda: signing.hand_in_form(
                form=row or open_form(visit=visit, version=version, by=request.user, now=request.now), by=request.user, now=request.now,
                **form.cleaned_data,
            ),
        )  # fmt: skip
        if not form.errors:
            return said(request, "The form is handed in. Its paper goes to the child’s file.", form_url(visit))
    owed = form_blocks(row, version.asks, filled.values_of(row), reason="", unsigned="") if row and not row.handed_in_at else []
    context = frame(
        visit, asked=asked, parts=parts, form=form if not (row and row.handed_in_at) else None, blocks=blocks, owed=owed, form_row=row,
        signed=filled.signatures(row), may=answer_blocks(visit, request.user, request.now),
        unsigned_words=filled.unsigned_words(row), differ=len(filled.open_conflicts(row)) if row else 0,
    )  # fmt: skip
    return render(request, "visits/filled/check.html", context, status=422 if form.errors else 200)


@school_view(act="see_visits")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SchoolRequest, visit_id: int, role: str) -> HttpResponse:
    """Sign what the page shows: drawn with a finger or a pen; without JavaScript the typed name stands for it."""
    if role not in Role.values:
        raise Http404("Nobody signs like that.")
    visit, version, asked = asked_of(request, visit_id)
    row = filled.form_of(visit)
    asked = _shown_to(asked, role)
    answers = signable(asked, filled.values_of(row), role)
    initial = {"signed": json.dumps(answers, ensure_ascii=False)}
    form = SignForm(request.POST if request.method == "POST" else None, role=role, by_name=request.user.name, initial=initial)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {name: form.cleaned_data[name] for name in ("name", "drawn", "signed", "token")}
        tried(
            form,
            lambda: signing.sign_form(
                form=row or open_form(visit=visit, version=version, by=request.user, now=request.now), role=role, by=request.user,
                now=request.now, **given,
            ),
        )  # fmt: skip
        if not form.errors:
            return said(request, "Signed.", after_signing(visit, role))
    parts = filled.parts_of(asked, row)
    context = frame(
        visit, asked=asked, version=version, parts=parts, form=form, role=role, role_words=Role(role).label, nothing=not answers,
        may=answer_blocks(visit, request.user, request.now), back_url=form_url(visit, "visit_form_check"),
    )  # fmt: skip
    return render(request, "visits/filled/sign.html", context, status=422 if form.errors else 200)


def after_signing(visit: HomeVisit, role: str) -> str:
    """Where the tablet goes on: after a parent to a page without answers, some of which are not for a parent's eyes."""
    return form_url(visit) if role == Role.PARENT else form_url(visit, "visit_form_check")


def _shown_to(asked: Definition, role: str) -> Definition:
    """What whoever signs is shown: a parent no confidential section."""
    if role != Role.PARENT:
        return asked
    return Definition(asked.key, asked.title, tuple(one for one in asked.sections if not one.confidential))
