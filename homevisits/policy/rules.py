"""Who has to sign a version, when its review is due."""

import calendar
from datetime import date, timedelta

from homevisits.common.errors import Block
from homevisits.people.models import Role

from .models import PolicySignature, PolicyVersion
from .words import BODIES, role_words

REMIND_AHEAD = timedelta(days=30)
_OF_ONE_SCHOOL = {"chair_of_governors", "governing_board"}


def required_signers(version: PolicyVersion) -> tuple[str, ...]:
    """Every role or body whose signature a version needs (ATT-04, MAT-05).

    A school's: the headteacher in any case, and whom the policy names. A trust's: the Trust Board in any case, and what other
    bodies of the trust the policy names; heads and governors of one school don't sign for all.
    """
    named = version.values.policy_signed_by
    if version.trust_id is not None:
        return tuple(dict.fromkeys(("trust_board", *(one for one in named if one in BODIES and one not in _OF_ONE_SCHOOL))))
    heads = {Role.HEADTEACHER.value, Role.PRINCIPAL.value}
    return named if heads & set(named) else (Role.HEADTEACHER.value, *named)


def signatures_of(version: PolicyVersion) -> dict[str, PolicySignature | None]:
    """Each role that has to sign, with its signature where there is one."""
    found = {one.role: one for one in version.signatures.all()}
    return {role: found.get(role) for role in required_signers(version)}


def unsigned(version: PolicyVersion) -> list[str]:
    """The roles whose signature is missing."""
    return [role for role, signature in signatures_of(version).items() if signature is None]


def sign_blocks(version: PolicyVersion, role: str) -> list[Block]:
    """Why this version takes no signature of this role now."""
    if version.status != PolicyVersion.Status.DRAFT:
        return [Block(f"Version {version.number} is signed by all already.", "ATT-04")]
    if role not in required_signers(version):
        return [Block(f"The policy does not ask for the signature of the {role_words(role).lower()}.", "ATT-04")]
    if role not in unsigned(version):
        return [Block(f"The {role_words(role).lower()} has signed already.", "ATT-04")]
    return []


def review_due(version: PolicyVersion) -> date | None:
    """The day on which a version is due for review: the date it gives, else its interval after the last review (SEC-11).

    None for a draft that has neither been reviewed nor agreed.
    """
    if version.next_review_on:
        return version.next_review_on
    base = version.reviewed_on or version.agreed_on
    return add_months(base, version.values.policy_review_every) if base else None


def add_months(day: date, months: int) -> date:
    """The same day of the month some months on; the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def reminder_due(version: PolicyVersion, today: date) -> tuple[date, bool] | None:
    """The review to remind of today as (due date, overdue), or None: from 30 days ahead, and again once it is past."""
    due = review_due(version)
    if due is None or today < due - REMIND_AHEAD:
        return None
    return due, today > due


def reminder_roles(version: PolicyVersion) -> tuple[str, ...]:
    """Who is reminded: the lead person, else the reviewers who hold a role here, else the headteacher (SEC-11, ATT-60)."""
    roles = set(Role.values)
    if version.lead_role in roles:
        return (version.lead_role,)
    return tuple(role for role in version.values.policy_reviewed_by if role in roles) or (Role.HEADTEACHER.value,)
