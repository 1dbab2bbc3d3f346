"""A click returns before what it starts has happened: what a browser test reads next, it must wait for."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

ACTS = {"click", "dblclick", "tap", "press", "check", "uncheck", "select_option", "set_input_files", "go_back"}
WAITS = re.compile(r"expect|wait_for_\w+|wait_for|wait|soon|submit|goto|reload")
READS = {
    *("title", "url", "content", "count", "all", "evaluate", "evaluate_all", "screenshot", "bounding_box", "get_attribute"),
    *("inner_text", "inner_html", "text_content", "all_inner_texts", "all_text_contents", "input_value", "cookies"),
    *("is_visible", "is_hidden", "is_checked", "is_enabled", "is_disabled"),
    *("objects", "refresh_from_db", "rows", "accessible", "pictures"),
}


def names(node: ast.AST) -> set[str]:
    """Every name and attribute in it."""
    found = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return found | {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def is_act(statement: ast.stmt) -> bool:
    """Whether it does something on a page and nothing else."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ACTS


def hasty(tree: ast.AST) -> Iterator[int]:
    """The lines that read a page, or the database, after an act and before anything that waits."""
    for block in ast.walk(tree):
        acted = False
        body = getattr(block, "body", None)
        for statement in body if isinstance(body, list) else []:
            if is_act(statement):
                acted = True
            elif any(WAITS.fullmatch(name) for name in names(statement)):
                acted = False
            elif acted and names(statement) & READS:
                yield statement.lineno


@pytest.mark.parametrize(
    "read",
    [
        "assert page.title() == 'x'", "assert page.url.endswith('/')", "assert page.locator('p').count() == 1", "accessible(page)",
        "assert Arrival.objects.exists()", "page.fill('#a', 'b')\nassert page.is_visible('p')",
    ],
)  # fmt: skip
def test_reading_right_after_an_act_is_found(read: str) -> None:
    assert list(hasty(ast.parse(f"page.click('button')\n{read}")))
    assert not list(hasty(ast.parse(f"page.click('button')\nexpect(page).to_have_title('x')\n{read}")))
    assert not list(hasty(ast.parse(f"submit(page)\n{read}")))
    assert not list(hasty(ast.parse(f"with page.expect_navigation():\n    page.click('button')\n{read}")))


def test_no_browser_test_reads_right_after_an_act() -> None:
    files = [
        file for app in ("homevisits", "attendance", "visits", "safeguarding") for file in (settings.BASE_DIR / app).rglob("test_*.py")
    ]
    browsing = {
        file: text
        for file in files
        if re.search("playwright|live_server", text := file.read_text()) and file.name != "test_browser_tests_wait.py"
    }
    assert len(browsing) >= 5
    found = [f"{file.relative_to(settings.BASE_DIR)}:{line}" for file, text in browsing.items() for line in hasty(ast.parse(text))]
    assert found == [], "wait for what the act brings: submit(page), expect(...), page.wait_for_..."
