"""Sign-in through a school's Microsoft or Google, where the environment gives what it takes; see docs/decisions/0020."""

from typing import Any

import environ

# Where each signs people in: the sign-in form leads there, which the content security policy must allow.
PLACES = {"microsoft": "https://login.microsoftonline.com", "google": "https://accounts.google.com"}


def from_environment(env: environ.Env) -> dict[str, dict[str, Any]]:
    """allauth's setting: those providers for which all three variables are given."""
    tenant, domain = env.str("MICROSOFT_TENANT"), env.str("GOOGLE_DOMAIN")
    microsoft = {"client_id": env.str("MICROSOFT_CLIENT_ID"), "secret": env.str("MICROSOFT_CLIENT_SECRET"), "settings": {"tenant": tenant}}
    google = {"client_id": env.str("GOOGLE_CLIENT_ID"), "secret": env.str("GOOGLE_CLIENT_SECRET"), "settings": {"domain": domain}}
    found: dict[str, dict[str, Any]] = {}
    if tenant and microsoft["client_id"] and microsoft["secret"]:
        found["microsoft"] = {"APPS": [microsoft], "OAUTH_PKCE_ENABLED": True}
    if domain and google["client_id"] and google["secret"]:
        found["google"] = {"APPS": [google], "OAUTH_PKCE_ENABLED": True, "AUTH_PARAMS": {"hd": domain, "prompt": "select_account"}}
    return found
