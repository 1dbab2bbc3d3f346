"""`manage.py guarded_role SCHOOL EMAIL ROLE`: the roles that nobody in the school may give alone, given or ended on the server."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import Role, School, Staff, StaffRole
from homevisits.people.rules import WATCHED
from homevisits.people.services.guarded import note_reason
from homevisits.people.services.staff import end_of_yesterday, end_role, give_role
from homevisits.people.services.watched_roles import tell_of_watched_role

JOB = SystemJob("Installation")


class Command(BaseCommand):
    """Say who chairs the governors or leads safeguarding, once whoever runs the installation has made sure who asks."""

    help = "Give or end the role of chair of governors or safeguarding lead; the person has an account. All who hold such a role are told."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("school", help="the school's name in addresses")
        parser.add_argument("email")
        parser.add_argument("role", choices=sorted(WATCHED))
        parser.add_argument("--until", type=date.fromisoformat, help="last day, 2027-08-31")
        parser.add_argument("--reason", default="", help="who asked, how you made sure of it, and why; it stands in the trail")
        parser.add_argument("--end", action="store_true", help="end it, from today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, tell, and say so."""
        school = School.objects.filter(slug=options["school"]).first()
        staff = Staff.objects.filter(email__iexact=options["email"]).first()
        if school is None or staff is None:
            raise CommandError("There is no such school, or nobody signs in with this email address.")
        role, now, reason = Role(options["role"]), school.now(), options["reason"].strip()
        if not reason:
            raise CommandError("Say with --reason who asked, how you made sure of it, and why: it stands in the trail.")
        try:
            if options["end"]:
                held = StaffRole.objects.filter(staff=staff, school=school, role=role).first()
                if held is None:
                    raise CommandError("They do not hold this role.")
                end_role(role=held, last_day=end_of_yesterday(now), by=JOB, now=now)
            else:
                give_role(staff=staff, school=school, role=role, ends_on=options["until"], by=JOB, now=now)
        except (Blocked, BadInput) as refused:
            raise CommandError(str(refused)) from refused
        note_reason(staff=staff, school=school, role=role, reason=reason, by=JOB, now=now)
        told = tell_of_watched_role(staff=staff, school=school, roles=[role], by=JOB, now=now)
        self.stdout.write(f"{staff.email}: {role.label} {'ended' if options['end'] else 'given'}; {told} told.")
