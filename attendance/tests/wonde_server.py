"""A loopback server that speaks Wonde's published protocol for attendance, with a register of its own, and misbehaves as it is told."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

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


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    store: Store

    def do_POST(self) -> None:
        """Take a register: `{"attendance": [record, …]}`."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if not self._allowed() or urlsplit(self.path).path != f"/v1.0/schools/{SCHOOL}/attendance/session/":
            return
        [record] = body["attendance"]
        key = (record["student_id"], record["date"], record["session"])
        self.store.posts[key] += 1
        rule = self.store.rule(record)
        if isinstance(rule, tuple):
            return self._answer(*rule)
        if rule == "lose":
            return self._hang_up()
        if key[0] not in {row["id"] for row in self.store.students} or record["attendance_code_id"] not in self.store.codes.values():
            return self._answer(422, {"attendance.0.student_id": ["The selected student is invalid."]})
        self.store.put(*key, record["attendance_code_id"])
        if rule == "drop":
            return self._hang_up()
        self._answer(200, {"writeback_id": f"W{next(self.store.numbers)}"})

    def do_GET(self) -> None:
        """Lists, page by page."""
        if not self._allowed():
            return
        if not self.store.reads_answered:
            return self._answer(503, {"error": "unavailable"})
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
            return self._answer(404, {"error": "not_found"})
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
        self._answer(200, {"data": shown, "meta": {"pagination": {"more": more, "next": following}}})

    def _allowed(self) -> bool:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"error": "invalid_token"})
            return False
        return True

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in self.store.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Threads that end with the test."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the game."""


@contextmanager
def running() -> Iterator[tuple[Store, str]]:
    """Run the server on a free port: its store, and its address."""
    store = Store()
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"store": store}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield store, f"http://127.0.0.1:{server.server_address[1]}/v1.0"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
