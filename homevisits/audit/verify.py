"""Walking a chain of events: is every one as it was written, and none missing?"""

from dataclasses import dataclass

from .models import AuditChain, AuditEvent
from .services import digest

NOTHING = "0" * 64


@dataclass(frozen=True)
class Verdict:
    """What walking a chain found: how many events, and the first place that is not as it was written (None: all are)."""

    chain: int
    events: int
    bad_place: int | None = None
    says: str = ""

    @property
    def sound(self) -> bool:
        """Whether every event is as it was written."""
        return self.bad_place is None


def verify(chain: int, *, from_place: int = 1) -> Verdict:
    """Walk a chain (a school's number, or 0) and name the first bad row.

    From a later place on it trusts the event before: the watcher walks what is new, `manage.py audit_verify` everything.
    """
    head = AuditChain.objects.filter(pk=chain).first()
    before = NOTHING
    if from_place > 1:
        before = AuditEvent.objects.filter(chain=chain, place=from_place - 1).values_list("hash", flat=True).first() or ""
    place, seen = from_place - 1, 0
    for row in AuditEvent.objects.filter(chain=chain, place__gte=from_place).order_by("place").iterator(chunk_size=2000):
        place, seen = place + 1, seen + 1
        wrong = _wrong(row, place, before)
        if wrong:
            return Verdict(chain, seen, place, wrong)
        before = row.hash
    length, last = (head.length, head.head) if head else (0, NOTHING)
    if place != length:
        return Verdict(chain, seen, min(place, length) + 1, f"the chain should have {length} events and has {place}")
    if seen and before != last:
        return Verdict(chain, seen, place, "the chain's head is another one")
    return Verdict(chain, seen)


def _wrong(row: AuditEvent, place: int, before: str) -> str:
    """What is wrong with the event that should stand at `place`; empty when nothing is."""
    if row.place != place:
        return "the event is missing"
    if row.previous != before:
        return "it does not follow the event before it"
    if digest(row) != row.hash:
        return "it is not as it was written"
    return ""


def chains() -> list[int]:
    """The numbers of all chains, also of those whose head is gone."""
    heads = set(AuditChain.objects.values_list("pk", flat=True))
    return sorted(heads | set(AuditEvent.objects.order_by().values_list("chain", flat=True).distinct()))
