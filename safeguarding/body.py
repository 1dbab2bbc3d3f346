"""The body map: a drawing of our own, front and back, and the names of what is on it. Pure.

Units are those of the drawing, 200 wide and 445 high. In front the child's right is on the viewer's left; behind it is the other way round.
"""

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH, HEIGHT = 200, 445
FRONT, BACK = "front", "back"


@dataclass(frozen=True)
class Part:
    """A part of the body on one side of the drawing, with its middle."""

    code: str
    words: str
    side: str
    x: int
    y: int


# Words, x and y of what is in the middle; then of what there is twice, on the viewer's left.
_MIDDLE = {
    FRONT: (
        ("Forehead", 100, 24), ("Nose", 100, 46), ("Mouth", 100, 57), ("Chin", 100, 69), ("Front of neck", 100, 82),
        ("Stomach", 100, 176), ("Between the legs", 100, 243),
    ),
    BACK: (
        ("Back of head", 100, 32), ("Back of neck", 100, 78), ("Middle of back", 100, 150), ("Lower back", 100, 200),
    ),
}  # fmt: skip
_TWICE = {
    FRONT: (
        ("eye", 90, 38), ("cheek", 84, 50), ("ear", 73, 42), ("shoulder", 72, 98), ("side of chest", 84, 124), ("upper arm", 58, 136),
        ("inside of elbow", 46, 170), ("forearm", 40, 204), ("hand", 30, 256), ("hip", 78, 222), ("thigh", 83, 282), ("knee", 80, 330),
        ("shin", 79, 372), ("foot", 74, 428),
    ),
    BACK: (
        ("ear, behind", 73, 42), ("shoulder blade", 82, 120), ("upper arm, behind", 58, 136), ("elbow", 46, 170),
        ("forearm, behind", 40, 204), ("back of hand", 30, 256), ("buttock", 84, 232), ("thigh, behind", 83, 282),
        ("back of knee", 80, 330), ("calf", 79, 372), ("heel", 75, 426),
    ),
}  # fmt: skip


def _code(side: str, words: str) -> str:
    return f"{side}_{words.lower().replace(',', '').replace(' ', '_')}"[:30]


def _parts() -> Iterator[Part]:
    for side in (FRONT, BACK):
        for words, x, y in _MIDDLE[side]:
            yield Part(_code(side, words), words, side, x, y)
        for words, x, y in _TWICE[side]:
            near, far = ("Right", "Left") if side == FRONT else ("Left", "Right")
            for hand, at in ((near, x), (far, WIDTH - x)):
                yield Part(_code(side, f"{hand[0]} {words}"), f"{hand} {words}", side, at, y)


PARTS: dict[str, Part] = {part.code: part for part in _parts()}


def nearest(side: str, x: int, y: int) -> Part:
    """The part of a side whose middle is nearest: what a tap on the drawing means."""
    return min((part for part in PARTS.values() if part.side == side), key=lambda part: (part.x - x) ** 2 + (part.y - y) ** 2)


def grouped() -> list[tuple[str, list[Part]]]:
    """The parts as a list to choose from, front and back apart."""
    return [(name, [part for part in PARTS.values() if part.side == side]) for side, name in ((FRONT, "Front"), (BACK, "Back"))]
