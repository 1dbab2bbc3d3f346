"""What every rule of visits shares."""

from collections.abc import Collection

from homevisits.common.errors import Block
from homevisits.policy.clauses import clause_for
from homevisits.policy.values import Values

from ..models import HomeVisit
from ..models.planning import RiskLevel
from ..states import TRANSITIONS

Status = HomeVisit.Status
AT_ONCE = "break_glass"  # how the approval of a visit that was sent at once is signed
RANK = {RiskLevel.LOW: 0, RiskLevel.MEDIUM: 1, RiskLevel.HIGH: 2}


def clause(values: Values, setting: str) -> str | None:
    """The clause of the running preset behind a setting."""
    return clause_for(values.preset, setting)


def is_below(level: str, other: str) -> bool:
    """Whether one level of risk is below another."""
    return RANK[RiskLevel(level)] < RANK[RiskLevel(other)]


def status_blocks(visit: HomeVisit, to: str) -> list[Block]:
    """Why the visit cannot go to that status from where it stands."""
    if to in TRANSITIONS[visit.status]:
        return []
    return [Block(f"The visit is “{Status(visit.status).label.lower()}”: that cannot be done now.")]


def sent_at_once(visit: HomeVisit) -> bool:
    """Whether the visit stands as it was sent at once, without assessment, approval, weekly list and appointment.

    A plan that changes after that needs what every plan needs.
    """
    return visit.approvals.filter(role=AT_ONCE, voided_at__isnull=True).exists()


def words(codes: Collection[str]) -> str:
    """Codes as words, with commas."""
    return ", ".join(code.replace("_", " ") for code in codes)
