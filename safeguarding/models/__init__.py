"""What safeguarding keeps: concerns, referrals, incidents, other agencies to be told. Most staff write here and never read."""

from .concerns import Concern, FamilyTold
from .incidents import Incident
from .referrals import AgencyTask, Referral
from .warnings import HouseholdWarning

__all__ = ["AgencyTask", "Concern", "FamilyTold", "HouseholdWarning", "Incident", "Referral"]
