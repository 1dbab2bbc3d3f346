"""Going at once: who may send a pair without risk assessment and approval, and who looks at it afterwards."""

from collections.abc import Sequence
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_held, roles_of
from homevisits.people.matrix import roles_for
from homevisits.people.models import Role, School, Staff
from homevisits.policy.values import Values

from ..models import BreakGlass, HomeVisit
from ..states import TRANSITIONS
from .common import Status, clause
from .people import pair_blocks

# In whose name somebody sends: the first of these that they hold.
IN_ORDER = (Role.HEADTEACHER, Role.PRINCIPAL, Role.DSL, Role.DEPUTY_DSL)


def sending_role(school: School, by: Staff, now: datetime) -> str:
    """The role in which this person sends, empty for somebody who may not."""
    mine = roles_of(by, school, local_day(now))
    return next((role for role in IN_ORDER if role in mine), "")


def who_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot send anybody at once, or this visit cannot be sent so any more."""
    blocks = []
    if not sending_role(visit.school, by, now):
        blocks.append(Block("Only the headteacher or the safeguarding team sends a pair at once."))
    if BreakGlass.objects.filter(visit=visit).exists():
        blocks.append(Block("It was sent at once before and changed since: it is approved like every other, or asked for anew."))
    if Status.APPROVED not in TRANSITIONS[visit.status] or visit.departed_at:
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: it needs no sending at once."))
    return blocks


def go_blocks(visit: HomeVisit, pair: Sequence[Staff], due_back: datetime, by: Staff, now: datetime) -> list[Block]:
    """Why this pair cannot be sent at once. The rule of two holds where the policy says always (PRI-02, pair_override)."""
    values: Values = visit.policy.values
    blocks = who_blocks(visit, by, now)
    if by in pair:
        blocks.append(Block("Nobody sends themselves: another of those who may does it.", clause(values, "approvers")))
    if due_back <= now:
        blocks.append(Block("The time due back has passed already."))
    return blocks + pair_blocks(visit, visit.school, visit.policy, list(pair), visit.purpose, due_back, now)


def review_blocks(sent: BreakGlass, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot review it: a lead or the head does, and not whoever sent the pair while there is somebody else."""
    school, day = sent.visit.school, local_day(now)
    if sent.reviewed_at is not None:
        return [Block("It has been reviewed already.")]
    if not sending_role(school, by, now):
        return [Block("The headteacher or the safeguarding team reviews it.")]
    others = roles_held(school, roles_for("break_glass"), day).exclude(staff=by)
    if sent.by_id == by.pk and others.exists():
        return [Block("Somebody else than whoever sent the pair reviews it.")]
    return []
