"""What a visit found that whoever goes there next must know (PRI-01)."""

from datetime import datetime, timedelta

from homevisits.common.clock import local_day
from homevisits.people.models import Staff
from safeguarding.services.warnings import warn

from ..models import VisitOutcome
from ..rules.risk import FROM_VISIT

# Outcome -> what the warning is about, and what it says where nothing was written.
WARNS = {
    VisitOutcome.Kind.UNSAFE: ("violence", "Staff ended a visit because it was not safe."),
    VisitOutcome.Kind.ANIMALS: ("animals", "Staff ended a visit because of animals."),
}
COUNTS_FOR = timedelta(days=365)


def warn_from(outcome: VisitOutcome, by: Staff, now: datetime) -> None:
    """Keep a warning about the home where the outcome is one that the next visitors must know."""
    kind = VisitOutcome.Kind(outcome.kind)
    if kind not in WARNS:
        return
    about, says = WARNS[kind]
    visit, day = outcome.visit, local_day(now)
    warn(
        household=visit.household, about=about, says=outcome.note or says, source=f"{FROM_VISIT}{day.day} {day:%B %Y}, what happened",
        visit_id=visit.pk, expires_on=day + COUNTS_FOR, by=by, now=now,
    )  # fmt: skip
