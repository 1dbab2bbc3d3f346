"""A rehearsal's log as lines for people."""

from collections.abc import Iterable, Mapping
from typing import Any


def lines(log: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """One line an entry: the time, what happened, to whom, and what else there is to say."""
    for entry in log:
        yield f"{entry['at'][11:19]}  {entry['what'].replace('_', ' '):18} {_rest(entry)}".rstrip()


def _rest(entry: Mapping[str, Any]) -> str:
    parts = []
    for name, value in entry.items():
        if name in ("at", "what"):
            continue
        if name == "blocks":
            parts += [f"{block['says']}" + (f" [{block['clause']}]" if block["clause"] else "") for block in value]
        elif isinstance(value, list):
            parts.append(f"{name}: {', '.join(map(str, value)) or 'none'}")
        else:
            parts.append(f"{name}: {value}")
    return "; ".join(parts)
