"""Home visits: planned, assessed, approved, made, watched, and what they found."""

from .appointments import AgreementCall, Appointment, AppointmentMessage, CalendarFeed, DepartureCheck
from .arrivals import ArrivedAct
from .filled import Answer, AnswerChange, AnswerConflict, AnswerSending, FilledForm, FormSignature, PromptConcern, VisitAgreement
from .out import AlarmAcknowledgement, CheckIn, PoliceCall, VisitAlarm, VisitDelay, WellbeingCheck
from .outcomes import OutcomeDecision, SpokenTo, VisitFeedback, VisitLetter, VisitOutcome, VisitOutcomePupil, VisitReport
from .packs import VisitPack
from .planning import (
    AnnexVersion,
    BreakGlass,
    Isolation,
    SafeguardingDecision,
    SchoolAssessment,
    VisitApproval,
    VisitMember,
    VisitRisk,
    WeeklyList,
    WeeklyListVisit,
)
from .printing import PrintRun
from .questionnaires import QuestionnaireDraft, QuestionnaireVersion
from .visits import HomeVisit, VisitEvent, VisitItem, VisitPupil, VisitUntried, VisitVersion

__all__ = [
    "AgreementCall", "AlarmAcknowledgement", "AnnexVersion", "Answer", "AnswerChange", "AnswerConflict", "AnswerSending", "Appointment",
    "AppointmentMessage", "ArrivedAct", "BreakGlass", "CalendarFeed", "CheckIn", "DepartureCheck", "FilledForm", "FormSignature",
    "HomeVisit", "Isolation", "OutcomeDecision", "PoliceCall", "PrintRun", "PromptConcern", "QuestionnaireDraft", "QuestionnaireVersion",
    "SafeguardingDecision", "SchoolAssessment", "SpokenTo", "VisitAgreement", "VisitAlarm", "VisitApproval", "VisitDelay", "VisitEvent",
    "VisitFeedback", "VisitItem", "VisitLetter", "VisitMember", "VisitOutcome", "VisitOutcomePupil", "VisitPack", "VisitPupil",
    "VisitReport", "VisitRisk", "VisitUntried", "VisitVersion", "WeeklyList", "WeeklyListVisit", "WellbeingCheck",
]  # fmt: skip
