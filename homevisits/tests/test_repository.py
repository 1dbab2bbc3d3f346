"""The repository tests itself."""

import ast
import importlib
import pkgutil
import re
import subprocess
from functools import cache
from pathlib import Path

import celery
import pytest
from celery.schedules import schedule
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from homevisits.celery import app
from homevisits.common import broker
from homevisits.common.variables import VARIABLES
from homevisits.home.management.commands.serve import WORKERS
from homevisits.schedule import BEAT

ROOT = settings.BASE_DIR
OURS = ("homevisits", "attendance", "visits", "safeguarding")
PLACES = re.compile(r"/(?:work|root|home/\w+|Users/\w+|opt|tmp)/[\w.-]+")  # where somebody's machine keeps things
HOSTS = re.compile(r"\b(?:index-url|pypi\.org|registry\.npmjs|files\.pythonhosted|proxy\.golang)", re.IGNORECASE)
SECRETS = re.compile(r"(SECRET|PASSWORD|TOKEN|API_KEY)\w*\s*=\s*[\"'][^\"']+[\"']")


@cache
def tracked() -> list[Path]:
    """Every file that is part of the project, the vendored ones left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in listed if name and "/vendor/" not in name and (ROOT / name).is_file()]


def sources(*parts: str) -> list[Path]:
    """Python files of ours, those with one of `parts` in their path when given; tests and migrations left out."""
    files = [file for file in tracked() if file.suffix == ".py" and not {"tests", "migrations", "testing"} & set(file.parts)]
    return [file for file in files if not parts or any(part in file.relative_to(ROOT).parts or part == file.stem for part in parts)]


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


# The beat table


def load_tasks() -> set[str]:
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in OURS and importlib.util.find_spec(f"{config.name}.tasks"):
            importlib.import_module(f"{config.name}.tasks")
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_knock_names_a_task() -> None:
    assert {str(entry["task"]) for entry in BEAT.values()} <= load_tasks()


def test_every_task_of_ours_is_knocked_or_asked_for() -> None:
    """A task that nothing knocks and nothing calls is dead."""
    knocked = {str(entry["task"]) for entry in BEAT.values()}
    code = "\n".join(file.read_text() for file in sources())
    idle = [name for name in load_tasks() - knocked if not re.search(rf"\b{name.rsplit('.', 1)[-1]}\.(delay|apply_async|s)\(", code)]
    assert idle == []


def test_knocks_expire_when_the_next_is_due() -> None:
    made = broker.expiring({"a": {"task": "t", "schedule": schedule(10)}, "b": {"task": "t", "schedule": 30.0}})
    assert [made["a"]["options"], made["b"]["options"]] == [{"expires": 10.0}, {"expires": 30.0}]
    assert all(entry["options"]["expires"] > 0 for entry in settings.CELERY_BEAT_SCHEDULE.values())
    assert set(settings.CELERY_BEAT_SCHEDULE) == set(BEAT)
    assert app.conf.task_ignore_result
    assert celery.current_app.conf.result_backend is None


def test_every_queue_has_a_worker() -> None:
    queues = {settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
    assert set(settings.CELERY_TASK_ROUTES) <= load_tasks()
    assert {queue for _, queue in WORKERS} == queues
    unit = (ROOT / "deploy" / "homevisits-worker.service").read_text()
    assert f"--queues {','.join(sorted(queues))} " in unit


# Templates


def test_every_template_is_used() -> None:
    folder = ROOT / "templates"
    files = {str(file.relative_to(folder)): file for file in tracked() if folder in file.parents}
    text = "\n".join(file.read_text() for file in [*sources(), *files.values()])
    foreign = (
        "account/",
        "mfa/",
        "allauth/",
        "admin/",
        "socialaccount/",
        "usersessions/",
        "gds/",
        "django/",
    )  # asked for by the parts we stand on
    unused = [
        name for name in files if not name.startswith(foreign) and name not in text and not re.fullmatch(r"\d{3}(_csrf)?\.html", name)
    ]
    assert [name for name in unused if f"{Path(name).parent}/" not in composed(text)] == []


def composed(text: str) -> set[str]:
    """Folders whose template names are put together, as in f"messages/{name}.txt"."""
    return {*re.findall(r"[\"']([\w/]+/)(?=[\"'{%])", text), *(f"{name}/" for name in re.findall(r'"templates" / "(\w+)" / f"', text))}


def test_pages_carry_no_inline_script_or_style() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application|text)/(?:json|html))[^>]*>|\sstyle=\"|\son[a-z]+=\"", re.IGNORECASE
    )
    pages = [file for file in tracked() if file.suffix == ".html" and not {"letters", "documents", "pdf"} & set(file.parts)]
    assert [f"{name_of(file)}: {hit.group()}" for file in pages for hit in inline.finditer(file.read_text())] == []


# Secrets, machines


def test_pdfs_are_drawn_in_one_place() -> None:
    """R21: what draws there fetches nothing (documents/tests/test_render.py); whoever drew elsewhere would go round it."""
    drawing = {name_of(file) for file in sources() if re.search(r"^\s*(from|import) weasyprint", file.read_text(), re.MULTILINE)}
    assert {name for name in drawing if "/tests/" not in name and "/bench/" not in name} == {"homevisits/documents/child.py"}


def test_settings_hold_no_secret() -> None:
    text = (ROOT / "homevisits" / "settings.py").read_text()
    assert [hit.group() for hit in SECRETS.finditer(text)] == []
    assert not {file.suffix for file in tracked()} & {".key", ".pem", ".sqlite3", ".pyc"}
    assert not [name_of(file) for file in tracked() if file.name.startswith(".env")]


def test_nothing_names_a_machine_or_a_package_host() -> None:
    found = []
    for file in tracked():
        if file.suffix in {".png", ".jpg", ".ico", ".woff2", ".gz"} or file == Path(__file__):
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            for hit in [*PLACES.finditer(line), *HOSTS.finditer(line)]:
                if not allowed(file, hit.group()):
                    found.append(f"{name_of(file)}:{number}: {hit.group()}")
    assert found == []


def allowed(file: Path, place: str) -> bool:
    """Where the product is installed on a server stands in the unit files and in what tells about them."""
    return place.startswith("/opt/homevisits") and (file.parent.name == "deploy" or file.name == "operations.md")


# The environment


def test_every_variable_that_is_read_stands_in_the_table() -> None:
    read = re.compile(r"(?:\benv(?:\.\w+)?\(|environ\.get\(|environ\[|getenv\()\s*\"([A-Z][A-Z0-9_]+)\"")
    known = {row.name for row in VARIABLES} | {"MAKELEVEL"}  # make sets it, to say that it is there
    files = [*sources(), ROOT / "deploy" / "gunicorn.conf.py"]
    found = {(name_of(file), name) for file in files for name in read.findall(file.read_text())}
    assert {(file, name) for file, name in found if name not in known and name != "DJANGO_SETTINGS_MODULE"} == set()
    assert known - {name for _, name in found} <= {"MAKELEVEL"}


def test_a_default_stands_in_the_table_only() -> None:
    text = (ROOT / "homevisits" / "settings.py").read_text()
    assert re.findall(r"\benv\.\w+\(\"\w+\", default=[^)]*\)", text) == []


# The rooms


def test_functions_and_files_stay_small() -> None:
    """A function is a screenful, a file has one subject. What is longer has a reason, and stands here with it."""
    with_reason: set[str] = set()
    long = []
    for file in sources():
        text = file.read_text()
        if text.count("\n") > 400:
            long.append(f"{name_of(file)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                long.append(f"{name_of(file)} {node.name}")
    assert [name for name in long if name not in with_reason] == []


def test_every_module_can_be_imported() -> None:
    for package in OURS:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if not {"migrations", "child", "wsgi"} & set(module.name.split(".")):
                importlib.import_module(module.name)


def test_every_address_has_a_view_that_loads() -> None:
    assert get_resolver().url_patterns


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy").glob("*.service")), ids=lambda file: file.name)
def test_units_run_what_exists(unit: Path) -> None:
    from django.core.management import get_commands

    for line in re.findall(r"^Exec\w*=(.+)$", unit.read_text(), re.MULTILINE):
        words = line.lstrip("-+!").split()
        if not words[0].startswith("/opt/homevisits/.venv/bin/"):
            assert words[0] == "/bin/kill" or (ROOT / words[0].removeprefix("/opt/homevisits/")).stat().st_mode & 0o100
            continue
        program = Path(words[0]).name
        assert program in {"python", "gunicorn", "celery"}
        if program == "python":
            assert words[1] == "manage.py"
            assert words[2] in get_commands()
        for word in words:
            if word.startswith("deploy/"):
                assert (ROOT / word).exists()
