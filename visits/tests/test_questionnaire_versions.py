"""A school's questionnaires: the product's first, then its own; a filled form keeps what it answered."""

from typing import Any

import pytest
from django.test import Client

from visits.models import HomeVisit, QuestionnaireVersion
from visits.purposes import DRILL
from visits.questionnaires.definition import to_json
from visits.questionnaires.editing import reword
from visits.selectors.filled import version_of
from visits.selectors.questionnaires import closes_only_with_questionnaire, heads_of, questionnaire_of
from visits.selectors.reports import said_at_the_door
from visits.tests.factories import NOW, a_form, a_school, a_visit, answer_all

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
    assert closes_only_with_questionnaire(visit) == "ALT-30"
    visit.purpose = DRILL
    assert questionnaire_of(visit, NOW) is None
    assert closes_only_with_questionnaire(visit) == ""


def test_a_newer_product_brings_a_new_version_and_the_old_one_stays() -> None:
    visit = a_visit(purpose="welfare")
    first = questionnaire_of(visit, NOW)
    assert first is not None
    QuestionnaireVersion.objects.filter(pk=first.pk).update(sha256="0" * 64)
    second = questionnaire_of(visit, NOW)
    assert second is not None
    assert (second.number, QuestionnaireVersion.objects.count()) == (2, 2)


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
