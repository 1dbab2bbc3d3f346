"""What tests stand on holds."""

import socket
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pytest_socket import SocketConnectBlockedError

from homevisits.audit.models import AuditEvent
from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.testing import services


@pytest.mark.django_db(transaction=True)
def test_emptying_the_database_passes_the_audit_and_leaves_it_guarded() -> None:
    for _ in range(2):
        with transaction.atomic():
            record("test.act", by=SystemJob("a test"), now=datetime(2026, 11, 24, 9, tzinfo=UTC))
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEvent.objects.update(act="test.other")
        call_command("flush", interactive=False, verbosity=0)
        assert not AuditEvent.objects.exists()


@pytest.mark.needs_sqlite
@pytest.mark.django_db
def test_the_database_of_a_run_is_a_file_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


def test_nothing_beyond_this_machine_is_reached() -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_missing_service_skips_or_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule of conftest.py, on a service that is missing for certain."""
    pytester.makeini("[pytest]\nmarkers =\n    needs_moon: x\n")
    project = (settings.BASE_DIR / "conftest.py").read_text().replace("pytest_plugins", "_plugins")
    moonless = 'services.CHECKS["needs_moon"] = lambda: "it needs the moon"\n'
    pytester.makeconftest(project.replace("def pytest_configure()", "def not_here()") + moonless)
    pytester.makepyfile("import pytest\n\n@pytest.mark.needs_moon\ndef test_it():\n    pass\n")
    monkeypatch.setenv("PYTHONPATH", str(settings.BASE_DIR))
    monkeypatch.delenv("REQUIRE_SERVICES", raising=False)
    result = pytester.runpytest_subprocess("-rs", "-p", "no:django")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*it needs the moon*"])
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    result = pytester.runpytest_subprocess("-p", "no:django")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*REQUIRE_SERVICES=1, and it needs the moon*"])


def test_the_services_are_named() -> None:
    assert set(services.CHECKS) == {"needs_postgres", "needs_sqlite", "needs_redis", "needs_chromium"}
