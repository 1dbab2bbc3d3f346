"""Every shipped scenario holds what it expects, played in process."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from homevisits.rehearsal.player import play
from homevisits.rehearsal.scenario import parse

from .matching import found

FOLDER = Path(__file__).resolve().parents[3] / "rehearsals"
FILES = sorted(FOLDER.glob("*.yaml"))


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


def test_all_presets_are_played() -> None:
    played = {yaml.safe_load(file.read_text())["policy"] for file in FILES}
    assert played == {"primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary"}
