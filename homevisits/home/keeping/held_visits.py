"""What is held of home visits."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from homevisits.people.models import Pupil
from visits import models as v
from visits.questionnaires.definition import Question
from visits.questionnaires.values import shown

from .facts import Facts, day_of, facts, in_words, lines
from .registry import Found, found, held
from .wording import key_words

# What belongs to a visit: the name of its rows, their words, the column that says when.
PARTS: tuple[tuple[str, str, str], ...] = (
    ("events", "what was done", "at"),
    ("versions", "its plan as it stood", "at"),
    ("items", "what to take or prepare", "answered_at"),
    ("members", "who goes", "returned_at"),
    ("risks", "risk assessments", "at"),
    ("decisions", "decisions on high risk", "at"),
    ("approvals", "approvals", "at"),
    ("weekly_signatures", "signatures on the weekly list", "at"),
    ("appointments", "times offered", "at"),
    ("agreement_calls", "calls to agree on it", "at"),
    ("untried", "contacts nobody had called", "pk"),
    ("check_ins", "check-ins", "at"),
    ("alarms", "alarms", "at"),
    ("acknowledgements", "who dealt with an alarm", "at"),
    ("delays", "delays", "at"),
    ("police_calls", "calls to the police", "at"),
    ("spoken_to", "who was spoken to", "at"),
    ("outcomes", "what was found", "at"),
    ("letters", "letters", "drafted_at"),
    ("agreements", "what was agreed", "at"),
    ("arrived_acts", "what tablets sent later", "happened_at"),
)
TOLD = "visit"


@held(
    "visits", "Home visits", v.HomeVisit, v.VisitPupil, v.VisitEvent, v.VisitVersion, v.VisitItem, v.VisitMember, v.VisitRisk,
    v.SafeguardingDecision, v.VisitApproval, v.WeeklyListVisit, v.Appointment, v.AppointmentMessage, v.AgreementCall, v.VisitUntried,
    v.CheckIn, v.VisitAlarm, v.AlarmAcknowledgement, v.VisitDelay, v.PoliceCall, v.SpokenTo, v.VisitOutcome, v.VisitOutcomePupil,
    v.VisitLetter, v.VisitAgreement, v.ArrivedAct, v.BreakGlass, v.VisitReport,
)  # fmt: skip
def visits(pupil: Pupil) -> Iterator[Found]:
    """Each visit about the pupil, what belongs to it list by list, and its report."""
    for visit in _visits(pupil):
        title, day = _title(visit), day_of(visit.due_at)
        shared = tuple(str(row.pupil) for row in visit.visit_pupils.all() if row.pupil_id != pupil.pk)
        yield found(visit, title, day, facts(visit, {"household"}), shared=shared)
        for name, words, on in PARTS:
            rows = list(getattr(visit, name).order_by("pk"))
            if rows:
                skip = {TOLD, "medical"} if name == "risks" else {TOLD}  # what the staff said of their own health
                yield found(visit, f"{title}: {words}", day, lines(rows, on, skip), part=name, shared=shared)
        for name, words in (("report", "report"), ("break_glass", "sent at once")):
            row: Model | None = getattr(visit, name, None)
            if row is not None:
                yield found(visit, f"{title}: {words}", day, facts(row, {TOLD}), part=name, shared=shared)


@held("forms", "Forms filled at home", v.FilledForm, v.AnswerChange, v.FormSignature, v.PromptConcern)
def forms(pupil: Pupil) -> Iterator[Found]:
    """The answers of each form with earlier ones; what staff noticed (prompts and confidential parts) is kept apart."""
    for visit in _visits(pupil).filter(filled__isnull=False).select_related("filled__version"):
        form, title, day = visit.filled, _title(visit), day_of(visit.filled.opened_at)
        asks = form.version.asks
        noticed = {q.code for part in asks.sections for q in part.walk() if part.confidential or q.kind == "prompts"}
        words = {q.code: q for part in asks.sections for q in part.walk()}
        rows = [*form.changes.select_related("by").order_by("pk")]
        open_ones, kept = [row for row in rows if row.code not in noticed], [row for row in rows if row.code in noticed]
        yield found(form, f"{title}: the form", day, [*facts(form, {TOLD, "document"}), *_answers(open_ones, words)])
        if kept or form.prompt_concerns.exists():
            said = [*_answers(kept, words), *lines(form.prompt_concerns.order_by("pk"), "at", {"form", "concern_id"})]
            yield found(form, f"{title}: what staff noticed", day, said, part="noticed", apart=True)
        signed = list(form.signatures.order_by("pk"))
        if signed:
            yield found(form, f"{title}: signatures", day, lines(signed, "at", {"form"}), part="signatures")


@held("decisions", "Decisions on what a visit found", v.OutcomeDecision)
def decisions(pupil: Pupil) -> Iterator[Found]:
    """What the safeguarding team decided: refer, or not."""
    for row in v.OutcomeDecision.objects.filter(outcome__visit__visit_pupils__pupil=pupil).distinct().order_by("pk"):
        yield found(row, "Decision on what a visit found", day_of(row.at), facts(row, {"outcome"}), apart=True)


@held("isolations", "Times of isolation", v.Isolation)
def isolations(pupil: Pupil) -> Iterator[Found]:
    """Until when the pupil was not visited."""
    for row in pupil.isolations.order_by("pk"):
        yield found(row, "Isolation", row.until, facts(row, {"pupil"}))


def _visits(pupil: Pupil) -> QuerySet[v.HomeVisit]:
    rows = v.HomeVisit.objects.filter(visit_pupils__pupil=pupil, drill=False).distinct()
    return rows.prefetch_related("visit_pupils__pupil").order_by("due_at", "pk")


def _title(visit: v.HomeVisit) -> str:
    return f"Home visit of {day_of(visit.due_at):%-d %B %Y}"


def _answers(rows: list[v.AnswerChange], asked: dict[str, Question]) -> Facts:
    said = []
    for row in rows:
        question = asked.get(row.code)
        value = shown(question, row.value).replace("\n", ", ") if question else in_words(row.value)
        said.append([question.words if question else key_words(row.code), f"{value} ({row.by}, {in_words(day_of(row.at))})"])
    return said
