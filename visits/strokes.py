"""What was drawn as a signature: checked, made small, shown as the path of an SVG. Plain values."""

import json
from typing import Any

from homevisits.common.errors import BadInput

LARGEST = 4000  # pixels of the pad, either way
MOST_STROKES = 200
MOST_POINTS = 6000
MOST_CHARACTERS = 400_000
FEWEST_POINTS = 3
NOT_READ = "The signature could not be read. Clear it and sign again, or type the name."

Drawn = dict[str, Any]


def read_strokes(given: str) -> Drawn:
    """What the pad sent (`{"width", "height", "strokes": [[[x, y, ms], …], …]}`), as it is kept: numbers only, bounded.

    Empty where nothing was drawn. Raises BadInput for anything else.
    """
    if not given.strip():
        return {}
    if len(given) > MOST_CHARACTERS:
        raise BadInput("The signature is too long. Clear it and sign again.")
    try:
        content = json.loads(given)
        width, height = (_number(content[name], LARGEST) for name in ("width", "height"))
        strokes = [[_point(point) for point in stroke] for stroke in content["strokes"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput(NOT_READ) from error
    strokes = [stroke for stroke in strokes if stroke]
    points = sum(len(stroke) for stroke in strokes)
    if not strokes:
        return {}
    if len(strokes) > MOST_STROKES or points > MOST_POINTS or width < 1 or height < 1:
        raise BadInput("The signature is too long. Clear it and sign again.")
    if points < FEWEST_POINTS:
        raise BadInput("That is only a dot. Sign with your finger or a pen.")
    return {"width": width, "height": height, "strokes": strokes}


def svg_path(drawn: Drawn) -> str:
    """The `d` of an SVG path that draws it."""
    return " ".join(
        "M" + " L".join(f"{point[0]:g} {point[1]:g}" for point in (stroke if len(stroke) > 1 else stroke * 2))
        for stroke in drawn["strokes"]
    )


def view_box(drawn: Drawn) -> str:
    """The `viewBox` of that SVG."""
    return f"0 0 {drawn['width']:g} {drawn['height']:g}"


def _point(point: Any) -> list[float]:
    x, y, at = point
    # A finger may leave the pad while it draws.
    return [_number(x, LARGEST, -LARGEST), _number(y, LARGEST, -LARGEST), _number(at, 86_400_000)]


def _number(given: Any, highest: float, lowest: float = 0) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not lowest <= given <= highest:
        raise ValueError(given)
    return round(given, 1)
