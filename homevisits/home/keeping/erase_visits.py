"""What is erased of home visits, part by part: each goes by a rule of its own, and is of no other child any more."""

from collections.abc import Collection, Mapping

from django.db.models import Model, QuerySet

from attendance import models as a
from homevisits.documents.models import Attachment, Document, QueuedUpload
from homevisits.messaging.models import Message
from visits import models as v
from visits.selectors.printing import BRIEFING

from .erasing import GONE, Erasing

VISIT_TEXTS = dict.fromkeys(
    (
        "purpose_words", "reason", "why_not_at_school", "whom_to_see", "unannounced_reason", "asked_by_agency", "joint_agency",
        "joint_worker", "joint_worker_contact", "hours_reason", "override_reason", "address", "postcode", "place", "safe_word",
        "base_contact_words", "remote_contact_why_not",
    ),
    "",
)  # fmt: skip
# Rows that are text and nothing else, part by part; those before that hold on to those after.
FORMS: tuple[type[Model], ...] = (
    v.AnswerConflict, v.AnswerChange, v.Answer, v.AnswerSending, v.FormSignature, v.PromptConcern, v.FilledForm,
)  # fmt: skip
OUT: tuple[type[Model], ...] = (
    v.ArrivedAct,
    v.AlarmAcknowledgement,
    v.VisitDelay,
    v.WellbeingCheck,
    v.DepartureCheck,
    v.VisitPack,
    v.CheckIn,
)
PLAN: tuple[type[Model], ...] = (
    v.VisitApproval, v.SafeguardingDecision, v.OutcomeDecision, v.BreakGlass, v.VisitItem, v.VisitUntried, v.SpokenTo, v.VisitReport,
    v.VisitFeedback, v.PoliceCall, v.WeeklyListVisit, v.VisitMember,
)  # fmt: skip
_WAY: dict[type[Model], str] = {
    v.AnswerConflict: "form__visit", v.AnswerChange: "form__visit", v.Answer: "form__visit", v.AnswerSending: "form__visit",
    v.FormSignature: "form__visit", v.PromptConcern: "form__visit", v.OutcomeDecision: "outcome__visit",
}  # fmt: skip


def risk(erasing: Erasing, *, delete: bool) -> None:
    """Risk assessments, and plans as they stood. Figures that stay: the level, and when it was assessed."""
    ids = _mine(erasing)
    _delete(erasing, (v.VisitVersion,), ids)
    papers(erasing, {"about_type": "visit", "about_id__in": ids, "kind": BRIEFING}, attachments=False)
    rows = v.VisitRisk.objects.filter(visit__in=ids)
    if delete:
        v.VisitApproval.objects.filter(visit__in=ids).update(risk=None)
        erasing.delete(rows)
    else:
        erasing.blank(
            rows, answers={}, actions={}, hazards=[], lowered_because="", because=[], warnings={}, medical={}, vulnerable_persons="",
            new_risk="", pair=[], address="", stale_because="",
        )  # fmt: skip


def out(erasing: Erasing, *, delete: bool) -> None:
    """Where staff were. Figures that stay: alarms with their step and how late they were, and when the visit set off and was back."""
    ids = _mine(erasing)
    _delete(erasing, OUT, ids)
    alarms = v.VisitAlarm.objects.filter(visit__in=ids)
    if delete:
        erasing.delete(alarms)
    else:
        erasing.blank(alarms, location="", over_how="")
    erasing.blank(v.VisitMember.objects.filter(visit__in=ids), arrived_at=None, left_at=None, returned_at=None)


def letters(erasing: Erasing, *, delete: bool) -> None:
    """Letters, times offered and agreements. Figures that stay: which letters went, and whether what was agreed was done."""
    ids = _mine(erasing)
    rows = v.VisitLetter.objects.filter(visit__in=ids)
    made = list(rows.exclude(document=None).values_list("document", flat=True))
    told = v.AppointmentMessage.objects.filter(appointment__visit__in=ids)
    times, agreed = v.Appointment.objects.filter(visit__in=ids), v.VisitAgreement.objects.filter(visit__in=ids)
    erasing.delete(v.AgreementCall.objects.filter(visit__in=ids))
    erasing.delete(told)
    papers(erasing, {"pk__in": made}, attachments=False)
    if delete:
        for each in (times, agreed, rows):
            erasing.delete(each)
        return
    erasing.blank(times, place="", what_happens="", questions="", answer_words="")
    erasing.blank(agreed.exclude(owner_words=""), what=GONE, owner_words=GONE)
    erasing.blank(agreed.filter(owner_words=""), what=GONE)
    erasing.blank(rows, contact=None, sent_to="", discarded_because="")


