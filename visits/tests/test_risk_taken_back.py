"""A later assessment that takes back what an earlier one found: never by an older page, never without a word."""

import uuid
from typing import Any

import pytest
from django.test import Client

from homevisits.common.errors import Blocked
from homevisits.messaging.models import Notice
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.rules.approval import approval_cautions, ready_blocks
from visits.rules.risk import current_risk

from .factories import NOW, a_school, a_visit, assessed
from .test_risk_pages import one_who_goes, posted

pytestmark = pytest.mark.django_db
PRESETS = ("primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary")
KNIFE: dict[str, Any] = {"answers": {"violence": "yes", "violence_what": "A knife"}, "actions": {"violence": "Stay at the door"}}


def found_high(preset: str = "primary-procedures") -> HomeVisit:
    """A visit whose risk was found high, for a knife in the home."""
    return assessed(a_visit(a_school(preset)), "high", **KNIFE)


@pytest.mark.clause("PRI-12")
@pytest.mark.parametrize("preset", PRESETS)
def test_a_high_risk_is_lowered_with_a_reason_that_approver_and_safeguarding_team_read(preset: str) -> None:
    visit = found_high(preset)
    StaffFactory.create(school=visit.school, roles=["dsl"])
    with pytest.raises(Blocked) as why:
        assessed(visit, "medium", **KNIFE)
    assert "the risk was high" in why.value.blocks[0].says
    risk = current_risk(visit)
    assert risk is not None
    assert risk.level == "high"
    assert visit.risks.count() == 1
    assessed(visit, "medium", lowered_because="He has moved out", **KNIFE)
    assert any("the risk was high" in one.says and "He has moved out" in one.says for one in approval_cautions(visit, NOW))
    assert Notice.objects.filter(about="risk_lowered", says__contains="He has moved out").count() == 1
    assert not any("safeguarding team decides" in block.says for block in ready_blocks(visit, NOW))


@pytest.mark.clause("ATT-81")
def test_a_yes_is_not_taken_back_without_a_word_and_the_word_outlives_the_next_assessment() -> None:
    visit = assessed(a_visit(a_school()), "low", lowered_because="Small dog", answers={"animals": "yes"}, actions={"animals": "Shut in"})
    with pytest.raises(Blocked):
        assessed(visit, "low")
    assessed(visit, "low", lowered_because="The dog is given away")
    assessed(visit, "low")
    cautions = [one.says for one in approval_cautions(visit, NOW)]
    assert any("The dog is given away" in says for says in cautions)
    assessed(visit, "low", lowered_because="Small dog", answers={"animals": "yes"}, actions={"animals": "Shut in"})
    assert not any("The dog is given away" in one.says for one in approval_cautions(visit, NOW))


@pytest.mark.clause("PRI-12")
def test_a_page_opened_before_another_assessment_is_refused_and_keeps_what_was_typed(client: Client) -> None:
    visit = a_visit(a_school())
    client.force_login(one_who_goes(visit))
    page = f"/s/{visit.school.slug}/visits/{visit.pk}/risk/"
    older = posted(visit, q_drugs="yes", do_drugs="At the door", lowered_because="Nothing there") | {"token": str(uuid.uuid4())}
    assessed(visit, "high", **KNIFE)
    answer = client.post(page, older)
    shown = answer.content.decode()
    assert (answer.status_code, "after you opened this page: high" in shown, "Nothing there" in shown) == (200, True, True)
    risk = current_risk(visit)
    assert risk is not None
    assert risk.level == "high"
    assert f'name="based_on" value="{risk.pk}"' in shown
    without = {name: value for name, value in older.items() if name != "based_on"}
    assert (client.post(page, without).status_code, visit.risks.count()) == (200, 1)
    assert client.post(page, older | {"based_on": str(risk.pk)}).status_code == 302
    assert visit.risks.count() == 2
