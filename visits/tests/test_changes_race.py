"""Approvals while the plan changes under them: never is a visit approved whose plan, as it stands, nobody signed (R15)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef

from attendance.tests.racing import at_once
from homevisits.audit.verify import verify
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitApproval, VisitVersion
from visits.services.approval import approve
from visits.services.members import say_no
from visits.services.planning import Plan, plan_visit
from visits.snapshot import lines
from visits.tests.factories import NOW, a_school, a_visit, assessed

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def unsigned() -> bool:
    """Whether some visit is approved, and no approval that holds is of its version; one statement, so one instant."""
    signed = VisitApproval.objects.filter(visit=OuterRef("pk"), voided_at=None, version=OuterRef("version"))
    other = VisitApproval.objects.filter(visit=OuterRef("pk"), voided_at=None).exclude(version=OuterRef("version"))
    approved = HomeVisit.objects.filter(status=HomeVisit.Status.APPROVED)
    return approved.exclude(Exists(signed)).exists() or approved.filter(Exists(other)).exists()


@pytest.fixture
def looked() -> Iterator[list[bool]]:
    """What somebody sees who looks all the while."""
    seen: list[bool] = []
    stop = Event()

    def look() -> None:
        while not stop.is_set():
            seen.append(unsigned())
        connection.close()

    thread = Thread(target=look)
    thread.start()
    yield seen
    stop.set()
    thread.join()


def changing(visit: HomeVisit, by: Staff, minutes: int) -> Act:
    """Plan the visit with another time due back."""
    pair = [member.staff for member in visit.members.select_related("staff").order_by("pk")]
    later = NOW + timedelta(minutes=60 + minutes)
    pupil = visit.visit_pupils.get().pupil
    return lambda: plan_visit(school=visit.school, pupil=pupil, visit=visit, pair=pair, due_back=later, plan=Plan(), by=by, now=NOW)


def approving(visit: HomeVisit, by: Staff, version: int | None) -> Act:
    return lambda: approve(visit=visit, by=by, now=NOW, version=version)


def changed_while_approved(looked: list[bool], *, approvers: int, changes: int, rounds: int, reading: bool) -> set[str]:
    """Rounds of approvals and changes at once; answers with the states in which the visit was found after a round."""
    school = a_school()
    visit, planner = assessed(a_visit(school)), StaffFactory.create(school=school, roles=["office_admin"])
    people = [StaffFactory.create(school=school, roles=["senior_manager"]) for _ in range(approvers)]
    found = set()
    for turn in range(rounds):
        version = visit.version if reading else None
        decide = [approving(visit, by, version) for by in people]
        change = [changing(visit, planner, changes * turn + number + 1) for number in range(changes)]
        said = at_once(*decide, *change)
        assert set(said) <= {"done", "refused"}, said
        assert said[approvers:] == ["done"] * changes, "a plan can be changed whether it is approved or not"
        was, visit = visit.version, HomeVisit.objects.get(pk=visit.pk)
        assert visit.version == was + changes
        assert VisitVersion.objects.get(visit=visit, number=visit.version).plan == lines(visit)
        assert not unsigned()
        assert not visit.approvals.filter(voided_at=None).exclude(version=visit.version).exists()
        if reading:
            assert visit.status == HomeVisit.Status.PLANNED, "what was approved was the plan before"
            assert set(visit.approvals.filter(version__gte=was).values_list("version", flat=True)) <= {was}
            assert said[:approvers].count("done") <= 1
        found.add(str(visit.status))
    assert looked, "somebody looked"
    assert not any(looked)
    assert verify(school.pk).sound
    return found


@pytest.mark.parametrize("reading", [True, False])
def test_an_approval_is_of_the_plan_as_it_stands_or_void(looked: list[bool], reading: bool) -> None:
    changed_while_approved(looked, approvers=4, changes=1, rounds=3, reading=reading)


@pytest.mark.prove
@pytest.mark.parametrize("reading", [True, False])
def test_fifty_approvals_while_the_plan_changes(looked: list[bool], reading: bool) -> None:
    changed_while_approved(looked, approvers=50, changes=3, rounds=20, reading=reading)


def test_whoever_says_no_while_it_is_approved_takes_the_approval_along(looked: list[bool]) -> None:
    school = a_school()
    visit = assessed(a_visit(school))
    first, leader = visit.members.order_by("pk")[0].staff, StaffFactory.create(school=school, roles=["senior_manager"])
    said = at_once(approving(visit, leader, visit.version), lambda: say_no(visit=visit, by=first, now=NOW))
    assert said[1] == "done"
    visit.refresh_from_db()
    assert visit.status == HomeVisit.Status.RAISED
    assert not visit.approvals.filter(voided_at=None).exists()
    assert not any(looked)
