"""The demo school made ready for a morning that runs for real: who is missing today, the register taken, the clock to set."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings

from homevisits.common import clock
from homevisits.testing.served import environment
from homevisits.testing.template import put_into

DAY = date(2026, 11, 24)
MISSING = 9
PREPARE = "import sys, django; django.setup(); from homevisits.tests import a_morning; a_morning.prepare(int(sys.argv[1]))"


@dataclass(frozen=True)
class Absent:
    """A pupil without a reason, and the numbers that the first text about them goes to."""

    pk: int
    name: str
    household: int
    numbers: frozenset[str]
    # Whom to ring before the office may say that nobody answers, and whom nobody has to ring for that.
    first: tuple[str, ...]
    others: tuple[str, ...]


def made_in(folder: Path, missing: int = MISSING) -> list[Absent]:
    """Make the demo school in `folder`, with `missing` pupils of its morning register without a reason; answers with these."""
    put_into(folder)
    told = {**environment(folder), "DJANGO_SETTINGS_MODULE": "homevisits.settings"}
    ended = subprocess.run([sys.executable, "-c", PREPARE, str(missing)], cwd=settings.BASE_DIR, env=told, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return [
        Absent(**{**row, "numbers": frozenset(row["numbers"]), "first": tuple(row["first"]), "others": tuple(row["others"])})
        for row in json.loads(ended.stdout.splitlines()[-1])
    ]


def code_shown(folder: Path) -> str:
    """The code that `make codes` shows where the demo runs."""
    said = subprocess.run(
        [sys.executable, "manage.py", "demo_codes", "--bare"],
        cwd=settings.BASE_DIR,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def prepare(missing: int) -> None:
    """In a process of its own: database, the demo's people and policy, and the register as its export says at five to nine."""
    from django.core.management import call_command

    from attendance.importing import load_register
    from homevisits.common.actors import SystemJob
    from homevisits.people import demo
    from homevisits.people.models import School
    from homevisits.people.services.demo_clock import set_demo_clock
    from homevisits.policy.services import adopt_preset

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    by, term = SystemJob("Test"), clock.instant(date(2026, 9, 1), time(9))
    school = demo.write(by=by, now=term)
    adopt_preset(school=school, preset="primary-procedures", by=by, now=term)
    for each in School.objects.filter(is_demo=True):
        set_demo_clock(school=each, shows=clock.instant(DAY, time(8, 30)), by=by, now=clock.now())
    away = _choose(school, missing)
    gone = {row["pk"] for row in away}
    rows = (f"{pupil.upn},{'N' if pupil.pk in gone else '/'}" for pupil in school.pupils.order_by("pk"))
    load_register(
        school=school, name="register-2026-11-24-am.csv", data="\n".join(["UPN,Mark", *rows]).encode(), day=DAY, session="AM",
        by=SystemJob("Information system"), now=clock.instant(DAY, time(8, 55)),
    )  # fmt: skip
    print(json.dumps(away))


def _choose(school: Any, missing: int) -> list[dict[str, Any]]:
    """The first pupils on roll whom texts and calls reach, each of another household, nobody restricted, no number twice."""
    chosen: list[dict[str, Any]] = []
    seen: set[str] = set()
    for pupil in school.pupils.filter(flags=None, household__in=_homes_of_one(school)).order_by("last_name", "first_name", "pk"):
        contacts = list(pupil.contacts.order_by("priority", "pk"))
        first = [one for one in contacts if one.priority == contacts[0].priority]
        numbers = {one.mobile for one in first}
        plain = all(one.mobile and not one.restricted for one in contacts) and len(first) == 1 and len(contacts) > 1
        if not plain or seen & {one.mobile for one in contacts}:
            continue
        seen |= {one.mobile for one in contacts}
        chosen.append({
            "pk": pupil.pk, "name": str(pupil), "household": pupil.household_id, "numbers": sorted(numbers),
            "first": [one.name for one in first], "others": [one.name for one in contacts if one not in first],
        })  # fmt: skip
        if len(chosen) == missing:
            return chosen
    raise AssertionError(f"The demo school has only {len(chosen)} pupils who would do.")


def _homes_of_one(school: Any) -> Any:
    from django.db.models import Count

    return school.households.annotate(children=Count("pupils")).filter(children=1)


def set_clock(folder: Path, shows: str, speed: int) -> None:
    """Set the demo school's clock past its page: it shows `shows` (09:14) from now on, `speed` times as fast."""
    import sqlite3

    hour, minute = map(int, shows.split(":"))
    moment = clock.instant(DAY, time(hour, minute))
    with sqlite3.connect(folder / "homevisits.sqlite3", timeout=20) as database:
        database.execute(
            "UPDATE people_school SET clock_from = ?, clock_shows = ?, clock_speed = ? WHERE slug = 'demo'",
            (_stored(datetime.now(UTC)), _stored(moment), speed),
        )


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
