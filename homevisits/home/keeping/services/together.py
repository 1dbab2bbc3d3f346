"""Deciding as the page asks: alone, as the first of two, or about several pupils in one go."""

from collections.abc import Sequence
from datetime import date, datetime

from homevisits.common.errors import BadInput, Blocked
from homevisits.people.models import RetentionReview, Staff

from ..schedule import SCHEDULE
from .retention import decide, propose


def decide_or_propose(
    *, review: RetentionReview, decision: str, reason: str, keep_until: date | None = None, by: Staff, now: datetime
) -> RetentionReview:
    """Decide; where two must agree and nobody has proposed yet, propose. Raises Blocked and BadInput."""
    if SCHEDULE[review.kind].two and decision != RetentionReview.Decision.KEEP and not review.proposed:
        return propose(review=review, decision=decision, reason=reason, by=by, now=now)
    return decide(review=review, decision=decision, reason=reason, keep_until=keep_until, by=by, now=now)


def decide_together(
    *, reviews: Sequence[RetentionReview], decision: str, reason: str, keep_until: date | None = None, by: Staff, now: datetime
) -> tuple[int, list[tuple[str, str]]]:
    """Each by itself, in a transaction of its own: how many were done, and (pupil, sentence) of those that were refused."""
    number, refused = 0, []
    for review in reviews:
        name = str(review.pupil)
        try:
            decide_or_propose(review=review, decision=decision, reason=reason, keep_until=keep_until, by=by, now=now)
        except (Blocked, BadInput) as why:
            refused.append((name, str(why)))
        else:
            number += 1
    return number, refused