def forms(erasing: Erasing, *, delete: bool) -> None:
    """Forms filled at home, with the PDFs that were filed: whole, whatever is asked."""
    ids = _mine(erasing)
    filled = v.FilledForm.objects.filter(visit__in=ids)
    filed = list(filled.exclude(document=None).values_list("document", flat=True))
    filed += Document.objects.filter(about_type="visit", about_id__in=ids, kind="questionnaire").values_list("pk", flat=True)
    _delete(erasing, FORMS, ids)
    papers(erasing, {"pk__in": filed}, attachments=False)


def files(erasing: Erasing, *, delete: bool) -> None:
    """Photographs and files added to visits: whole, whatever is asked."""
    mine = Attachment.objects.filter(pupils=erasing.pupil, about_type="visit")
    erasing.delete_attachments(erasing.own(mine, "pupils"))


def visits(erasing: Erasing, *, delete: bool) -> None:
    """Visits about no other child. Figures that stay: that there was one, when, why, how it ended and what was found."""
    pupil = erasing.pupil
    ids = _mine(erasing)
    if delete:
        for part in (letters, forms, files, risk, out):
            part(erasing, delete=True)
    _delete(erasing, PLAN, ids)
    papers(erasing, {"about_type": "visit", "about_id__in": ids} if delete else {"pk__in": _rest(ids)}, attachments=False)
    erasing.delete(v.Isolation.objects.filter(pupil=pupil))
    if delete:
        a.UnexplainedAbsence.objects.filter(visit__in=ids).update(visit=None)
        v.HomeVisit.objects.filter(follow_up_of__in=ids).update(follow_up_of=None)
        v.HomeVisit.objects.filter(series__in=ids).update(series=None)
        erasing.delete(v.VisitOutcomePupil.objects.filter(outcome__visit__in=ids))
        for child in (v.VisitOutcome, v.VisitEvent, v.VisitPupil):
            erasing.delete(child._default_manager.filter(visit__in=ids))
        erasing.delete(v.HomeVisit.objects.filter(pk__in=ids))
        return
    erasing.blank(v.VisitEvent.objects.filter(visit__in=ids), note="")
    erasing.blank(v.VisitOutcome.objects.filter(visit__in=ids), note="", details={}, seen_by="", seen_where="")
    erasing.blank(v.HomeVisit.objects.filter(pk__in=ids), purpose_answers={}, **VISIT_TEXTS)


def papers(erasing: Erasing, which: Mapping[str, object], *, attachments: bool = True) -> None:
    """Documents and files of what is erased. A final document is deleted whole: the database refuses to change one."""
    documents = Document.objects.filter(school=erasing.pupil.school_id, **which)
    erasing.delete(QueuedUpload.objects.filter(document__in=documents))
    Message.objects.filter(document__in=documents).update(document=None)
    v.FilledForm.objects.filter(document__in=documents).update(document=None)
    v.VisitLetter.objects.filter(document__in=documents).update(document=None)
    erasing.delete_documents(documents)
    if attachments:
        erasing.delete_attachments(Attachment.objects.filter(school=erasing.pupil.school_id, **which))


def _mine(erasing: Erasing) -> list[int]:
    """The visits about this pupil, and about no other whose records of the kind are still kept."""
    rows: QuerySet[v.HomeVisit] = v.HomeVisit.objects.filter(visit_pupils__pupil=erasing.pupil).distinct()
    return list(erasing.own(rows, "visit_pupils__pupil").values_list("pk", flat=True))


def _delete(erasing: Erasing, models: Collection[type[Model]], ids: Collection[int]) -> None:
    for model in models:
        way = _WAY.get(model, "visit")
        erasing.delete(model._default_manager.filter(**{f"{way}__in": ids}))


def _rest(ids: Collection[int]) -> list[int]:
    """The papers of visits that belong to no part with a rule of its own."""
    mine = Document.objects.filter(about_type="visit", about_id__in=ids).exclude(kind__in=(BRIEFING, "questionnaire"))
    parts = v.VisitLetter.objects.filter(visit__in=ids, document__isnull=False).values("document")
    filed = v.FilledForm.objects.filter(visit__in=ids, document__isnull=False).values("document")
    return list(mine.exclude(pk__in=parts).exclude(pk__in=filed).values_list("pk", flat=True))
