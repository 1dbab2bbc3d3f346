"""What may follow what in a visit's life. Planning and the door add their rows here."""

from .models import HomeVisit

Status = HomeVisit.Status

TRANSITIONS: dict[str, frozenset[str]] = {
    Status.RAISED: frozenset({Status.STOOD_DOWN}),
    Status.STOOD_DOWN: frozenset(),
}
# No outcome yet: a visit in one of these is still meant to happen and can be stood down.
PENDING: frozenset[str] = frozenset(status for status, after in TRANSITIONS.items() if Status.STOOD_DOWN in after)
