"""The gate before child protection records: the second factor once more when the last proof is over ten minutes old.

A page that was asked for comes after the answer. A form that was sent is carried on: the question holds its fields, the answer goes
to the form's own address, and the act is done then. Files cannot be carried; the page says so.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from homevisits.common import clock

from .forms_second_factor import AgainForm
from .middleware import is_htmx, is_json
from .models import Staff
from .proofs import is_proved, not_proved, proved_again

PREFIX = "step_up"
SAYS = "Show once more that it is you before you go on here. Nothing was done; what you typed is still there."


@dataclass
class Question:
    """What a person is asked: those of code, passkey and password that they can answer."""

    request: HttpRequest
    code: forms.Form | None = None
    passkey: forms.Form | None = None
    password: forms.Form | None = None

    @classmethod
    def to(cls, request: HttpRequest) -> "Question":
        """The question for the person signed in, with what they answered if they did."""
        staff = request.user
        assert isinstance(staff, Staff)  # only whoever is signed in is asked
        types = set(Authenticator.objects.filter(user_id=staff.pk).values_list("type", flat=True))
        sent = request.POST if is_answered(request) else None
        keyed = bool(sent and sent.get(f"{PREFIX}-credential"))
        asked = cls(request)
        if types - {Authenticator.Type.WEBAUTHN}:
            asked.code = AgainForm(user=staff, data=None if keyed else sent, prefix=PREFIX)
        if Authenticator.Type.WEBAUTHN in types:
            asked.passkey = ReauthenticateWebAuthnForm(user=staff, data=sent if keyed else None, prefix=PREFIX)
        if not types and staff.has_usable_password():
            asked.password = PasswordForm(user=staff, data=sent, prefix=PREFIX)
            asked.password.fields["password"].error_messages["required"] = "Enter your password"
        return asked

    def is_right(self) -> bool:
        """Whether it was answered, and rightly: that is kept then. A wrong answer stands in the audit."""
        sent = [form for form in (self.code, self.passkey, self.password) if form is not None and form.is_bound]
        if not sent or not sent[0].is_valid():
            if sent and any(sent[0].data.get(sent[0].add_prefix(name)) for name in sent[0].fields):
                not_proved(self.request)
            return False
        form: Any = sent[0]
        if form is self.password:
            reauthenticate_by_password(self.request)
            proved_again(self.request, "password")
        else:
            form.save()
            proved_again(self.request, "webauthn" if form is self.passkey else form.authenticator.type)
        return True

    def page(self, template: str = "account/reauthenticate.html", **more: Any) -> HttpResponse:
        """The page that asks."""
        options = {"request_options": begin_authentication(self.request.user)} if self.passkey else None
        shown = self.code or self.password or self.passkey
        if self.passkey is not None and self.passkey.errors:
            more["passkey_failed"] = True
        context = {"asked": self, "form": shown, "js_data": options, **more}
        return render(self.request, template, context)


def is_answered(request: HttpRequest) -> bool:
    """Whether a form holds an answer to the question."""
    return request.method == "POST" and any(name.startswith(f"{PREFIX}-") for name in request.POST)


def gate(request: HttpRequest) -> HttpResponseBase | None:
    """Nothing where the person may go on, with the question's own fields taken out of what was sent; else the answer that asks."""
    if is_proved(request, clock.now()):
        _take_answer_out(request)
        return None
    if is_json(request):
        return _marked(JsonResponse({"says": SAYS}, status=403))
    if is_htmx(request) or request.method not in ("GET", "HEAD", "POST"):
        return _marked(HttpResponse(SAYS, status=403, content_type="text/plain"))
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
    asked = Question.to(request)
    if asked.is_right():
        _take_answer_out(request)
        return None
    return asked.page(to=request.get_full_path(), carried=_carried(request), files=_files(request))


def _marked(response: HttpResponse) -> HttpResponse:
    response["X-Step-Up"] = "1"
    response["Cache-Control"] = "no-store"
    return response


def _own(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or name.startswith(f"{PREFIX}-")


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.POST.lists() if not _own(name) for value in values]


def _files(request: HttpRequest) -> list[str]:
    return [file.name or "" for _, files in request.FILES.lists() for file in files]


def _take_answer_out(request: HttpRequest) -> None:
    """No page behind the gate sees the code: one that keeps whatever is sent would keep it."""
    if is_json(request) or not is_answered(request):
        return
    left = request.POST.copy()
    for name in [name for name in left if name.startswith(f"{PREFIX}-")]:
        del left[name]
    left._mutable = False
    request.POST = left  # type: ignore[assignment]  # not to be changed again, from here on
