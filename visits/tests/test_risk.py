"""The risk of a visit: complete, at its level, warned from before, fresh; and what the safeguarding team decides."""

from datetime import timedelta
from typing import Any

import pytest

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.models import Household, School
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import HouseholdWarning
from safeguarding.selectors.warnings import warnings_for
from safeguarding.services.warnings import warn
from visits.hazards import preset_rows
from visits.models import HomeVisit, VisitEvent, VisitOutcome, VisitRisk
from visits.risk_questions import FIRST_FIVE, MUST_BE_YES
from visits.risk_words import lines
from visits.rules.annex import annex_blocks
from visits.rules.approval import approval_cautions
from visits.rules.risk import current_risk, is_first_visit, risk_ready_blocks
from visits.selectors.risk import hazards_of, versions, waiting_high
from visits.services.high_risk import decide_high_risk
from visits.services.home_warnings import warn_from
from visits.services.meeting import record_meeting, record_other_contact
from visits.services.risk import assess_risk, mark_stale
from visits.services.school_assessment import keep_assessment

from .factories import NOW, a_school, a_visit, approved, assessed, ready

pytestmark = pytest.mark.django_db
S = HomeVisit.Status
PRESETS = ("primary-procedures", "attendance-officer", "academy-trust", "alternative-provision", "secondary")


def refused(visit: HomeVisit, **given: object) -> list[Block]:
    """The blocks of an assessment that is refused and leaves no trace."""
    counts = [rows.objects.count() for rows in (VisitRisk, VisitEvent, AuditEvent, HouseholdWarning)]
    with pytest.raises(Blocked) as why:
        assessed(visit, **given)  # type: ignore[arg-type]
    assert [rows.objects.count() for rows in (VisitRisk, VisitEvent, AuditEvent, HouseholdWarning)] == counts
    return why.value.blocks


def clauses(blocks: list[Block]) -> set[str | None]:
    """Their clauses."""
    return {block.clause for block in blocks}


def made(home: Household, address: str) -> HomeVisit:
    """A visit to that home, at that address, that was made and closed."""
    school = home.school
    visit = a_visit(school, pupil=PupilFactory.create(school=school, household=home))
    HomeVisit.objects.filter(pk=visit.pk).update(
        status=S.CLOSED, departed_at=NOW, returned_at=NOW, address=address, postcode=home.postcode, due_back=NOW - timedelta(hours=1)
    )
    return visit


@pytest.mark.clause("ATT-81")
@pytest.mark.parametrize("question", FIRST_FIVE)
def test_a_yes_needs_its_action_or_the_decision_not_to_visit(question: str) -> None:
    visit = a_visit()
    assert clauses(refused(visit, answers={question: "yes"})) == {"ATT-81"}
    assessed(visit, answers={question: "yes"}, other_contact="A call each day")
    assert visit.status == S.NOT_VISITING
    other = assessed(a_visit(visit.school), answers={question: "yes"}, actions={question: "Stay at the door"})
    assert other.status == S.PLANNED


@pytest.mark.clause("ATT-81")
@pytest.mark.parametrize("question", MUST_BE_YES)
def test_no_to_a_safe_question_blocks(question: str) -> None:
    assert clauses(refused(a_visit(), answers={question: "no"})) == {"ATT-81"}


@pytest.mark.clause("ATT-81")
def test_every_question_is_answered_afresh_for_each_home() -> None:
    visit = a_visit()
    with pytest.raises(Blocked) as why:
        assess_risk(visit=visit, level="low", by=visit.members.all()[0].staff, now=NOW)
    assert len([block for block in why.value.blocks if "is not answered" in block.says]) == 7


@pytest.mark.clause("ATT-80")
def test_a_first_visit_counts_as_medium_and_so_does_the_first_after_a_move() -> None:
    school = a_school("attendance-officer")
    pupil = PupilFactory.create(school=school)
    home = pupil.household
    made(home, home.address)
    visit = a_visit(school, pupil=pupil)
    assert not is_first_visit(visit)
    assert assessed(visit).risks.get(replaced_at=None).level == "low"
    home.address = "2 Elsewhere Road"
    home.save()
    visit.refresh_from_db()
    assert is_first_visit(visit)
    assert "another address" in str(risk_ready_blocks(visit, NOW))
    assert clauses(refused(visit, level="low")) == {"ATT-80"}
    assert assessed(visit).risks.get(replaced_at=None).level == "medium"
    assert assessed(visit, "high").risks.get(replaced_at=None).because == ["A first visit to this home counts at least as medium."]


