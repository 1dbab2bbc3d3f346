"""What is erased of each kind. To anonymise keeps what may stay as a figure: that a mark, a call, a visit was, and its code or outcome."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from attendance import models as a
from homevisits.documents.models import Attachment, Document
from homevisits.people.models import AccessItem, AccessRequest, Agency, Contact, NumberFault, Pupil, PupilFlag, Transfer
from safeguarding import models as s

from .erase_messages import messages, notices
from .erase_visits import files, forms, letters, out, papers, risk, visits
from .erasing import GONE, Counted, Erasing
from .held_safeguarding import links


def attendance(erasing: Erasing, *, delete: bool) -> None:
    """Marks and what explains them. Figures that stay: marks with their codes, cases with how they closed."""
    pupil = erasing.pupil
    if not delete:
        erasing.blank(a.MarkChange.objects.filter(mark__pupil=pupil), why="")
        erasing.blank(a.Mark.objects.filter(pupil=pupil), comment="")
        erasing.blank(a.AbsenceMessage.objects.filter(pupil=pupil), reason="", caller="", contact=None, undone_because="")
        erasing.blank(a.MisEntry.objects.filter(pupil=pupil), comment="")
        erasing.blank(a.WriteBack.objects.filter(pupil=pupil), comment="", error="")
        erasing.blank(a.CaseEvent.objects.filter(case__pupil=pupil), note="", detail={})
        erasing.delete(a.RemotePupil.objects.filter(pupil=pupil))
        return
    calls(erasing, delete=True)
    erasing.delete(a.ContactAttemptFor.objects.filter(case__pupil=pupil))
    erasing.delete(a.CaseEvent.objects.filter(case__pupil=pupil))
    erasing.delete(a.LadderStep.objects.filter(case__pupil=pupil))
    for model in (a.UnexplainedAbsence, a.WriteBack, a.MisEntry, a.AbsenceMessage, a.Arrival, a.RemotePupil):
        erasing.delete(model._default_manager.filter(pupil=pupil))
    erasing.delete(a.MarkChange.objects.filter(mark__pupil=pupil))
    erasing.delete(a.Mark.objects.filter(pupil=pupil))


def calls(erasing: Erasing, *, delete: bool) -> None:
    """Calls about this pupil. Figures that stay: that there was one, when, with what outcome."""
    rows = a.ContactAttempt.objects.filter(counts_for__case__pupil=erasing.pupil).distinct()
    mine = erasing.own(rows, "counts_for__case__pupil")
    if not delete:
        erasing.blank(mine, said="", number="")
        return
    ids = list(mine.values_list("pk", flat=True))
    erasing.delete(a.ContactAttemptFor.objects.filter(attempt__in=ids))
    erasing.delete(a.ContactAttempt.objects.filter(pk__in=ids))


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
    papers(erasing, {"pupils": pupil, "about_id": None, "act": "see_pupils"}, attachments=False)
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
        rows = erasing.own(model._default_manager.filter(pupils=pupil), "pupils")
        if model is s.Concern:  # its files name no pupil: they go with it
            ids = list(rows.values_list("pk", flat=True))
            erasing.delete_attachments(Attachment.objects.filter(school=pupil.school_id, about_type="concern", about_id__in=ids))
        whole(erasing, rows)
    for other in (s.SystemEntry, s.ChronologyExport):
        erasing.delete(other._default_manager.filter(pupil=pupil))
    whole(erasing, erasing.own(s.HouseholdWarning.objects.filter(household=pupil.household_id), "household__pupils"))
    mine = erasing.own(Document.objects.filter(pupils=pupil).exclude(act="see_pupils").exclude(about_type="visit"), "pupils")
    papers(erasing, {"pk__in": list(mine.values_list("pk", flat=True))}, attachments=False)
    erasing.delete_attachments(erasing.own(Attachment.objects.filter(pupils=pupil).exclude(about_type="visit"), "pupils"))
    sent = Transfer.objects.filter(pupil=pupil)
    erasing.files.update(sent.exclude(sha256="").values_list("sha256", flat=True))
    erasing.blank(sent, contents=[], left_out=[])


def whole(erasing: Counted, rows: QuerySet[Any]) -> None:
    """Rows with all that belongs to them, the parts first; of rows that take each other's place the later ones first."""
    ids = list(rows.order_by("-pk").values_list("pk", flat=True))
    for link in links(rows.model):
        whole(erasing, link.related_model._default_manager.filter(**{f"{link.field.name}__in": ids}))
    for pk in ids:
        erasing.delete(rows.model._default_manager.filter(pk=pk))


ERASERS: dict[str, Callable[..., None]] = {
    "attendance": attendance,
    "calls": calls,
    "messages": messages,
    "notices": notices,
    "visit_risk": risk,
    "visit_out": out,
    "visit_letters": letters,
    "visit_forms": forms,
    "visit_files": files,
    "visits": visits,
    "child_protection": child_protection,
    "pupil": pupil_record,
}
