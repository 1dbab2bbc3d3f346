"""Reminders of what ends in the staff registers: once within thirty days ahead, and once when it has expired (ATT-18, ATT-20)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.messaging.notices import tell
from homevisits.people import access
from homevisits.people.models import Role, School, Staff
from homevisits.people.selectors.registers import AHEAD, assessments_of, checks_in, training_in, vehicles_of
from homevisits.people.selectors.reminders import reminded_of
from homevisits.people.selectors.staff import staff_here
from homevisits.people.services.reminders import mark_reminded_of
from homevisits.people.words import check_words, training_words
from homevisits.policy.clauses import clause_for
from homevisits.policy.selectors import find_version_in_force

BY = SystemJob("register reminders")
ABOUT = "register_expiring"


@dataclass(frozen=True)
class Ending:
    """An entry that has a last day: whose it is (None: the school's), what to call it, the setting behind it, its page."""

    register: str
    row: int
    due_on: date
    staff: Staff | None
    words: str
    setting: str
    page: str

    def says(self, expired: bool) -> str:
        """The sentence for whoever is told."""
        day = f"{self.due_on.day} {self.due_on:%B %Y}"
        if self.register == "lone_worker":
            return f"{self.words} {'was' if expired else 'is'} due for review on {day}."
        return f"{self.words} {'expired' if expired else 'ends'} on {day}."


def remind_of_registers(now: datetime) -> int:
    """Tell the business manager, and the person, of every entry that ends within thirty days or has expired, each once; how many.

    `now` is the real time; each school goes by its own clock. Two workers at once tell once.
    """
    return sum(_remind(school, school.at(now)) for school in School.objects.select_related("trust").order_by("pk"))


def _remind(school: School, now: datetime) -> int:
    day = clock.local_day(now)
    told_before = reminded_of(school)
    version = find_version_in_force(school, day)
    told = 0
    for entry in _ending(school, day):
        expired = entry.due_on < day
        if (entry.register, entry.row, entry.due_on, expired) in told_before:
            continue
        clause = (clause_for(version.preset, entry.setting) or "") if version else ""
        with transaction.atomic():
            key = {"register": entry.register, "row": entry.row, "due_on": entry.due_on, "expired": expired}
            if mark_reminded_of(school=school, **key, by=BY, now=now):  # type: ignore[arg-type]  # the values are of several types
                _tell(school, entry, expired, clause, now)
                told += 1
    return told


def _ending(school: School, day: date) -> Iterator[Ending]:
    """What has a last day no more than thirty days away, or behind; of staff only those who work here."""
    last = day + AHEAD
    here = {person.staff.pk for person in staff_here(school, day)}
    for check in checks_in(school, day).filter(expires_on__lte=last):
        words = f"The check “{check_words(check.level)}” of {check.staff.name}"
        yield Ending("check", check.pk, check.expires_on or last, check.staff, words, "required_checks", "register_checks")
    for row in training_in(school, day).filter(expires_on__lte=last):
        words = f"The training “{training_words(row.name)}” of {row.staff.name}"
        yield Ending("training", row.pk, row.expires_on or last, row.staff, words, "required_training", "register_training")
    for car in vehicles_of(school).filter(insured_until__lte=last):
        words = f"The insurance of {car.registration}" + (f", {car.owner.name}’s," if car.owner else ", the school’s own,")
        owner = car.owner if car.owner_id in here else None
        yield Ending("insurance", car.pk, car.insured_until or last, owner, words, "vehicle_register_required", "register_vehicles")
    for risk in assessments_of(school).filter(stale_at=None, review_on__lte=last, staff__in=here):
        words = f"The lone-worker assessment of {risk.staff.name}"
        yield Ending("lone_worker", risk.pk, risk.review_on, risk.staff, words, "lone_visit_allowed", "register_lone_working")


def _tell(school: School, entry: Ending, expired: bool, clause: str, now: datetime) -> None:
    """The business manager, else the headteacher, whose task it is; and the person, on their own page."""
    day = clock.local_day(now)
    keeper = Role.BUSINESS_MANAGER if access.holders(school, Role.BUSINESS_MANAGER, day).exists() else Role.HEADTEACHER
    said = {"about": ABOUT, "says": entry.says(expired), "clause": clause, "by": BY, "now": now}
    tell(school=school, role=keeper, link=reverse(entry.page, args=[school.slug]), task=True, **said)  # type: ignore[arg-type]  # as above
    if entry.staff is None or access.holders(school, keeper, day).filter(pk=entry.staff.pk).exists():
        return
    role = next(iter(sorted(access.roles_of(entry.staff, school, day))), "")
    own = reverse("own_register", args=[school.slug])
    tell(school=school, role=role, link=own, people=[entry.staff], **said)  # type: ignore[arg-type]  # as above
