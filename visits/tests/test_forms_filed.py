"""A form that was handed in is filed with the pupil and queued for the information system, without what is for the safeguarding team."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from homevisits.common.errors import Blocked
from homevisits.documents.models import Document, QueuedUpload
from homevisits.documents.services.queue import fill_queue
from homevisits.documents.store import content_of
from homevisits.messaging.models import Notice
from homevisits.people.models import Pupil
from homevisits.people.tests.factories import StaffFactory
from visits.form_copies import form_html
from visits.rules.leaving import pair_of
from visits.selectors.filled import values_of
from visits.services.answer_notices import tell_classes
from visits.services.answers import Change, choose, save_answers
from visits.services.filing import file_forms
from visits.services.signing import hand_in_form, sign_form

from .factories import NOW, a_form, a_visit, answer_all

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
STROKES = {"width": 600, "height": 200, "strokes": [[[10, 20, 0], [30, 40, 12], [60, 20, 25]]]}


def words(document: Document) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content_of(document))).pages)


@pytest.mark.clause("PRI-21", "ATT-15")
def test_the_paper_is_filed_and_queued_and_a_late_answer_that_is_taken_files_it_again() -> None:
    form = a_form(a_visit(purpose="induction"))
    first, second = pair_of(form.visit)
    ticked: dict[str, Any] = {"curiosity": ["marks"], "curiosity_what": "CANARY bruise", "family_told": "told"}
    answer_all(form, pets="A cat called Miso", **ticked)
    sign_form(form=form, role="parent", name="Maria Kowal", drawn=STROKES, signed=values_of(form), token=uuid4(), by=first, now=NOW)
    sign_form(form=form, role="staff", name="", drawn={}, signed=values_of(form), token=uuid4(), by=first, now=NOW)
    hand_in_form(form=form, by=first, now=NOW)
    assert [file_forms(LATER), file_forms(LATER)] == [1, 0]
    paper = Document.objects.get(kind="questionnaire")
    said = words(paper)
    assert all(part in said for part in ("Miso", "Maria Kowal", first.name, "Tuesday 24 November 2026"))
    assert "CANARY" not in said
    assert "CANARY" not in str(paper.data)
    assert fill_queue(LATER) == 1
    assert QueuedUpload.objects.get().pupil == form.visit.visit_pupils.get().pupil

    save_answers(
        form=form, changes=[Change(code="pets", value="Two cats", base=0)], by=second, now=NOW - timedelta(minutes=5), received=LATER
    )
    choose(conflict=form.conflicts.get(), value="Two cats", by=first, now=LATER)
    assert file_forms(LATER + timedelta(hours=1)) == 1
    assert [("Two cats" in words(one)) for one in Document.objects.filter(kind="questionnaire").order_by("pk")] == [False, True]


@pytest.mark.clause("PRI-27")
def test_the_class_teacher_is_told_when_there_is_one() -> None:
    form = a_form(a_visit(purpose="induction"))
    answer_all(form)
    hand_in_form(form=form, by=pair_of(form.visit)[0], now=NOW)
    assert Notice.objects.get(about="no_class_teacher").task
    assert tell_classes(LATER) == 0
    teacher = StaffFactory.create(school=form.visit.school, roles=["class_teacher"], class_name="RB")
    Pupil.objects.filter(visit_pupils__visit=form.visit).update(class_name="RB")
    assert [tell_classes(LATER), tell_classes(LATER)] == [1, 0]
    assert [to.staff for to in Notice.objects.get(about="settling_answers").people.all()] == [teacher]


@pytest.mark.clause("ATT-15")
def test_what_changed_after_a_signature_is_asked_about_at_handing_in_and_said_on_every_paper() -> None:
    form = a_form(a_visit(purpose="induction"))
    first, _ = pair_of(form.visit)
    answer_all(form, pets="A cat called Miso")
    said = "Answers changed after this was signed"
    for role, name in (("parent", "Maria Kowal"), ("staff", "")):
        sign_form(form=form, role=role, name=name, drawn=STROKES, signed=values_of(form), token=uuid4(), by=first, now=NOW)
    assert said not in form_html(form.visit, "file"), "nothing has changed yet"
    answer_all(form, pets="Two cats")
    with pytest.raises(Blocked, match="Answers changed after the parent signed"):
        hand_in_form(form=form, by=first, now=NOW)
    hand_in_form(form=form, by=first, now=NOW, unsigned_because="The mother had left")
    assert file_forms(LATER) == 1
    filed = " ".join(words(Document.objects.get(kind="questionnaire")).split())
    for paper in (filed, form_html(form.visit, "file"), form_html(form.visit, "officer")):
        assert paper.count(said) == 2, "under both names"
        assert "The parent did not sign again because" in paper
