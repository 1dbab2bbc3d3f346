"""`manage.py restore ARCHIVE --quarantine`, or `--drill` to practise."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common import clock
from homevisits.home.backups.archive import Unfit
from homevisits.home.backups.restoring import drill, restore


class Command(BaseCommand):
    """A restored installation sends nothing by itself."""

    help = "Restore a backup into an empty database and an empty folder for documents. Nothing is sent until a person lets it go."
    requires_system_checks = ()  # there may be no database yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, and how."""
        parser.add_argument("archive", type=Path)
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--quarantine", action="store_true", help="Restore; every message is held back until somebody lets it go")
        how.add_argument("--drill", action="store_true", help="Only practise, beside the living installation, and say how long it took")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say each step and how long it took."""
        began = time.monotonic()

        def say(words: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:6.1f} s  {words}")

        try:
            (drill if options["drill"] else restore)(options["archive"], now=clock.now(), say=say)
        except (Unfit, OSError) as error:
            raise CommandError(str(error)) from error
        if options["drill"]:
            say("The drill is over: the backup can be restored. What runs here was not touched.")
        else:
            say("Restored. Start web, worker and beat; then ask the provider on the page After a restore, and let messages go there.")
