"""`manage.py backup FOLDER`: database and documents in one archive."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common import clock
from homevisits.home.backups.archive import Unfit
from homevisits.home.backups.making import KEEP, back_up


class Command(BaseCommand):
    """Whole or not at all, while everything runs."""

    help = "Back up database and documents into one archive, while everything runs. SECRET_KEY and the environment are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and how many to keep."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=KEEP, help=f"How many of the newest stay there ({KEEP})")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is done on standard error, and the archive on standard output."""
        began = time.monotonic()
        try:
            made = back_up(options["folder"], now=clock.now(), say=self.stderr.write, keep=max(options["keep"], 1))
        except (Unfit, OSError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Done in {time.monotonic() - began:.1f} s. Copy it off this machine; keep SECRET_KEY in another place than it.")
        self.stdout.write(str(made))
