"""`manage.py audit_verify`: is the audit trail as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from homevisits.audit import triggers
from homevisits.audit.verify import chains, verify


class Command(BaseCommand):
    """Walks the chains; answers 1 and names the row where one is not as it was written."""

    help = "Walks the audit trail of one school or of all, and names the first event that is not as it was written."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which chain."""
        parser.add_argument("--chain", type=int, help="a school's number, 0 for what belongs to none; all without it")

    def handle(self, *args: Any, chain: int | None, **options: Any) -> None:
        """Walk and report. Raises CommandError when a chain is broken or the database no longer refuses changes."""
        faults = [] if triggers.installed(connection) else ["The database's triggers that refuse changes are missing."]
        for number in chains() if chain is None else [chain]:
            verdict = verify(number)
            if verdict.sound:
                self.stdout.write(f"chain {number}: {verdict.events} events, all as they were written")
            else:
                faults.append(f"chain {number}, place {verdict.bad_place}: {verdict.says}")
        if faults:
            raise CommandError("\n".join(faults))
