"""Who there is: schools and trusts, households, pupils, contacts, staff and their roles, the school calendar, imports."""

from .api import ApiToken
from .calendar import Closure, RegisterTime, Term
from .displays import Display
from .guarded import GuardedRequest
from .imports import ImportFault, ImportFile, ImportRun, ImportSource
from .keeping import AccessItem, AccessRequest, LegalHold, RetentionPeriod, RetentionReview, Transfer
from .pupils import Agency, Contact, Household, NumberFault, Pupil, PupilFlag
from .registers import (
    AlarmDevice,
    DutyDay,
    HouseholdConflict,
    LoneWorkerAssessment,
    RegisterReminder,
    StaffUnwell,
    Vehicle,
)
from .schools import School, Trust
from .staff import Role, Staff, StaffCheck, StaffRole, StaffTraining
from .tablets import DraftKey, Tablet

__all__ = [
    "AccessItem", "AccessRequest", "Agency", "AlarmDevice", "ApiToken", "Closure", "Contact", "Display", "DraftKey", "DutyDay",
    "GuardedRequest", "Household", "HouseholdConflict", "ImportFault", "ImportFile", "ImportRun", "ImportSource", "LegalHold",
    "LoneWorkerAssessment", "NumberFault", "Pupil", "PupilFlag", "RegisterReminder", "RegisterTime", "RetentionPeriod",
    "RetentionReview", "Role", "School", "Staff", "StaffCheck", "StaffRole", "StaffTraining", "StaffUnwell", "Tablet", "Term",
    "Transfer", "Trust", "Vehicle",
]  # fmt: skip
