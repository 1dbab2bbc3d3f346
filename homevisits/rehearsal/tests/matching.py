"""How a test reads a rehearsal's log: entries that must be there, must not, or must be there so many times."""

from collections.abc import Iterable, Mapping
from typing import Any

from homevisits.rehearsal.player import play
from homevisits.rehearsal.scenario import parse

SUBSETS = {"pupils", "untried", "contacts", "pair"}
Entry = Mapping[str, Any]

STAFF = [
    {"ref": "olive", "name": "Olive Office", "roles": ["office_admin"]},
    {"ref": "pat", "name": "Pat Lead", "roles": ["pupil_support_lead"]},
    {"ref": "sam", "name": "Sam Senior", "roles": ["senior_manager"]},
    {"ref": "hal", "name": "Hal Head", "roles": ["headteacher"]},
    {"ref": "dot", "name": "Dot Safe", "roles": ["dsl"]},
    {"ref": "tess", "name": "Tess Teach", "roles": ["visiting_staff"]},
]
ADA = {
    "ref": "ada",
    "name": "Ada Example",
    "contacts": [
        {"ref": "ada-mum", "name": "Mo Example", "phone": "07700900001", "priority": 1},
        {"ref": "ada-gran", "name": "Gee Example", "phone": "07700900002", "priority": 2},
    ],
}
BEN = {"ref": "ben", "name": "Ben Sample", "contacts": [{"ref": "ben-dad", "name": "Bo Sample", "phone": "07700900003", "priority": 1}]}


def morning(*events: Mapping[str, Any], pupils: Iterable[Mapping[str, Any]] = (ADA, BEN), **more: Any) -> list[dict[str, Any]]:
    """Play a morning of primary-procedures in which all `pupils` are without a reason; the log."""
    pupils = list(pupils)
    raw = {
        "title": "A morning", "policy": "primary-procedures", "date": "2026-11-24", "school": {"roll": 300}, "staff": STAFF,
        "pupils": pupils,
        "register": {"closes": "09:00", "taken": True, "unexplained": [pupil["ref"] for pupil in pupils]}, "events": list(events),
    }  # fmt: skip
    return play(parse(raw | more)).log


def matches(entry: Entry, want: Entry) -> bool:
    """Whether an entry has all that `want` names; times by the given precision, `on` their offset, lists of refs as subsets."""
    for key, value in want.items():
        if key == "at" and not str(entry["at"])[11:].startswith(value):
            return False
        if key == "on" and not str(entry["at"]).endswith(value):
            return False
        if key == "clause" and value not in {block["clause"] for block in entry.get("blocks", [])}:
            return False
        if key in SUBSETS and not set(value) <= set(entry.get(key) or []):
            return False
        if key not in SUBSETS | {"at", "on", "clause", "n"} and entry.get(key) != value:
            return False
    return True


def found(log: Iterable[Entry], **want: Any) -> list[Entry]:
    """The entries that match."""
    return [entry for entry in log if matches(entry, want)]
