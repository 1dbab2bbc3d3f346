"""When visits are made: school hours, in-year visits after school, evenings, closed days (PRI-05, MAT-23, ALT-13, SEC-12)."""

from datetime import datetime, time, timedelta

from homevisits.common.clock import instant, local, local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.access import roles_of
from homevisits.people.models import Role, School, Staff
from homevisits.people.school_calendar import school_day_status
from homevisits.policy.values import Values

from ..models import HomeVisit
from ..purposes import IN_YEAR
from .common import clause

# The doors open this many minutes before the register closes: a register is open no longer.
REGISTER_OPEN = 30
EVENING = "not_evening_or_reason"
CONTACT = "school_hours_or_reason_and_contact"
HOLIDAYS = "holidays_for_education_welfare_officer"
AFTER_SCHOOL = "after_school_for_in_year"


def opens(school: School) -> time:
    """When the school day begins for visits."""
    minutes = school.am_closes.hour * 60 + school.am_closes.minute - REGISTER_OPEN
    return time(max(minutes, 0) // 60, max(minutes, 0) % 60)


def hours_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why the visit cannot be made at that time as it is planned."""
    values, kind = visit.policy.values, visit.policy.values.allowed_hours
    why = needs_reason(visit, now)
    blocks = []
    if why and not visit.hours_reason.strip():
        blocks.append(Block(f"{why}: say why it is made then.", clause(values, "allowed_hours")))
    if why and kind == CONTACT:
        blocks += _contact_blocks(visit, values)
    if kind == HOLIDAYS and not _open_on(visit) and not (visit.base_contact or visit.base_contact_words.strip()):
        says = "The school is shut on that day: say who the contact is while the office is shut."
        blocks.append(Block(says, clause(values, "allowed_hours")))
    return blocks


def _contact_blocks(visit: HomeVisit, values: Values) -> list[Block]:
    """What a visit outside school hours needs besides its reason (ALT-13)."""
    blocks, setting = [], clause(values, "allowed_hours")
    if not visit.no_alternative:
        blocks.append(Block("Outside school hours: confirm that there is no alternative in school hours.", setting))
    if visit.base_contact is None:
        blocks.append(Block("Outside school hours: name the responsible contact who checks on the staff.", setting))
    elif visit.pk and visit.members.filter(staff=visit.base_contact).exists():
        blocks.append(Block("The responsible contact is somebody who does not go on the visit.", setting))
    return blocks


def needs_reason(visit: HomeVisit, now: datetime) -> str:
    """What about the time needs a reason, as the beginning of a sentence; empty when nothing does."""
    kind = visit.policy.values.allowed_hours
    if kind == EVENING:
        return "The visit is in the evening" if is_evening(visit) else ""
    if kind == HOLIDAYS:
        return "" if _open_on(visit) or welfare_officer_plans(visit, now) else "The school is shut on that day"
    if kind == AFTER_SCHOOL and visit.purpose == IN_YEAR and _open_on(visit) and _starts(visit) >= opens(visit.school):
        return ""
    return "The visit is outside school hours" if is_outside(visit) else ""


def is_outside(visit: HomeVisit) -> bool:
    """Whether any of it, from setting off to being back, is outside the school's hours."""
    ends = visit.policy.values.school_day_ends
    if not _open_on(visit):
        return True
    back = visit.due_back or _door(visit) + timedelta(minutes=visit.length_minutes)
    return _starts(visit) < opens(visit.school) or back > instant(local_day(visit.due_at), ends)


def is_evening(visit: HomeVisit) -> bool:
    """Whether it starts or is due back in the evening, from the time that the policy sets (MAT-23)."""
    evening = instant(local_day(visit.due_at), visit.policy.values.evening_from)
    return any(at is not None and at >= evening for at in (visit.due_at, visit.arrive_at, visit.due_back))


def welfare_officer_plans(visit: HomeVisit, now: datetime) -> bool:
    """Whether the education welfare officer asked for it, or planned it last (SEC-12)."""
    last = visit.events.filter(what="planned").order_by("-pk").first() if visit.pk else None
    people: list[Staff | None] = [visit.raised_by, last.by if last else None]
    return any(person and Role.EDUCATION_WELFARE_OFFICER in roles_of(person, visit.school, local_day(now)) for person in people)


def hours_cautions(visit: HomeVisit, now: datetime) -> list[Caution]:
    """What the approver sees about the time: an evening is looked at twice (MAT-23), a time outside hours with its reason."""
    values, found = visit.policy.values, []
    if values.allowed_hours == EVENING and is_evening(visit):
        says = f"The visit is in the evening: give it a second look. Reason: {visit.hours_reason or 'none given'}"
        found.append(Caution(says, clause(values, "allowed_hours")))
    elif needs_reason(visit, now):
        found.append(Caution(f"{needs_reason(visit, now)}. Reason: {visit.hours_reason or 'none given'}", clause(values, "allowed_hours")))
    if not _open_on(visit):
        found.append(Caution(f"The school is shut on that day: {school_day_status(visit.school, local_day(visit.due_at))[1]}."))
    return found


def _open_on(visit: HomeVisit) -> bool:
    return school_day_status(visit.school, local_day(visit.due_at))[0]


def _starts(visit: HomeVisit) -> time:
    return local(visit.due_at).time()


def _door(visit: HomeVisit) -> datetime:
    return visit.arrive_at or visit.due_at
