"""A wrong or missing environment variable stops the start with its name and a hint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from homevisits.common import environment

GOOD = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "visits.school.example",
    "BASE_URL": "https://visits.school.example",
    "EMAIL_URL": "smtp+tls://me:word@mail.school.example:587",
    "DEFAULT_FROM_EMAIL": "visits@school.example",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("HOMEVISITS_DEMO", "2"),
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("WEB_WORKERS", "0"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FALLBACKS", f"{'k' * 50},short"),
        ("BASE_URL", "visits.school.example"),
        ("BASE_URL", "https://visits.school.example/app"),
        ("BASE_URL", "https://visits.school.example:99999"),
        ("ALLOWED_HOSTS", "https://visits.school.example"),
        ("CSRF_TRUSTED_ORIGINS", "visits.school.example"),
        ("DATABASE_URL", "mysql://localhost/visits"),
        ("REDIS_URL", "localhost:6379"),
        ("EMAIL_URL", "mail.school.example"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named_with_a_hint(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.read({name: value})
    sentence = str(refused.value).splitlines()[1]
    assert sentence.strip().startswith(f"{name}=")
    assert len(sentence.split(": ", 1)[1]) > 8


def test_a_secret_is_never_shown() -> None:
    for name, value in {"SECRET_KEY": "hunter2", "SECRET_KEY_FALLBACKS": "hunter2", "DATABASE_URL": "mysql://me:hunter2@host/name"}.items():
        assert "hunter2" not in "".join(environment.faults({name: value}))


def test_a_name_nearly_ours_is_taken_for_a_slip() -> None:
    assert environment.faults({"HOMEVISITS_DMEO": "1"}) == ["HOMEVISITS_DMEO is no variable of Home Visits; is it HOMEVISITS_DEMO?"]
    assert environment.faults({"PATH": "/bin", "HOMEBREW": "1"}) == []


def test_an_empty_value_counts_as_not_given() -> None:
    assert environment.read({"PORT": ""}).int("PORT") == 8000


def test_a_real_installation_must_say_who_it_is() -> None:
    missing = environment.unfit_for_children({})
    assert {sentence.split()[0] for sentence in missing[:-1]} == set(GOOD)
    assert environment.unfit_for_children(GOOD) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"BASE_URL": "http://visits.school.example"}, "reached by https"),
        ({"ALLOWED_HOSTS": "other.example"}, "does not name visits.school.example"),
        ({"ALLOWED_HOSTS": "visits.school.example,*"}, "name the hosts"),
    ],
)
def test_a_real_installation_must_be_safe(change: dict[str, str], says: str) -> None:
    assert says in " ".join(environment.unfit_for_children({**GOOD, **change}))
    assert environment.unfit_for_children({**GOOD, **change, "HOMEVISITS_DEMO": "1"}) == []


def run(*command: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A command in an environment with none of our variables but those given."""
    bare = {key: value for key, value in os.environ.items() if key not in environment.TABLE and key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run([sys.executable, *command], cwd=settings.BASE_DIR, env={**bare, **given}, capture_output=True, text=True)


@pytest.mark.parametrize("command", ["migrate", "serve", "rehearse"])
def test_commands_stop_with_lines_not_a_traceback(command: str, tmp_path: Path) -> None:
    ended = run("manage.py", command, DEBUG="maybe", HOMEVISITS_VAR=str(tmp_path))
    assert ended.returncode != 0
    assert ended.stderr.strip() == "Home Visits cannot start:\n  DEBUG=maybe: say 1 or 0."


@pytest.mark.parametrize("part", ["import homevisits.wsgi", "from homevisits.celery import look_first; look_first()"])
def test_neither_web_nor_worker_serves_children_unfit(part: str, tmp_path: Path) -> None:
    given = {**GOOD, "HOMEVISITS_VAR": str(tmp_path)}
    code = f"import django, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'homevisits.settings'; django.setup(); {part}"
    assert run("-c", code, **given).returncode == 0
    del given["SECRET_KEY"]
    ended = run("-c", code, **given)
    assert ended.returncode != 0
    assert "SECRET_KEY is not set." in ended.stderr


def test_serving_children_unfit_is_refused_with_lines(tmp_path: Path) -> None:
    ended = run("manage.py", "serve", HOMEVISITS_VAR=str(tmp_path))
    assert ended.returncode != 0
    assert ended.stderr.startswith("Home Visits cannot start:\n  SECRET_KEY is not set.")


def test_operations_tells_every_variable_as_it_is() -> None:
    said = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    for row in environment.TABLE.values():
        assert f"| `{row.name}` | {'yes' if row.demanded else ''} | {f'`{row.default}`' if row.default else ''} | {row.meaning} |" in said
