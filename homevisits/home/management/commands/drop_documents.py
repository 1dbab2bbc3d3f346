"""`manage.py drop_documents --school SLUG [--to FOLDER]`: lay documents down for the information system."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.said import count
from homevisits.documents.services.dropping import lay_down
from homevisits.documents.services.queue import fill_queue
from homevisits.people.models import School


class Command(BaseCommand):
    """Write what waits, with a manifest, into a folder; what was cut off before is finished first."""

    help = "Write documents that wait for the information system into a folder, with a manifest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The school, and where to."""
        parser.add_argument("--school", required=True, help="The school's short name in addresses")
        parser.add_argument("--to", type=Path, help="The folder; without it DOCUMENTS_FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay down, and say what is where."""
        school = School.objects.filter(slug=options["school"]).first()
        if school is None:
            raise CommandError(f"There is no school “{options['school']}”.")
        folder = options["to"] or (Path(settings.DOCUMENTS_FOLDER) if settings.DOCUMENTS_FOLDER else None)
        if folder is None:
            raise CommandError("Say where to: --to FOLDER, or set DOCUMENTS_FOLDER.")
        fill_queue(clock.now())
        try:
            drops = lay_down(school=school, folder=folder, by=SystemJob("drop_documents command"), now=school.now())
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror or error}. Nothing is lost: run it again.") from error
        for drop in drops:
            self.stdout.write(f"{folder / school.slug / drop.name}: {count(drop.uploads.count(), 'document')}")
        if not drops:
            self.stdout.write("Nothing waits.")
