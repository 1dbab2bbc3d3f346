"""`manage.py import_pupils FILE... --school SLUG [--dry-run]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import ImportRun, School
from homevisits.people.services.imports import Upload, import_now


class Command(BaseCommand):
    """Import pupils and contacts from exports."""

    help = "Import pupils and contacts from CSV exports; twice changes nothing. Changes that need a person's tick wait for the screen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, the school, and whether only to look."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--school", required=True, help="The school's short name in addresses")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what came of it."""
        school = School.objects.filter(slug=options["school"]).first()
        if school is None:
            raise CommandError(f"There is no school “{options['school']}”.")
        try:
            files = [Upload(path.name, path.read_bytes()) for path in options["files"]]
            by = SystemJob("Import command")
            run = import_now(school=school, files=files, by=by, now=school.now(), dry_run=options["dry_run"])
        except (OSError, BadInput) as error:
            raise CommandError(str(error)) from error
        self._say(run, options["dry_run"])

    def _say(self, run: ImportRun, dry: bool) -> None:
        counts = run.counts
        verb = "would be" if dry else "are"
        self.stdout.write(
            f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged; "
            f"{counts['left']} {verb} proposed as leavers; {counts['faulty']} faulty rows."
        )
        if counts["ticks"]:
            self.stdout.write(f"{counts['ticks']} changes need a person: import the file on the screen to see them.")
        for fault in run.faults.order_by("file", "line"):
            self.stdout.write(f"{fault.file}, line {fault.line}: {fault.says}")
