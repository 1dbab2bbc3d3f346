"""Who there is: schools and trusts, households, pupils, contacts, staff and their roles, the school calendar, imports."""

from .api import ApiToken
from .calendar import Closure, RegisterTime, Term
from .imports import ImportFault, ImportFile, ImportRun, ImportSource
from .pupils import Agency, Contact, Household, NumberFault, Pupil, PupilFlag
from .schools import School, Trust
from .staff import Role, Staff, StaffCheck, StaffRole, StaffTraining

__all__ = [
    "Agency", "ApiToken", "Closure", "Contact", "Household", "ImportFault", "ImportFile", "ImportRun", "ImportSource", "NumberFault",
    "Pupil", "PupilFlag", "RegisterTime", "Role", "School", "Staff", "StaffCheck", "StaffRole", "StaffTraining", "Term", "Trust",
]  # fmt: skip
