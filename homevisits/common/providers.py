"""Sign-in through a school's Microsoft or Google, where the environment gives what it takes; see docs/decisions/0020."""

from typing import Any

import environ

# What each needs: the organisation whose accounts count, and what its console gave for this product.
NEEDS = {
    "microsoft": ("MICROSOFT_TENANT", "MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET"),
    "google": ("GOOGLE_DOMAIN", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
}
# Where each signs people in: the sign-in form leads there, which the content security policy must allow.
PLACES = {"microsoft": "https://login.microsoftonline.com", "google": "https://accounts.google.com"}


def from_environment(env: environ.Env) -> dict[str, dict[str, Any]]:
    """allauth's setting: those providers for which all three variables are given."""
    found = {}
    for name, wanted in NEEDS.items():
        organisation, client, secret = (env.str(each) for each in wanted)
        if organisation and client and secret:
            key = "tenant" if name == "microsoft" else "domain"
            found[name] = {"APPS": [{"client_id": client, "secret": secret, "settings": {key: organisation}}], "OAUTH_PKCE_ENABLED": True}
    if "google" in found:
        found["google"]["AUTH_PARAMS"] = {"hd": env.str("GOOGLE_DOMAIN"), "prompt": "select_account"}
    return found
