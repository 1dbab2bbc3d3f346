"""The paper of a form that was handed in: kept with the pupil, from where it goes to the school's information system (PRI-21)."""

from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local
from homevisits.documents import store
from homevisits.documents.models import Document
from homevisits.documents.render import PdfUnavailable

from ..models import FilledForm, HomeVisit
from ..purposes import words_of
from ..questionnaire_paper import TEMPLATE, Signed, questionnaire_pdf
from ..questionnaires.definition import counted
from ..rules.filled import without_prompts
from ..selectors import filled
from ..selectors.filled import signatures, unsigned_words, values_of
from .answers import lock_form
from .common import pupils_of

KIND = "questionnaire"
FILER = SystemJob("the filing of forms")


def file_form(form: FilledForm, *, by: Actor, now: datetime) -> Document:
    """Make the paper of a handed-in form as it stands, and keep it. Raises PdfUnavailable where PDFs cannot be made.

    What was ticked with professional curiosity is not on it: child protection is kept apart from the pupil's file. After an answer that
    came late was taken the form is filed again, and the earlier paper stays.
    """
    whole, values = form.version.asks, values_of(form)
    asked = without_prompts(whole)
    signed = [_signed(one) for one in signatures(form)]
    heads = heads_of(form)
    version = f"Version {form.version.number}"
    content = questionnaire_pdf(asked, values, school=form.visit.school, heads=heads, signatures=signed, version=version)
    data = {
        "questions": form.version.sha256, "answers": counted(asked, values), "heads": [list(one) for one in heads],
        "signed": [[one.role, one.name, one.at, one.sha256, one.holds] for one in signed],
    }  # fmt: skip
    with transaction.atomic():
        row = store.keep(
            school=form.visit.school, kind=KIND, title=f"{asked.title}: {_children(form.visit)}", template=TEMPLATE, data=data,
            content=content, about=store.About("visit", form.visit_id, pupils_of(form.visit)), by=by, now=now,
        )  # fmt: skip
        fresh = lock_form(form)
        fresh.document = row
        fresh.save(update_fields=["document"])
        record("visits.form.filed", by=by, now=now, school_id=form.visit.school_id, object_type="FilledForm", object_id=form.pk)
    return row


def file_forms(real: datetime) -> int:
    """File what was handed in and is not filed yet. How many forms; none where PDFs cannot be made on this machine."""
    filed = 0
    waiting = FilledForm.objects.filter(handed_in_at__isnull=False, document=None, visit__drill=False)
    for form in waiting.select_related("visit__school", "visit__policy", "version").order_by("pk")[:20]:
        try:
            file_form(form, by=FILER, now=form.visit.school.at(real))
        except PdfUnavailable:
            break
        filed += 1
    return filed


def heads_of(form: FilledForm) -> list[tuple[str, str]]:
    """What stands at the head of the paper: pupil, time, place, who went (ATT-15)."""
    visit = form.visit
    at = local(visit.arrive_at or visit.due_at)
    rows = [
        ("Child", _children(visit)),
        ("Purpose", words_of(visit.purpose, visit.purpose_words)),
        ("When", f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M}"),
        ("Where", visit.where or visit.household.line),
        ("Staff", ", ".join(one.staff.name for one in visit.members.select_related("staff").order_by("pk"))),
        ("Spoken to", ", ".join(dict.fromkeys(visit.spoken_to.order_by("at", "pk").values_list("name", flat=True)))),
        ("Handed in", _handed_in(form)),
        ("Not answered because", form.open_because),
        (unsigned_words(form), form.unsigned_because),
    ]
    return [(label, value) for label, value in rows if value]


def _handed_in(form: FilledForm) -> str:
    if form.handed_in_at is None or form.handed_in_by is None:
        return ""
    return f"{form.handed_in_by.name}, {_words(form.handed_in_at)}"


def _words(at: datetime) -> str:
    then = local(at)
    return f"{then.day} {then:%B %Y}, {then:%H:%M}"


def _children(visit: HomeVisit) -> str:
    return ", ".join(str(one.pupil) for one in visit.visit_pupils.select_related("pupil").order_by("pk"))


def _signed(one: filled.Signed) -> Signed:
    row = one.row
    return Signed(row.get_role_display(), row.name, _words(row.at), row.strokes, row.sha256, one.holds)