@pytest.mark.clause("ATT-81")
def test_a_level_below_what_the_answers_give_takes_a_reason_that_the_approver_sees() -> None:
    found: dict[str, Any] = {"answers": {"animals": "yes"}, "actions": {"animals": "Shut away"}}
    visit = a_visit()
    assert clauses(refused(visit, level="low", **found)) == {"ATT-81"}
    assert clauses(refused(visit, level="low", lowered_because=" ", **found)) == {"ATT-81"}
    assessed(visit, "low", lowered_because="A goldfish in a bowl", **found)
    risk = current_risk(visit)
    assert risk is not None
    assert (risk.level, risk.computed, risk.lowered_because) == ("low", "medium", "A goldfish in a bowl")
    assert "A goldfish in a bowl" in "".join(caution.says for caution in approval_cautions(visit, NOW))
    assert lines(risk)["Lowered from"] == "Medium"
    assessed(visit, "high", lowered_because="Not needed", **found)
    assert [one.lowered_because for one in visit.risks.filter(replaced_at=None)] == [""], "only a lowered level keeps one"
    assert not any("lowered" in caution.says for caution in approval_cautions(visit, NOW))


@pytest.mark.clause("ATT-80")
def test_no_reason_lowers_the_first_visit_to_a_home() -> None:
    visit = a_visit(a_school("attendance-officer"))
    assert clauses(refused(visit, level="low", lowered_because="We know them")) == {"ATT-80"}


@pytest.mark.clause("MAT-30")
def test_no_reason_lowers_a_hazard_that_is_rated_high() -> None:
    row = {"hazard": "Aggressive person", "severity": "major", "likelihood": "likely"}
    assert clauses(refused(a_visit(a_school("academy-trust")), level="medium", hazards=[row], lowered_because="All is well")) == {"MAT-30"}


@pytest.mark.clause("PRI-01")
def test_what_was_found_goes_with_the_next_visit_and_must_be_gone_through() -> None:
    school = a_school()
    pupil = PupilFactory.create(school=school)
    first = assessed(a_visit(school, pupil=pupil), answers={"animals": "yes", "animals_what": "Two dogs"}, actions={"animals": "Shut away"})
    HomeVisit.objects.filter(pk=first.pk).update(status=S.CLOSED)
    (warning,) = warnings_for(pupil.household, NOW.date())
    assert (warning.says, warning.source, warning.visit_id) == ("Two dogs", "Visit of 24 November 2026", first.pk)
    second = a_visit(school, pupil=pupil)
    assert clauses(refused(second)) == {"PRI-01"}
    changed = {str(warning.pk): {"decision": "changed", "says": "One dog left"}}
    assert assessed(second, warnings=changed).risks.get(replaced_at=None).level == "medium"
    (now,) = warnings_for(pupil.household, NOW.date())
    assert (now.says, now.since) == ("One dog left", warning.since)
    assert not risk_ready_blocks(second, NOW)
    assessed(second, warnings={str(now.pk): {"decision": "ended"}})
    assert not warnings_for(pupil.household, NOW.date())
    assert second.risks.get(replaced_at=None).level == "low"


@pytest.mark.clause("PRI-01")
@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_lets_a_visit_be_ready_without_an_assessment_that_still_holds(preset: str) -> None:
    visit = a_visit(a_school(preset), purpose="attendance")
    assert "There is no completed risk assessment." in [block.says for block in risk_ready_blocks(visit, NOW)]
    assessed(visit)
    assert risk_ready_blocks(visit, NOW) == []
    assert annex_blocks(visit, NOW) == []
    warn(household=visit.household, about="violence", says="A threat", source="The safeguarding team",
         by=StaffFactory.create(school=visit.school, roles=["dsl"]), now=NOW)  # fmt: skip
    (block,) = risk_ready_blocks(visit, NOW)
    assert "what is known of the home has changed" in block.says


