"""Sign-in through a provider: its two addresses lead to the sign-in where the provider is not switched on."""

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.providers.google import views as google
from allauth.socialaccount.providers.microsoft import views as microsoft
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

View = Callable[..., HttpResponseBase]


def _if_on(provider: str, view: View) -> View:
    @wraps(view)
    def page(request: HttpRequest) -> HttpResponseBase:
        return view(request) if provider in settings.SOCIALACCOUNT_PROVIDERS else redirect("account_login")

    return page


microsoft_login = _if_on("microsoft", microsoft.oauth2_login)
microsoft_callback = _if_on("microsoft", microsoft.oauth2_callback)
google_login = _if_on("google", google.oauth2_login)
google_callback = _if_on("google", google.oauth2_callback)
