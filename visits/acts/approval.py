"""Acts of approving, and of sending a pair at once."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.people.matrix import HEADS, allows
from homevisits.people.models import Role, Staff
from homevisits.policy.words import SENIOR_ON_DUTY

from ..models import HomeVisit
from ..rules.approval import approval_blocks, decision_blocks
from ..rules.break_glass import review_blocks, who_blocks
from ..rules.weekly import sign_visit_blocks, weekly_blocks
from .act import Act

S = HomeVisit.Status


def _approves(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return allows("approve_visit", roles)


def _decides(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    """Whether they hold a role that approves; who is on duty, the rule asks."""
    approvers = set(visit.policy.values.approvers)
    if SENIOR_ON_DUTY in approvers:
        approvers.add(Role.SENIOR_MANAGER)
    return bool((approvers | (HEADS if approvers & HEADS else frozenset())) & set(roles))


def _decision(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return decision_blocks(visit, visit.policy.values, person, now)


def _sends(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return allows("break_glass", roles)


def _reviews(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return allows("break_glass", roles) and hasattr(visit, "break_glass") and visit.break_glass.reviewed_at is None


def _review(visit: HomeVisit, person: Staff, now: datetime) -> list[Block]:
    return review_blocks(visit.break_glass, person, now)


def _signs(visit: HomeVisit, person: Staff, roles: Collection[str]) -> bool:
    return allows("sign_weekly_list", roles) and visit.policy.values.weekly_list_signed and bool(weekly_blocks(visit, visit.school.now()))


ONCE = frozenset({S.RAISED, S.PLANNED, S.SENT_BACK})
APPROVAL = (
    Act("approve", "Approve", "visit_approve", frozenset({S.PLANNED}), _approves, approval_blocks),
    Act("return", "Return for changes", "visit_return", frozenset({S.PLANNED}), _decides, _decision),
    Act("decline", "Decline", "visit_decline", frozenset({S.PLANNED}), _decides, _decision, danger=True),
    Act("sign_week", "Sign it on the week's list", "visit_sign_week", frozenset({S.PLANNED, S.APPROVED}), _signs, sign_visit_blocks),
    Act("send_now", "Send a pair at once", "visit_send_now", ONCE, _sends, who_blocks, danger=True),
    Act("review_sending", "Review the sending at once", "visit_sending_review", frozenset(S), _reviews, _review),
)
# Of an approved visit these stand last: what comes next is that somebody goes.
AFTER_ALL = (
    Act("return_after_all", "Return for changes after all", "visit_return", frozenset({S.APPROVED}), _decides, _decision),
    Act("decline_after_all", "Decline after all", "visit_decline", frozenset({S.APPROVED}), _decides, _decision, danger=True),
)
