"""No cell of an export is a formula, and no page sends anybody off the site (reliability.md, R22)."""

import ast
import csv
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils.http import url_has_allowed_host_and_scheme

from homevisits.common.csvs import safe_cell

from .crawl import Answer, crawl, sample, signed_in
from .payloads import FORMULAS
from .routes import Route
from .texts import OURS, write_everywhere
from .world import World, pages

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.needs_sqlite]
BEGINS = ("=", "+", "-", "@", "\t", "\r")
SHEETS = ("text/csv", "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
OFF_SITE = (
    "//evil.example", "https://evil.example", "http:evil.example", "https:///evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "\t//evil.example", "/\t/evil.example", "javascript:run()", "data:text/html,x", "//evil.example\\@testserver",
    "https://testserver@evil.example", "https://testserver.evil.example/", "/%09/evil.example", "//evil%E3%80%82example",
)  # fmt: skip
NAMES = ("next", "back", "url", "return", "return_to", "redirect", "to", "from", "link", "REDIRECT_FIELD_NAME", "continue")


def formulas(sheet: str) -> list[str]:
    """The cells of a CSV file that a spreadsheet takes for formulas. A figure of ours below nothing would be one too."""
    return [cell for row in csv.reader(io.StringIO(sheet.removeprefix("\ufeff"))) for cell in row if cell.startswith(BEGINS)]


def _sheets(answers: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.kind in SHEETS]


def test_no_cell_of_the_sampled_exports_is_a_formula(answers: list[Answer]) -> None:
    assert [(answer.address, cell) for answer in _sheets(answers) for cell in formulas(answer.text)] == []


@pytest.mark.prove
@pytest.mark.parametrize("turn", range(len(FORMULAS)))
def test_no_cell_of_any_export_is_a_formula(world: World, turn: int) -> None:
    """Every page is asked for itself and for its list as a file."""
    written = write_everywhere(lambda number: FORMULAS[(number + turn) % len(FORMULAS)])
    sheets = _sheets([*crawl(world, pages()), *crawl(world, pages(), query="?format=csv"), *crawl(world, pages(), query="?csv=1")])
    found = [(sheet.address, cell) for sheet in sheets for cell in formulas(sheet.text)]
    names = sorted({sheet.address for sheet in sheets})
    print(f"R22, turn {turn}: {written} texts, {len(names)} exports {names}, {len(found)} formulas")
    assert found == []
    assert any("formula" in sheet.text for sheet in sheets)


def test_a_formula_in_a_cell_is_seen() -> None:
    for text in FORMULAS:
        out = io.StringIO()
        csv.writer(out).writerow(["a", text])
        assert formulas(out.getvalue()) == [text]
        assert not safe_cell(text).startswith(BEGINS)


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


def leads_off(response: HttpResponseBase) -> bool:
    """Whether a browser that follows the answer leaves the site."""
    names = ("Location", "HX-Redirect", "HX-Location", "Refresh")
    return not all(url_has_allowed_host_and_scheme(response.headers.get(name, "/"), {"testserver"}) for name in names)


def _off_site(world: World, routes: list[Route], wheres: Iterable[str]) -> tuple[list[str], int]:
    found, redirects = [], 0
    browsers: dict[int, Client] = {}
    for route in routes:
        who = world.who_may(route)
        for where in wheres:
            browser = browsers.get(who.pk) or signed_in(who)
            browsers[who.pk] = browser
            asked = dict.fromkeys(NAMES, where)
            address = world.addresses[route.name]
            for response in (
                browser.get(address, asked, headers={"Referer": "https://evil.example/"}),
                browser.post(address, asked, headers={"Referer": "https://evil.example/"}),
            ):
                redirects += response.has_header("Location")
                if leads_off(response):
                    found.append(f"{address} by {where!r}: {response.headers.get('Location')}")
            if not browser.cookies.get("sessionid") or not browser.cookies["sessionid"].value:
                browsers.pop(who.pk)
    return found, redirects


def test_no_sampled_page_leads_off_the_site(world: World) -> None:
    found, redirects = _off_site(world, sample(pages(), 8), OFF_SITE[:1])
    assert found == []
    assert redirects > 5


@pytest.mark.prove
@pytest.mark.parametrize("where", OFF_SITE)
def test_no_page_leads_off_the_site(world: World, where: str) -> None:
    found, redirects = _off_site(world, pages(), [where])
    print(f"R22, {where!r}: {2 * len(pages())} requests, {redirects} redirects, {len(found)} off site")
    assert found == []
    assert redirects > 60


def test_a_redirect_off_the_site_is_seen() -> None:
    from django.http import HttpResponseRedirect

    for where in ("//evil.example", "https://evil.example", "https://testserver.evil.example/", "http:///evil.example"):
        assert leads_off(HttpResponseRedirect(where)), where
    assert not leads_off(HttpResponseRedirect("/accounts/login/?next=//evil.example"))
