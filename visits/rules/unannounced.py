"""Going unannounced: for which purposes, by whom, on whose request, and with which reason (MAT-02, ALT-11, SEC-05)."""

from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.access import roles_of
from homevisits.policy.values import Values

from ..models import HomeVisit
from ..purposes import CHILD_CHECK
from .common import clause

# The reasons that SEC-05 gives; a policy whose reasons are required takes one of these.
REASONS = (
    "Welfare is in question",
    "Child at home without the parent’s knowledge",
    "Parent may be colluding",
    "No other contact is possible",
    "Other children are thought to be there",
    "Parent’s ability to manage is in question",
)


def raised_by_ladder(visit: HomeVisit) -> bool:
    """Whether the first-day ladder raised it: it carries its reason itself (SEC-05). Whoever asks for a visit leaves a token."""
    return visit.purpose == CHILD_CHECK and visit.token is None


def unannounced_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why the family has to be told beforehand."""
    if visit.announced or raised_by_ladder(visit):
        return []
    values = visit.policy.values
    allowed, reason = values.unannounced_allowed_for, visit.unannounced_reason.strip()
    setting = clause(values, "unannounced_allowed_for")
    if allowed.get("reasons") == "required" and not any(reason.startswith(one) for one in REASONS):
        return [Block("Going unannounced needs one of the policy’s reasons.", setting)]
    if visit.purpose in allowed.get("purposes", []) or _passes(visit, values, now):
        return []
    if allowed.get("other_roles") == "warn" and reason:
        return []
    if allowed.get("other_purposes") == "reason":
        return [] if reason else [Block("Going unannounced needs a reason why the family could not be told.", setting)]
    return [Block("A visit for this purpose is announced to the family beforehand.", setting)]


def _passes(visit: HomeVisit, values: Values, now: datetime) -> bool:
    """Whether a role that the policy names asks for it or goes, or children's services have asked for it, which is on record."""
    allowed = values.unannounced_allowed_for
    if allowed.get("on_request_of") and visit.asked_by_agency.strip():
        return True
    people = [visit.raised_by] if visit.raised_by else []
    people += [member.staff for member in visit.members.select_related("staff")] if visit.pk else []
    named = set(allowed.get("roles", []))
    return any(named & roles_of(person, visit.school, local_day(now)) for person in people) if named else False


def unannounced_cautions(visit: HomeVisit, now: datetime) -> list[Caution]:
    """What the approver sees: the reason why the family is not told, and that somebody else than the policy names asks for it."""
    if visit.announced:
        return []
    values = visit.policy.values
    allowed, setting = values.unannounced_allowed_for, clause(values, "unannounced_allowed_for")
    reason = visit.unannounced_reason or "none given"
    if allowed.get("other_roles") == "warn" and not raised_by_ladder(visit) and not _passes(visit, values, now):
        says = f"Unannounced, and neither the education welfare officer nor children’s services ask for it. Reason: {reason}"
        return [Caution(says, setting)]
    return [Caution(f"Unannounced. Reason: {reason}", setting)]
