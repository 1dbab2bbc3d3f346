"""The product started for real: `manage.py serve` with a data folder of its own, watched and killed from outside."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")
DEADLINE = 120.0  # seconds; a loaded machine takes its time


def environment(folder: Path) -> dict[str, str]:
    """The environment of a demo on SQLite whose data lie in `folder`, whatever database and broker the tests themselves use."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "DEBUG", "BASE_URL")}
    return {**kept, "HOMEVISITS_VAR": str(folder), "HOMEVISITS_DEMO": "1", "WEB_WORKERS": "1"}


def free_port() -> int:
    """A port nobody listens on just now."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def poll(condition: Callable[[], T], what: str, *, within: float = DEADLINE, every: float = 0.05, more: Callable[[], str] = str) -> T:
    """What `condition` answers once that is true. Raises AssertionError with `what`, and what `more` says, after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}\n{more()}"
        time.sleep(every)
    return answer


class Served:
    """One `manage.py serve`."""

    def __init__(self, folder: Path, port: int, **more: str) -> None:
        """`more`: variables of the environment."""
        self.folder, self.port = folder, port
        self.log = folder / f"log-{port}-{time.monotonic_ns()}"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=settings.BASE_DIR,
                env={**environment(folder), **more, "SERVED_BY": str(folder)},  # found again in /proc, whatever the parents
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://localhost:{self.port}"

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace")

    def children(self, kind: str = "") -> set[int]:
        """The living processes with this folder's mark, but for the supervisor; of a kind: with that word among the arguments."""
        mark = f"SERVED_BY={self.folder}".encode()
        found = set()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    found |= {int(entry.name)} if not kind or kind.encode() in words else set()
        return found - {self.process.pid}

    def is_up(self) -> bool:
        """Whether the web answers and each of the others runs."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as answer:
            return answer.status == 200 and all(self.children(kind) for kind in ("gunicorn", "engine", "outside", "beat"))
        return False

    def wait(self, condition: Callable[[], T], what: str) -> T:
        """What `condition` answers once it holds; with the log in the failure when it does not come."""
        return poll(condition, what, more=self.said)

    def kill(self, *kinds: str) -> None:
        """kill -9 of the children of these kinds."""
        for pid in {pid for kind in kinds for pid in self.children(kind)}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """Leave nothing running."""
        for pid in self.children() | {self.process.pid}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database holds, read past the product."""
        with closing(sqlite3.connect(f"file:{self.folder}/homevisits.sqlite3?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(query, values).fetchall()
