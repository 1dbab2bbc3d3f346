"""A loopback server that signs people in as Microsoft and Google do: the question, the code, the token, who it is. It keeps the rules.

A code counts once, for the address that it was asked for, and only with the secret of the question (PKCE) that stayed in the asking
session; so one that was caught elsewhere is worth nothing.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from homevisits.testing import loopback

CLIENT, SECRET = "client", "secret"
GOOGLE = "https://accounts.google.com"


class Store:
    """The other side: who sits there, and what it has given out."""

    def __init__(self) -> None:
        self.me: dict[str, Any] = {}  # whoever answers the question: what is told of them
        self.claims: dict[str, Any] = {}  # what is wrong with the token, where something is
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []


class Handler(loopback.Handler):
    """One request."""

    store: Store

    def do_GET(self) -> None:
        """The question, at once answered with yes; or who the token is about."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/authorize"):
            self.store.asked.append(asked)
            code = secrets.token_urlsafe(8)
            self.store.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"]})
            return self.answer(302, {}, Location=f"{asked['redirect_uri']}?{back}")
        me = self.store.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        self.answer(200, me) if me else self.answer(401, {"error": "invalid_token"})

    def do_POST(self) -> None:
        """A code for a token."""
        given = {name: values[0] for name, values in parse_qs(self.sent().decode()).items()}
        asked = self.store.codes.pop(given.get("code", ""), {})
        proof = urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        known = (given.get("client_id"), given.get("client_secret")) == (CLIENT, SECRET)
        if not asked or not known or asked["code_challenge"] != proof or asked["redirect_uri"] != given.get("redirect_uri"):
            return self.answer(400, {"error": "invalid_grant"})
        token = secrets.token_urlsafe(8)
        self.store.tokens[token] = dict(self.store.me)
        claims = {"iss": GOOGLE, "aud": CLIENT, "exp": time.time() + 60, "jti": token, **self.store.me, **self.store.claims}
        signed = jwt.encode(claims, "a key of the other side, which is long enough", algorithm="HS256")
        self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 60, "id_token": signed})


@contextmanager
def running() -> Iterator[tuple[Store, str]]:
    """Run the server on a free port: its store, and its address."""
    store = Store()
    with loopback.running(Handler, store) as address:
        yield store, address
