"""Outages of workers and provider on a grid of five minutes: never twice, never stale, never silent (R4)."""

import random
from collections import Counter
from datetime import date, datetime, time
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from homevisits.common.clock import instant
from homevisits.rehearsal.player import play
from homevisits.rehearsal.scenario import parse
from homevisits.testing.shares import share

DAY = date(2026, 11, 24)
TOO_LATE = instant(DAY, time(12, 30))
REPORTED = instant(DAY, time(9, 40))
STEP = 5
GRID = list(range(8 * 60 + 55, 12 * 60 + 41, STEP))  # minutes of the day: from before the register's close to after the last text
KINDS = ("workers", "gateway failing", "gateway down")
Log = list[dict[str, Any]]


def wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def scenario(kind: str, start: int, end: int) -> dict[str, Any]:
    """Ada: nobody answers. Ben: his mother reports him at 9:40. Cy and Di: siblings with one number, never reached."""
    what, _, state = kind.partition(" ")

    def pupil(ref: str, household: str, phone: str) -> dict[str, Any]:
        contact = {"ref": f"{ref}-mum", "name": "Mo Example", "phone": phone, "priority": 1, "parental_responsibility": True}
        return {"ref": ref, "name": f"{ref.title()} Example", "household": household, "contacts": [contact]}

    return {
        "title": "An outage", "policy": "primary-procedures", "date": DAY, "until": "13:00",
        "school": {"name": "Rehearsal Primary", "roll": 300},
        "staff": [
            {"ref": role, "name": f"Some {role}", "roles": [role]}
            for role in ("office_admin", "pupil_support_lead", "senior_manager", "dsl", "headteacher")
        ],
        "pupils": [
            pupil("ada", "h1", "07700900001"), pupil("ben", "h2", "07700900002"), pupil("cy", "h3", "07700900003"),
            pupil("di", "h3", "07700900003"),
        ],
        "register": {"closes": "09:00", "taken": True, "unexplained": ["ada", "ben", "cy", "di"]},
        "events": [
            {"at": wall(start), "do": what, "state": state or "down"},
            {"at": wall(end), "do": what, "state": "up"},
            {"at": "09:40", "do": "absence_message", "pupil": "ben", "channel": "office", "code": "I", "by": "office_admin"},
            {"at": "09:52", "do": "call", "pupil": "ada", "contact": "ada-mum", "outcome": "no_answer", "by": "office_admin"},
        ],
    }  # fmt: skip


def check(log: Log, kind: str, start: int, end: int) -> None:
    where = f"{kind} from {wall(start)} to {wall(end)}"
    sent = [entry for entry in log if entry["what"] == "text_sent"]
    # Never twice.
    assert max(Counter((entry["template"], entry["to"]) for entry in sent).values(), default=0) <= 1, where
    for what in ("case_opened", "call_due", "visit_raised"):
        assert max(Counter(pupil for entry in log if entry["what"] == what for pupil in entry["pupils"]).values(), default=0) <= 1, where
    told = Counter((entry["about"], entry["role"], tuple(entry.get("pupils", ()))) for entry in log if entry["what"] == "told")
    assert max(told.values(), default=0) <= 1, where
    # Never stale.
    for entry in sent:
        at = datetime.fromisoformat(entry["at"])
        if entry["template"] != "all_clear":
            assert at < TOO_LATE or kind != "workers", where
            assert "ben" not in entry["pupils"] or at <= REPORTED or kind == "gateway down", where
    # Never silent.
    heard = {(entry["about"], pupil) for entry in log if entry["what"] == "told" for pupil in entry.get("pupils", ())}
    texted = {pupil for entry in sent for pupil in entry["pupils"]}
    for pupil in ("ada", "cy", "di"):
        assert pupil in texted or ("text_missed", pupil) in heard or ("text_failed", pupil) in heard, f"{where}: {pupil} in silence"
        assert any(entry["what"] == "call_due" and pupil in entry["pupils"] for entry in log), where
        assert ("visit_needed", pupil) in heard, where
    # What came late is said to be late, and only that.
    for entry in log:
        if entry["what"] in ("text_sent", "call_due", "visit_raised") and entry.get("late_seconds", 0) > 120:
            assert kind != "workers" or start * 60 - 60 <= _second(entry) - entry["late_seconds"] <= end * 60, where
    late = {entry["rung"] for entry in log if entry["what"] == "late"}
    passed = {rung for rung, at in (("first_text_at", 555), ("call_at", 585), ("welfare_visit_at", 690)) if start <= at < end - 2}
    assert (passed if kind == "workers" else set()) == late, where


def _second(entry: dict[str, Any]) -> int:
    at = datetime.fromisoformat(entry["at"])
    return at.hour * 3600 + at.minute * 60 + at.second


def play_and_check(kind: str, start: int, end: int) -> None:
    with transaction.atomic():
        log = play(parse(scenario(kind, start, end))).log
        transaction.set_rollback(True)
    check(log, kind, start, end)


ENDS = [*GRID, 12 * 60 + 45]
# Workers: every outage that begins and ends on the grid. Provider: every beginning, and lengths that reach over no rung, one, two, all.
ALL = [(kind, start, end) for kind, start, end in product(KINDS, GRID, ENDS) if start < end]
ALL = [(kind, start, end) for kind, start, end in ALL if kind == "workers" or end - start in (5, 15, 30, 60, 150) or end == ENDS[-1]]
SAMPLE = random.Random(4).sample(ALL, 4) + [
    ("workers", 9 * 60 + 10, 9 * 60 + 50),  # over the first text and the call
    ("workers", 9 * 60 + 10, 12 * 60 + 35),  # until it is too late to text
    ("gateway down", 9 * 60 + 10, 9 * 60 + 50),
    ("gateway failing", 9 * 60 + 10, 12 * 60 + 35),
]


@pytest.mark.django_db
@pytest.mark.parametrize("outage", share(SAMPLE), ids=lambda outage: f"{outage[0]} {wall(outage[1])}-{wall(outage[2])}")
def test_an_outage_sends_nothing_twice_or_stale_and_tells_somebody(outage: tuple[str, int, int]) -> None:
    play_and_check(*outage)


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", GRID, ids=wall)
def test_every_outage_of_the_grid(kind: str, start: int) -> None:
    for _, _, end in (outage for outage in ALL if outage[:2] == (kind, start)):
        play_and_check(kind, start, end)