def test_somebody_else_going_and_a_word_of_change_make_it_stale() -> None:
    visit = assessed(a_visit())
    visit.members.create(staff=ready(visit.school))
    assert "somebody else goes now" in str(risk_ready_blocks(visit, NOW))
    assessed(visit)
    assert risk_ready_blocks(visit, NOW) == []
    mark_stale(visit, because="the father is back", by=visit.members.all()[0].staff, now=NOW)
    assert "the father is back" in str(risk_ready_blocks(visit, NOW))


@pytest.mark.clause("ATT-13")
def test_a_new_risk_waits_for_the_schools_assessment_to_be_amended_by_whom_the_policy_names() -> None:
    school = a_school("attendance-officer")
    visit = assessed(a_visit(school, purpose="attendance"))
    assessed(visit, new_risk="A flooded lane", now=NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=10)
    assert clauses(risk_ready_blocks(visit, later)) == {"ATT-13"}
    deputy, head = (StaffFactory.create(school=school, roles=[role]) for role in ("deputy_headteacher", "headteacher"))
    with pytest.raises(Blocked) as why:
        keep_assessment(school=school, text="Floods", change="Floods", by=deputy, now=later)
    assert clauses(why.value.blocks) == {"ATT-13"}
    second = keep_assessment(school=school, text="Floods", change="Floods", by=head, now=later)
    assert second.number == 2
    # The new version is to be read again, by each for themselves.
    assert [block.clause for block in risk_ready_blocks(visit, later)] == ["ATT-81", "ATT-81"]
    assessed(visit, new_risk="A flooded lane", now=later)
    assert risk_ready_blocks(visit, later) == []


@pytest.mark.clause("ATT-13")
def test_amending_after_approval_asks_again_and_keeps_the_earlier_version() -> None:
    visit = approved(assessed(a_visit()))
    assert visit.status == S.APPROVED
    assessed(visit, answers={"drugs": "yes"}, actions={"drugs": "Stay outside"}, now=NOW + timedelta(minutes=1))
    assert visit.status == S.PLANNED
    assert not visit.approvals.filter(voided_at=None).exists()
    new, old = versions(visit)
    assert (new.risk.level, old.risk.level, old.risk.replaced_at) == ("medium", "low", NOW + timedelta(minutes=1))
    assert ("Risk", "Low", "Medium") in [(change.words, change.before, change.after) for change in new.changes]


@pytest.mark.clause("MAT-27")
def test_two_making_it_worse_needs_a_measure_and_never_lowers_the_number() -> None:
    school = a_school("academy-trust")
    visit = a_visit(school, purpose="attendance")
    blocks = refused(visit, answers={"two_make_worse": "yes"}, other_contact="A call")
    assert clauses(blocks) == {"MAT-27"}
    assessed(visit, answers={"two_make_worse": "yes"}, actions={"two_make_worse": "One waits in sight outside"})
    assert risk_ready_blocks(visit, NOW) == []
    assert visit.members.count() == visit.policy.values.minimum_staff == 2


@pytest.mark.clause("MAT-30")
@pytest.mark.clause("MAT-32")
def test_the_hazard_matrix_takes_more_hazards_and_ticks_what_the_product_sees() -> None:
    visit = a_visit(a_school("academy-trust"), purpose="attendance")
    own = {"code": "", "hazard": "Ice", "people": "Staff", "harm": "A fall", "severity": "injury", "likelihood": "possible", "controls": []}
    assert clauses(refused(visit, hazards=[*preset_rows(), {**own, "severity": ""}])) == {"MAT-30"}
    assessed(visit, hazards=[*preset_rows(), own])
    risk = visit.risks.get(replaced_at=None)
    assert (risk.level, risk.hazards[-1]["level"], len(risk.hazards)) == ("medium", "medium", 6)
    controls = {words: (in_place, seen) for words, in_place, seen in hazards_of(visit, risk)[0][1]}
    assert controls["Two people where home circumstances call for it"] == (True, True)
    assert controls["Reception is told, and staff are signed out"] == (False, True)
    assert controls["The home visit policy is followed"] == (False, False)


