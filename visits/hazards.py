"""The hazard matrix of MAT-30: its five preset hazards with the values of MAT-32 to MAT-36, and what the product sees itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

# A control that the product can see for itself, and what it sees.
SEEN = {
    "team_told": "The safeguarding team is told before",
    "two_staff": "Two people go",
    "signed_out": "Reception is told, and staff are signed out",
    "mobile": "Everybody who goes has a mobile phone",
}


@dataclass(frozen=True)
class Preset:
    """One hazard as the policy rates it. `controls`: (what is done, the code of SEEN or nothing)."""

    code: str
    hazard: str
    harm: str
    severity: str
    clause: str
    controls: tuple[tuple[str, str], ...]
    people: str = "Staff may be harmed"
    likelihood: str = "remote"


PRESETS: tuple[Preset, ...] = (
    Preset(
        "aggression", "Aggressive or violent parent, pupil or family member", "Major injury", "major", "MAT-32",
        (
            ("The home visit policy is followed", ""), ("The safeguarding team is told before", "team_told"),
            ("Two people where home circumstances call for it", "two_staff"), ("Reception is told, and staff are signed out", "signed_out"),
            ("A mobile phone is carried", "mobile"),
        ),
    ),
    Preset(
        "driving", "Driving", "Breakdown, accident, intruder in the unattended vehicle, use of a mobile phone, fatigue", "major", "MAT-33",
        (
            ("The vehicle is maintained", ""), ("A breakdown organisation can be called", ""),
            ("A torch and a phone are in the car", "mobile"),
            ("The team or a partner is told where they go", "team_told"), ("They phone in when plans change", ""),
            ("No valuables such as a laptop are left in the car", ""), ("Risky areas are avoided", ""),
        ),
    ),
    Preset(
        "public_areas", "Moving through public areas such as car parks", "Attack, theft", "major", "MAT-34",
        (
            ("They back down", ""), ("They call for help", ""), ("An attack alarm is carried", ""),
            ("Valuables are out of sight, and given up if safety is at risk", ""), ("The staff bus or public transport is used", ""),
            ("Support is offered after an incident", ""),
        ),
    ),
    Preset(
        "illness", "Illness, injury or accident", "Illness or injury", "injury", "MAT-35",
        (
            ("Mobile communications", "mobile"), ("Emergency services if appropriate", ""), ("The team is told", "team_told"),
            ("There is access to a phone", "mobile"), ("Prescribed medication is carried", ""),
            ("The injury-at-work protocol is followed on return", ""),
        ),
        people="Staff may be harmed or injured",
    ),
    Preset(
        "animals", "Attack by a dog or other animal", "Major injury", "major", "MAT-36",
        (
            ("No contact with animals", ""), ("Local advice is taken before entering", ""),
            ("Nothing is done that alarms them, such as sudden movements", ""),
        ),
    ),
)  # fmt: skip
BY_CODE = {preset.code: preset for preset in PRESETS}
ANIMAL_CONTROLS = tuple(words for words, _ in BY_CODE["animals"].controls)


def preset_row(preset: Preset, ticked: Collection[str] = ()) -> dict[str, Any]:
    """A preset hazard as it is kept in an assessment; `ticked`: the controls that staff ticked, by their words."""
    return {
        "code": preset.code, "hazard": preset.hazard, "people": preset.people, "harm": preset.harm, "severity": preset.severity,
        "likelihood": preset.likelihood,
        "controls": [{"words": words, "seen": seen, "ticked": words in ticked} for words, seen in preset.controls],
    }  # fmt: skip


def preset_rows() -> list[dict[str, Any]]:
    """The five hazards as the policy rates them."""
    return [preset_row(preset) for preset in PRESETS]


def ticks(row: Mapping[str, Any], seen: Collection[str]) -> list[tuple[str, bool, bool]]:
    """A hazard's controls as (words, in place, seen by the product): what the product sees ticks itself and cannot be ticked by hand."""
    return [
        (str(one["words"]), one["seen"] in seen if one.get("seen") else bool(one.get("ticked")), bool(one.get("seen")))
        for one in row.get("controls", [])
    ]
