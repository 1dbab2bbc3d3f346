"""A loopback server that speaks GOV.UK Notify's published protocol, with its own store, and misbehaves as it is told."""

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from homevisits.testing import loopback

SERVICE = "11111111-2222-4333-8444-555555555555"
SECRET = "99999999-8888-4777-a666-555555555555"
KEY = f"loopback-{SERVICE}-{SECRET}"

# What a rule answers: None to go on as usual, (status, error, message) to refuse, "drop" to accept and close without an answer.
Rule = Callable[[str, dict[str, Any]], "tuple[int, str, str] | str | None"]


class Store:
    """What the provider has accepted, and how it is to behave."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.accepted: list[dict[str, Any]] = []
        self.requests: Counter[str] = Counter()
        self.rule: Rule = lambda path, body: None
        self.look_ups_answered = True
        self.delay = 0.0
        self.page = 250
        self.trial_team: set[str] | None = None
        self.headers: dict[str, str] = {}
        self.now: datetime | None = None  # what it takes for the time; None: the real one

    def references(self) -> Counter[str]:
        """How often each reference was accepted: twice is a doubled message."""
        with self.lock:
            return Counter(each["reference"] for each in self.accepted)


class Handler(loopback.Handler):
    """One request."""

    store: Store

    def do_POST(self) -> None:
        """Take a notification."""
        body = json.loads(self.sent() or b"{}")
        self.store.requests["POST"] += 1
        if self.store.delay:
            time.sleep(self.store.delay)
        if not self._signed():
            return
        refusal = self.store.rule(self.path, body)
        if isinstance(refusal, tuple):
            return self._error(*refusal)
        kind = self.path.rsplit("/", 1)[-1]
        to = body.get("phone_number") or body.get("email_address") or ""
        if kind not in ("sms", "email", "letter"):
            return self._error(404, "NotFound", "Not found")
        if kind == "sms" and (not to.lstrip("+").isdigit() or len(to) < 10):
            return self._error(400, "ValidationError", "phone_number Not enough digits")
        if self.store.trial_team is not None and to not in self.store.trial_team:
            return self._error(400, "BadRequestError", "Can’t send to this recipient using a team-only API key")
        at = self.store.now or datetime.now(UTC)
        given = {
            "id": str(uuid.uuid4()), "reference": body.get("reference"), "to": to, "status": "created", "type": kind, **body,
            "created_at": at.isoformat().replace("+00:00", "Z"), "template": {"id": body.get("template_id")},
            "body": (body.get("personalisation") or {}).get("message", "…"),
        }  # fmt: skip
        with self.store.lock:
            self.store.accepted.append(given)
        if refusal == "drop":
            return self.hang_up()
        self.answer(201, {"id": given["id"], "reference": given["reference"], "content": {"body": "…"}, "template": {}})

    def do_GET(self) -> None:
        """Find by id or by reference."""
        self.store.requests["GET"] += 1
        if not self._signed():
            return
        if not self.store.look_ups_answered:
            return self._error(503, "ServiceUnavailable", "Service unavailable")
        parts = urlsplit(self.path)
        if parts.path == "/v2/notifications":
            asked = parse_qs(parts.query)
            wanted, older = asked.get("reference", [None])[0], asked.get("older_than", [None])[0]
            with self.store.lock:
                found = self.store.accepted[::-1]  # the newest first
            ids = [each["id"] for each in found]
            found = found[ids.index(older) + 1 :] if older in ids else found
            found = [each for each in found if wanted in (None, each["reference"])][: self.store.page]
            return self.answer(200, {"notifications": found, "links": {"current": self.path}})
        number = parts.path.rsplit("/", 1)[-1]
        with self.store.lock:
            one = next((each for each in self.store.accepted if each["id"] == number), None)
        return self.answer(200, one) if one else self._error(404, "NoResultFound", "No result found")

    def _signed(self) -> bool:
        """The token must be signed with the service's secret, HS256, and be fresh."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            self._error(403, "AuthError", "Invalid token: signature, api token not found")
            return False
        if claims.get("iss") != SERVICE or abs(time.time() - claims.get("iat", 0)) > 30:
            self._error(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
            return False
        return True

    def _error(self, status: int, error: str, message: str) -> None:
        self.answer(status, {"status_code": status, "errors": [{"error": error, "message": message}]})


@contextmanager
def running() -> Iterator[tuple[Store, str]]:
    """Run the server on a free port: its store, and its address."""
    store = Store()
    with loopback.running(Handler, store) as address:
        yield store, address
