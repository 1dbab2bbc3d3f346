"""The account at the provider, and the wording of the messages."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from homevisits.common.errors import BadInput
from homevisits.messaging import accounts, selectors, wording, wordings
from homevisits.messaging.forms import AccountForm, TestTextForm, WordingForm
from homevisits.messaging.outbox import common_fields
from homevisits.messaging.parts import count_parts
from homevisits.people.access import SchoolRequest, school_view

EXAMPLE = {"children": "Ada and Ben", "deadline": "08:45", "notice": "A task is waiting.", "link": "https://example.org/s/school/"}


@school_view(act="edit_school")
def message_account(request: SchoolRequest) -> HttpResponseBase:
    """How the school's messages leave."""
    account = selectors.account_of(request.school)
    names = ("way", "service", "sender_id", "any_template_id", "daily_limit")
    now = {name: getattr(account, name) for name in names} if account else {"way": "screen", "daily_limit": 250_000}
    form = AccountForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        accounts.save_account(school=request.school, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, "Saved. Send a test text to see that it works.")
        return redirect("message_account", request.school.slug)
    return _account_page(request, form)


@require_POST
@school_view(act="edit_school")
def message_token(request: SchoolRequest) -> HttpResponse:
    """A new token for the callbacks, shown this once."""
    token = accounts.make_token(school=request.school, by=request.user, now=request.now)
    account = selectors.account_of(request.school)
    assert account is not None  # it was made with the token
    form = AccountForm(initial={"way": account.way, "service": account.service, "sender_id": account.sender_id,
                                "any_template_id": account.any_template_id, "daily_limit": account.daily_limit})  # fmt: skip
    return _account_page(request, form, token=token)


@require_POST
@school_view(act="edit_school")
def message_test(request: SchoolRequest) -> HttpResponse:
    """A test text to one's own mobile."""
    form = TestTextForm(request.POST)
    if form.is_valid():
        try:
            accounts.send_test_text(
                school=request.school, to=request.user, token=form.cleaned_data["token"], by=request.user, now=request.now
            )
            messages.success(request, "A test text is on its way to your mobile. The list of messages shows how far it got.")
        except BadInput as error:
            messages.error(request, str(error))
    return redirect("message_account", request.school.slug)


@school_view(act="edit_templates")
def wording_list(request: SchoolRequest) -> HttpResponse:
    """Every message with its wording, and the languages in which the school has one."""
    own = {(row.name, row.language): row for row in selectors.wordings_of(request.school)}
    rows = []
    for name, title in wording.TITLES.items():
        now = own.get((name, "")) or wording.shipped(name)
        text = wording.render(now.body, _example(request))
        languages = sorted(language for key, language in own if key == name and language)
        rows.append(
            {"name": name, "title": title, "text": text, "parts": count_parts(text), "own": (name, "") in own, "languages": languages}
        )
    return render(request, "messaging/wording_list.html", {"rows": rows, "wanted": selectors.languages_of(request.school)})


@school_view(act="edit_templates")
def wording_edit(request: SchoolRequest, name: str) -> HttpResponseBase:
    """The wording of one message in one language, with what it looks like and what it costs."""
    if name not in wording.FIELDS:
        raise Http404
    language = wording.plain(request.GET.get("language", ""))
    form = WordingForm(request.POST or None, name=name, initial=_initial(request, name, language))
    if request.method == "POST" and form.is_valid():
        wordings.save_wording(school=request.school, name=name, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, f"The wording of “{wording.TITLES[name]}” is saved. It counts from the next message on.")
        return redirect("wording_list", request.school.slug)
    body = request.POST.get("body", "") if request.method == "POST" else str(form.initial["body"])
    own = any(row.name == name and row.language == language for row in selectors.wordings_of(request.school))
    context = {
        "form": form, "name": name, "title": wording.TITLES[name], "language": language, "own": own, **_preview(request, body),
        "fields": [(field, wording.FIELD_HELP[field]) for field in wording.FIELDS[name]],
        "back_url": reverse("wording_list", args=[request.school.slug]), "back_words": "All messages",
    }  # fmt: skip
    return render(request, "messaging/wording_edit.html", context)


@require_POST
@school_view(act="edit_templates")
def wording_preview(request: SchoolRequest) -> HttpResponse:
    """What a wording looks like while it is typed; nothing is kept."""
    return render(request, "messaging/wording_preview.html", _preview(request, request.POST.get("body", "")[:2000]))


@require_POST
@school_view(act="edit_templates")
def wording_drop(request: SchoolRequest, name: str) -> HttpResponse:
    """Back to the shipped wording."""
    language = request.POST.get("language", "")[:40]
    if wordings.drop_wording(school=request.school, name=name, language=language, by=request.user, now=request.now):
        messages.success(request, "The shipped wording is back.")
    return redirect("wording_list", request.school.slug)


def _account_page(request: SchoolRequest, form: AccountForm, token: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "token": token, "test": TestTextForm(initial={"token": uuid.uuid4()}),
        "provider": selectors.provider_state(request.school, request.now), "account": selectors.account_of(request.school),
        "receipts_url": settings.BASE_URL + reverse("notify_receipt"), "texts_url": settings.BASE_URL + reverse("notify_text"),
    }  # fmt: skip
    return render(request, "messaging/account.html", context)


def _initial(request: SchoolRequest, name: str, language: str) -> dict[str, Any]:
    rows = {row.language: row for row in selectors.wordings_of(request.school) if row.name == name}
    row = rows.get(language)
    start = row or rows.get("") or wording.shipped(name)
    return {"language": language, "subject": start.subject, "body": start.body, "notify_id": row.notify_id if row else None}


def _example(request: SchoolRequest) -> dict[str, str]:
    return {**EXAMPLE, **common_fields(request.school)}


def _preview(request: SchoolRequest, body: str) -> dict[str, Any]:
    text = wording.render(body, _example(request))
    return {"text": text, "parts": count_parts(text)}
