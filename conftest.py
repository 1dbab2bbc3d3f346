"""What every test stands on: services that may be missing, one database a run, no network but loopback, a browser."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from homevisits.testing import services
from homevisits.testing.flush import let_flush_pass_the_audit
from homevisits.testing.second_factor import let_forced_sign_ins_count
from homevisits.testing.template import OWN, copy_on_postgres, drop_on_postgres, template

# Playwright keeps an event loop in the thread of the test; Django would take its ORM calls for asynchronous ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")
pytest_plugins = ["pytester", *(["homevisits.testing.browser"] if find_spec("pytest_playwright") else [])]


def pytest_configure() -> None:
    """Settings that only tests want: quick hashing, a cache of their own, files as they are."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    # Or each client of each test reads the whole folder of files for browsers before its first request.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="homevisits-media-"))
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.REQUIRE_SECOND_FACTOR = False  # the tests of signing in switch it on
    let_flush_pass_the_audit()


@pytest.fixture(autouse=True, scope="session")
def _forced_sign_ins_count() -> None:
    """`client.force_login` is a whole sign-in."""
    let_forced_sign_ins_count()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a page needs Chromium, whether it says so or not; known before tests are chosen by their marks."""
    for item in items:
        if {"page", "browser", "context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("needs_chromium")


def pytest_collection_finish() -> None:
    """Whatever stands after the collection stays to the end: the search for unused objects need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, with the reason; REQUIRE_SERVICES=1 makes that a failure."""
    names = {mark.name for mark in item.iter_markers()}
    for name in sorted(names & set(services.CHECKS)):
        reason = services.missing(name)
        if reason and services.required():
            pytest.fail(f"REQUIRE_SERVICES=1, and {reason}", pytrace=False)
        if reason:
            pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database for this run alone, copied from a migrated template: a real SQLite file (threads and processes share it), or a name
    of this folder's on PostgreSQL."""
    from django.db import connection

    test: dict[str, Any] = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(shutil.copyfile(template(), tmp_path_factory.mktemp("database") / "test.sqlite3"))
        yield
    else:
        server = dict(connection.settings_dict)
        test["NAME"] = f"test_homevisits_{OWN}"
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
        copy_on_postgres(server, test["NAME"])
        yield
        drop_on_postgres(server, test["NAME"])


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Keep the copy of the template: Django would empty it first."""
    return True


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits and the like start from nothing in every test."""
    from django.core.cache import cache

    yield
    cache.clear()
