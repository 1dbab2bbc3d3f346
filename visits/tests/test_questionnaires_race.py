"""Several at once on one questionnaire: the product's is kept once, and of two who keep a draft one is told."""

from functools import partial
from typing import Any

import pytest

from attendance.tests.racing import at_once
from homevisits.people.tests.factories import StaffFactory
from visits.models import QuestionnaireVersion
from visits.questionnaires.editing import switch_off
from visits.services.questionnaires import change_draft, keep_version, state_of, version_in_use
from visits.tests.factories import NOW, a_school


@pytest.mark.django_db(transaction=True)
def test_the_products_questionnaire_is_kept_once_and_a_draft_by_one_of_two() -> None:
    school = a_school()
    heads = [StaffFactory.create(school=school, roles=["headteacher"]) for _ in range(2)]
    asked: dict[str, Any] = {"school": school, "key": "welfare", "preset": "primary-procedures", "now": NOW}
    assert at_once(*[partial(version_in_use, **asked)] * 4) == ["done"] * 4
    version = QuestionnaireVersion.objects.get()
    common: dict[str, Any] = {"school": school, "key": "welfare", "now": NOW}
    draft = change_draft(state=state_of(version, None), change=lambda asks: switch_off(asks, "home"), by=heads[0], **common)
    state = state_of(version, draft)
    said = at_once(*[partial(keep_version, state=state, change="Shorter", by=head, **common) for head in heads])
    assert sorted(said) == ["done", "refused"]
    assert QuestionnaireVersion.objects.count() == 2
