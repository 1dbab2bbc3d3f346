"""The supervisor, started for real: what it starts ends with it, comes back when it crashes, and exists once."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings

DEADLINE = 60.0  # seconds; a loaded machine takes its time

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc, which Linux has")


class Served:
    """One `manage.py serve`, with a data folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.log = folder / f"log-{port}-{time.monotonic_ns()}"
        environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "DEBUG")},
            "HOMEVISITS_VAR": str(folder),
            "HOMEVISITS_DEMO": "1",
            "WEB_WORKERS": "1",
            "SERVED_BY": str(folder),  # found again in /proc, whatever the parents
        }
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
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
        """Whether the web answers and each of the three runs."""
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as answer:
            return answer.status == 200 and all(self.children(kind) for kind in ("gunicorn", "engine", "outside", "beat"))
        return False

    def wait(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < deadline, f"not within {DEADLINE:g} s: {what}\n{self.said()}"
            time.sleep(0.05)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def serve(port: int | None = None) -> Served:
        started.append(Served(tmp_path, port or free_port()))
        return started[-1]

    yield serve
    for served in started:
        for pid in served.children() | {served.process.pid}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        served.process.wait()


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def test_a_crash_is_mended_and_the_end_of_the_supervisor_ends_all(start: Callable[..., Served]) -> None:
    served = start()
    served.wait(served.is_up, "web, worker and beat run")
    served.wait(lambda: f"http://localhost:{served.port}/" in served.said(), "the address is printed")

    second = start()
    assert second.process.wait(DEADLINE) != 0
    assert re.search(rf"already running here, at http://localhost:{served.port}/ \(process {served.process.pid}\)", second.said())
    assert "Traceback" not in second.said()

    before = served.children("beat")
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    served.wait(lambda: served.children("beat") and not served.children("beat") & before, "beat came back")
    assert "beat ended (signal SIGKILL); it starts again in 1 s" in served.said()
    assert "errands ended" not in served.said()
    served.wait(served.is_up, "everything runs again")

    served.process.kill()
    served.process.wait()
    served.wait(lambda: not served.children(), "nothing outlives a killed supervisor")

    again = start(served.port)
    again.wait(again.is_up, "it starts again on the same folder and port")
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(DEADLINE) == 0
    assert not again.children()
    assert "stopped" in again.said()


def test_a_taken_port_is_one_sentence(start: Callable[..., Served]) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = start(port)
        assert served.process.wait(DEADLINE) != 0
    assert f"Port {port} is taken by another program. Use another one: make run PORT={port + 1}" in served.said()
    assert "Traceback" not in served.said()


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", ""])
def test_a_port_that_is_none_is_one_sentence(port: str, tmp_path: Path) -> None:
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="is no port"):
        call_command("serve", port=port)
