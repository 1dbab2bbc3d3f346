"""A school's questionnaires: the product's first, then its own; a filled form keeps what it answered."""

import pytest

from visits.models import QuestionnaireVersion
from visits.purposes import DRILL
from visits.selectors.questionnaires import closes_only_with_questionnaire, questionnaire_of
from visits.tests.factories import NOW, a_school, a_visit

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
