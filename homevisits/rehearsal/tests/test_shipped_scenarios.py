"""Every shipped scenario holds what it expects, played in process."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from homevisits.rehearsal.events import ACTS
from homevisits.rehearsal.player import play
from homevisits.rehearsal.scenario import parse
from visits.models import CheckIn, SafeguardingDecision

from .matching import found

FOLDER = Path(__file__).resolve().parents[3] / "rehearsals"
FILES = sorted(FOLDER.glob("*.yaml"))
EVENTS = [event for file in FILES for event in yaml.safe_load(file.read_text()).get("events") or []]
OWN = {
    "primary-procedures": "PRI-", "attendance-officer": "ATT-", "academy-trust": "MAT-", "alternative-provision": "ALT-",
    "secondary": "SEC-",
}  # fmt: skip
# The outcomes that the language of scenarios knows.
OUTCOMES = ("child_seen", "child_not_seen", "no_answer", "child_alone", "parents_absent", "unsafe", "animals", "family_declined")


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario_holds(file: Path) -> None:
    raw: dict[str, Any] = yaml.safe_load(file.read_text())
    log = play(parse(raw)).log
    missing = [want for want in raw.get("expect", []) if not found(log, **want)]
    unwanted = [want for want in raw.get("expect_none", []) if found(log, **want)]
    wrong = [(want, n) for want in raw.get("expect_count", []) if (n := len(found(log, **want))) != want["n"]]
    assert (missing, unwanted, wrong) == ([], [], [])
    assert raw.get("expect"), "a scenario that expects nothing proves nothing"


def test_all_presets_are_played_through_a_whole_visit_and_to_a_refusal_with_its_clause() -> None:
    presets = {"primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"}
    returned, refused = set[str](), set[str]()
    for file in FILES:
        raw: dict[str, Any] = yaml.safe_load(file.read_text())
        wants = raw.get("expect", [])
        if any(want["what"] == "visit_returned" for want in wants):
            returned.add(raw["policy"])
            own = OWN[raw["policy"]]
            refused |= {raw["policy"] for want in wants if want["what"] == "refused" and str(want.get("clause", "")).startswith(own)}
    assert (returned, refused) == (presets, presets)


def test_every_outcome_of_the_language_is_found_once_at_least() -> None:
    kinds = {event["kind"] for event in EVENTS if event["do"] == "outcome"}
    assert kinds >= set(OUTCOMES), f"not played: {set(OUTCOMES) - kinds}"


def test_every_event_of_the_language_happens_once_at_least() -> None:
    done = {event["do"] for event in EVENTS}
    assert done == set(ACTS), f"not played: {set(ACTS) - done}"


def test_every_decision_of_the_safeguarding_team_and_every_point_is_played() -> None:
    assert {event["point"] for event in EVENTS if event["do"] == "check_in"} == set(CheckIn.Point.values)
    assert {event["decision"] for event in EVENTS if event["do"] == "safeguarding_decision"} == set(SafeguardingDecision.Decision.values)
