"""A loopback server that speaks Wonde's published protocol for attendance, with a register of its own, and misbehaves as it is told."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from homevisits.testing import loopback

TOKEN = "loopback-token"
SCHOOL = "A1930499544"
# What a rule answers to a record: None to go on, (status, body) to refuse, "drop" to write and close without an answer, "lose" to close.
Rule = Callable[[dict[str, Any]], "tuple[int, Any] | str | None"]


class Store:
    """The other side: its pupils, its codes, its register, and how it is to behave."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.codes = {"I": "C-ill", "L": "C-late", "N": "C-none", "M": "C-medical", "/": "C-here"}
        self.students: list[dict[str, Any]] = []
        self.marks: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.posts: Counter[tuple[str, str, str]] = Counter()
        self.rule: Rule = lambda record: None
        self.headers: dict[str, str] = {}
        self.reads_answered = True
        self.page = 2
        self.numbers = count(1)

    def student(self, number: str, *, upn: str = "", mis_id: str = "") -> str:
        """Put a pupil on its roll."""
        self.students.append({"id": number, "mis_id": mis_id, "forename": "x", "education_details": {"data": {"upn": upn}}})
        return number

    def put(self, student: str, day: str, session: str, code: str) -> None:
        """A mark as somebody there enters it."""
        with self.lock:
            self.marks[(student, day, session)] = {"id": f"M{next(self.numbers)}", "code": code}

    def written(self) -> dict[tuple[str, str, str], str]:
        """The register: (pupil, day, session) -> the code's id."""
        with self.lock:
            return {key: row["code"] for key, row in self.marks.items()}


class Handler(loopback.Handler):
    """One request."""

    store: Store

    def do_POST(self) -> None:
        """Take a register: `{"attendance": [record, …]}`."""
        body = json.loads(self.sent() or b"{}")
        if not self._allowed() or urlsplit(self.path).path != f"/v1.0/schools/{SCHOOL}/attendance/session/":
            return
        [record] = body["attendance"]
        key = (record["student_id"], record["date"], record["session"])
        self.store.posts[key] += 1
        rule = self.store.rule(record)
        if isinstance(rule, tuple):
            return self.answer(*rule)
        if rule == "lose":
            return self.hang_up()
        if key[0] not in {row["id"] for row in self.store.students} or record["attendance_code_id"] not in self.store.codes.values():
            return self.answer(422, {"attendance.0.student_id": ["The selected student is invalid."]})
        self.store.put(*key, record["attendance_code_id"])
        if rule == "drop":
            return self.hang_up()
        self.answer(200, {"writeback_id": f"W{next(self.store.numbers)}"})

    def do_GET(self) -> None:
        """Lists, page by page."""
        if not self._allowed():
            return
        if not self.store.reads_answered:
            return self.answer(503, {"error": "unavailable"})
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        what = parts.path.removeprefix(f"/v1.0/schools/{SCHOOL}/")
        if what == "attendance-codes/":
            rows: list[dict[str, Any]] = [{"id": number, "code": code} for code, number in self.store.codes.items()]
        elif what == "students/":
            bare = {} if asked.get("include") == "education_details" else {"education_details": None}
            rows = [{**row, **bare} for row in self.store.students]
        elif what == "attendance/session/":
            datetime.strptime(asked["updated_after"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            rows = [self._mark(key, row) for key, row in self.store.marks.items()]
        else:
            return self.answer(404, {"error": "not_found"})
        self._page(parts.path, asked, rows)

    @staticmethod
    def _mark(key: tuple[str, str, str], row: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": row["id"], "session": key[2], "date": {"date": f"{key[1]} 00:00:00.000000", "timezone": "UTC"},
            "student": {"data": {"id": key[0]}}, "attendance_code": {"data": {"id": row["code"]}},
        }  # fmt: skip

    def _page(self, path: str, asked: dict[str, str], rows: list[dict[str, Any]]) -> None:
        number = int(asked.get("page", "1"))
        shown = rows[(number - 1) * self.store.page : number * self.store.page]
        more = number * self.store.page < len(rows)
        query = "&".join(f"{name}={value.replace(' ', '%20')}" for name, value in asked.items() if name != "page")
        host = f"http://{self.headers['Host']}"
        following = f"{host}{path}?{query}&page={number + 1}" if more else None
        self.answer(200, {"data": shown, "meta": {"pagination": {"more": more, "next": following}}})

    def _allowed(self) -> bool:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(401, {"error": "invalid_token"})
            return False
        return True


@contextmanager
def running() -> Iterator[tuple[Store, str]]:
    """Run the server on a free port: its store, and its address."""
    store = Store()
    with loopback.running(Handler, store) as address:
        yield store, f"{address}/v1.0"
