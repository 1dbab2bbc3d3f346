"""Tests that commit for real empty every table when they end; the audit's triggers refuse just that, so they stand aside for it."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.commands.flush import Command


def let_flush_pass_the_audit() -> None:
    """Take the append-only triggers away around `flush`, in this test process only."""
    if find_spec("homevisits.audit.triggers") is None:
        return
    whole: Callable[..., Any] = Command.handle

    def handle(self: Command, **options: Any) -> None:
        from django.db import connections

        triggers = import_module("homevisits.audit.triggers")
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            whole(self, **options)
        finally:
            triggers.install(connection)

    Command.handle = handle  # type: ignore[method-assign]
