"""Visits for the demo school, one at each stage, made by the services that the pages use: every screen has something to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homevisits.people.models import Contact, Pupil, School, Staff
from visits.models import HomeVisit
from visits.risk_questions import safe_answers
from visits.rules.leaving import lines_for
from visits.services import approval, briefing, departure, outcomes, reports, risk
from visits.services.appointments import offer
from visits.services.out import check_in
from visits.services.planning import Plan, plan_visit
from visits.services.requests import Asked, request_visit

S = HomeVisit.Status
SAFE_STAGES = (S.RAISED, S.PLANNED, S.SENT_BACK, S.APPROVED)


@dataclass(frozen=True)
class Company:
    """Who plays: those who go, who approves, and who keeps the office."""

    pairs: tuple[tuple[Staff, Staff], ...]
    senior: Staff
    office: Staff


def begin_visits(*, school: School, pupils: Sequence[Pupil], now: datetime) -> None:
    """Visits about six pupils, one at each stage as it stands at `now`; whoever is still out from the day before comes back first.

    Only where the demo's own people are there and nothing waits already; the same school gives the same visits.
    """
    company = _company(school)
    if company is None:
        return
    _bring_back(school, company, now)
    if HomeVisit.objects.filter(school=school, status__in=SAFE_STAGES).exists() or len(pupils) < 6:
        return
    first, second = company.pairs
    wanted, planned, high, approved, out, owed = pupils[:6]
    _ask(wanted, "induction", "He starts in nursery in January", now + timedelta(days=6), company.office, now)
    visit = _planned(planned, "meeting_at_home", first, now + timedelta(hours=5), company, now)
    _assess(visit, {}, {}, now)
    visit = _planned(high, "welfare", second, now + timedelta(hours=7), company, now)
    _assess(visit, {"violence": "yes"}, {"violence": "Never without two, the office rings after ten minutes"}, now, level="high")
    _approved(_planned(approved, "in_year", first, now + timedelta(hours=7, minutes=30), company, now), company, now, appointment=True)
    _out(_approved(_planned(out, "meeting_at_home", second, now + timedelta(minutes=20), company, now), company, now), now)
    _made(_planned(owed, "welfare", first, now - timedelta(days=1), company, now - timedelta(days=1, hours=1)), company)


def _company(school: School) -> Company | None:
    named = {
        person.email.partition("@")[0]: person for person in Staff.objects.filter(email__endswith="@demo.example", roles__school=school)
    }
    if not {"visitor", "visitor2", "support", "attendance", "senior", "office"} <= named.keys():
        return None
    pairs = ((named["visitor"], named["visitor2"]), (named["support"], named["attendance"]))
    return Company(pairs, named["senior"], named["office"])


def _bring_back(school: School, company: Company, now: datetime) -> None:
    for visit in HomeVisit.objects.filter(school=school, departed_at__isnull=False, returned_at__isnull=True):
        check_in(visit=visit, point="returned", by=company.office, now=now)


def _ask(pupil: Pupil, purpose: str, reason: str, at: datetime, by: Staff, now: datetime) -> HomeVisit:
    asked = Asked(
        pupils=[pupil], purpose=purpose, reason=reason, arrive_at=at, why_not_at_school="The family asked for it",
        whom_to_see=f"{pupil.first_name} and the parents", answers={"concern": "Tired and quiet for two weeks"},
    )  # fmt: skip
    return request_visit(school=pupil.school, asked=asked, by=by, now=now)


def _planned(pupil: Pupil, purpose: str, pair: Sequence[Staff], at: datetime, company: Company, now: datetime) -> HomeVisit:
    visit = _ask(pupil, purpose, "The class teacher would like to understand how things are at home", at, company.office, now)
    plan = Plan(vehicle_words="On foot", hours_reason="The parents work until then")
    return plan_visit(
        school=pupil.school, pupil=pupil, visit=visit, pair=pair, due_back=at + timedelta(minutes=40), by=company.office, now=now, plan=plan
    )


def _assess(visit: HomeVisit, answers: dict[str, str], actions: dict[str, str], now: datetime, level: str = "") -> None:
    by = visit.members.select_related("staff").order_by("pk")[0].staff
    given = {**safe_answers(visit.policy.values), **answers}
    risk.assess_risk(visit=visit, level=level, by=by, now=now, answers=given, actions=actions)
    visit.refresh_from_db()


def _approved(visit: HomeVisit, company: Company, now: datetime, *, appointment: bool = False) -> HomeVisit:
    _assess(visit, {}, {}, now)
    approval.approve(visit=visit, by=company.senior, now=now)
    visit.refresh_from_db()
    contact = Contact.objects.filter(pupil__visit_pupils__visit=visit, restricted=False, gone=False).exclude(mobile="").first()
    if appointment and contact and visit.arrive_at:
        offer(
            visit=visit, at=visit.arrive_at, length_minutes=visit.length_minutes, place="At home",
            what_happens="Two of our staff come and talk with you.", questions="What helps at school, and what is hard",
            to=[(contact, "text")], by=company.office, now=now,
        )  # fmt: skip
    return visit


def _out(visit: HomeVisit, now: datetime) -> HomeVisit:
    pair = [member.staff for member in visit.members.select_related("staff").order_by("pk")]
    for person in pair:
        briefing.acknowledge(visit=visit, version=visit.version, by=person, now=now)
        answers = {line.code: True for line in lines_for(visit, person, now)}
        departure.answer_checklist(visit=visit, answers=answers, by=person, now=now)
    check_in(visit=visit, point="departed", by=pair[0], now=now)
    visit.refresh_from_db()
    return visit


def _made(visit: HomeVisit, company: Company) -> None:
    """A visit of the day before: its report is a draft."""
    began = visit.due_at
    visit = _out(_approved(visit, company, began - timedelta(minutes=30)), began)
    by = visit.members.select_related("staff").order_by("pk")[0].staff
    at = began + timedelta(minutes=30)
    for point in ("arrived", "left_property"):
        check_in(visit=visit, point=point, by=by, now=at)
    outcomes.record_outcome(visit=visit, kind="completed", by=by, now=at)
    check_in(visit=visit, point="returned", by=company.office, now=at + timedelta(minutes=10))
    reports.save_draft(
        visit=visit, text="We spoke with the mother at the kitchen table.", evaluation="", entered=True, child_present=True, answers={},
        by=by, now=at + timedelta(minutes=20),
    )  # fmt: skip


def nobody_answered(pupil: Pupil, began: datetime, observed: str) -> HomeVisit | None:
    """A welfare visit of an earlier day at which nobody came to the door; None without the demo's own people. Its report is still owed."""
    company = _company(pupil.school)
    if company is None:
        return None
    asked = began - timedelta(hours=1)
    visit = _approved(_planned(pupil, "welfare", company.pairs[0], began, company, asked), company, asked)
    visit = _out(visit, began)
    by = visit.members.select_related("staff").order_by("pk")[0].staff
    at = began + timedelta(minutes=15)
    check_in(visit=visit, point="arrived", by=by, now=at)
    outcomes.record_outcome(
        visit=visit, kind="no_answer", note_text=observed, details={"left": "yes"}, by=by, now=at + timedelta(minutes=10)
    )
    for point, minutes in (("left_property", 11), ("returned", 25)):
        check_in(visit=visit, point=point, by=company.office if point == "returned" else by, now=at + timedelta(minutes=minutes))
    visit.refresh_from_db()
    return visit
