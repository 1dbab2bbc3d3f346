"""The form on its pages, without JavaScript: task list, sections, check, signatures, differences, handing in (Shows 6)."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.people.models import Pupil
from homevisits.people.tests.factories import StaffFactory
from visits.forms.filled import hidden_of
from visits.models import Answer, AnswerChange, FilledForm, FormSignature, HomeVisit
from visits.rules.leaving import pair_of
from visits.selectors.filled import revisions_of, values_of
from visits.services.answers import Change, save_answers

from .factories import NOW, a_difference_in, a_form, a_school, a_visit, answer_all, out_now

pytestmark = pytest.mark.django_db


def url(visit: HomeVisit, name: str = "visit_form", *more: object) -> str:
    return reverse(name, args=[visit.school.slug, visit.pk, *more])


def send(client: Client, form: FilledForm, section: str, **fields: object) -> int:
    """Send a section as its page does: all of its hidden fields, a token of its own."""
    part = form.version.asks.section(section)
    assert part is not None
    hidden = dict(hidden_of(part, revisions_of(form)))
    data = {"token": str(uuid4()), "section": section, "version": form.version_id, **hidden, **fields}
    return client.post(url(form.visit, "visit_form_section", section), data).status_code


@pytest.fixture
def form() -> FilledForm:
    return a_form(a_visit())


@pytest.fixture
def signed_in(client: Client, form: FilledForm) -> Client:
    client.force_login(pair_of(form.visit)[0])
    return client


def test_the_form_is_opened_by_its_first_answer_and_goes_from_section_to_section(client: Client) -> None:
    visit = out_now(a_visit())
    client.force_login(pair_of(visit)[0])
    page = client.get(url(visit, "visit_form_section", "seen"))
    assert not FilledForm.objects.exists(), "looking writes nothing"
    context = page.context
    data = {
        "token": context["token"],
        "section": "seen",
        "version": context["version"].pk,
        **dict(context["hidden"]),
        "child_how": "Cheerful",
    }
    answer = client.post(url(visit, "visit_form_section", "seen"), data)
    assert answer["Location"] == url(visit, "visit_form_section", "said")
    assert values_of(FilledForm.objects.get()) == {"child_how": "Cheerful"}
    assert "Started" not in client.get(url(visit)).content.decode(), "a section of which nothing is missing is done"
    assert "Cheerful" in client.get(url(visit, "visit_form_check")).content.decode()
    client.post(url(visit, "visit_form_section", "seen"), data)
    assert AnswerChange.objects.count() == 1, "the page sent twice says it once"


def test_what_cannot_be_is_said_and_stays_in_the_field(signed_in: Client, form: FilledForm) -> None:
    part = form.version.asks.section("said")
    assert part is not None
    data = {"token": str(uuid4()), "section": "said", "version": form.version_id, **dict(hidden_of(part, {})), "returns_on": "next week"}
    answer = signed_in.post(url(form.visit, "visit_form_section", "said"), data)
    assert answer.status_code == 422
    assert "next week" in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert not Answer.objects.exists()


def test_ticks_that_are_taken_away_leave_no_field_and_are_gone(signed_in: Client, form: FilledForm) -> None:
    assert send(signed_in, form, "prompts", curiosity=["none"]) == 302
    assert send(signed_in, form, "prompts") == 302
    assert values_of(form)["curiosity"] == []


def test_a_page_that_was_open_before_the_other_one_wrote_takes_nothing_back(client: Client, form: FilledForm) -> None:
    ann, ben = pair_of(form.visit)
    client.force_login(ben)
    stale = client.get(url(form.visit, "visit_form_section", "seen")).context
    client.force_login(ann)
    send(client, form, "seen", child_how="Cheerful", child_said="I like it here")
    client.force_login(ben)
    data = {"token": stale["token"], "section": "seen", "version": form.version_id, **dict(stale["hidden"]), "others_there": "Grandmother"}
    client.post(url(form.visit, "visit_form_section", "seen"), data)
    assert values_of(form) == {"child_how": "Cheerful", "child_said": "I like it here", "others_there": "Grandmother"}
    assert not form.conflicts.exists()


def words_belong_to_their_own_question(page: str) -> None:
    """A tap on the words of an answer picks that answer, and none of the question above it."""
    assert len(ids := re.findall(r'\bid="([^"]*)"', page)) == len(set(ids)), "an id stands once on a page"
    forms = re.findall(r'<form[^>]*class="filled".*?</form>', page, re.DOTALL)
    assert len(forms) == 2
    for one in forms:
        radios = re.findall(r'<input[^>]*type="radio"[^>]*\bid="([^"]*)"', one)
        assert len(radios) == 3
        assert set(radios) <= set(re.findall(r'<label[^>]*\bfor="([^"]*)"', one))


def test_two_answers_are_shown_side_by_side_and_chosen_between(client: Client) -> None:
    school = a_school()
    found = a_difference_in(school)
    form = FilledForm.objects.get()
    ann, ben = pair_of(form.visit)
    for by, said in ((ann, "He likes it"), (ben, "Nothing")):
        save_answers(form=form, changes=[Change(code="child_said", value=said, base=0)], by=by, now=NOW)
    client.force_login(ann)
    page = client.get(url(form.visit, "visit_form_differences")).content.decode()
    assert all(words in page for words in ("Cheerful", "Quiet", ann.name, ben.name))
    words_belong_to_their_own_question(page)
    choose = url(form.visit, "visit_form_choose", found["difference_id"])
    assert client.post(choose, {"choice": "other", "standing": 1}).status_code == 422, "what is right is still to be written"
    client.post(choose, {"choice": "rival", "standing": 1})
    assert values_of(form) == {"child_how": "Quiet", "child_said": "He likes it"}
    told = client.get(url(form.visit, "visit_form_history")).content.decode()
    assert "Cheerful" in told
    assert "Kept beside the other" in told


@pytest.mark.clause("ATT-15")
def test_without_javascript_a_typed_name_stands_for_the_signature_and_the_record_says_so(signed_in: Client, form: FilledForm) -> None:
    send(signed_in, form, "seen", child_how="Cheerful")
    address = url(form.visit, "visit_form_sign", "parent")
    page = signed_in.get(address)
    given = {"token": str(uuid4()), "signed": page.context["form"]["signed"].value(), "drawn": "", "agreed": "on"}
    assert signed_in.post(address, given).status_code == 422, "nobody signs without a name"
    assert signed_in.post(address, {**given, "name": "Maria  Kowal"}).status_code == 302
    signed_in.post(address, {**given, "name": "Maria  Kowal"})
    row = FormSignature.objects.get()
    assert (row.role, row.name, row.drawn, row.signed) == ("parent", "Maria Kowal", False, {"child_how": "Cheerful"})
    shown = signed_in.get(url(form.visit, "visit_form_check")).content.decode()
    assert "typed in place of a drawn signature" in shown
    assert "Answers unchanged since" in shown
    send(signed_in, form, "seen", child_how="Tired")
    assert "Answers changed after this was signed" in signed_in.get(url(form.visit, "visit_form_check")).content.decode()


@pytest.mark.clause("ATT-15")
def test_a_drawn_signature_is_kept_as_numbers_and_shown_as_drawn(signed_in: Client, form: FilledForm) -> None:
    send(signed_in, form, "seen", child_how="Cheerful")
    address = url(form.visit, "visit_form_sign", "staff")
    strokes = '{"width": 600, "height": 200, "strokes": [[[10, 20, 0], [30.55, 40, 12], [60, 20, 25]]]}'
    given = {"token": str(uuid4()), "signed": '{"child_how": "Cheerful"}', "agreed": "on", "name": "Somebody else"}
    for wrong in (
        '{"width": 600}',
        "[[",
        '{"width": 600, "height": 200, "strokes": [[["<b>", 1, 2]]]}',
        '{"width": 1e999, "height": 2, "strokes": []}',
    ):
        assert signed_in.post(address, {**given, "drawn": wrong}).status_code == 422
    assert not FormSignature.objects.exists()
    signed_in.post(address, {**given, "drawn": strokes})
    row = FormSignature.objects.get()
    assert (row.name, row.drawn, row.strokes["strokes"][0][1]) == (pair_of(form.visit)[0].name, True, [30.6, 40, 12])
    assert "M10 20 L30.6 40 L60 20" in signed_in.get(url(form.visit, "visit_form_check")).content.decode()


def test_a_parent_signs_without_seeing_what_is_confidential(signed_in: Client, form: FilledForm) -> None:
    send(signed_in, form, "seen", child_how="Cheerful")
    send(signed_in, form, "home", home_facts="Cold and wet")
    page = signed_in.get(url(form.visit, "visit_form_sign", "parent")).content.decode()
    assert "Cheerful" in page
    assert "Cold and wet" not in page
    assert "Cold and wet" in signed_in.get(url(form.visit, "visit_form_sign", "staff")).content.decode()


def test_what_was_ticked_is_for_those_who_saw_it_and_the_safeguarding_team(client: Client, form: FilledForm) -> None:
    client.force_login(pair_of(form.visit)[0])
    send(client, form, "prompts", curiosity=["marks"], curiosity_what="CANARY on the arm")
    pages = ["visit_form", "visit_form_check", "visit_form_history", "visit_form_differences"]
    for role, reads in (("dsl", True), ("headteacher", True), ("office_admin", False), ("line_manager", False)):
        client.force_login(StaffFactory.create(school=form.visit.school, roles=[role]))
        seen = "".join(client.get(url(form.visit, page)).content.decode() for page in pages)
        assert ("CANARY" in seen) is reads, role
        assert (client.get(url(form.visit, "visit_form_section", "prompts")).status_code == 200) is reads, role


def test_handing_in_waits_for_what_is_missing(signed_in: Client, form: FilledForm) -> None:
    check = url(form.visit, "visit_form_check")
    answer = signed_in.post(check, {})
    assert answer.status_code == 422
    assert "Did you see, hear or learn any of this?" in answer.content.decode()
    answer_all(form)
    assert signed_in.post(check, {}).status_code == 302
    assert FilledForm.objects.get().handed_in_at is not None
    send(signed_in, form, "seen", child_how="Late words")
    assert "child_how" not in values_of(form)
    assert form.conflicts.get().rival.effect == "late"


@pytest.mark.clause("PRI-27")
def test_the_class_teacher_reads_what_helps_the_child_and_nothing_confidential(client: Client) -> None:
    visit = a_visit(purpose="induction")
    form = a_form(visit)
    teacher = StaffFactory.create(school=visit.school, roles=["class_teacher"], class_name="RB")
    other = StaffFactory.create(school=visit.school, roles=["class_teacher"], class_name="RA")
    ticked: dict[str, Any] = {"curiosity": ["marks"], "curiosity_what": "CANARY bruise", "family_told": "told"}
    answer_all(form, pets="A cat called Miso", medical="yes", medical_what="CANARY syndrome", **ticked)
    client.force_login(pair_of(visit)[0])
    client.post(url(visit, "visit_form_check"), {})
    form.refresh_from_db()
    assert (form.handed_in_at is not None, form.class_told_at) == (True, None), "no class is known yet: the office is asked for it"
    Pupil.objects.filter(visit_pupils__visit=visit).update(class_name="RB")
    client.force_login(other)
    assert client.get(url(visit, "visit_form_for_class")).status_code == 302
    client.force_login(teacher)
    page = client.get(url(visit, "visit_form_for_class")).content.decode()
    assert "Miso" in page
    assert "How much help will the child need in school?" in page
    assert "CANARY" not in page
    assert client.get(url(visit)).status_code == 404, "those answers only"
