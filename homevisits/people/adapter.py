"""Signing in, as allauth does it for this product: no sign-up, nothing that tells who has an account, everything in the audit.

The audit rows hang on allauth's adapter hooks, not on signals. Sign-ins belong to no school: they stand in chain 0.
"""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor, SystemJob

from . import proofs, tries
from .devices import device_words
from .locks import lock
from .models import Staff
from .services.sessions import end_sessions
from .services.wrong_tries import MANY, note_wrong_try, tries_until_now

SIGN_IN = SystemJob("sign-in")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Hooks of allauth's accounts."""

    # One sentence for a wrong password, an unknown address, and somebody who left.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right.",
        "too_many_login_attempts": "Too many tries that were not right. Wait five minutes, sign in on a computer or tablet on which you "
        "have signed in before, or reset your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the school, never by a visitor."""
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, after every step of it, and say so in the audit."""
        with transaction.atomic():
            super().login(request, user)
            now, staff = clock.now(), cast(Staff, user)
            request.session["device"] = device_words(request.headers.get("User-Agent", ""))
            request.session["signed_in_by"] = how = self._how(request, staff)
            proofs.keep(request, staff, how, now)
            self._record("people.signed_in", staff, request)
            tried = tries_until_now(staff=staff)
        if tried >= MANY:
            said = f"{tried} wrong passwords were tried at your account since you last signed in. If it was not you, tell your office."
            messages.warning(request, said)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponseBase:
        """The answer to somebody who is in: their browser is known from here on."""
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        tries.remember(request, response, cast(Staff, user))
        return response

    @staticmethod
    def _how(request: HttpRequest, staff: Staff) -> str:
        """The strongest step of this sign-in: the kind of second factor, or what stood for a password."""
        steps = get_authentication_records(request, staff)
        second = [str(step.get("type")) for step in steps if step.get("method") == "mfa"]
        return second[-1] if second else "provider" if any(step.get("method") == "socialaccount" for step in steps) else "password"

    def get_login_stages(self) -> list[str]:
        """allauth's; without the second factor for whoever comes from a provider that has asked for one, if the installation says so."""
        stages: list[str] = super().get_login_stages()
        steps = self.request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
        if settings.PROVIDER_SECOND_FACTOR and steps and steps[-1].get("method") == "socialaccount":
            return [stage for stage in stages if stage != "allauth.mfa.stages.AuthenticateStage"]
        return stages

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Before changes to one's own sign-in: the same question as before child protection records, and as long an answer."""
        return not proofs.is_fresh(self.request, clock.now())

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
        """One page asks it, whatever the person can answer with: the password is no way round the second factor."""
        ask = {"id": "ask_again", "description": "Show that it is you", "url": reverse("account_reauthenticate")}
        return [ask] if user.is_authenticated else []

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and say so in the audit."""
        with transaction.atomic():
            if request.user.is_authenticated:
                self._record("people.signed_out", request.user, request)
            super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before a password is looked at: whether this browser has a try left at this account."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = tries.take(request, str(credentials.get("email", "")), key)
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person of these credentials; nobody for a person who left, who hears no more than somebody with a wrong password."""
        user = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return cast(AbstractBaseUser | None, user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password or an unknown address. The address typed is kept only where it is an account's: people type passwords there."""
        super().authentication_failed(request, **credentials)
        known = Staff.objects.filter(email__iexact=str(credentials.get("email", ""))).first()
        with transaction.atomic():
            note_wrong_try(address=str(credentials.get("email", "")))
            self._record("people.sign_in_failed", known, request, by=SIGN_IN)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change a password, by the old one or by an emailed link; Django ends every other session of that person."""
        with transaction.atomic():
            super().set_password(user, password)
            self._record("people.password_changed", cast(Staff, user), self.request)

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth tells a person by email what changed about their sign-in; changes of the second factor are recorded here.

        It calls this after the change has been committed: the one event of ours that is not in the transaction of its act.
        """
        if template_prefix.startswith("mfa/"):
            act = template_prefix.rsplit("/", 1)[-1]  # totp_activated, totp_deactivated, recovery_codes_generated, webauthn_added …
            with transaction.atomic():
                self._record(f"people.second_factor.{act}", cast(Staff, user), self.request)
                if not is_mfa_enabled(user):
                    self._has_none_left(cast(Staff, user))
        super().send_notification_mail(template_prefix, user, context, email)

    def _has_none_left(self, staff: Staff) -> None:
        """Whoever took away their last second factor sets up another before they go on, and is signed out everywhere else."""
        for kept in ("has_second_factor", "proved"):
            self.request.session.pop(kept, None)
        end_sessions(staff=staff, by=staff, now=clock.now(), but=self.request.session.session_key or "")

    def _record(self, act: str, staff: Staff | None, request: HttpRequest, by: Actor | None = None) -> None:
        actor = by or staff or SIGN_IN
        audit.record(
            act, by=actor, now=clock.now(), object_type="staff", object_id=staff.pk if staff else "",
            detail={"from": self.get_client_ip(request)},
        )  # fmt: skip


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Second factors lie encrypted in the database: a copy of it is not enough to sign in as somebody."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not right, or it was used already. Wait for the next code and enter that.",
    }

    def encrypt(self, text: str) -> str:
        """What is kept of an authenticator's secret or of recovery codes."""
        return lock("second factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises InvalidToken when SECRET_KEY was changed without keeping the former one as a fallback."""
        return lock("second factor").decrypt(encrypted_text.encode()).decode()
