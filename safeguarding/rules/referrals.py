"""Who may know of a referral, who keeps it, and when."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import SAFEGUARDING, allows
from homevisits.people.models import School, Staff

from ..models import Referral

Kind, State = Referral.Kind, Referral.State
ABOUT_STAFF = Kind.LADO


def sees(referral: Referral, roles: Collection[str]) -> bool:
    """Whether somebody with these roles may know that there is this referral, and when it went. Of one about staff that is only half:
    who may see its allegation, the allegation's own rule says (selectors/allegations.py), and services and pages ask it too."""
    return allows("see_allegations" if referral.kind == ABOUT_STAFF else "keep_referrals", roles)


def reads(referral: Referral, roles: Collection[str]) -> bool:
    """Whether somebody who knows of it may read why it was opened, what was sent, and what came of it (R18)."""
    return referral.kind == ABOUT_STAFF or not SAFEGUARDING.isdisjoint(roles)


def _keeps(referral: Referral, by: Staff, now: datetime) -> list[Block]:
    may = sees(referral, roles_of(by, referral.school, local_day(now)))
    return [] if may else [Block("The safeguarding team and the headteacher keep referrals.")]


def open_blocks(school: School, kind: str, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot open a referral: the safeguarding team does; one about a member of staff comes from its own page."""
    if kind == ABOUT_STAFF:
        return [Block("A referral about a member of staff is opened from the allegation.", "ATT-55")]
    if SAFEGUARDING.isdisjoint(roles_of(by, school, local_day(now))):
        return [Block("The safeguarding team opens referrals.")]
    return []


def send_blocks(referral: Referral, by: Staff, now: datetime) -> list[Block]:
    """Why it cannot be recorded that the referral was sent."""
    blocks = _keeps(referral, by, now)
    if referral.sent_at:
        blocks.append(Block("The referral is sent: what was sent does not change any more.", referral.clause))
    if referral.not_sent_at:
        blocks.append(Block("It was decided not to refer. Open a new referral if that has changed."))
    return blocks


def not_sent_blocks(referral: Referral, by: Staff, now: datetime) -> list[Block]:
    """Why it cannot be decided not to refer: the safeguarding team decides; about a member of staff those who see it."""
    blocks = _keeps(referral, by, now)
    if referral.kind != ABOUT_STAFF and SAFEGUARDING.isdisjoint(roles_of(by, referral.school, local_day(now))):
        blocks.append(Block("The safeguarding team decides whether to refer.", "MAT-12"))
    if referral.state != State.UNSENT:
        blocks.append(Block(f"The referral is “{referral.state.label.lower()}”: there is nothing to decide."))
    return blocks


def answer_blocks(referral: Referral, by: Staff, now: datetime) -> list[Block]:
    """Why it cannot be recorded that the referral was acknowledged."""
    blocks = _keeps(referral, by, now)
    if referral.state in (State.UNSENT, State.NOT_SENT):
        blocks.append(Block("It has not been sent: nobody can have acknowledged it."))
    elif referral.acknowledged_at:
        blocks.append(Block("It is acknowledged already."))
    elif referral.closed_at:
        blocks.append(Block("It is closed."))
    return blocks


def close_blocks(referral: Referral, by: Staff, now: datetime) -> list[Block]:
    """Why the outcome of the referral cannot be recorded."""
    blocks = _keeps(referral, by, now)
    if referral.closed_at:
        blocks.append(Block("Its outcome is recorded already."))
    elif referral.state in (State.UNSENT, State.NOT_SENT):
        blocks.append(Block("It has not been sent: nothing has come of it."))
    return blocks
