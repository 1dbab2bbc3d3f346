"""The code of a second factor, asked at sign-in and again before child protection records."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache

from . import tries
from .models import Staff

# A code is accepted in its own half minute and those beside it: phones' clocks differ.
ACCEPTED = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD  # seconds


class CodeMixin(forms.Form):
    """Six figures of the app, or a recovery code; each counts once, for as long as it would be accepted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label, code.error_messages["required"] = "Code", "Enter the code"
        code.widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10", "autofocus": True}
        )

    def clean_code(self) -> str:
        """The code, which from now on is used up. allauth remembers one for half a minute, which is shorter than it is accepted."""
        user: Staff = self.user  # type: ignore[attr-defined]
        here = tries.from_here(context.request, user)
        if here is None:
            raise account_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]  # of the form that this is mixed into
        here.rollback()
        if self.authenticator.type == Authenticator.Type.TOTP:  # type: ignore[attr-defined]
            used = f"second-step:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
            if not cache.add(used, "used", timeout=ACCEPTED):
                raise get_adapter().validation_error("incorrect_code")
        return code


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is not typed
    """A passkey or security key, with a name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].help_text = "For example: school tablet, or key on my key ring"
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone, without my password"
        alone.help_text = "It then asks for your fingerprint, your face or a PIN each time. Quickest on a tablet."


class SecondStepForm(CodeMixin, AuthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """The code at sign-in."""


class AgainForm(CodeMixin, ReauthenticateForm):  # type: ignore[misc]  # allauth is not typed
    """The code once more."""
