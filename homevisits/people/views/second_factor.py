"""The second factor: asked once more, and set up."""

from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from homevisits.common import clock

from ..proofs import is_fresh, keep
from ..step_up import Question


def ask_again(request: HttpRequest) -> HttpResponseBase:
    """Show once more that it is you: before child protection records, and before changes to one's own sign-in."""
    onward = get_next_redirect_url(request) or "/"
    if request.method != "POST" and is_fresh(request, clock.now()):
        return HttpResponseRedirect(onward)
    asked = Question.to(request)
    if asked.is_right():
        return resume_request(request) or HttpResponseRedirect(onward)
    return asked.page(next=onward)


class ActivateTotp(ActivateTOTPView):  # type: ignore[misc]  # allauth is not typed
    """Setting up an app: its first code proves that it is the person, and there."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it up."""
        answer: HttpResponse = super().form_valid(form)
        keep(self.request, self.request.user, "totp", clock.now())
        return answer


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth is not typed
    """Adding a passkey or security key."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it up."""
        answer: HttpResponse = super().form_valid(form)
        keep(self.request, self.request.user, "webauthn", clock.now())
        return answer
