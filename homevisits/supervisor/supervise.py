"""Start the children, print what they say with their names before it, start again what ends, and end all together."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TextIO

TURN = 0.2  # seconds between two looks at the children
FIRST_WAIT = 0.5  # seconds before the first restart; doubled at each further one
LONGEST_WAIT = 30.0
STEADY = 20.0  # a child that ran this many seconds starts again with the first wait
PATIENCE = 10.0  # seconds for an orderly end


@dataclass
class Child:
    """One program that has to run, the process it runs as, and when it may start again."""

    name: str
    command: Sequence[str]  # a module and its arguments
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    next_start: float = 0.0
    rest: bytes = b""  # of a line that is not whole yet

    def start(self) -> None:
        """Start it in a group of its own: Ctrl-C then reaches the supervisor alone, which ends all in order."""
        command = [sys.executable, "-u", "-m", "homevisits.supervisor.child", str(os.getpid()), *self.command]
        quiet = {**os.environ, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
        self.process = subprocess.Popen(  # noqa: S603
            command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """The exit status when it has just ended; sets when it may start again."""
        status = self.process.poll() if self.process else None
        if status is None:
            return None
        now = time.monotonic()
        self.wait = FIRST_WAIT if now - self.started > STEADY else min(self.wait * 2, LONGEST_WAIT)
        self.next_start = now + self.wait
        self.signal(signal.SIGKILL)  # what it may have left in its group
        self.process = None
        return status

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Runs until it is told to stop. `ready` is asked now and then, and `announce` called once when it says yes."""

    children: Sequence[Child]
    ready: Callable[[], bool]
    announce: Callable[[], None]
    out: TextIO = field(default_factory=lambda: sys.stdout)
    stopping: bool = False
    announced: bool = False
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def run(self) -> None:
        """Keep the children running until SIGINT, SIGTERM or SIGHUP; then end them, the impatient way at a second signal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                self._start_due()
                self._listen(TURN)
                self._notice_ends()
                if not self.announced and self.ready():
                    self.announced = True
                    self.announce()
        finally:
            self._end()

    def say(self, name: str, line: str) -> None:
        """One line of the common log."""
        print(f"{name:>7} | {line}", file=self.out, flush=True)

    def _stop(self, number: int, frame: Any) -> None:
        if self.stopping:
            for child in self.children:
                child.signal(signal.SIGKILL)
        self.stopping = True

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None and child.next_start <= now:
                child.start()
                if child.process and child.process.stdout:  # always: it was asked for
                    os.set_blocking(child.process.stdout.fileno(), False)
                    self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _listen(self, seconds: float) -> None:
        if not self.selector.get_map():
            time.sleep(seconds)
        for key, _ in self.selector.select(seconds):
            child: Child = key.data
            piece = os.read(key.fd, 65536)
            *lines, child.rest = (child.rest + piece).split(b"\n")
            for line in lines:
                self.say(child.name, line.decode(errors="replace").rstrip())
            if not piece:
                self.selector.unregister(key.fileobj)

    def _notice_ends(self) -> None:
        for child in self.children:
            status = child.ended()
            if status is not None and not self.stopping:
                self.say("serve", f"{child.name} ended ({_why(status)}); it starts again in {child.wait:g} s")

    def _end(self) -> None:
        """Ask all to end, wait, and kill what is left."""
        self.say("serve", "stopping")
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and any(child.process and child.process.poll() is None for child in self.children):
            self._listen(TURN)
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process:
                child.process.wait()
        self.say("serve", "stopped")


def _why(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"
