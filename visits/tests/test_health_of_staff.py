"""What staff say of their health on an assessment: read by those who approve, and not lost when a colleague amends (ATT-81)."""

import pytest

from homevisits.people.tests.factories import StaffFactory
from visits.rules.risk import current_risk
from visits.selectors.risk import medical_of

from .factories import NOW, a_school, a_visit, assessed, ready

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ATT-81")]
YES = {"staff_condition": "yes", "staff_condition_what": "Epilepsy"}


def test_a_colleagues_no_never_takes_away_a_yes_and_a_yes_is_added() -> None:
    school = a_school("attendance-officer")
    one, other = ready(school), ready(school)
    senior = StaffFactory.create(school=school, roles=["senior_manager"])
    visit = assessed(a_visit(school, pair=[one, other]), by=one, answers=YES, actions={"staff_condition": "The other one drives"})

    def read() -> tuple[str, str]:
        found = medical_of(visit, current_risk(visit), senior, NOW)
        return found["answer"], found["says"]

    assessed(visit, by=other, answers={"staff_condition": "no"})
    assert read() == ("yes", "Epilepsy")
    assert medical_of(visit, current_risk(visit), other, NOW) == {}
    theirs = {"staff_condition": "yes", "staff_condition_what": "Asthma"}
    assessed(visit, by=other, answers=theirs, actions={"staff_condition": "Inhaler taken along"})
    assert read() == ("yes", "Epilepsy; Asthma")


def test_who_said_it_and_who_approves_may_set_it_right() -> None:
    school = a_school("attendance-officer")
    one, other = ready(school), ready(school)
    senior = StaffFactory.create(school=school, roles=["senior_manager"])
    visit = assessed(a_visit(school, pair=[one, other]), by=one, answers=YES, actions={"staff_condition": "The other one drives"})
    assessed(visit, by=one, answers={"staff_condition": "no"})
    assert medical_of(visit, current_risk(visit), senior, NOW)["answer"] == "no"
    assessed(visit, by=one, answers=YES, actions={"staff_condition": "The other one drives"})
    assessed(visit, by=senior, answers={"staff_condition": "no"})
    assert medical_of(visit, current_risk(visit), senior, NOW)["answer"] == "no"
