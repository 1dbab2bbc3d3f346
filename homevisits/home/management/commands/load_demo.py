"""`manage.py load_demo`: the demo school."""

from typing import Any

from django.core.management.base import BaseCommand

from homevisits.common import clock
from homevisits.home.demo import load, sign_ins


class Command(BaseCommand):
    """Make the demo school where it is not there yet."""

    help = "Make the demo school: 420 pupils, staff of every role, marks, a policy, a clock at half past eight. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and print who can sign in."""
        school, made = load(now=clock.now())
        self.stdout.write(f"{school.name} is {'made' if made else 'there already'}.")
        for role, email, password in sign_ins():
            self.stdout.write(f"  {role:<28} {email:<28} {password}")
        self.stdout.write("After the password it asks for a code: manage.py demo_codes shows the one of the moment.")
