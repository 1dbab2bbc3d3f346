"""What is erased of each kind. To anonymise keeps what may stay as a figure: that a mark, a call, a visit was, and its code or outcome."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model, QuerySet

from attendance import models as a
from homevisits.documents.models import Attachment, Document, QueuedUpload
from homevisits.messaging.models import DeliveryEvent, InboundText, Message, Notice
from homevisits.people.models import AccessItem, AccessRequest, Agency, Contact, NumberFault, Pupil, PupilFlag, Transfer
from safeguarding import models as s
from visits import models as v

from .erasing import Erasing
from .held_safeguarding import links

GONE = "Erased"
VISIT_TEXTS = dict.fromkeys(
    (
        "purpose_words", "reason", "why_not_at_school", "whom_to_see", "unannounced_reason", "asked_by_agency", "joint_agency",
        "joint_worker", "joint_worker_contact", "hours_reason", "override_reason", "address", "postcode", "place", "safe_word",
        "base_contact_words", "remote_contact_why_not",
    ),
    "",
)  # fmt: skip
# Rows of a visit that are text and nothing else; those before that hold on to those after.
VISIT_ROWS: tuple[type[Model], ...] = (
    v.AnswerConflict, v.AnswerChange, v.Answer, v.AnswerSending, v.FormSignature, v.PromptConcern, v.FilledForm, v.VisitApproval,
    v.VisitRisk, v.SafeguardingDecision, v.OutcomeDecision, v.BreakGlass, v.VisitVersion, v.VisitItem, v.VisitUntried,
    v.AppointmentMessage, v.Appointment, v.AgreementCall, v.SpokenTo, v.VisitLetter, v.VisitReport, v.VisitFeedback, v.VisitAgreement,
    v.ArrivedAct, v.AlarmAcknowledgement, v.VisitAlarm, v.VisitDelay, v.PoliceCall, v.WellbeingCheck, v.DepartureCheck, v.VisitPack,
    v.WeeklyListVisit, v.VisitMember, v.CheckIn,
)  # fmt: skip
_WAY: dict[type[Model], str] = {
    v.AnswerConflict: "form__visit", v.AnswerChange: "form__visit", v.Answer: "form__visit", v.AnswerSending: "form__visit",
    v.FormSignature: "form__visit", v.PromptConcern: "form__visit", v.OutcomeDecision: "outcome__visit",
    v.AppointmentMessage: "appointment__visit",
}  # fmt: skip


def attendance(erasing: Erasing, *, delete: bool) -> None:
    """Marks and what explains them. Figures that stay: marks with their codes, cases with how they closed, calls with their outcome."""
    pupil = erasing.pupil
    calls = erasing.own(a.ContactAttempt.objects.filter(counts_for__case__pupil=pupil).distinct(), "counts_for__case__pupil")
    if not delete:
        erasing.blank(a.MarkChange.objects.filter(mark__pupil=pupil), why="")
        erasing.blank(a.Mark.objects.filter(pupil=pupil), comment="")
        erasing.blank(a.AbsenceMessage.objects.filter(pupil=pupil), reason="", caller="", contact=None, undone_because="")
        erasing.blank(a.MisEntry.objects.filter(pupil=pupil), comment="")
        erasing.blank(a.WriteBack.objects.filter(pupil=pupil), comment="", error="")
        erasing.blank(a.CaseEvent.objects.filter(case__pupil=pupil), note="", detail={})
        erasing.blank(calls, said="", number="")
        erasing.delete(a.RemotePupil.objects.filter(pupil=pupil))
        return
    erasing.delete(calls)
    erasing.delete(a.ContactAttemptFor.objects.filter(case__pupil=pupil))
    erasing.delete(a.CaseEvent.objects.filter(case__pupil=pupil))
    erasing.delete(a.LadderStep.objects.filter(case__pupil=pupil))
    for model in (a.UnexplainedAbsence, a.WriteBack, a.MisEntry, a.AbsenceMessage, a.Arrival, a.RemotePupil):
        erasing.delete(model._default_manager.filter(pupil=pupil))
    erasing.delete(a.MarkChange.objects.filter(mark__pupil=pupil))
    erasing.delete(a.Mark.objects.filter(pupil=pupil))


def messages(erasing: Erasing, *, delete: bool) -> None:
    """Messages and texts. Figures that stay: that one was sent, when, by which way, and what became of it."""
    pupil = erasing.pupil
    numbers = {number for contact in pupil.contacts.all() for number in contact.numbers}
    shared = Contact.objects.exclude(pupil=pupil).filter(pupil__school=pupil.school_id)
    numbers -= {number for contact in shared.filter(mobile__in=numbers) | shared.filter(landline__in=numbers) for number in contact.numbers}
    mine = erasing.own(Message.objects.filter(about__pupil=pupil).distinct(), "about__pupil")
    ids = list(mine.values_list("pk", flat=True))
    erasing.blank(DeliveryEvent.objects.filter(message__in=ids), detail="", receipt="")
    if delete:
        v.AppointmentMessage.objects.filter(message__in=ids).update(message=None)
        erasing.delete(Message.objects.filter(pk__in=ids))
    else:
        # One row at a time: what makes a message unique holds the address, and gives way to its number.
        for pk in ids:
            erasing.blank(
                Message.objects.filter(pk=pk), to="", subject="", body="", fields={}, error="", document=None, purpose=f"erased:{pk}"
            )
    erasing.delete(InboundText.objects.filter(school=pupil.school_id, number__in=numbers))
    told = list(erasing.own(Notice.objects.filter(pupils=pupil), "pupils").values_list("pk", flat=True))
    erasing.blank(Notice.objects.filter(pk__in=told), says=GONE, link="")
    erasing.delete(Notice.pupils.through._default_manager.filter(notice__in=told, pupil=pupil))


def visits(erasing: Erasing, *, delete: bool) -> None:
    """Visits about no other child. Figures that stay: that there was one, when, why, how it ended and what was found."""
    pupil = erasing.pupil
    mine = erasing.own(v.HomeVisit.objects.filter(visit_pupils__pupil=pupil).distinct(), "visit_pupils__pupil")
    ids = list(mine.values_list("pk", flat=True))
    erasing.delete(v.VisitLetter.objects.filter(visit__in=ids))
    for model in VISIT_ROWS:
        way = _WAY.get(model, "visit")
        erasing.delete(model._default_manager.filter(**{f"{way}__in": ids}))
    _papers(erasing, {"about_type": "visit", "about_id__in": ids})
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


def _papers(erasing: Erasing, which: Mapping[str, object], *, attachments: bool = True) -> None:
    """Documents and files of what is erased. A final document is deleted whole: the database refuses to change one."""
    documents = Document.objects.filter(school=erasing.pupil.school_id, **which)
    erasing.delete(QueuedUpload.objects.filter(document__in=documents))
    Message.objects.filter(document__in=documents).update(document=None)
    v.FilledForm.objects.filter(document__in=documents).update(document=None)
    v.VisitLetter.objects.filter(document__in=documents).update(document=None)
    erasing.delete_documents(documents)
    if attachments:
        erasing.delete_attachments(Attachment.objects.filter(school=erasing.pupil.school_id, **which))


def pupil_record(erasing: Erasing, *, delete: bool) -> None:
    """The name and all that leads to the child. The row itself stays, without a name, whatever is asked: figures count by it."""
    pupil = erasing.pupil
    erasing.delete(PupilFlag.objects.filter(pupil=pupil))
    erasing.delete(Agency.objects.filter(pupil=pupil))
    numbers = {number for contact in pupil.contacts.all() for number in contact.numbers}
    elsewhere = Contact.objects.exclude(pupil=pupil).filter(pupil__school=pupil.school_id)
    numbers -= {number for contact in elsewhere for number in contact.numbers}
    erasing.delete(NumberFault.objects.filter(school=pupil.school_id, number__in=numbers))
    erasing.blank(
        Contact.objects.filter(pupil=pupil), title="", name=GONE, relationship="", restriction_note="", mobile="", landline="", email="",
        language="", access_needs="", address="", gone=True,
    )  # fmt: skip
    _papers(erasing, {"pupils": pupil, "about_id": None, "act": "see_pupils"}, attachments=False)
    erasing.blank(
        Pupil.objects.filter(pk=pupil.pk), first_name="Former pupil", last_name=f"no. {pupil.pk}", upn="", mis_id="", date_of_birth=None,
        sex="", class_name="", sen="", medical="", behaviour="", send_needs="", status=Pupil.Status.LEFT,
    )  # fmt: skip
    _asked(erasing)
    home = type(pupil.household)._default_manager.filter(pk=pupil.household_id)
    erasing.blank(
        erasing.own(home, "pupils"), address="", postcode="", notes="", parking="", culture="", area="", latitude=None, longitude=None
    )


def _asked(erasing: Erasing) -> None:
    """The packs that were given to whoever asked, and what was collected for them; that it was, when and to whom stays."""
    asked = AccessRequest.objects.filter(pupil=erasing.pupil)
    erasing.delete(AccessItem.objects.filter(request__in=asked))
    erasing.files.update(asked.exclude(sha256="").values_list("sha256", flat=True))
    erasing.blank(asked, authority="", scope="", closed_because=GONE, identity_how=GONE)


def child_protection(erasing: Erasing, *, delete: bool) -> None:
    """The child protection file. It is deleted whole, whatever is asked: the database refuses to change what was written in it.

    What stays as a figure is how many of each there were, with the decision. Receipts of transfers stay; their packs do not.
    """
    pupil = erasing.pupil
    for model in (s.Referral, s.Incident, s.AgencyTask, s.ChronologyNote, s.Concern):
        _whole(erasing, erasing.own(model._default_manager.filter(pupils=pupil), "pupils"))
    for other in (s.SystemEntry, s.ChronologyExport):
        erasing.delete(other._default_manager.filter(pupil=pupil))
    _whole(erasing, erasing.own(s.HouseholdWarning.objects.filter(household=pupil.household_id), "household__pupils"))
    mine = erasing.own(Document.objects.filter(pupils=pupil).exclude(act="see_pupils").exclude(about_type="visit"), "pupils")
    _papers(erasing, {"pk__in": list(mine.values_list("pk", flat=True))}, attachments=False)
    erasing.delete_attachments(erasing.own(Attachment.objects.filter(pupils=pupil).exclude(about_type="visit"), "pupils"))
    sent = Transfer.objects.filter(pupil=pupil)
    erasing.files.update(sent.exclude(sha256="").values_list("sha256", flat=True))
    erasing.blank(sent, contents=[], left_out=[])


def _whole(erasing: Erasing, rows: QuerySet[Any]) -> None:
    """Rows with all that belongs to them, the parts first; of rows that take each other's place the later ones first."""
    ids = list(rows.order_by("-pk").values_list("pk", flat=True))
    for link in links(rows.model):
        _whole(erasing, link.related_model._default_manager.filter(**{f"{link.field.name}__in": ids}))
    for pk in ids:
        erasing.delete(rows.model._default_manager.filter(pk=pk))


ERASERS: dict[str, Callable[..., None]] = {
    "attendance": attendance,
    "messages": messages,
    "visits": visits,
    "child_protection": child_protection,
    "pupil": pupil_record,
}
