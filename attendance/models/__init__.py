"""Registers and marks, unexplained absences and their ladder, calls, the brake, what to enter into the information system."""

from .cases import CaseEvent, LadderStep, LateStep, SetAside, UnexplainedAbsence
from .contact import CallDue, ContactAttempt, ContactAttemptFor, Hold
from .received import RegisterReceived
from .registers import AbsenceMessage, Arrival, Mark, MarkChange, MisEntry, Register, SchoolDay

__all__ = [
    "AbsenceMessage", "Arrival", "CallDue", "CaseEvent", "ContactAttempt", "ContactAttemptFor", "Hold", "LadderStep", "LateStep",
    "Mark", "MarkChange", "MisEntry", "Register", "RegisterReceived", "SchoolDay", "SetAside", "UnexplainedAbsence",
]  # fmt: skip
