"""Until when something outside is awaited, as plain values. Working days are Monday to Friday but for England's bank holidays.

Social care decides on a referral within one working day of receiving it; the others have no such day in law, and these are when a school
asks again. Each from memory of the guidance, kept in one table so that it can be changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homevisits.common.clock import instant, local, local_day
from homevisits.people.school_calendar import SchoolCalendar

from .models import Referral

Kind, State = Referral.Kind, Referral.State
# In working days from the sending.
ANSWERED_WITHIN: Mapping[str, int] = {
    Kind.SOCIAL_CARE: 1, Kind.POLICE: 1, Kind.LADO: 1, Kind.EDUCATION_WELFARE_OFFICER: 2, Kind.EARLY_HELP: 5, Kind.AGENCY: 5,
}  # fmt: skip


@dataclass(frozen=True)
class Deadline:
    """What is awaited of a referral, until when, and whether that has passed."""

    words: str
    at: datetime
    late: bool


def answer_due(kind: str, sent_at: datetime) -> datetime:
    """When an answer is expected: so many working days later, at the same time of the day."""
    day = local_day(sent_at)
    return instant(SchoolCalendar().add(day, ANSWERED_WITHIN[kind]) or day + timedelta(days=7), local(sent_at).time())


def send_due(referral: Referral) -> datetime:
    """When an unsent referral is told again for the first time: until then it should have gone (PRI-40)."""
    return referral.opened_at + timedelta(minutes=referral.repeat_minutes)


def deadline(referral: Referral, now: datetime) -> Deadline | None:
    """The deadline that runs; None where nothing is awaited any more."""
    if referral.state == State.UNSENT:
        due = send_due(referral)
        return Deadline("Send by", due, now > due)
    if referral.state == State.SENT and referral.acknowledge_by:
        return Deadline("Answer expected by", referral.acknowledge_by, now > referral.acknowledge_by)
    return None
