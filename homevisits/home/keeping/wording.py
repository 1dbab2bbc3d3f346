"""What columns and their codes are called where a parent or a court reads them: no code, no counted number, no name of a column."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from attendance.codes import CODES as MARKS
from homevisits.documents.models import DocumentWay
from homevisits.people.models import Role
from safeguarding.body import PARTS
from safeguarding.incident_questions import QUESTIONS
from safeguarding.views.concern_desk import TITLES
from visits.letters.kinds import words_of as letter_words
from visits.purposes import words_of as purpose_words
from visits.risk_questions import ABOUT
from visits.risk_questions import BY_CODE as RISKS
from visits.rules.approval import role_words
from visits.said import arrived_words, event_words

from .schedule import SCHEDULE

_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
_PAIR = "pair"

# Columns that say nothing to a reader: numbers of rows, places on a drawing, addresses of pages, clauses of the school's own policy.
SILENT = frozenset({
    "visit_id", "concern_id", "referral_id", "row_id", "x", "y", "source_link", "link", "clause", "pair", "told_again", "reminders",
    "repeat_minutes", "provider", "provider_id", "remote_id", "collected", "contents", "attendance.CaseEvent.detail",
    "messaging.Notice.alarm", "messaging.Notice.task", "visits.VisitLetter.ahead", "visits.HomeVisit.drill",
    "visits.HomeVisit.version", "visits.VisitVersion.number", "visits.VisitMember.briefed_version", "visits.VisitApproval.version",
    "visits.VisitReport.entered", "documents.Attachment.pages", "people.Contact.gone",
})  # fmt: skip

# Columns by another name than their own; those of one kind of row before those of all.
LABELS: Mapping[str, str] = {
    "safeguarding.Concern.says": "What was seen and heard", "safeguarding.ConcernAmendment.says": "What was seen and heard, as amended",
    "safeguarding.Concern.words": "The child’s own words", "safeguarding.ConcernAmendment.words": "The child’s own words",
    "safeguarding.Concern.at": "Came in", "safeguarding.Concern.by": "Written by", "safeguarding.Concern.others": "A child not on roll",
    "safeguarding.Concern.source": "Where it came from", "safeguarding.Concern.told_others": "Who else was told",
    "safeguarding.Concern.danger": "Somebody was thought to be in danger there and then", "safeguarding.Concern.adds_to": "Adds to",
    "safeguarding.FamilyTold.told": "Told", "safeguarding.ReferralSent.text": "In these words",
    "safeguarding.Incident.note": "What happened",
    "safeguarding.Incident.at": "Recorded", "safeguarding.Incident.by": "Recorded by", "safeguarding.HouseholdWarning.at": "Recorded",
    "people.Pupil.mis_id": "Number in the school’s information system", "people.Pupil.upn": "UPN", "people.Pupil.sen": "SEN",
    "messaging.Notice.role": "Told to", "messaging.Notice.says": "What they were told", "messaging.Notice.at": "When",
    "at": "When", "by": "By whom", "says": "What it says", "because": "Why", "seen_at": "Seen or heard", "written_at": "Written",
    "taken_at": "Taken up", "taken_by": "Taken up by", "closed_at": "Closed", "emergency_at": "999 rung", "what": "What",
    "emergency_reference": "Reference of the 999 call", "due_on": "To be done by", "sent_at": "Sent", "done_says": "What was done",
}  # fmt: skip

# What a row that belongs to another one is called.
PARTS_OF: Mapping[str, str] = {
    "safeguarding.ConcernMark": "Mark on the body", "safeguarding.FamilyTold": "Whether the family was told",
    "safeguarding.ConcernEvent": "What was done", "safeguarding.ConcernAmendment": "Amended", "safeguarding.ConcernDecision": "Decided",
    "safeguarding.ConcernAction": "To be done", "safeguarding.ConcernLink": "Belongs together with another concern",
    "safeguarding.ReferralSent": "What was sent", "safeguarding.IncidentChange": "Added or said anew",
}  # fmt: skip


def _role(row: Model, value: Any) -> str:
    return "The two staff of the visit" if value == _PAIR else Role(value).label if value in Role.values else role_words(str(value))


# Codes without choices of their own, by the column in which they stand.
CODES: Mapping[str, Callable[[Any, Any], str]] = {
    "safeguarding.ConcernMark.part": lambda row, value: PARTS[value].words if value in PARTS else coded(value),
    "safeguarding.ConcernEvent.what": lambda row, value: TITLES.get(value) or coded(value),
    "safeguarding.HouseholdWarning.about": lambda row, value: ABOUT.get(value) or coded(value),
    "safeguarding.AgencyTask.agency": lambda row, value: str(row.words),
    "people.Agency.name": lambda row, value: str(row.words),
    "people.RetentionReview.kind": lambda row, value: SCHEDULE[value].words if value in SCHEDULE else coded(value),
    "messaging.Notice.role": _role,
    "messaging.Notice.about": lambda row, value: "",  # the sentence says it
    "visits.HomeVisit.purpose": lambda row, value: purpose_words(value, row.purpose_words),
    "visits.VisitEvent.by_name": lambda row, value: "" if row.by_id else value,  # said already
    "visits.VisitEvent.what": lambda row, value: event_words(value),
    "visits.VisitLetter.kind": lambda row, value: letter_words(value),
    "visits.VisitLetter.way": lambda row, value: DocumentWay.Way(value).label if value in DocumentWay.Way.values else coded(value),
    "visits.ArrivedAct.kind": lambda row, value: arrived_words(value),
    "visits.VisitRisk.form": lambda row, value: "Matrix of hazards" if value == "hazard_matrix" else "Questions",
    "visits.VisitRisk.warnings": lambda row, value: "\n".join(filter(None, (said(each) for each in value.values()))),
    **{f"attendance.{name}.code": lambda row, value: mark_words(value) for name in ("AbsenceMessage", "Arrival", "MisEntry", "WriteBack")},
    **{f"visits.{name}.role": _role for name in ("VisitApproval", "SafeguardingDecision", "WeeklyListVisit", "VisitVersion")},
}


def mark_words(code: str) -> str:
    """A code of the register with what it means."""
    return f"{code} ({MARKS[code].label})" if code in MARKS else code


ANSWERS = {"yes": "Yes", "no": "No", "true": "Yes", "false": "No", "on": "Yes"}
QUESTION_WORDS: Mapping[str, str] = {
    **{one.code: one.words for asked in QUESTIONS.values() for one in asked},
    **{code: one.words for code, one in RISKS.items()},
}


def label_of(row: Model, name: str, own: str) -> str:
    """What a column is called."""
    text = LABELS.get(f"{row._meta.label}.{name}") or LABELS.get(name) or own
    return text[:1].upper() + text[1:]


def part_of(row: Model) -> str:
    """What a row that belongs to another one is called."""
    name = PARTS_OF.get(row._meta.label) or str(row._meta.verbose_name)
    return name[:1].upper() + name[1:]


def key_words(key: object) -> str:
    """A question of answers that are kept by its code."""
    text = str(key)
    words = QUESTION_WORDS.get(text) or text.replace("_", " ")
    return words[:1].upper() + words[1:]


def said(value: Any) -> str:
    """A value out of answers: yes and no, and codes, as people say them."""
    text = "" if value is None else str(value)
    return ANSWERS.get(text) or coded(text)


def coded(text: str) -> str:
    """A text; one that is a code, in words."""
    return text.replace("_", " ").capitalize() if _CODE.fullmatch(text) else text
