"""Reports of visits, and what they add up to for the review of the policy (ATT-60, ALT-40)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from homevisits.people.models import School
from safeguarding.models import Incident

from ..models import Answer, CheckIn, FilledForm, HomeVisit, VisitAlarm, VisitFeedback, VisitOutcome, VisitReport
from ..questions import UNDERLYING, report_questions
from ..states import ENDED

S = HomeVisit.Status
CANCELLED = {S.DECLINED, S.REFUSED, S.STOOD_DOWN, S.NOT_VISITING}


def report_of(visit: HomeVisit) -> VisitReport | None:
    """The visit's report, draft or handed in."""
    return VisitReport.objects.filter(visit=visit).select_related("saved_by", "handed_in_by").first()


def said_at_the_door(visit: HomeVisit) -> dict[str, Any]:
    """What staff have said at the door already, as answers of the report's form: nobody is asked the same twice (PRI-37, MAT-17).

    Whether parents were reminded, and told of notes and sharing; whom they met; whether they went in; that the child was there; the
    reasons that the questionnaire names (ATT-30).
    """
    found: dict[str, Any] = _reasons_written(visit)
    for row in visit.outcomes.order_by("pk"):
        if row.details.get("reminded"):
            found["answer_reminded"] = str(row.details["reminded"])
        if row.kind == VisitOutcome.Kind.CHILD_SEEN:
            found["child_present"] = "yes"
    spoken = list(visit.spoken_to.order_by("at", "pk"))
    if any(row.told_notes for row in spoken) and any(row.told_sharing for row in spoken):
        found["answer_notes_said"] = "yes"
    if spoken:
        found["answer_family_met"] = ", ".join(dict.fromkeys(row.name for row in spoken))[:1000]
    if visit.check_ins.filter(point=CheckIn.Point.INSIDE).exists():
        found["entered"] = "yes"
    return found


def _reasons_written(visit: HomeVisit) -> dict[str, Any]:
    """The underlying reasons with the support offered, as the visit's questionnaire has them; one that a school added counts as another."""
    form = FilledForm.objects.filter(visit=visit).select_related("version").first()
    asked = form.version.asks.questions.get("reasons") if form else None
    if form is None or asked is None:
        return {}
    answers = dict(Answer.objects.filter(form=form).values_list("code", "value"))
    listed, supports = dict(UNDERLYING), defaultdict[str, list[str]](list)
    for reason, words in asked.options:
        if reason in answers.get("reasons", []):
            said = [str(answers.get(one.code, "")) for one in asked.follow_ups.get(reason, ())]
            known = reason in listed
            supports[reason if known else "other"].append(": ".join(one for one in ["" if known else words, *said] if one))
    found = {f"support_{reason}": "; ".join(filter(None, said))[:300] for reason, said in supports.items()}
    return {"reasons": list(supports), **found} if supports else {}


def answers_of(visit: HomeVisit, report: VisitReport) -> list[tuple[str, str]]:
    """(question, answer in words) of a report, those that were answered."""
    found = []
    kinds = set(visit.outcomes.values_list("kind", flat=True))
    for question in report_questions(visit.policy.values.preset, visit.purpose, kinds, entered=True):
        answer = str(report.answers.get(question.code) or "")
        if answer:
            found.append((question.words, dict(question.choices).get(answer, answer)))
    words = dict(UNDERLYING)
    rows = report.answers.get("reasons", [])
    reasons = [(words.get(row["reason"], row["reason"]), row["support"]) for row in rows]
    return found + [(f"Behind the absences: {reason.lower()}", f"Support: {support}") for reason, support in reasons]


@dataclass(frozen=True)
class Review:
    """The figures of a stretch of days: visits, how they ended, alarms, incidents, and what those who went said."""

    made: int
    entered: int
    at_the_door: int
    cancelled: int
    outcomes: list[tuple[str, int]]
    reasons: list[tuple[str, int]]
    alarms: int
    help_calls: int
    incidents: list[tuple[str, int]]
    feedback: list[VisitFeedback]
    unsafe_feedback: int


def review(school: School, first: date, last: date) -> Review:
    """The figures of the visits that set off, or were cancelled, between two days, both included; drills never count."""
    visits = HomeVisit.objects.filter(school=school, drill=False, due_at__date__range=(first, last))
    made = visits.filter(departed_at__isnull=False)
    outcomes = Counter(VisitOutcome.objects.filter(visit__in=made).values_list("kind", flat=True))
    reports = list(VisitReport.objects.filter(visit__in=made, handed_in_at__isnull=False))
    reasons = Counter(row["reason"] for report in reports for row in report.answers.get("reasons", []))
    alarms = Counter(VisitAlarm.objects.filter(visit__in=made).values_list("step", flat=True))
    incidents = Counter(Incident.objects.filter(school=school, happened_at__date__range=(first, last)).values_list("kind", flat=True))
    feedback = list(VisitFeedback.objects.filter(visit__in=made).select_related("staff").order_by("-at"))
    return Review(
        made=made.count(),
        entered=sum(report.entered is True for report in reports),
        at_the_door=sum(report.entered is False for report in reports),
        cancelled=visits.filter(status__in=CANCELLED & ENDED | {S.NOT_VISITING}, departed_at__isnull=True).count(),
        outcomes=[(str(VisitOutcome.Kind(kind).label), number) for kind, number in outcomes.most_common()],
        reasons=[(dict(UNDERLYING).get(code, code), number) for code, number in reasons.most_common()],
        alarms=sum(number for step, number in alarms.items() if step != "help"),
        help_calls=alarms["help"],
        incidents=[(str(Incident.Kind(kind).label), number) for kind, number in incidents.most_common()],
        feedback=[one for one in feedback if one.text],
        unsafe_feedback=sum(one.felt_safe is False for one in feedback),
    )
