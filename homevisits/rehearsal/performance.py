"""A scenario played in a process of its own: whatever it does, the school's database is not the one it does it in."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from homevisits.common.clock import instant
from homevisits.common.errors import BadInput
from homevisits.policy.values import values_of

from . import scenario as scenarios
from .scenario import Scenario
from .telling import Names

log = logging.getLogger(__name__)
LONGEST = 200  # seconds; the worker itself stops a task after 240
RUNGS = (("First text", "first_text_at"), ("Call", "call_at"), ("Welfare visit", "welfare_visit_at"), ("End of day", "school_day_ends"))


@dataclass(frozen=True)
class Result:
    """What is kept of a playing: the preset, the log, whom its refs name, and when the day's steps were due (local ISO times)."""

    policy: str
    log: list[dict[str, Any]]
    names: dict[str, dict[str, str]]
    rungs: list[list[str]]

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return asdict(self)


def with_policy(raw: Mapping[str, Any], preset: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario's document with another policy in place of its own; its people, register and events stay."""
    return {**raw, "policy": preset, "settings": dict(changes)}


def perform(raw: Mapping[str, Any]) -> Result:
    """Play a scenario's document. Raises BadInput with a sentence when it cannot be played."""
    wanted = scenarios.parse(raw)
    played = _play(raw)
    return Result(played["policy"], played["log"], Names.of(wanted).as_json(), rungs_of(wanted))


def rungs_of(wanted: Scenario) -> list[list[str]]:
    """The steps of the scenario's day by its policy: their names and local ISO times, the register's close first."""
    values = values_of(wanted.policy, wanted.settings)
    times: list[tuple[str, time]] = [("Register", wanted.register.closes), *((name, getattr(values, setting)) for name, setting in RUNGS)]
    return [[name, _iso(wanted.day, at)] for name, at in sorted(times, key=lambda row: row[1])]


def _iso(day: date, at: time) -> str:
    return instant(day, at).isoformat()


def _play(raw: Mapping[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(yaml.safe_dump(dict(raw), allow_unicode=True, sort_keys=False), encoding="utf-8")
        # On a leash: a worker that is killed leaves nothing playing.
        child = [sys.executable, "-m", "homevisits.supervisor.child", str(os.getpid()), "manage", "rehearse", str(file), "--json"]
        try:
            ended = subprocess.run(child, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=LONGEST, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise BadInput(f"The rehearsal took longer than {LONGEST} seconds and was stopped.") from error
    if ended.returncode == 0:
        answer: dict[str, Any] = json.loads(ended.stdout)
        return answer
    said = [line.partition("CommandError: ")[2] for line in ended.stderr.splitlines() if line.startswith("CommandError: ")]
    if not said:
        log.error("A rehearsal ended with %s: %s", ended.returncode, ended.stderr[-2000:])
    raise BadInput(said[-1] if said else "The rehearsal stopped before its end. The server's log says why.")
