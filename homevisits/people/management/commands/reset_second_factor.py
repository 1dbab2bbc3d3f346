"""`manage.py reset_second_factor EMAIL`: for whoever nobody in the product may help."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.people.models import Staff
from homevisits.people.services.second_factor import reset_from_outside


class Command(BaseCommand):
    """Take a lost second factor away, once whoever runs the installation has made sure who asks."""

    help = "Take away a person's second factor and end their sessions; at the next sign-in they set up a new one."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say so."""
        staff = Staff.objects.filter(email__iexact=options["email"]).first()
        if staff is None:
            raise CommandError("Nobody signs in with this email address.")
        reset_from_outside(staff=staff, by=SystemJob("Installation"), now=clock.now())
        self.stdout.write(f"{staff.email} sets up a new second step at the next sign-in.")
