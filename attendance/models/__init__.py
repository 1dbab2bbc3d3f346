"""Registers and marks, unexplained absences and their ladder, calls, the brake, what to enter into the information system."""

from .cases import CaseEvent, LadderStep, LateStep, SetAside, UnexplainedAbsence
from .contact import CallDue, ContactAttempt, ContactAttemptFor, Hold
from .received import RegisterReceived
from .registers import AbsenceMessage, Arrival, Mark, MarkChange, MisEntry, Register, SchoolDay
from .writeback import RemoteCode, RemotePupil, WriteBack, WriteBackAccount

__all__ = [
    "AbsenceMessage", "Arrival", "CallDue", "CaseEvent", "ContactAttempt", "ContactAttemptFor", "Hold", "LadderStep", "LateStep",
    "Mark", "MarkChange", "MisEntry", "Register", "RegisterReceived", "RemoteCode", "RemotePupil", "SchoolDay", "SetAside",
    "UnexplainedAbsence", "WriteBack", "WriteBackAccount",
]  # fmt: skip
