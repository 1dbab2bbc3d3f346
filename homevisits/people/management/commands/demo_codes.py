"""`manage.py demo_codes`: the code that the demo asks for after the password."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from homevisits.people.demo_codes import codes, demo_key


class Command(BaseCommand):
    """Show it to whoever sits at the machine on which the demo runs."""

    help = "The second factor of the demo school's people: the code now and the next one; --bare the code alone."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--bare", action="store_true", help="print the code and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        if not settings.DEMO:
            raise CommandError("This is no demo (HOMEVISITS_DEMO=1): everybody here has a second factor of their own.")
        now, seconds, then = codes()
        if options["bare"]:
            self.stdout.write(now)
            return
        self.stdout.write(f"The code for every demo sign-in: {now}   (the next one, in {seconds} s: {then})")
        self.stdout.write(f"Or give this key to an authenticator app: {demo_key()}")
