"""`manage.py change_address SCHOOL EMAIL NEW`: the sign-in address of somebody whom nobody in the school may rename."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import School
from homevisits.people.selectors.staff import held_now, staff_in
from homevisits.people.services.invitations import tell_of_new_address
from homevisits.people.services.staff import change_account
from homevisits.people.services.watched_roles import tell_of_watched_role

JOB = SystemJob("Installation")


class Command(BaseCommand):
    """Change it, once whoever runs the installation has made sure who asks."""

    help = "Change the address that a person signs in with: the chair of governors', for one. Both addresses are told."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("school", help="the school's name in addresses")
        parser.add_argument("email")
        parser.add_argument("new")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, tell, and say so."""
        school = School.objects.filter(slug=options["school"]).first()
        staff = staff_in(school).filter(email__iexact=options["email"]).first() if school else None
        if school is None or staff is None:
            raise CommandError("There is no such school, or nobody there signs in with this email address.")
        now = school.now()
        try:
            before = change_account(staff=staff, school=school, name=staff.name, email=options["new"], by=JOB, now=now)
        except BadInput as refused:
            raise CommandError(str(refused)) from refused
        tell_of_new_address(staff=staff, before=before)
        tell_of_watched_role(staff=staff, school=school, roles=held_now(staff, school), by=JOB, now=now)
        self.stdout.write(f"{before} signs in with {staff.email} now.")
