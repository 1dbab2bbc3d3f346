"""Home visits: planned, assessed, approved, made, watched, and what they found."""

from .out import AlarmAcknowledgement, CheckIn, VisitAlarm
from .outcomes import VisitLetter, VisitOutcome, VisitOutcomePupil
from .planning import SafeguardingDecision, VisitApproval, VisitMember, VisitRisk
from .visits import HomeVisit, VisitEvent, VisitPupil, VisitUntried

__all__ = [
    "AlarmAcknowledgement", "CheckIn", "HomeVisit", "SafeguardingDecision", "VisitAlarm", "VisitApproval", "VisitEvent", "VisitLetter",
    "VisitMember", "VisitOutcome", "VisitOutcomePupil", "VisitPupil", "VisitRisk", "VisitUntried",
]  # fmt: skip
