"""`manage.py import_register FILE --school SLUG [--day 2026-11-24] [--session AM] [--dry-run]`."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance.importing import load_register
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import School


class Command(BaseCommand):
    """Take one session's register from a file."""

    help = "Take a session's register from a CSV export. The day and the session come from the file, its name, or the options."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the school, and the session where the file does not say it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--school", required=True, help="The school's short name in addresses")
        parser.add_argument("--day", type=date.fromisoformat)
        parser.add_argument("--session", choices=["AM", "PM"])
        parser.add_argument("--dry-run", action="store_true", help="Read and check, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the register and say what came of it."""
        school = School.objects.filter(slug=options["school"]).first()
        if school is None:
            raise CommandError(f"There is no school “{options['school']}”.")
        path: Path = options["file"]
        try:
            loaded = load_register(
                school=school, name=path.name, data=path.read_bytes(), day=options["day"], session=options["session"],
                by=SystemJob("Import command"), now=school.now(), dry_run=options["dry_run"],
            )  # fmt: skip
        except (OSError, BadInput) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{loaded.day} {loaded.session}: {loaded.kept.new} marks, {loaded.unexplained} of them without a reason; "
            f"{len(loaded.faults)} faulty rows."
        )
        for fault in loaded.faults:
            self.stdout.write(f"{fault.file}, line {fault.line}: {fault.says}")
