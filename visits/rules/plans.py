"""Purpose, time, and going unannounced."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.errors import Block
from homevisits.policy.values import Values

from ..models import HomeVisit
from ..states import PLANNABLE
from .common import Status, clause

# Rules without a setting: the clause of the running preset that demands it.
PURPOSE = {"academy-trust": "MAT-03", "alternative-provision": "ALT-10", "secondary": "SEC-01"}


def plan_blocks(
    visit: HomeVisit | None,
    values: Values,
    purpose: str,
    unannounced_reason: str,
    by_roles: Collection[str],
    due_back: datetime,
    now: datetime,
) -> list[Block]:
    """Why a visit cannot be planned so: its state, purpose, time, or going unannounced."""
    blocks = []
    if visit is not None and visit.status not in PLANNABLE:
        blocks += [Block(f"The visit is “{Status(visit.status).label.lower()}” and cannot be planned.")]
    if not purpose:
        blocks.append(Block("A visit needs a purpose.", PURPOSE.get(values.preset, "ALT-10")))
    if due_back <= now:
        blocks.append(Block("The time due back has passed already."))
    if unannounced_reason and not (visit and not visit.announced):
        blocks += unannounced_blocks(values, purpose, unannounced_reason, by_roles)
    return blocks


def unannounced_blocks(values: Values, purpose: str, reason: str, by_roles: Collection[str]) -> list[Block]:
    """Why a visit with this purpose may not go unannounced. A visit that the ladder raised carries its reason itself (SEC-05)."""
    allowed = values.unannounced_allowed_for
    passes = (
        purpose in allowed.get("purposes", [])
        or set(by_roles) & set(allowed.get("roles", []))
        or (allowed.get("other_purposes") == "reason" and reason)
        or (allowed.get("other_roles") == "warn" and reason)
    )
    return (
        []
        if passes
        else [Block("A visit for this purpose is announced to the family beforehand.", clause(values, "unannounced_allowed_for"))]
    )
