"""No address of safeguarding or data protection counts: gaps among such numbers tell a reader that something is kept from them."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

pytestmark = pytest.mark.once
# By where their pages are made.
PARTS = (
    "safeguarding.", "homevisits.home.views_keeping", "homevisits.home.views_chronology", "homevisits.home.views_system",
    "homevisits.messaging.views.notices", "visits.views.home_warnings", "visits.views.complaints", "visits.views.attachments",
)  # fmt: skip
# What may count, and why. Add a line only for rows of which everybody who meets the numbers may see every one.
MAY_COUNT = {
    "pupil_id": "who comes here sees every pupil of the school",
    "household_id": "who comes here sees every home of the school",
    "visit_id": "who comes here sees every visit of the school",
}


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns)
        else:
            yield each


def _module(route: URLPattern) -> str:
    return str(getattr(route.callback, "__module__", ""))


def test_no_number_counts_but_those_that_are_named_with_a_reason() -> None:
    routes = [route for route in _walk(get_resolver().url_patterns) if _module(route).startswith(PARTS)]
    assert {part for part in PARTS if any(_module(route).startswith(part) for route in routes)} == set(PARTS)
    counted = {
        (str(route.name), name)
        for route in routes
        for name, converter in route.pattern.converters.items()
        if isinstance(converter, IntConverter) and name not in MAY_COUNT
    }
    assert not counted, f"Give these rows a public_id (homevisits/common/random_address.py), or say above why not: {sorted(counted)}"
