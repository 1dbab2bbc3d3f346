"""What safeguarding keeps: concerns, referrals, incidents, other agencies to be told. Most staff write here and never read."""

from .allegations import Allegation, AllegationEntry
from .chronology import ChronologyExport, ChronologyNote, SystemEntry
from .complaints import Complaint, ComplaintEvent
from .concern_work import ConcernAction, ConcernAmendment, ConcernDecision, ConcernEvent, ConcernLink, LeadAway
from .concerns import Concern, ConcernMark, FamilyTold
from .incidents import Incident, IncidentChange
from .referrals import AgencyTask, Referral, ReferralSent
from .staff_keeping import StaffMatterReview
from .warnings import HouseholdWarning

__all__ = [
    "AgencyTask", "Allegation", "AllegationEntry", "ChronologyExport", "ChronologyNote", "Complaint", "ComplaintEvent", "Concern",
    "ConcernAction", "ConcernAmendment", "ConcernDecision", "ConcernEvent", "ConcernLink", "ConcernMark", "FamilyTold", "HouseholdWarning",
    "Incident", "IncidentChange", "LeadAway", "Referral", "ReferralSent", "StaffMatterReview", "SystemEntry",
]  # fmt: skip
