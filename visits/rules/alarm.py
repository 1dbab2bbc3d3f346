"""Taking an alarm on."""

from homevisits.common.errors import Block
from homevisits.people.models import Staff
from homevisits.policy.values import Values

from ..models import HomeVisit
from .common import clause


def acknowledge_blocks(visit: HomeVisit, values: Values, by: Staff) -> list[Block]:
    """Why this person cannot take the alarm on."""
    if not visit.alarms.exists():
        return [Block("There is no alarm.", clause(values, "alarm_rest"))]
    if visit.members.filter(staff=by).exists():
        return [Block("The pair itself does not silence its alarm.", clause(values, "alarm_rest"))]
    return []
