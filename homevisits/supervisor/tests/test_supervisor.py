"""The supervisor, started for real: what it starts ends with it, comes back when it crashes, and exists once."""

import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from homevisits.testing.served import DEADLINE, Served, free_port

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc, which Linux has"),
]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def serve(port: int | None = None) -> Served:
        started.append(Served(tmp_path, port or free_port()))
        return started[-1]

    yield serve
    for served in started:
        served.end()


def test_a_crash_is_mended_and_the_end_of_the_supervisor_ends_all(start: Callable[..., Served]) -> None:
    served = start()
    served.wait(served.is_up, "web, worker and beat run")
    served.wait(lambda: f"http://localhost:{served.port}/" in served.said(), "the address is printed")

    second = start()
    assert second.process.wait(DEADLINE) != 0
    assert re.search(rf"already running here, at http://localhost:{served.port}/ \(process {served.process.pid}\)", second.said())
    assert "Traceback" not in second.said()

    before = served.children("beat")
    served.kill("beat")
    served.wait(lambda: served.children("beat") and not served.children("beat") & before, "beat came back")
    served.wait(lambda: "beat ended (signal SIGKILL); it starts again in 1 s" in served.said(), "its end is said")
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
