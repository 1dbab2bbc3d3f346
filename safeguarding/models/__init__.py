"""What safeguarding keeps: concerns, referrals, incidents, other agencies to be told. Most staff write here and never read."""

from .allegations import Allegation, AllegationEntry
from .chronology import ChronologyExport, ChronologyNote, SystemEntry
from .complaints import Complaint, ComplaintEvent
from .concerns import Concern, FamilyTold
from .incidents import Incident
from .referrals import AgencyTask, Referral
from .warnings import HouseholdWarning

__all__ = [
    "AgencyTask", "Allegation", "AllegationEntry", "ChronologyExport", "ChronologyNote", "Complaint", "ComplaintEvent", "Concern",
    "FamilyTold", "HouseholdWarning", "Incident", "Referral", "SystemEntry",
]  # fmt: skip
