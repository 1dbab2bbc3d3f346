"""Wonde, one interface to most information systems, by its published protocol (version 1.0).

`POST schools/{id}/attendance/session/` with `{"attendance": [record]}` and a bearer token; a record has student_id, date, session (AM
or PM), attendance_code_id, and may have comment and minutes_late. It answers a writeback_id, or 422 with what is wrong. Lists come as
`{"data": [...], "meta": {"pagination": {"next": address}}}`. From the published client and documentation; `updated_after` of the list
of marks, and that what is included lies under `data`, are from memory: a look-up that they mislead asks a person, it never writes.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings

from homevisits.messaging.outcome import Found, Kind, LookedUp, Outcome

from ..codes import CODES
from .base import Connector, Mark, NotAnswered, Remote

TIMEOUT = 15  # seconds, well within the lease
PAGES = 100  # of 200 pupils: more is no school
_EARLIER = timedelta(minutes=10)  # their clock may differ from ours


def token_of(slug: str) -> str:
    """The school's own token, WONDE_TOKEN_<SLUG>, else the common WONDE_TOKEN; empty when neither is set."""
    own = "WONDE_TOKEN_" + slug.upper().replace("-", "_")
    return os.environ.get(own) or os.environ.get("WONDE_TOKEN", "")


class Wonde(Connector):
    """One school at Wonde."""

    name = "Wonde"

    def __init__(self, school: str, token: str) -> None:
        self._base = f"{settings.WONDE_BASE_URL.rstrip('/')}/schools/{school}/"
        self._session = requests.Session()
        self._session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})
        self._session.trust_env = False  # no .netrc of the server's takes the token's place

    def codes(self) -> dict[str, str]:
        """The codes of the school's information system, by their letter; only those that we know."""
        return {
            str(row["code"]).strip(): str(row["id"]) for row in self._list("attendance-codes/") if str(row.get("code")).strip() in CODES
        }

    def pupils(self) -> Iterator[Remote]:
        """Every pupil, with UPN (of the education details) and number in the information system."""
        for row in self._list("students/", include="education_details", per_page="200"):
            details = (row.get("education_details") or {}).get("data") or {}
            yield Remote(str(row["id"]), str(details.get("upn") or ""), str(row.get("mis_id") or ""))

    def write(self, mark: Mark) -> Outcome:
        """POST one mark."""
        record: dict[str, Any] = {
            "student_id": mark.student, "date": mark.day.isoformat(), "session": mark.session, "attendance_code_id": mark.code,
        }  # fmt: skip
        if mark.comment:
            record["comment"] = mark.comment
        if mark.minutes_late:
            record["minutes_late"] = mark.minutes_late
        try:
            answer = self._session.post(
                f"{self._base}attendance/session/", json={"attendance": [record]}, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.ConnectTimeout:
            return Outcome(Kind.BUSY, error="No connection")
        except requests.RequestException as error:
            return Outcome(Kind.UNSURE, error=f"No answer ({type(error).__name__})")
        return _read(answer)

    def find(self, mark: Mark) -> LookedUp:
        """Look through the marks that changed since it was sent."""
        since = (mark.sent_at or datetime.combine(mark.day, time(0), tzinfo=UTC)) - _EARLIER
        asked = {
            "updated_after": since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "include": "student,attendance_code",
            "per_page": "200",
        }
        try:
            for row in self._list("attendance/session/", **asked):
                if (_id(row, "student"), str((row.get("date") or {}).get("date", ""))[:10], row.get("session")) == (
                    mark.student, mark.day.isoformat(), mark.session,
                ):  # fmt: skip
                    code = _id(row, "attendance_code")
                    return LookedUp(Found.YES if code == mark.code else Found.NO, str(row.get("id", "")), "" if code == mark.code else code)
        except (NotAnswered, KeyError, TypeError, AttributeError):
            return LookedUp(Found.NO_ANSWER)
        return LookedUp(Found.NO)

    def _list(self, path: str, **asked: str) -> Iterator[dict[str, Any]]:
        """The rows of a list, page by page; never from another host than ours was."""
        url = f"{self._base}{path}" + (f"?{urlencode(asked)}" if asked else "")
        for _ in range(PAGES):
            said = self._get(url)
            yield from said.get("data") or []
            url = str(((said.get("meta") or {}).get("pagination") or {}).get("next") or "")
            if not url:
                return
            if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
                raise NotAnswered("The next page lies on another host")
        raise NotAnswered("The list does not end")

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = self._session.get(url, timeout=TIMEOUT, allow_redirects=False)
            said = answer.json() if answer.status_code == 200 else None
        except (requests.RequestException, ValueError) as error:
            raise NotAnswered(type(error).__name__) from error
        if not isinstance(said, dict):
            raise NotAnswered(f"It answered {answer.status_code}")
        return said


def _read(answer: requests.Response) -> Outcome:
    """What an answer means: accepted, to be tried again, the key refused, or refused for good."""
    status = answer.status_code
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if status in (200, 201, 202):
        number = said.get("writeback_id") if isinstance(said, dict) else None
        return (
            Outcome(Kind.ACCEPTED, str(number)) if number else Outcome(Kind.UNSURE, error="An answer without a number", after_answer=True)
        )
    if status in (429, 503):
        return Outcome(Kind.BUSY, error=f"{status}", retry_after=_retry_after(answer))
    if status in (401, 403):
        return Outcome(Kind.DAILY_LIMIT, error=f"{status}: the key is refused, or may not write attendance")
    if status >= 500 or status == 408:
        return Outcome(Kind.UNSURE, error=f"{status}", after_answer=True)
    return Outcome(Kind.REFUSED, error=f"{status} {_words(said)}".strip()[:300])


def _words(said: Any) -> str:
    """What is wrong, out of whatever shape an error has."""
    if isinstance(said, dict):
        return "; ".join(_words(value) for value in said.values())
    return "; ".join(_words(each) for each in said) if isinstance(said, list) else str(said)


def _retry_after(answer: requests.Response) -> timedelta | None:
    value = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(value), 3600)) if value.isdecimal() else None


def _id(row: dict[str, Any], name: str) -> str:
    """The id of something included, or given as the id itself."""
    value = row.get(name)
    if isinstance(value, dict):
        return str((value.get("data") or {}).get("id", ""))
    return str(value or "")
