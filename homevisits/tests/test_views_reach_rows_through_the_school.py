"""Views start from selectors that take the school: `Model.objects` in a view is how another school's row gets out."""

import ast
from pathlib import Path

from django.conf import settings

APPS = ("homevisits", "attendance", "visits", "safeguarding")


def view_modules(root: Path) -> list[Path]:
    """Every module of views, whether a file or a folder of them."""
    found = [path for app in APPS for path in (root / app).rglob("*.py") if "views" in path.parts or path.stem.startswith("views")]
    return sorted(path for path in found if "tests" not in path.parts)


def reaches_past_the_school(source: str) -> list[int]:
    """The lines that use a model's manager."""
    managers = {"objects", "_default_manager", "_base_manager"}
    return [node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute) and node.attr in managers]


def test_no_view_uses_a_manager() -> None:
    modules = view_modules(Path(settings.BASE_DIR))
    assert modules
    found = [f"{path}:{line}" for path in modules for line in reaches_past_the_school(path.read_text())]
    assert not found, "Use a selector that takes the school:\n" + "\n".join(found)


def test_the_lint_sees_a_manager() -> None:
    assert reaches_past_the_school("def page(request):\n    return Pupil.objects.get(pk=1)") == [2]
    assert reaches_past_the_school("x = Pupil._default_manager.all()") == [1]
    assert reaches_past_the_school("# Pupil.objects\nx = pupils_of(school)") == []


def takes_every_field(source: str) -> list[int]:
    """The lines on which a model form takes all fields, or all but some: a field added later would be open to whoever posts it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                name = line.targets[0].id if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) else ""
                every = isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and line.value.value == "__all__"
                if name == "exclude" or (name == "fields" and every):
                    found.append(line.lineno)
    return found


def test_no_form_takes_every_field() -> None:
    forms = [path for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*form*.py") if "tests" not in path.parts]
    assert forms
    found = [f"{path}:{line}" for path in forms for line in takes_every_field(path.read_text())]
    assert not found, "Name the fields:\n" + "\n".join(found)
    assert takes_every_field("class F:\n  class Meta:\n    fields = '__all__'\n    exclude = ['x']") == [3, 4]
