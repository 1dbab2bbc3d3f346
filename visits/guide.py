"""The guide at the door: short lines at the stage where each applies, by policy, each with its clause. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from homevisits.policy.presets import PREFIXES
from homevisits.policy.values import Values

from .purposes import CHILD_CHECK


class Stage(StrEnum):
    """Where those who go stand."""

    BEFORE = "before"
    ON_THE_WAY = "on_the_way"
    ARRIVING = "arriving"
    WAITING = "waiting"
    DOOR = "door"
    INSIDE = "inside"
    LEAVING = "leaving"
    THREAT = "threat"


TITLES: Mapping[Stage, str] = {
    Stage.BEFORE: "Before you leave",
    Stage.ON_THE_WAY: "On the way",
    Stage.ARRIVING: "Arriving and parking",
    Stage.WAITING: "While you wait",
    Stage.DOOR: "At the door",
    Stage.INSIDE: "Once inside",
    Stage.LEAVING: "Leaving",
    Stage.THREAT: "If you are threatened or kept from leaving",
}


@dataclass(frozen=True)
class Line:
    """One line of the guide as it is shown."""

    words: str
    clause: str | None


@dataclass(frozen=True)
class _Rule:
    """A line with the clauses it comes from; `own`: shown only under a policy that has one of them. `purpose`: only on such visits."""

    stage: Stage
    words: str
    clauses: tuple[str, ...]
    own: bool = True
    purpose: str = ""


S = Stage
_RULES: tuple[_Rule, ...] = (
    _Rule(S.BEFORE, "Take a charged mobile, switched on; the school has its number.", ("ATT-11", "MAT-18", "ALT-26", "SEC-08"), own=False),
    _Rule(S.BEFORE, "Know the route, and where you will park.", ("PRI-17",), own=False),
    _Rule(S.BEFORE, "Leave cash and valuables at school.", ("ALT-26", "MAT-34")),
    _Rule(S.BEFORE, "Agree the safe word. Said to your partner or to the school, it means: we need help.", ("MAT-21",)),
    _Rule(S.BEFORE, "Do not presume two parents, or parents with the child's surname.", ("PRI-16",)),
    _Rule(S.BEFORE, "Anybody who is worried about their safety does not go. No reason is needed.", ("MAT-24", "ATT-19"), own=False),
    _Rule(S.ON_THE_WAY, "Late? Tell the office here: the time you are due back moves with it.", ("ALT-24", "ATT-36", "MAT-33"), own=False),
    _Rule(S.ON_THE_WAY, "Check in before you arrive.", ("ATT-12",)),
    _Rule(S.ARRIVING, "Park in a well-lit place where you need not reverse out.", ("MAT-11",)),
    _Rule(S.ARRIVING, "Park safe and well lit where you can, facing away from the property.", ("ALT-25",)),
    _Rule(S.ARRIVING, "Wait outside until all of you are here.", ("MAT-22",)),
    _Rule(S.ARRIVING, "Note the ways out before you enter.", ("ALT-21",)),
    _Rule(S.WAITING, "Stay outside until the parents come, also when they have sent word.", ("ATT-35",)),
    _Rule(S.DOOR, "Say who you are and explain again why you have come.", ("MAT-11",)),
    _Rule(S.DOOR, "Enter only when a responsible adult invites you in, never a child alone.", ("MAT-11", "PRI-23"), own=False),
    _Rule(S.DOOR, "No appointment or no parent there: you stay at the door. No purpose is exempt.", ("ATT-14",)),
    _Rule(S.DOOR, "Speak only to an adult with parental responsibility, or to one whom they authorised for this child.", ("MAT-11",)),
    _Rule(
        S.DOOR, "Ask brothers and sisters only whether a parent is in. Tell them, and people you do not know, nothing of why.", ("MAT-11",)
    ),
    _Rule(S.DOOR, "Speak with brothers, sisters or other children only while an adult is present.", ("ALT-31",)),
    _Rule(S.DOOR, "See the child. Being told that the child is at home is not enough.", ("PRI-36",), own=False, purpose=CHILD_CHECK),
    _Rule(S.DOOR, "A child alone, or you doubt it? Call the safeguarding team at once; in immediate danger 999.", ("MAT-12",), own=False),
    _Rule(S.DOOR, "If you feel unsafe, do not enter. You need no other reason.", ("ATT-38", "ALT-16", "MAT-24", "PRI-25"), own=False),
    _Rule(S.DOOR, "Respect how they live: take your shoes off where they do.", ("PRI-16",)),
    _Rule(S.INSIDE, "Say first: “We may take notes.”", ("MAT-17",)),
    _Rule(
        S.INSIDE,
        "Say first: “What you tell us goes to the Principal and the staff who need it, and to nobody else.” Promise no confidentiality.",
        ("MAT-17",),
    ),
    _Rule(S.INSIDE, "Be sympathetic but neutral: professional advice, no opinions, no talk about the school.", ("MAT-17",)),
    _Rule(S.INSIDE, "Respect culture and religion.", ("MAT-17", "PRI-16")),
    _Rule(S.INSIDE, "Keep to the point, and do not stay too long.", ("MAT-19",)),
    _Rule(S.INSIDE, "Note the exits and keep a way out.", ("ALT-21",)),
    _Rule(S.INSIDE, "Upstairs only with somebody of the home, when it is completely safe and necessary.", ("MAT-11",)),
    _Rule(S.INSIDE, "Never a child's bedroom.", ("MAT-11",)),
    _Rule(S.INSIDE, "Never be alone with the child. If the parent leaves, you leave.", ("ATT-51",)),
    _Rule(S.INSIDE, "Stay only while an appropriate adult is there.", ("ALT-31",)),
    _Rule(
        S.INSIDE,
        "Look with professional curiosity: the state of the home, marks or bruises, anything of sexual or domestic abuse.",
        ("PRI-22",),
        own=False,
    ),
    _Rule(S.INSIDE, "Uncomfortable or unsafe? End the visit at once.", ("ALT-22", "PRI-25", "MAT-26"), own=False),
    _Rule(S.LEAVING, "Check in when you leave the property.", ("ATT-12", "ALT-20", "MAT-13")),
    _Rule(S.LEAVING, "Not coming back to school? Telephone, and say here that you have left.", ("MAT-13", "SEC-09")),
    _Rule(S.LEAVING, "Raise concerns as soon as you arrive.", ("MAT-13",)),
    _Rule(S.THREAT, "Stay calm and appear confident. Speak slowly, do not argue.", ("MAT-25",), own=False),
    _Rule(S.THREAT, "Offer to ask a senior colleague.", ("MAT-25",), own=False),
    _Rule(S.THREAT, "Keep a distance. Never touch, or turn your back on, somebody who is angry.", ("MAT-25",), own=False),
    _Rule(S.THREAT, "Leave as soon as you can, and go to a place of safety.", ("PRI-25", "MAT-26", "ALT-22"), own=False),
    _Rule(S.THREAT, "Threat or violence: call the police, 999.", ("ALT-22", "PRI-25"), own=False),
)
_IDENTIFICATION = {
    "school_id_carried": ("Carry your school ID.", "PRI-24"),
    "card_on_front_of_clothing": ("Wear your ID card on the front of your clothing.", "ATT-37"),
    "carried_without_necklace_lanyard": ("Carry your ID, not on a lanyard round the neck.", "MAT-18"),
    "badge_on_quick_release_lanyard": ("Wear your badge on a quick-release lanyard; show it at a first visit.", "ALT-14"),
}
_ANIMALS = {
    "may_ask": ("You may ask for animals to be put in another room.", "PRI-14"),
    "other_room_or_cancel": ("Dangerous animals: ask for another room. If they refuse, the visit is over.", "ATT-39"),
    "none_in_the_room": ("No animals in the room where you are.", "MAT-11"),
    "other_room_or_outside_or_cancel": (
        "Dangerous animals are in another room or outside for the whole visit. Refused or impossible, the visit is over.",
        "ALT-17",
    ),
}


def guide(stage: Stage, values: Values, purpose: str) -> list[Line]:
    """The lines of a stage under a policy, in order: what the policy itself says first hand, and what keeps anybody safe."""
    found = [
        Line(rule.words, _clause(rule, values.preset))
        for rule in _RULES
        if rule.stage == stage and (not rule.own or _is_own(rule, values.preset)) and rule.purpose in ("", purpose)
    ]
    return _by_setting(stage, values) + found


def _by_setting(stage: Stage, values: Values) -> list[Line]:
    """The lines that a setting words."""
    if stage == Stage.BEFORE:
        return _worded(_IDENTIFICATION, values.identification)
    if stage == Stage.DOOR:
        return _worded(_ANIMALS, values.animals_rule)
    if stage == Stage.WAITING:
        place, clause = ("Wait in the car.", "ALT-15") if values.wait_place == "car" else ("Wait outside.", "ATT-34")
        return [Line(place, clause)]
    return []


def _worded(table: Mapping[str, tuple[str, str]], value: str) -> list[Line]:
    return [Line(*table[value])] if value in table else []


def _is_own(rule: _Rule, preset: str) -> bool:
    return any(clause.startswith(PREFIXES[preset]) for clause in rule.clauses)


def _clause(rule: _Rule, preset: str) -> str:
    own = [clause for clause in rule.clauses if clause.startswith(PREFIXES[preset])]
    return (own or list(rule.clauses))[0]
