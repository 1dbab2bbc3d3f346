"""R2: the sender is killed in mid-run, again and again: nothing is lost, nothing is doubled, and the next sender goes on."""

import os
import random
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from homevisits.messaging.delivery import next_due
from homevisits.messaging.models import Message
from homevisits.messaging.recording import LEASE
from homevisits.people.models import School

from . import notify_server
from .factories import NOW, make_pupil, make_text

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    """The test's own database, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def start_sender(seconds: float) -> "subprocess.Popen[bytes]":
    """Start a sender at so many seconds after NOW."""
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "NOTIFY_BASE_URL": settings.NOTIFY_BASE_URL,
        "DJANGO_SETTINGS_MODULE": "homevisits.settings",
    }
    at = (NOW + timedelta(seconds=seconds)).isoformat()
    return subprocess.Popen(
        [sys.executable, "-m", "homevisits.messaging.tests.sender", at], env=env, cwd=settings.BASE_DIR, stderr=subprocess.DEVNULL
    )


class Killer:
    """Kills the running sender at its n-th request: some requests are then accepted without anybody hearing of it."""

    def __init__(self) -> None:
        self.lock, self.left, self.process = threading.Lock(), 0, None
        self.kills = 0

    def __call__(self, path: str, body: dict[str, Any]) -> "tuple[int, str, str] | str | None":
        with self.lock:
            self.left -= 1
            process: subprocess.Popen[bytes] | None = self.process
            if self.left == 0 and process is not None:
                process.kill()
                self.kills += 1
        return None

    def arm(self, process: "subprocess.Popen[bytes] | None", after: int) -> None:
        """Kill this process at its n-th request from now on."""
        with self.lock:
            self.process, self.left = process, after  # type: ignore[assignment]


def play(store: notify_server.Store, school: School, texts: int, kills: int) -> None:
    """Write the texts, kill so many senders, let a last one finish; then look at what the provider got."""
    pupil, dice, killer = make_pupil(school), random.Random(texts), Killer()
    later = NOW + timedelta(days=1)
    for number in range(texts):
        make_text(school, pupil, to=f"+447700{900000 + number:06}"[:13], give_up_at=later, miss_at=later)
    store.rule, seconds = killer, 0.0
    while killer.kills < kills:
        killer.arm(None, 0)
        process = start_sender(seconds)
        killer.arm(process, dice.randint(1, max(2, texts // (kills + 1))))
        assert process.wait(timeout=120) in (0, -9), "the sender fell over by itself"
        seconds += LEASE.total_seconds() + 10
        assert next_due() is not None, "the texts ran out before the kills did"
    killer.arm(None, 0)
    for _ in range(3):
        assert start_sender(seconds).wait(timeout=300) == 0
        seconds += LEASE.total_seconds() + 10
    assert next_due() is None
    assert killer.kills == kills
    assert set(Message.objects.values_list("status", flat=True)) == {"accepted"}
    assert store.references().total() == texts
    assert set(store.references().values()) == {1}


def test_three_kills(notify: notify_server.Store, notify_school: School) -> None:
    play(notify, notify_school, texts=120, kills=3)


@pytest.mark.prove
def test_thirty_kills_over_eighteen_hundred(notify: notify_server.Store, notify_school: School) -> None:
    play(notify, notify_school, texts=1800, kills=30)