@pytest.mark.clause("MAT-30")
@pytest.mark.parametrize("lacks", ["vulnerable_persons", "safeguarding_aware", "safe_word"])
def test_what_the_matrix_asks_for_is_there_before_anybody_leaves(lacks: str) -> None:
    visit = a_visit(a_school("academy-trust"), purpose="attendance")
    HomeVisit.objects.filter(pk=visit.pk).update(safe_word="")
    lacking: dict[str, Any] = {lacks: None if lacks == "safeguarding_aware" else ""}
    assessed(visit, **lacking)
    assert risk_ready_blocks(visit, NOW) == []
    visit.status = S.APPROVED
    assert clauses(risk_ready_blocks(visit, NOW)) == {"MAT-30"}


def high(school: School) -> HomeVisit:
    """A visit of high risk."""
    return assessed(a_visit(school), "high")


@pytest.mark.clause("PRI-12")
def test_a_high_risk_waits_in_the_teams_list_until_it_is_decided_and_again_when_it_finds_more() -> None:
    school = a_school()
    visit, dsl = high(school), StaffFactory.create(school=school, roles=["dsl"])
    assert waiting_high(school) == [visit]
    assert clauses(risk_ready_blocks(visit, NOW)) == {"PRI-12"}
    with pytest.raises(Blocked):
        decide_high_risk(visit=visit, decision="visit", reason="Fine", by=visit.members.all()[0].staff, now=NOW)
    decide_high_risk(visit=visit, decision="visit", reason="Known family", by=dsl, now=NOW)
    assert risk_ready_blocks(visit, NOW) == []
    assert waiting_high(school) == []
    assessed(visit, "high", answers={"violence": "yes"}, actions={"violence": "At the gate"}, now=NOW + timedelta(minutes=1))
    assert clauses(risk_ready_blocks(visit, NOW)) == {"PRI-12"}


@pytest.mark.clause("PRI-12")
def test_meeting_at_school_instead_becomes_a_meeting_that_is_recorded_and_closed() -> None:
    school = a_school()
    visit, dsl = high(school), StaffFactory.create(school=school, roles=["deputy_dsl"])
    decide_high_risk(visit=visit, decision="meet_at_school", reason="Safer here", by=dsl, now=NOW)
    visit.refresh_from_db()
    assert visit.status == S.MEETING
    record_meeting(visit=visit, came=False, says="No word", by=dsl, now=NOW)
    visit.refresh_from_db()
    assert visit.status == S.MEETING
    record_meeting(visit=visit, came=True, says="Agreed on mornings", by=dsl, now=NOW)
    visit.refresh_from_db()
    assert (visit.status, visit.closed_at) == (S.CLOSED, NOW)


@pytest.mark.clause("ATT-81")
def test_not_visiting_names_the_other_contact_and_closes_with_what_came_of_it() -> None:
    school = a_school()
    visit, dsl = high(school), StaffFactory.create(school=school, roles=["dsl"])
    with pytest.raises(BadInput):
        decide_high_risk(visit=visit, decision="do_not_visit", reason="Too much", by=dsl, now=NOW)
    decide_high_risk(visit=visit, decision="do_not_visit", reason="Too much", other_contact="A call each day", by=dsl, now=NOW)
    visit.refresh_from_db()
    assert (visit.status, visit.decisions.get().other_contact) == (S.NOT_VISITING, "A call each day")
    record_other_contact(visit=visit, says="Rang: the child is well", by=dsl, now=NOW)
    visit.refresh_from_db()
    assert visit.status == S.CLOSED
    with pytest.raises(Blocked):
        record_other_contact(visit=visit, says="Again", by=dsl, now=NOW)


@pytest.mark.clause("PRI-01")
@pytest.mark.parametrize(("kind", "about"), [("unsafe", "violence"), ("animals", "animals")])
def test_what_ended_a_visit_is_known_to_the_next(kind: str, about: str) -> None:
    visit = assessed(a_visit())
    outcome = VisitOutcome.objects.create(visit=visit, kind=kind, note="At the gate", at=NOW, by=visit.members.all()[0].staff)
    warn_from(outcome, outcome.by, NOW)
    (warning,) = warnings_for(visit.household, NOW.date())
    assert (warning.about, warning.says, warning.source) == (about, "At the gate", "Visit of 24 November 2026, what happened")
