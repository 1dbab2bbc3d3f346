"""The week's list that the headteacher signs before any visit of the week sets off (ATT-31, ATT-32)."""

from datetime import date, datetime, timedelta

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import HEADS
from homevisits.people.models import Role, School, Staff

from ..models import HomeVisit, WeeklyList
from .common import Status, clause, sent_at_once

# What can be signed: it has a pair and a time, and nobody has gone yet.
SIGNABLE = frozenset({Status.PLANNED, Status.APPROVED})
CLAUSE = "ATT-32"


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_of(visit: HomeVisit, now: datetime) -> date:
    """The Monday of the week whose list the visit belongs to: the week in which it sets off, and not one that is over."""
    return max(monday(local_day(visit.due_at)), monday(local_day(now)))


def weekly_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why the visit cannot leave yet for want of the headteacher's signature on the week's list. Nothing stops one sent at once."""
    values = visit.policy.values
    if not values.weekly_list_signed or sent_at_once(visit):
        return []
    signed = WeeklyList.objects.filter(school=visit.school_id, week=week_of(visit, now), signed_at__isnull=False).first()
    demands = clause(values, "weekly_list_signed")
    if signed is None:
        return [Block("The headteacher has not signed this week's list of visits yet: nobody leaves before.", demands)]
    if not signed.visits.filter(visit=visit).exists():
        return [Block("The visit was added after the week's list was signed: it needs the headteacher's own signature.", demands)]
    return []


def signing_role(school: School, by: Staff, now: datetime) -> str:
    """The role in which this person signs the list, empty for somebody who does not."""
    mine = roles_of(by, school, local_day(now)) & HEADS
    return Role.HEADTEACHER if Role.HEADTEACHER in mine else next(iter(mine), "")


def sign_blocks(school: School, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot sign a list of visits."""
    return [] if signing_role(school, by, now) else [Block("The headteacher signs the list of visits.", CLAUSE)]


def sign_visit_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot sign a visit that was added to the list later."""
    blocks = sign_blocks(visit.school, by, now)
    if visit.status not in SIGNABLE:
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: there is nothing to sign."))
    signed = WeeklyList.objects.filter(school=visit.school_id, week=week_of(visit, now), signed_at__isnull=False).first()
    if signed is None:
        blocks.append(Block("The week's list is not signed yet: sign it as a whole.", CLAUSE))
    elif signed.visits.filter(visit=visit).exists():
        blocks.append(Block("The visit is signed already.", CLAUSE))
    return blocks
