"""Whether the engine runs is worked out when a page is made, so that it shows when all of the engine is dead (R7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from attendance.tasks import sweep_task
from attendance.tests.mornings import BEFORE, BY, Morning
from homevisits.common import clock
from homevisits.home import pulse, tasks
from homevisits.home.engine import alarms, engine_state
from homevisits.home.models import WatchFinding
from homevisits.messaging.heartbeat import Part, beats
from homevisits.messaging.models import Message
from homevisits.messaging.tasks import deliver_messages
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset
from visits.tasks import take_alarms

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def run_all(at: datetime) -> None:
    with clock.frozen(at):
        sweep_task()
        take_alarms()
        deliver_messages()
        tasks.watch_task()


def test_all_that_ran_a_moment_ago_is_well() -> None:
    run_all(NOW)
    state = engine_state(NOW + timedelta(seconds=30))
    assert (state.stopped, state.unwatched, state.well) == (False, False, True)


def test_the_banner_comes_within_120_seconds_though_nothing_of_the_engine_is_alive(client: Client) -> None:
    school = SchoolFactory.create()
    adopt_preset(school=school, preset="secondary", changes={}, by=BY, now=BEFORE)
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    started, page = clock.now(), f"/s/{school.slug}/status/"
    run_all(started)
    with clock.frozen(started + timedelta(seconds=60)):
        assert "Texts and steps have stopped" not in told(client, page)
    with clock.frozen(started + timedelta(seconds=120)):
        assert "Texts and steps have stopped" in told(client, page)


def told(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sweep_that_raises_is_no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    run_all(NOW)

    def broken(real: datetime) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr("attendance.tasks.sweep", broken)
    with clock.frozen(NOW + timedelta(seconds=120)):
        deliver_messages()
        with pytest.raises(RuntimeError):
            sweep_task()
    assert engine_state(NOW + timedelta(seconds=120)).stopped


def test_the_heartbeat_address_answers_only_when_all_is_well(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    morning = Morning(missing=1)
    assert client.get("/heartbeat/").status_code == 503  # it has never run
    run_all(morning.at("08:00"))
    with clock.frozen(morning.at("08:01")):
        assert client.get("/heartbeat/").status_code == 200

    def broken(real: datetime) -> list[object]:
        raise RuntimeError("broken")

    monkeypatch.setattr("homevisits.home.tasks.watch", broken)
    with clock.frozen(morning.at("08:05")):
        sweep_task()
        take_alarms()
        deliver_messages()
        with pytest.raises(RuntimeError):
            tasks.watch_task()
        assert client.get("/heartbeat/").status_code == 503
        assert [alarm.title for alarm in alarms(morning.school)] == ["Nobody watches the engine"]


def test_alarms_that_nobody_looks_at_are_said_and_silence_the_heartbeat(client: Client) -> None:
    morning = Morning(missing=1)
    run_all(morning.at("08:00"))
    with clock.frozen(morning.at("08:02")):
        sweep_task()
        deliver_messages()
        tasks.watch_task()
        assert client.get("/heartbeat/").status_code == 503
        assert [alarm.title for alarm in alarms(morning.school)] == ["Return alarms have stopped"]


def test_a_finding_silences_the_heartbeat_and_stands_in_the_banner(client: Client) -> None:
    morning = Morning(missing=1)
    run_all(morning.at("08:00"))
    Message.objects.create(
        school=morning.school, day=morning.day, template="all_clear", to="+447700900001", purpose="x", body="x", status="waiting",
        created_at=morning.at("08:00"), due_at=morning.at("08:00"), next_attempt_at=None,
    )  # fmt: skip
    run_all(morning.at("08:10"))
    with clock.frozen(morning.at("08:10:10")):
        assert client.get("/heartbeat/").status_code == 503
        assert "Something is not as it should be" in [alarm.title for alarm in alarms(morning.school)]
    assert WatchFinding.objects.get().kind == "message_stranded"


@contextmanager
def monitor() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ping", asked
    server.shutdown()
    server.server_close()


def test_the_monitor_outside_is_asked_only_when_all_is_well(settings: Any) -> None:
    with monitor() as (url, asked):
        settings.HEARTBEAT_URL = url
        with clock.frozen(NOW):
            tasks.watch_task()
        assert asked == []  # neither sweep nor delivery has run
        run_all(NOW)
        assert asked == ["/ping"]


def test_the_stand_by_runs_what_nobody_runs_and_nothing_else() -> None:
    """R6: without beat, worker or broker every step is at most 60 s late: 30 s of silence, 5 s between looks, and the sweep."""
    morning = Morning(missing=2)
    morning.take_register()
    with clock.frozen(morning.at("09:14:50")):
        sweep_task()
        deliver_messages()
        tasks.watch_task()
    at, ran = morning.at("09:14:55"), []
    while at <= morning.at("09:16"):
        with clock.frozen(at):
            ran += pulse.stand_in(at)
        at += timedelta(seconds=pulse.EVERY)
    assert {Part.SWEEP, Part.DELIVERY} <= set(ran)
    texts = Message.objects.filter(template="first_day_absence")
    assert [text.status for text in texts] == ["accepted"] * 2
    assert all(text.accepted_at and text.accepted_at - text.due_at <= timedelta(seconds=60) for text in texts)
    with clock.frozen(at):
        run_all(at)
        assert pulse.stand_in(at + timedelta(seconds=20)) == []


def test_the_heartbeat_names_every_part() -> None:
    run_all(NOW)
    assert set(beats()) == {"knock", "sweep", "alarms", "delivery", "watch", "well"}
    assert django_settings.CELERY_BEAT_SCHEDULE["watch"]["options"]["expires"] == 30
