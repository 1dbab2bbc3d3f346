"""A school's questionnaires: the product's first, then its own; a filled form keeps what it answered."""

from typing import Any

import pytest
from django.test import Client

from homevisits.common.errors import Blocked
from homevisits.people.tests.factories import StaffFactory
from homevisits.policy.services import adopt_preset
from visits.models import HomeVisit, QuestionnaireVersion
from visits.purposes import DRILL
from visits.questionnaires.defaults import asked_for
from visits.questionnaires.definition import to_json
from visits.questionnaires.editing import move, reword, switch_off
from visits.questions import UNDERLYING
from visits.selectors.filled import version_of
from visits.selectors.questionnaires import heads_of, listed, questionnaire_of
from visits.selectors.reports import said_at_the_door
from visits.services.questionnaires import change_draft, keep_version, state_of, version_in_use
from visits.tests.factories import NOW, TESTS, a_form, a_school, a_visit, answer_all

pytestmark = pytest.mark.django_db


def test_the_products_questionnaire_is_kept_when_first_asked_for_and_only_once() -> None:
    visit = a_visit(purpose="induction")
    version, again = questionnaire_of(visit, NOW), questionnaire_of(visit, NOW)
    assert version is not None
    assert version == again
    assert (version.key, version.number, version.made_by) == ("induction", 1, None)
    assert version.asks.sha256 == version.sha256
    assert QuestionnaireVersion.objects.count() == 1


def test_a_drill_has_none_and_the_clause_that_asks_for_one_is_named() -> None:
    visit = a_visit(a_school("alternative-provision"), purpose="tutoring")
    asked = asked_for("alternative-provision", "tutoring")
    assert asked
    assert asked.closes == "ALT-30"
    visit.purpose = DRILL
    assert questionnaire_of(visit, NOW) is None


def test_a_newer_product_brings_a_new_version_and_the_old_one_stays() -> None:
    visit = a_visit(purpose="welfare")
    first = questionnaire_of(visit, NOW)
    assert first is not None
    QuestionnaireVersion.objects.filter(pk=first.pk).update(sha256="0" * 64)
    second, again = questionnaire_of(visit, NOW), questionnaire_of(visit, NOW)
    assert second is not None
    assert second == again
    assert (second.number, QuestionnaireVersion.objects.count()) == (2, 2)


def test_only_the_clauses_of_the_running_policy_demand_something_and_the_prompts_always_do() -> None:
    for preset, held in (("primary-procedures", set()), ("attendance-officer", {"ATT-30"})):
        visit = a_visit(a_school(preset), purpose="attendance")
        version = questionnaire_of(visit, NOW)
        assert version is not None
        assert {question.clause for _, question in version.asks.walk()} - {""} == held | {"PRI-22", "PRI-26"}


def test_a_school_that_changes_its_policy_is_told_what_its_own_questionnaire_lacks() -> None:
    school = a_school("primary-procedures")
    head = StaffFactory.create(school=school, roles=["headteacher"])
    version = version_in_use(school=school, key="attendance", preset="primary-procedures", now=NOW)
    draft = change_draft(
        school=school, key="attendance", state=state_of(version, None), change=lambda asks: switch_off(asks, "behind"), by=head, now=NOW
    )
    keep_version(school=school, key="attendance", state=state_of(version, draft), change="Shorter", by=head, now=NOW)
    adopt_preset(school=school, preset="attendance-officer", changes={}, by=TESTS, now=NOW)
    (row,) = [row for row in listed(school, "attendance-officer", NOW) if row.version.key == "attendance"]
    assert row.lacks == 1 + len(UNDERLYING)
    draft = change_draft(school=school, key="attendance", state="2.0", change=lambda asks: move(asks, "talk", up=False), by=head, now=NOW)
    with pytest.raises(Blocked) as why:
        keep_version(school=school, key="attendance", state="2.1", change="Other", by=head, now=NOW)
    assert why.value.blocks[0].clause == "ATT-30"


@pytest.mark.clause("ATT-30")
def test_the_reasons_of_the_questionnaire_stand_in_the_report_that_is_counted() -> None:
    visit = a_visit(a_school("attendance-officer"), purpose="attendance")
    given: dict[str, Any] = {
        "reasons": ["transport", "own_1"],
        "support_transport": "A bus pass",
        "reasons_own_1": "A letter to the employer",
    }
    form = a_form(visit)
    asks = form.version.asks
    reasons = asks.questions["reasons"]
    own = reword(asks, "reasons", words=reasons.words, choices=(*reasons.choices, ("own_1", "Night work")))
    QuestionnaireVersion.objects.filter(pk=form.version.pk).update(definition=to_json(own))
    answer_all(a_form(visit), **given)
    shown = said_at_the_door(visit)
    assert shown["reasons"] == ["transport", "other"]
    assert shown["support_transport"] == "A bus pass"
    assert shown["support_other"] == "Night work: A letter to the employer"
    assert "reasons" not in said_at_the_door(a_visit(visit.school))


def test_a_blank_form_names_whom_the_visit_is_about_and_asks_what_its_form_asks(client: Client) -> None:
    visit = a_visit()
    asked = version_of(visit, NOW)
    assert asked
    heads = dict(heads_of(visit))
    assert heads["Child"] == str(visit.visit_pupils.get().pupil)
    assert heads["Date and time"].startswith("Tuesday 24 November 2026")
    client.force_login(visit.members.select_related("staff").order_by("pk")[0].staff)
    answer = client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/questionnaire.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert "Blank questionnaire" in client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/").content.decode()
    HomeVisit.objects.filter(pk=visit.pk).update(purpose=DRILL)
    assert client.get(f"/s/{visit.school.slug}/visits/{visit.pk}/questionnaire.pdf").status_code == 404
