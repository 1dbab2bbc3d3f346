"""The acts of a visit's page in the order in which they are likely: the next step first, what ends the visit last."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from homevisits.people.models import Staff

from ..models import HomeVisit
from ..rules.filled import needed_blocks
from .act import Possible

S = HomeVisit.Status
# What ends a visit, or sends it out without its papers: below the others, one after another.
LAST = ("unwell", "return_after_all", "send_now", "decline", "decline_after_all", "family_refuses", "withdraw")
# The likeliest next step at each stage, the first of these that the person can take.
NEXT: dict[str, tuple[str, ...]] = {
    S.RAISED: ("plan", "assess"),
    S.SENT_BACK: ("plan", "assess"),
    S.PLANNED: ("decide", "approve", "assess", "sign_week"),
    S.APPROVED: ("decide", "tablet", "sign_week", "offer_appointment"),
    S.OUT: ("alarm", "tablet"),
    S.DONE: ("found", "form", "report"),
    S.MEETING: ("met",),
    S.NOT_VISITING: ("contact",),
}


@dataclass(frozen=True)
class Ordered:
    """The acts that can be done now: the next step, None where nothing is waited for from this person; the others; those that end it."""

    first: Possible | None = None
    others: list[Possible] = field(default_factory=list)
    last: list[Possible] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.first or self.others or self.last)


def ordered(visit: HomeVisit, person: Staff, can: Sequence[Possible]) -> Ordered:
    """What can be done, sorted for the page."""
    by_code = {one.act.code: one for one in can}
    likely = [code for code in NEXT.get(visit.status, ()) if code in by_code and not _done(code, visit, person)]
    first = by_code[likely[0]] if likely else None
    others = sorted((one for one in can if one is not first and one.act.code not in LAST), key=lambda one: one.act.danger)
    return Ordered(first, others, [by_code[code] for code in LAST if code in by_code and by_code[code] is not first])


def _done(code: str, visit: HomeVisit, person: Staff) -> bool:
    """Whether a step is taken already, though it can be taken again, or is another person's."""
    if code == "assess":
        return visit.risks.filter(replaced_at=None).exists()
    if code == "tablet":
        return not visit.members.filter(staff=person).exists()
    if code == "offer_appointment":
        return not visit.announced or visit.appointments.exists()
    if code == "form":
        return not needed_blocks(visit)
    return code == "found" and visit.outcomes.exists()
