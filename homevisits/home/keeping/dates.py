"""The days that the law and the guidance count. Pure calendar arithmetic."""

import calendar
from datetime import date, timedelta

from homevisits.people.school_calendar import bank_holiday

FIVE = 5


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a month that is too short: one month after 31 January is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day of a later year; of 29 February the 28th where there is none."""
    return months_after(day, 12 * years)


def answer_by(received_on: date, *, extended: bool = False) -> date:
    """The last day to answer a request: a month after it came, two more when it is extended, on to the next working day.

    School holidays do not stop the clock (Information Commissioner, right of access). The day of a check of identity may start it
    later: then that day is given here.
    """
    day = months_after(received_on, 3 if extended else 1)
    while day.weekday() > 4 or bank_holiday(day):
        day += timedelta(days=1)
    return day


def send_by(from_day: date) -> date:
    """The last of the five days in which a child protection file goes to the next school (Keeping children safe in education).

    In the year they follow the day of leaving; at the start of a term its first day counts. Every day counts, for the guidance does
    not say school days: sent by then, it is in time however that is read.
    """
    return from_day + timedelta(days=FIVE)


def first_days_of(term_starts: date) -> date:
    """The fifth day of a term, its first day counted."""
    return term_starts + timedelta(days=FIVE - 1)
