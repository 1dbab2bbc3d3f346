"""Every address of the product, from the URL resolver: what is added there is tried here without anybody thinking of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from ..route_matrix import ROUTES, Door, Who


@dataclass(frozen=True)
class Route:
    """One address: its name, its pattern, and the names of what stands in it."""

    name: str
    pattern: str
    parts: tuple[str, ...]

    @property
    def who(self) -> Who:
        """Who may, by the matrix."""
        return ROUTES[self.name]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "", space: str = "", parts: tuple[str, ...] = ()) -> Iterator[Route]:
    for each in patterns:
        pattern = prefix + str(each.pattern).removeprefix("^")
        names = parts + tuple(name for name in each.pattern.regex.groupindex if name not in parts)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, pattern, f"{space}{each.namespace}:" if each.namespace else space, names)
        elif each.name:
            yield Route(space + each.name, pattern, names)


def routes(*doors: Door) -> list[Route]:
    """The routes behind these doors; all that stand in the matrix without any. (That none is missing there, test_routes.py says.)"""
    found = [route for route in _walk(get_resolver().url_patterns) if route.name in ROUTES]
    return [route for route in found if not doors or route.who.door in doors]
