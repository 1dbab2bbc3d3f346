"""What may follow what in a visit's life."""

from .models import HomeVisit

S = HomeVisit.Status

TRANSITIONS: dict[str, frozenset[str]] = {
    S.RAISED: frozenset({S.RAISED, S.PLANNED, S.APPROVED, S.MEETING, S.NOT_VISITING, S.REFUSED, S.STOOD_DOWN}),
    S.PLANNED: frozenset({S.RAISED, S.PLANNED, S.APPROVED, S.DECLINED, S.SENT_BACK, S.MEETING, S.NOT_VISITING, S.REFUSED, S.STOOD_DOWN}),
    S.SENT_BACK: frozenset({S.RAISED, S.PLANNED, S.APPROVED, S.MEETING, S.NOT_VISITING, S.REFUSED, S.STOOD_DOWN}),
    S.APPROVED: frozenset({S.RAISED, S.PLANNED, S.OUT, S.DECLINED, S.SENT_BACK, S.MEETING, S.NOT_VISITING, S.REFUSED, S.STOOD_DOWN}),
    S.OUT: frozenset({S.DONE, S.STOOD_DOWN}),
    S.DONE: frozenset({S.CLOSED}),
    S.MEETING: frozenset({S.CLOSED, S.REFUSED, S.STOOD_DOWN}),
    S.NOT_VISITING: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.DECLINED: frozenset(),
    S.REFUSED: frozenset(),
    S.STOOD_DOWN: frozenset(),
}
# No outcome yet: a visit in one of these is still meant to happen and can be stood down.
PENDING: frozenset[str] = frozenset({S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED, S.OUT})
# It can still be planned, or planned again.
PLANNABLE: frozenset[str] = frozenset(status for status, after in TRANSITIONS.items() if S.PLANNED in after)
# The end of a visit's life.
ENDED: frozenset[str] = frozenset(status for status, after in TRANSITIONS.items() if not after)
