"""Every business act stands in the audit: a public service function that writes rows reaches `audit.record`.

A reading of the source, so a rule of thumb: it follows calls inside the services by name. A function without `by` that another service
calls is a part of that one's act. What else need not be audited is listed, with why.
"""

import ast
from pathlib import Path

from django.conf import settings

APPS = ("homevisits", "attendance", "visits", "safeguarding")
RECORDS = {"record", "record_many"}
WRITES = {"create", "bulk_create", "save", "update", "bulk_update", "update_or_create", "get_or_create", "delete", "create_user", "execute"}

# "module: function" -> why it writes without an audit row of its own.
EXCEPTIONS: dict[str, str] = {
    "homevisits.people.services.api_tokens: token_for": "notes when a token was last used; what is done with it is recorded",
    "homevisits.people.services.displays: display_for": "notes when a screen was last seen; making and revoking are recorded",
    "homevisits.people.services.wrong_tries: note_wrong_try": "part of a failed sign-in, which is recorded; this is the count of them",
    "homevisits.people.services.wrong_tries: tries_until_now": "part of a sign-in, which is recorded; the count of wrong ones starts anew",
    "visits.services.telling: send": "part of offering or moving an appointment, which is recorded; the messages are rows of the outbox",
    "visits.services.telling: take_back": "part of ending an appointment, which is recorded; the messages are rows of the outbox",
    "attendance.services.closing: give_all_clear": "part of closing a case, which is recorded; the texts are rows of the outbox",
}


def service_modules(root: Path) -> list[Path]:
    """The modules of services: a file or a folder of that name in an app."""
    found = [path for app in APPS for path in (root / app).rglob("*.py") if path.stem == "services" or "services" in path.parts[:-1]]
    return sorted(path for path in found if "tests" not in path.parts and path.parent.name != "audit")


def functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions at the top of a module."""
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def called(function: ast.FunctionDef) -> set[str]:
    """The names that a function calls, methods by their last name."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            names.add(target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else "")
    return names


def takes_by(function: ast.FunctionDef) -> bool:
    """Whether a function is told who acts."""
    return any(argument.arg == "by" for argument in [*function.args.args, *function.args.kwonlyargs])


def reaches(name: str, wanted: set[str], calls: dict[str, set[str]], seen: set[str]) -> bool:
    """Whether a function, or one of the project that it calls, calls one of `wanted`."""
    if name in seen:
        return False
    seen.add(name)
    here = calls.get(name, set())
    return bool(here & wanted) or any(reaches(each, wanted, calls, seen) for each in here if each in calls)


def unaudited(sources: dict[str, str]) -> list[str]:
    """The public functions, as "module: function", that write and record nothing. `sources` is module -> source."""
    trees = {module: functions(ast.parse(source)) for module, source in sources.items()}
    calls: dict[str, set[str]] = {}
    for found in trees.values():
        for name, function in found.items():
            calls.setdefault(name, set()).update(called(function))
    used = set().union(*calls.values())
    return [
        f"{module}: {name}"
        for module, found in trees.items()
        for name, function in found.items()
        if not name.startswith("_")
        and (takes_by(function) or name not in used)
        and reaches(name, WRITES, calls, set())
        and not reaches(name, RECORDS, calls, set())
    ]


def test_every_service_that_writes_is_audited() -> None:
    root = Path(settings.BASE_DIR)
    sources = {".".join(path.relative_to(root).with_suffix("").parts): path.read_text() for path in service_modules(root)}
    assert sources
    found = set(unaudited(sources))
    missing = sorted(found - set(EXCEPTIONS))
    assert not missing, "Record these acts, or list them in EXCEPTIONS with the reason:\n" + "\n".join(missing)
    assert not set(EXCEPTIONS) - found, f"No exception needed any more: {sorted(set(EXCEPTIONS) - found)}"


def test_the_lint_sees_an_act_without_audit() -> None:
    acts = (
        "def open_case(*, by, now):\n    Case.objects.create()\n\n"
        "def close(*, by, now):\n    _close()\n\n"
        "def _close():\n    case.save()\n    audit.record('x')\n"
    )
    others = "def reopen(*, by, now):\n    open_case(by=by, now=now)\n\ndef look(case):\n    return case.pk\n"
    assert unaudited({"a": acts, "b": others}) == ["a: open_case", "b: reopen"]


# "module: function" -> why it records without a transaction of its own: it is a part of an act that has one, and says so by its name.
PARTS_OF_AN_ACT = {
    "homevisits/policy/services/common.py: record_on",
    "homevisits/people/demo_registers.py: fill",
    "safeguarding/services/referrals.py: record_act",
    "visits/services/appointment_changes.py: refuse_with_visit",
    "visits/services/common.py: note",
    "visits/services/police.py: note_silently",
}


def outside_a_transaction(source: str) -> set[str]:
    """The public functions that record in their own body outside `transaction.atomic()`: it works within a test's, and fails in use."""
    found: set[str] = set()

    def look(node: ast.AST, name: str, within: bool) -> None:
        for child in ast.iter_child_nodes(node):
            inside, here = within, name
            if isinstance(child, ast.FunctionDef):
                here, inside = child.name, any("atomic" in ast.unparse(one) for one in child.decorator_list)
            elif isinstance(child, ast.With):
                inside = within or any("atomic" in ast.unparse(one.context_expr) for one in child.items)
            elif isinstance(child, ast.Call) and ast.unparse(child.func).removeprefix("audit.") in RECORDS and not inside:
                found.add(here)
            look(child, here, inside)

    look(ast.parse(source), "", False)
    return {name for name in found if name and not name.startswith("_")}


def test_whoever_records_does_so_in_a_transaction() -> None:
    root = settings.BASE_DIR
    files = [path for app in APPS for path in (root / app).rglob("*.py") if not {"tests", "testing", "migrations"} & set(path.parts)]
    found = {f"{path.relative_to(root)}: {name}" for path in files for name in outside_a_transaction(path.read_text())}
    assert found - {"homevisits/audit/services.py: record"} == PARTS_OF_AN_ACT


def test_the_reading_sees_what_stands_outside() -> None:
    assert outside_a_transaction("def act():\n    record('x')") == {"act"}
    assert outside_a_transaction("def act():\n    with transaction.atomic():\n        record('x')") == set()
    assert outside_a_transaction("@transaction.atomic\ndef act():\n    record('x')") == set()
