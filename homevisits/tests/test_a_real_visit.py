"""R10 with nothing played: supervisor and children run, and what should raise the alarm is killed a second before it is due."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from homevisits.messaging.tests.notify_server import KEY
from homevisits.testing.served import Served, environment, free_port, poll
from homevisits.testing.template import template

# It serves a database file of its own whatever the suite runs on: once is enough.
pytestmark = pytest.mark.needs_sqlite
PREPARE = "import sys, django; django.setup(); from homevisits.tests import test_a_real_visit as it; it.prepare(sys.argv[1])"
FREE = ("staff", "office")  # the steps that the grid waits for: they come a minute apart
RAISED = "SELECT step, at, due_at FROM visits_visitalarm ORDER BY id"
TOLD = "SELECT COUNT(*) FROM messaging_notice WHERE about = 'overdue'"
BY_WAY = "SELECT channel, status, COUNT(*) FROM messaging_message WHERE template = 'staff_notice' GROUP BY channel, status"
LATE = 60.0  # seconds, R10


def prepare(way: str) -> None:
    """In a process of its own: a pair that is out, back in an hour, an office, and how the school's texts leave."""
    import uuid

    from django.core.management import call_command

    from homevisits.common import clock
    from homevisits.messaging.models import SchoolAccount
    from homevisits.people.tests.factories import StaffFactory
    from visits.tests.factories import a_school, a_visit, approved, out_now

    call_command("createcachetable", verbosity=0)
    steps = {step: minutes for minutes, step in enumerate(("staff", "office", "senior_manager", "headteacher", "police_prompt"))}
    school = a_school("secondary", return_alarm_steps=steps)
    SchoolAccount.objects.create(school=school, way=way, any_template_id=uuid.uuid4())
    for role in ("office_admin", "senior_manager", "headteacher"):
        StaffFactory.create(school=school, roles=[role], mobile=f"+4477009009{len(role):02}", email=f"{role}@example.org")
    out_now(approved(a_visit(school)), now=clock.now())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "var"
    made.mkdir()
    shutil.copyfile(template(), made / "homevisits.sqlite3")
    return made


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(way: str = "screen", **more: str) -> Served:
        if not started:
            told = {**environment(folder), "DJANGO_SETTINGS_MODULE": "homevisits.settings"}
            ended = subprocess.run([sys.executable, "-c", PREPARE, way], cwd=settings.BASE_DIR, env=told, capture_output=True, text=True)
            assert ended.returncode == 0, ended.stderr
        started.append(Served(folder, free_port(), **more))
        started[-1].wait(started[-1].is_up, "web, worker, sender and beat run")
        return started[-1]

    yield start
    for served in started:
        served.end()


def due_back_in(folder: Path, seconds: float) -> datetime:
    """Have the pair due back so soon, past the product; answers with when."""
    import sqlite3

    at = datetime.now(UTC) + timedelta(seconds=seconds)
    with sqlite3.connect(folder / "homevisits.sqlite3", timeout=60) as database:
        stored = at.strftime("%Y-%m-%d %H:%M:%S.%f")
        database.execute("UPDATE visits_homevisit SET due_back = ?, alarm_at = ? WHERE departed_at IS NOT NULL", (stored, stored))
    return at


def until(at: datetime) -> None:
    """Let the clock come to an instant: the kill is to fall one second before the alarm."""
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))


def raised(served: Served) -> dict[str, float]:
    """{step: seconds late}."""
    return {step: (datetime.fromisoformat(at) - datetime.fromisoformat(due)).total_seconds() for step, at, due in served.rows(RAISED)}


def came(served: Served, *steps: str) -> None:
    """Wait for the steps; each came once, in time, and was told."""
    served.wait(lambda: set(steps) <= set(raised(served)), f"the alarm: {steps}")
    late = raised(served)
    assert len(served.rows(RAISED)) == len(late)
    assert all(0 <= late[step] <= LATE for step in steps), late
    assert served.rows(TOLD)[0][0] >= len(steps)


def killed_before_the_alarm(folder: Path, served: Served, *kinds: str) -> None:
    due = due_back_in(folder, 5)
    until(due - timedelta(seconds=1))
    victims = {pid for kind in kinds for pid in served.wait(partial(served.children, kind), f"{kind} runs")}
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    came(served, "staff")


def test_the_worker_is_killed_a_second_before_the_alarm(folder: Path, serve: Callable[..., Served]) -> None:
    served = serve()
    killed_before_the_alarm(folder, served, "engine")
    assert "worker ended (signal SIGKILL)" in served.said()


@pytest.mark.prove
@pytest.mark.parametrize("kinds", [("beat",), ("engine", "beat"), ("engine", "beat", "pulse"), ("engine", "outside", "beat", "gunicorn")])
def test_whatever_is_killed_a_second_before_the_alarm_it_climbs_in_time(
    folder: Path, serve: Callable[..., Served], kinds: tuple[str, ...]
) -> None:
    served = serve()
    killed_before_the_alarm(folder, served, *kinds)
    came(served, *FREE)


@pytest.mark.prove
def test_everything_is_killed_and_started_again(folder: Path, serve: Callable[..., Served]) -> None:
    first = serve()
    due = due_back_in(folder, 5)
    until(due - timedelta(seconds=1))
    first.process.kill()
    first.process.wait()
    first.wait(lambda: not first.children(), "nothing outlives a killed supervisor")
    came(serve(), *FREE)


@pytest.mark.prove
def test_the_worker_does_not_come_back_and_the_stand_by_raises_it(folder: Path, serve: Callable[..., Served]) -> None:
    served = serve()
    due = due_back_in(folder, 5)
    until(due - timedelta(seconds=1))
    for _ in range(400):  # each time it starts again
        served.kill("engine", "beat")
        if raised(served):
            break
        time.sleep(0.2)
    came(served, "staff")


@pytest.mark.prove
def test_the_text_provider_is_down_and_the_other_ways_still_reach_people(folder: Path, serve: Callable[..., Served]) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    served = serve("notify", NOTIFY_BASE_URL=nobody, NOTIFY_API_KEY=KEY)
    killed_before_the_alarm(folder, served, "engine")
    came(served, *FREE)
    ways = poll(lambda: settled(served), "the emails left and the texts are tried again", more=served.said)
    assert ways["email", "accepted"] >= 1
    assert not {status for channel, status in ways if channel == "text"} & {"accepted", "delivered"}
    assert {status for channel, status in ways if channel == "text"} <= {"retrying", "waiting", "sending", "unsure", "failed"}


def settled(served: Served) -> dict[tuple[str, str], int]:
    """{(way, status): messages}, once an email has left and a text has been tried in vain."""
    ways = {(channel, status): count for channel, status, count in served.rows(BY_WAY)}
    return ways if ("email", "accepted") in ways and ("text", "retrying") in ways else {}
