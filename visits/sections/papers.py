"""The papers of a visit, together: what can be read and printed of it (MAT-31's one record is the visit itself)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homevisits.people.matrix import allows
from homevisits.people.models import Staff

from ..form_copies import COPIES
from ..models import HomeVisit
from ..questionnaires.defaults import asked_for
from ..rules.leaving import reads_briefing
from ..rules.risk import current_risk
from ..selectors.reports import report_of


@dataclass(frozen=True)
class Paper:
    """One paper: its name, its page, its PDF where there is one."""

    words: str
    page: str
    pdf: str = ""


def section(visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> dict[str, Any] | None:
    """The papers that this person may open; nothing before the visit is planned."""
    papers = []
    if visit.due_back:
        papers.append(Paper("Permission form", "visit_permission", "visit_permission_pdf"))
    if current_risk(visit):
        papers.append(Paper("Risk assessment and its earlier versions", "visit_risk_history", "visit_risk_pdf"))
    if visit.due_back and reads_briefing(visit, person, frozenset(roles), now):
        papers.append(Paper("Briefing", "visit_briefing", "visit_briefing_pdf"))
    report = report_of(visit)
    if visit.due_back and asked_for(visit.policy.preset, visit.purpose) and not (report and report.handed_in_at):
        papers.append(Paper("Blank questionnaire, to be filled in by hand (PDF)", "visit_questionnaire_blank"))
    if report and report.handed_in_at:
        papers.append(Paper("Report", "visit_report"))
    if not papers and not visit.departed_at:
        return None
    copies = list(COPIES.items()) if visit.departed_at and not visit.drill else []
    return {
        "papers": papers,
        "copies": copies,
        "count": len(papers) + len(copies),
        "week": visit.due_at if allows("see_weekly_list", roles) and visit.policy.values.weekly_list_signed else None,
    }
