"""When an incident can be closed, and why not."""

from homevisits.common.errors import Block

from ..incident_questions import answered
from ..models import Incident

Kind = Incident.Kind
# After these, staff had to reach a place of safety (MAT-26).
FLED = frozenset({Kind.UNSAFE, Kind.THREAT, Kind.VIOLENCE, Kind.KEPT_FROM_LEAVING})
# These are for the police, unless somebody says why not (ALT-22).
THREATENED = frozenset({Kind.THREAT, Kind.VIOLENCE})
THREAT = "threat"  # in an incident's details: "yes" where staff left because of a threat or violence


def police_owed(incident: Incident) -> bool:
    """Whether there was a threat or violence, and nobody has said when the police were called, or why not (ALT-22)."""
    threatened = incident.kind in THREATENED or incident.details.get(THREAT) == "yes"
    return threatened and incident.police_called_at is None and not incident.police_not_called_because.strip()


def review_blocks(incident: Incident) -> list[Block]:
    """Why the incident cannot be reviewed and closed yet."""
    if incident.reviewed_at:
        return [Block("The incident is reviewed already.")]
    blocks = []
    if not incident.note.strip():
        blocks.append(Block("Nobody has written what happened.", "MAT-20"))
    blocks += [
        Block(f"Answer “{one.words}”", one.clause) for one, said in answered(incident.kind, incident.details) if one.owed and not said
    ]
    if incident.kind in FLED and incident.safe_place_at is None:
        blocks.append(Block("Record when staff reached a safe place.", "MAT-26"))
    if police_owed(incident):
        blocks.append(Block("Record when the police were called, or why they were not.", "ALT-22"))
    if incident.support_offered is None:
        blocks.append(Block("Record whether support was offered.", "MAT-34"))
    if incident.kind in (Kind.STAFF_INJURY, Kind.STAFF_ILLNESS) and not incident.injury_report.strip():
        blocks.append(Block("Record the injury-at-work report.", "MAT-35"))
    return blocks
