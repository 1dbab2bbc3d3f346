"""`manage.py import_marks FILE... --school SLUG [--dry-run]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance.importing import load_marks
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import School


class Command(BaseCommand):
    """Import marks of many days."""

    help = "Import attendance marks (pupil, date, session, mark) from CSV exports; twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, the school, and whether only to look."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--school", required=True, help="The school's short name in addresses")
        parser.add_argument("--dry-run", action="store_true", help="Read and check, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import each file and say what came of it."""
        school = School.objects.filter(slug=options["school"]).first()
        if school is None:
            raise CommandError(f"There is no school “{options['school']}”.")
        for path in options["files"]:
            try:
                loaded = load_marks(
                    school=school, name=path.name, data=path.read_bytes(), by=SystemJob("Import command"), now=school.now(),
                    dry_run=options["dry_run"],
                )  # fmt: skip
            except (OSError, BadInput) as error:
                raise CommandError(str(error)) from error
            kept = loaded.kept
            if options["dry_run"]:
                self.stdout.write(f"{path.name}: {kept.new} marks can be read; {len(loaded.faults)} faulty rows.")
            else:
                self.stdout.write(
                    f"{path.name}: {kept.new} new, {kept.changed} changed, {kept.unchanged} unchanged; {len(loaded.faults)} faulty rows."
                )
            for fault in loaded.faults:
                self.stdout.write(f"{fault.file}, line {fault.line}: {fault.says}")
