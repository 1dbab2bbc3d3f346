"""Rehearsals for tests: played, or waiting."""

import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any

from homevisits.people.models import School
from homevisits.people.tests.factories import StaffFactory
from homevisits.policy.services import adopt_preset
from homevisits.rehearsal import shelf
from homevisits.rehearsal.cast import REHEARSAL
from homevisits.rehearsal.models import RehearsalRun
from homevisits.rehearsal.performance import perform, with_policy

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


def a_rehearsal(school: School, **given: Any) -> RehearsalRun:
    """A rehearsal that waits to start."""
    values = {"scenario": "the-brake", "title": "Too many", "choice": "written", "asked_at": NOW, "token": uuid.uuid4()}
    by = given.pop("by", None) or StaffFactory.create(school=school, roles=["headteacher"], name="Hester Head")
    return RehearsalRun.objects.create(school=school, by=by, **(values | given))


@cache
def result_of(scenario: str, first_text_at: str = "") -> dict[str, Any]:
    """What a playing of a shipped scenario gives, with another time of the first text when given: played once in all the tests."""
    found = shelf.find(scenario)
    assert found
    return perform(with_policy(found.raw, found.policy, {"first_text_at": first_text_at}) if first_text_at else found.raw).as_json()


def played(school: School, scenario: str, first_text_at: str = "", **given: Any) -> RehearsalRun:
    """A rehearsal that was played as written, or by a policy of the school with that time of the first text."""
    found = shelf.find(scenario)
    assert found
    changes = {"first_text_at": first_text_at}
    policy = adopt_preset(school=school, preset=found.policy, changes=changes, by=REHEARSAL, now=NOW) if first_text_at else None
    return a_rehearsal(
        school, scenario=scenario, title=found.title, status="done", finished_at=NOW, result=result_of(scenario, first_text_at),
        policy=policy, choice="ours" if policy else "written", **given,
    )  # fmt: skip
