"""What safeguarding keeps: concerns, referrals, incidents, other agencies to be told. Most staff write here and never read."""

from .chronology import ChronologyExport, ChronologyNote, SystemEntry
from .concerns import Concern, FamilyTold
from .incidents import Incident
from .referrals import AgencyTask, Referral
from .warnings import HouseholdWarning

__all__ = [
    "AgencyTask", "ChronologyExport", "ChronologyNote", "Concern", "FamilyTold", "HouseholdWarning", "Incident", "Referral",
    "SystemEntry",
]  # fmt: skip
