"""`manage.py rehearse FILE.yaml [--json]`: plays one school day on a virtual clock in a throw-away database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common.errors import BadInput
from homevisits.policy.words import preset_words
from homevisits.rehearsal import player, scenario, telling
from homevisits.rehearsal.throwaway import throwaway_database


class Command(BaseCommand):
    """Plays a scenario and prints what happened. It never touches the school's data and sends nothing."""

    help = "Play a rehearsal scenario through the real services on a virtual clock and print what happened."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the scenario, a YAML file")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wanted = scenario.read(options["file"])
            with throwaway_database():
                played = player.play(wanted)
        except BadInput as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(played.as_json()))
            return
        self.stdout.write(f"{played.title} ({preset_words(played.policy)})\n")
        for line in telling.lines(played.log, telling.Names.of(wanted)):
            self.stdout.write(line)
