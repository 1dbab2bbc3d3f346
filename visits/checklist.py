"""The departure checklist: which lines each of those who go answers, for which policy. Plain values in, lines out."""

from collections.abc import Sequence
from dataclasses import dataclass

DEVICE = ("device_logged_in", "device_charged", "device_working")
SAFE_WORD = "safe_word"
WELL = "well"


@dataclass(frozen=True)
class Line:
    """One line: answered yes or no by each for themselves. `no` is the sentence that a no blocks with."""

    code: str
    words: str
    no: str
    clause: str | None = None


@dataclass(frozen=True)
class Trip:
    """What the lines depend on besides the policy."""

    first_visit: bool = False
    carries_device: bool = False  # the person asked is the one who carries the man-down device
    after_another: bool = False  # the person has been on another visit that day
    safe_word: bool = False  # one was agreed for this visit
    annex: Sequence[Line] = ()


_ID = {
    "school_id_carried": Line("id", "I carry my school ID", "{} has no school ID with them.", "PRI-24"),
    "card_on_front_of_clothing": Line(
        "id", "My ID card is displayed on the front of my clothing", "{} does not display the ID card on the front.", "ATT-37"
    ),
    "carried_without_necklace_lanyard": Line(
        "id", "I carry identification, not on a necklace lanyard", "{} has no identification, or has it on a necklace lanyard.", "MAT-18"
    ),
    "badge_on_quick_release_lanyard": Line(
        "id", "My badge is on a quick-release lanyard", "{} has no badge on a quick-release lanyard.", "ALT-14"
    ),
}
_SHOWN = Line(
    "id",
    "My badge is on a quick-release lanyard, to be shown at the door: this is a first visit",
    _ID["badge_on_quick_release_lanyard"].no,
    "ALT-14",
)
_PHONE = {
    "attendance-officer": Line("phone", "My mobile is with me", "{} has no mobile with them.", "ATT-11"),
    "academy-trust": Line("phone", "My mobile is with me", "{} has no mobile with them.", "MAT-18"),
    "alternative-provision": Line("phone", "My mobile is with me and switched on", "{} has no mobile that is switched on.", "ALT-26"),
    "secondary": Line("phone", "My mobile is with me", "{} has no mobile with them.", "SEC-08"),
}
_CASH = {
    "academy-trust": Line("cash", "I carry no large sum of money", "{} carries a large sum of money.", "MAT-18"),
    "alternative-provision": Line(
        "cash", "I carry no large amount of cash and no valuables", "{} carries a large amount of cash or valuables.", "ALT-26"
    ),
}
_DRESS = {"academy-trust": Line("dress", "I am dressed appropriately", "{} is not dressed appropriately.", "MAT-18")}
_HANDS = Line("hands", "I have used antibacterial hand wash", "{} has not used hand wash.", "ATT-82")
_HANDS_AGAIN = Line(
    "hands", "I have used antibacterial hand wash since my last visit today", "{} has not used hand wash between two visits.", "ATT-82"
)
_WELL = Line(WELL, "I am well", "{} is not well: whoever is unwell does not go.", "ATT-82")
_DEVICE = (
    Line("device_logged_in", "The alarm device is logged in", "The alarm device is not logged in.", "ATT-16"),
    Line("device_charged", "The alarm device is charged", "The alarm device is not charged.", "ATT-16"),
    Line("device_working", "The alarm device was tried and works", "The alarm device does not work.", "ATT-16"),
)
_SAFE_WORD = Line(SAFE_WORD, "I know the safe word", "{} does not know the safe word.", "MAT-21")


def lines(preset: str, identification: str, device_required: bool, safe_word_required: bool, trip: Trip) -> list[Line]:
    """The lines that one person answers before leaving, in order; an identification that nobody knows is asked as the school ID."""
    found = [_ID.get(identification, _ID["school_id_carried"])]
    if identification == "badge_on_quick_release_lanyard" and trip.first_visit:
        found = [_SHOWN]
    found += [table[preset] for table in (_PHONE, _DRESS, _CASH) if preset in table]
    if device_required and trip.carries_device:
        found += _DEVICE
    if safe_word_required or trip.safe_word:
        found.append(_SAFE_WORD)
    if preset == "attendance-officer":
        found += [_HANDS_AGAIN if trip.after_another else _HANDS, _WELL]
    return found + list(trip.annex)
