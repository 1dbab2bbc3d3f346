"""Sign-in through the school's Microsoft or Google: for people whom the school has given an account here, and nobody else.

An address counts only as the school's own organisation vouches for it: at Microsoft the sign-in name in the school's tenant (what stands
under "mail" anybody may have typed, and a guest's name belongs elsewhere); at Google an address verified in the school's domain.
"""

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from homevisits.audit import services as audit
from homevisits.common import clock

from .adapter import SIGN_IN
from .models import Staff

UNKNOWN = "Nobody here signs in with that account. Ask your school’s office for one, or sign in with your password."


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Hooks of allauth's providers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts are made by the school, never by a visitor."""
        return False

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        """Those of the environment; a row in the database switches nothing on."""
        return [app for app in super().list_apps(request, provider=provider, client_id=client_id) if app.pk is None]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whose account it is, remember it at the first time, keep nothing else that the provider tells; or refuse."""
        account, told = sociallogin.account, dict(sociallogin.account.extra_data)
        account.extra_data = {}
        address = vouched_for(account.provider, told)
        staff = account.user if account.pk else self._by_address(account, address)
        if staff is None or not staff.is_active or not address:
            raise self._refusal(request, account.provider, staff)
        with transaction.atomic():
            if not account.pk:
                now, detail = clock.now(), {"provider": account.provider}
                audit.record("people.provider_linked", by=staff, now=now, object_type="staff", object_id=staff.pk, detail=detail)
            account.user = sociallogin.user = staff
            account.save()

    @staticmethod
    def _by_address(account: SocialAccount, address: str) -> Staff | None:
        """Whoever signs in with this address and has no other account of this provider: an address may be given to somebody else."""
        staff = Staff.objects.filter(email__iexact=address).first() if address else None
        if staff and SocialAccount.objects.filter(user=staff, provider=account.provider).exclude(uid=account.uid).exists():
            return None
        return staff

    @staticmethod
    def _refusal(request: HttpRequest, provider: str, staff: Staff | None) -> ImmediateHttpResponse:
        detail = {"from": account_adapter().get_client_ip(request), "provider": provider}
        number = staff.pk if staff else ""
        with transaction.atomic():
            audit.record("people.sign_in_failed", by=SIGN_IN, now=clock.now(), object_type="staff", object_id=number, detail=detail)
        messages.error(request, UNKNOWN)
        return ImmediateHttpResponse(redirect("account_login"))


def vouched_for(provider: str, told: dict[str, object]) -> str:
    """The address that the school's organisation answers for, of what a provider told; empty if there is none."""
    if provider == "microsoft":
        name = str(told.get("userPrincipalName") or "").lower()
        return "" if "#ext#" in name or "@" not in name else name
    domain = settings.SOCIALACCOUNT_PROVIDERS.get("google", {}).get("APPS", [{}])[0].get("settings", {}).get("domain", "")
    of_school = bool(domain) and str(told.get("hd") or "").lower() == domain.lower()
    return str(told.get("email") or "").lower() if of_school and told.get("email_verified") is True else ""
