"""No cell of an export is a formula, and no page sends anybody off the site (reliability.md, R22)."""

import ast
import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from homevisits.common.csvs import safe_cell

from .astray import HERE, NAMES, OFF_SITE, leads_off
from .crawl import Answer, crawl, read, sample, signed_in
from .filling import taken_back
from .payloads import FORMULAS
from .routes import Route
from .texts import OURS, write_everywhere
from .world import World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.needs_sqlite]
BEGINS = ("=", "+", "-", "@", "\t", "\r")
SHEETS = ("text/csv", "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def formulas(sheet: str) -> list[str]:
    """The cells of a CSV file that a spreadsheet takes for formulas. A figure of ours below nothing would be one too."""
    return [cell for row in csv.reader(io.StringIO(sheet.removeprefix("\ufeff"))) for cell in row if cell.startswith(BEGINS)]


def _sheets(answers: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.kind in SHEETS]


def test_no_cell_of_the_sampled_exports_is_a_formula(answers: list[Answer]) -> None:
    assert [(answer.address, cell) for answer in _sheets(answers) for cell in formulas(answer.text)] == []


@pytest.mark.prove
def test_no_cell_of_any_export_is_a_formula(world: World) -> None:
    """Every page is asked for itself and for its list as a file; whatever answers a sheet gets each formula into each of its cells."""
    queries = ("", "?format=csv", "?csv=1")
    sheets = {query: [route for route in pages() if _sheets(crawl(world, [route], query=query))] for query in queries}
    cells = 0
    for turn in range(len(FORMULAS)):
        with taken_back():
            write_everywhere(lambda number, turn=turn: FORMULAS[(number + turn) % len(FORMULAS)])  # type: ignore[misc]
            answers = [answer for query in queries for answer in _sheets(crawl(world, sheets[query], query=query))]
        assert [(answer.address, cell) for answer in answers for cell in formulas(answer.text)] == []
        cells += sum(answer.text.count("formula") for answer in answers)
    names = sorted({route.name for found in sheets.values() for route in found})
    print(f"R22: {len(names)} sheets by GET {names}, {len(FORMULAS)} formulas, {cells} cells with one, 0 run")
    assert len(names) > 2
    assert cells > len(FORMULAS)


def test_a_formula_in_a_cell_is_seen() -> None:
    for text in FORMULAS:
        out = io.StringIO()
        csv.writer(out).writerow(["a", text])
        assert formulas(out.getvalue()) == [text]
        assert not safe_cell(text).startswith(BEGINS)
    assert safe_cell("Seen.\n=HYPERLINK(1)\r\n@a\nb") == "Seen.\n'=HYPERLINK(1)\r\n'@a\nb"


def writes_sheets_alone(source: str) -> list[int]:
    """The lines that write a CSV file in a module which doesn't know how a cell is made harmless."""
    tree = ast.parse(source)
    uses = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name)
    }
    if {"safe_cell", "harmless", "csv_response"} & uses:
        return []
    writer = ("writer", "DictWriter")
    return [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in writer and getattr(n.value, "id", "") == "csv"]


def test_whoever_writes_a_sheet_makes_its_cells_harmless() -> None:
    files = [file for app in OURS for file in (Path(settings.BASE_DIR) / app).rglob("*.py") if "tests" not in file.parts]
    sheets = [file for file in files if "csv" in file.read_text()]
    assert [f"{file}:{line}" for file in sheets for line in writes_sheets_alone(file.read_text())] == []
    assert writes_sheets_alone("import csv\ncsv.writer(x).writerow(y)") == [2]


def _ask(browser: Client, address: str, where: str) -> Iterator[HttpResponseBase]:
    asked = dict.fromkeys(NAMES, where)
    for method in (browser.get, browser.post):
        with taken_back():
            yield method(address, asked, headers={"Referer": "https://evil.example/"})


def _off_site(world: World, routes: Iterable[Route], wheres: Iterable[str]) -> tuple[list[str], int, int]:
    """What leads off the site, how many redirects came, how many pages do something with what they are told: those get all of `wheres`."""
    found, redirects, reading = [], 0, 0
    first, *more = wheres
    for route in routes:
        browser, address = signed_in(world.who_may(route)), world.addresses[route.name]
        reads = any(
            "mark=zq7" in answer.headers.get("Location", "") + read(answer).decode("utf-8", "ignore")
            for answer in _ask(browser, address, HERE)
        )
        reading += reads
        for where in [first, *more] if reads else [first]:
            for answer in _ask(signed_in(world.who_may(route)), address, where):
                redirects += answer.has_header("Location")
                if leads_off(answer):
                    found.append(f"{address} by {where!r}: {answer.headers.get('Location')}")
    return found, redirects, reading


def test_no_sampled_page_leads_off_the_site(world: World) -> None:
    found, redirects, _ = _off_site(world, sample(pages(), 8), OFF_SITE[:1])
    assert found == []
    assert redirects > 5


@pytest.mark.prove
def test_no_page_leads_off_the_site(world: World) -> None:
    found, redirects, reading = _off_site(world, pages(), OFF_SITE)
    print(f"R22: {len(pages())} pages by GET and POST, {reading} read where to go on to and got {len(OFF_SITE)} ways off the site")
    print(f"R22: {redirects} redirects, {len(found)} off site")
    assert found == []
    assert redirects > 60
    assert reading > 10


def test_a_redirect_off_the_site_is_seen() -> None:
    from django.http import HttpResponseRedirect

    for where in ("//evil.example", "https://evil.example", "https://testserver.evil.example/", "http:///evil.example"):
        assert leads_off(HttpResponseRedirect(where)), where
    assert not leads_off(HttpResponseRedirect("/accounts/login/?next=//evil.example"))
