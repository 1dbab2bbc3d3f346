"""The week's list: nobody leaves before the headteacher has signed it, and a visit that comes later is signed by itself."""

from datetime import timedelta

import pytest

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import Blocked
from homevisits.people.models import School
from homevisits.people.tests.factories import StaffFactory
from homevisits.policy.presets import PRESETS
from visits.models import HomeVisit, WeeklyList, WeeklyListVisit
from visits.rules.leaving import departure_blocks
from visits.rules.weekly import week_of, weekly_blocks
from visits.selectors.weekly import lines
from visits.services.planning import plan_visit
from visits.services.weekly import sign_list, sign_visit
from visits.tests.factories import NOW, a_school, a_visit, approved, carrier_of, ready, sent_at_once

pytestmark = pytest.mark.django_db
CLAUSE = "ATT-32"


@pytest.fixture
def school() -> School:
    return a_school("attendance-officer")


def clauses(visit: HomeVisit) -> list[str | None]:
    return [block.clause for block in weekly_blocks(visit, NOW)]


@pytest.mark.clause(CLAUSE)
def test_no_visit_of_the_week_leaves_before_the_list_is_signed_and_a_later_one_needs_its_own_signature(school: School) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"], name="Harriet Head")
    first = approved(a_visit(school))
    assert CLAUSE in {block.clause for block in departure_blocks(first, NOW)}
    with pytest.raises(Blocked):
        sign_visit(visit=first, by=head, now=NOW)  # the list comes first
    row = sign_list(school=school, week=week_of(first, NOW), by=head, now=NOW)
    assert (row.name, row.role, row.signed_at) == ("Harriet Head", "headteacher", NOW)
    assert clauses(first) == []
    later = a_visit(school)
    assert clauses(later) == [CLAUSE]
    signed = sign_visit(visit=later, by=head, now=NOW, version=later.version)
    assert (signed.added_later, signed.name, signed.version) == (True, "Harriet Head", later.version)
    assert clauses(later) == []
    # The list of this week says nothing about the next.
    HomeVisit.objects.filter(pk=first.pk).update(due_at=NOW + timedelta(days=7))
    first.refresh_from_db()
    assert clauses(first) == [CLAUSE]


@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset != "attendance-officer"])
def test_other_policies_ask_for_no_list(preset: str) -> None:
    assert clauses(a_visit(a_school(preset))) == []


@pytest.mark.clause(CLAUSE)
def test_only_a_headteacher_signs_and_only_the_list_that_was_read(school: School) -> None:
    visit = a_visit(school)
    head, other = (StaffFactory.create(school=school, roles=[role]) for role in ("principal", "deputy_headteacher"))
    week = week_of(visit, NOW)
    before = AuditEvent.objects.count()
    for by, seen in ((other, None), (head, {}), (head, {visit.pk: visit.version + 1})):
        with pytest.raises(Blocked):
            sign_list(school=school, week=week, by=by, now=NOW, seen=seen)
    assert (WeeklyList.objects.count(), WeeklyListVisit.objects.count(), AuditEvent.objects.count()) == (0, 0, before)
    sign_list(school=school, week=week, by=head, now=NOW, seen={visit.pk: visit.version})
    with pytest.raises(Blocked, match="signed already"):
        sign_list(school=school, week=week, by=head, now=NOW)


@pytest.mark.clause("ATT-31")
def test_a_change_of_time_or_pair_after_the_signature_shows_on_the_list(school: School) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"])
    visit = a_visit(school)
    sign_list(school=school, week=week_of(visit, NOW), by=head, now=NOW)
    pupil, pair = visit.visit_pupils.get().pupil, [carrier_of(visit), ready(school)]
    plan_visit(school=school, pupil=pupil, visit=visit, pair=pair, due_back=NOW + timedelta(hours=2), by=head, now=NOW)
    (line,) = lines(school, week_of(visit, NOW), NOW)
    assert {"Due back", "Who goes"} <= {change.words for change in line.changes}
    assert not line.needs_signature


def test_a_visit_sent_at_once_leaves_without_the_list(school: School) -> None:
    assert clauses(sent_at_once(a_visit(school))) == []
