"""R10: the process that sweeps is killed a moment before an alarm is due, and in the middle of one; another goes on, and loses nothing."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from homevisits.common import clock
from homevisits.messaging.models import Message, Notice
from homevisits.people.tests.factories import StaffFactory
from visits.models import VisitAlarm
from visits.services.climbing import sweep_alarms
from visits.tests.factories import a_school, a_visit, out_now

pytestmark = [pytest.mark.django_db(transaction=True)]

ENGINE = """
import sys, time, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from homevisits.common import clock
from visits.services.climbing import sweep_alarms
print("up", flush=True)
while True:
    sweep_alarms(clock.now())
    time.sleep(0.05)
"""


def engine() -> "subprocess.Popen[str]":
    told = {**os.environ, "DJANGO_SETTINGS_MODULE": "homevisits.settings"}
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen([sys.executable, "-c", ENGINE, name], cwd=settings.BASE_DIR, env=told, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "up"
    return process


def waited(found: Any) -> bool:
    """Whether it came within half a minute: a loaded machine takes its time."""
    for _ in range(600):
        if found():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(":memory:" in str(settings.DATABASES["default"].get("NAME")), reason="two processes need a database file")
def test_killed_before_and_while_an_alarm_is_due_it_comes_once_and_is_told() -> None:
    now = clock.now()
    school = a_school("secondary")
    StaffFactory.create(school=school, roles=["office_admin"], mobile="+447700900801")
    first = engine()
    visit = out_now(a_visit(school), now=now - timedelta(minutes=60), minutes=60 + 5 / 60)
    first.send_signal(signal.SIGKILL)  # seconds before the alarm
    first.wait()
    assert not visit.alarms.exists()
    second = engine()
    try:
        assert waited(lambda: visit.alarms.filter(step="staff").exists())
        second.send_signal(signal.SIGKILL)
        second.wait()
    finally:
        second.kill()
    alarm = VisitAlarm.objects.get(visit=visit, step="staff")
    assert alarm.at - alarm.due_at <= timedelta(seconds=60)
    assert alarm.repeat_at is not None, "it will be told again"
    assert Notice.objects.filter(about="overdue").count() == 1, "raised and told in one transaction"
    assert Message.objects.filter(school=school, channel="text").count() == 2
    sweep_alarms(alarm.repeat_at)
    alarm.refresh_from_db()
    assert (visit.alarms.filter(step="staff").count(), alarm.repeats) == (1, 0 if visit.alarms.count() > 1 else 1)
