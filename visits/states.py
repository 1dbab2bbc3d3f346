"""What may follow what in a visit's life."""

from .models import HomeVisit

S = HomeVisit.Status

TRANSITIONS: dict[str, frozenset[str]] = {
    S.RAISED: frozenset({S.PLANNED, S.MEETING, S.NOT_VISITING, S.STOOD_DOWN}),
    S.PLANNED: frozenset({S.PLANNED, S.APPROVED, S.DECLINED, S.SENT_BACK, S.MEETING, S.NOT_VISITING, S.STOOD_DOWN}),
    S.SENT_BACK: frozenset({S.PLANNED, S.STOOD_DOWN}),
    S.APPROVED: frozenset({S.PLANNED, S.OUT, S.DECLINED, S.SENT_BACK, S.MEETING, S.NOT_VISITING, S.STOOD_DOWN}),
    S.OUT: frozenset({S.DONE, S.STOOD_DOWN}),
    S.DONE: frozenset(),
    S.DECLINED: frozenset(),
    S.MEETING: frozenset(),
    S.NOT_VISITING: frozenset(),
    S.STOOD_DOWN: frozenset(),
}
# No outcome yet: a visit in one of these is still meant to happen and can be stood down.
PENDING: frozenset[str] = frozenset(status for status, after in TRANSITIONS.items() if S.STOOD_DOWN in after)
# It can still be planned, or planned again.
PLANNABLE: frozenset[str] = frozenset(status for status, after in TRANSITIONS.items() if S.PLANNED in after)
