"""`manage.py bench [--json] [--only S1,S3]`: how fast it is on this machine, in a database of its own."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from homevisits.home.bench import MEASURES, Figure, scratch_database


class Command(BaseCommand):
    """Measure, and say which goals of reliability are met."""

    help = "Measure how fast the ladder, the sending, the pages and the audit are, on the configured database engine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json`, `--only`."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--only", default="", help="figures to measure, with commas between them: S1,S3")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure each in a fresh database and print the table."""
        wanted = {word.strip().upper() for word in options["only"].split(",") if word.strip()}
        known = {name for names, _ in MEASURES for name in names}
        if wanted - known:
            raise CommandError(f"{', '.join(sorted(wanted - known))} is no figure. There are: {', '.join(sorted(known))}.")
        engine, figures = connection.vendor, []
        for names, measure in MEASURES:
            if wanted and not wanted.intersection(names):
                continue
            with scratch_database():
                for figure in measure():
                    figures.append(figure)
                    if not options["json"]:
                        self.stdout.write(_line(figure))
        if options["json"]:
            self.stdout.write(json.dumps({"engine": engine, "figures": [figure.as_json() for figure in figures]}, indent=1))
        else:
            missed = sum(figure.met is False for figure in figures)
            self.stdout.write(f"On {engine}: {len(figures)} figures, {missed} goals missed.")


def _line(figure: Figure) -> str:
    met = {True: "met", False: "MISSED", None: ""}[figure.met]
    return f"{figure.id:<4} {figure.what:<58} {figure.value:>10.3f} {figure.unit:<10} {figure.goal:<26} {met}"
