"""Reminders that a policy is due for review: 30 days ahead, and once more when the day has passed (PRI-42, SEC-11)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.messaging.notices import tell
from homevisits.people.models import School
from homevisits.policy import rules, selectors
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from homevisits.policy.services import mark_reminded

BY = SystemJob("review reminders")


def remind(now: datetime) -> int:
    """Tell whoever has to about every policy whose review is near or past, each once; how many reminders went.

    `now` is the real time; each school goes by its own clock. A trust's policy is told in each of its schools that runs on it.
    """
    told = 0
    for school in School.objects.select_related("trust").order_by("pk"):
        here = school.at(now)
        version = selectors.find_version_in_force(school, clock.local_day(here))
        if version is not None:
            told += _remind(school, version, here)
    return told


def _remind(school: School, version: PolicyVersion, now: datetime) -> int:
    found = rules.reminder_due(version, clock.local_day(now))
    if found is None:
        return 0
    due, overdue = found
    with transaction.atomic():
        if not mark_reminded(version=version, due_on=due, overdue=overdue, school=school, now=now):
            return 0
        when = "was due" if overdue else "is due"
        says = f"The review of the policy, version {version.number}, {when} on {due.day} {due:%B %Y}."
        clause = clause_for(version.preset, "policy_review_every") or ""
        link = reverse("policy_home", args=[school.slug])
        for role in rules.reminder_roles(version):
            tell(school=school, role=role, about="policy_review", says=says, link=link, clause=clause, task=True, by=BY, now=now)
    return 1
