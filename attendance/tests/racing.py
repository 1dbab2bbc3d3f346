"""Real processes, and threads, against the database of the tests: started, killed, and asked how it went."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from django.conf import settings
from django.db import connection

from homevisits.common.errors import BadInput, Blocked

_SET_UP = """
import os, sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["RACE_DATABASE"]
settings.CELERY_TASK_ALWAYS_EAGER = True
django.setup()
from datetime import datetime, timedelta
from homevisits.people.models import School
arguments = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
"""


class Racer(subprocess.Popen[str]):
    """A process that has Django set up on the database of this test, waits for `go`, and runs `script` with `arguments`."""

    def __init__(self, script: str, *arguments: object) -> None:
        name = str(connection.settings_dict["NAME"])
        super().__init__(
            [sys.executable, "-c", _SET_UP + script, *map(str, arguments)],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "homevisits.settings", "RACE_DATABASE": name},
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_ready(self) -> None:
        """Until it has loaded everything."""
        assert self.stdout is not None
        line = self.stdout.readline()
        assert line == "ready\n", line + (self.stderr.read() if self.stderr else "")

    def go(self) -> None:
        """Let it run."""
        assert self.stdin is not None
        self.stdin.write("go\n")
        self.stdin.flush()

    def line(self) -> str:
        """The next line that it prints."""
        assert self.stdout is not None
        return self.stdout.readline().strip()


def race(racers: Sequence[Racer]) -> list[str]:
    """Let all start at once; what each printed. Fails with what went wrong in any of them."""
    for racer in racers:
        racer.wait_ready()
    for racer in racers:
        racer.go()
    said = [racer.communicate(timeout=600) for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * len(racers), "\n".join(error for _, error in said)
    return [out for out, _ in said]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let all acts go at the same instant, each in a thread with a connection of its own; how each went, in the order given.

    "done", "refused" by a rule, or what else was raised: nobody should ever see that.
    """
    barrier, said = Barrier(len(acts)), [""] * len(acts)

    def go(place: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            act()
            said[place] = "done"
        except (Blocked, BadInput):
            said[place] = "refused"
        except Exception as error:
            said[place] = repr(error)
        finally:
            connection.close()

    threads = [Thread(target=go, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
