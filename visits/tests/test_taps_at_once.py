"""The same tap twice at the same instant: the act is done once, told once, and nobody meets an error (R15)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from attendance.tests.racing import at_once
from homevisits.audit.models import AuditEvent
from homevisits.audit.verify import verify
from homevisits.common.errors import Blocked
from homevisits.messaging.models import Notice
from homevisits.people.models import AlarmDevice, School, Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import Incident
from safeguarding.services.incidents import open_incident
from visits.models import BreakGlass, CheckIn, HomeVisit, VisitOutcome, VisitOutcomePupil, WeeklyList, WeeklyListVisit
from visits.rules.weekly import week_of
from visits.services.break_glass import Taken, go_now
from visits.services.drills import start_drill
from visits.services.out import check_in
from visits.services.outcomes import record_outcome
from visits.services.reports import hand_in, save_draft
from visits.services.weekly import sign_list
from visits.tests.factories import NOW, a_school, a_visit, approved, at_the_door, ready, ready_to_leave, week_signed

pytestmark = pytest.mark.django_db(transaction=True)
BACK = NOW + timedelta(minutes=50)
Case = tuple[School, Callable[[], object], Callable[[], None]]


def _first(visit: HomeVisit) -> Staff:
    return visit.members.select_related("staff").order_by("pk")[0].staff


def departing() -> Case:
    visit = ready_to_leave(week_signed(approved(a_visit(a_school("attendance-officer")))))
    by, token = _first(visit), uuid4()

    def once() -> None:
        visit.refresh_from_db()
        assert (visit.status, visit.departed_at) == (HomeVisit.Status.OUT, NOW)
        assert CheckIn.objects.filter(visit=visit).count() == 1
        assert visit.events.filter(what="departed").count() == 1
        assert Notice.objects.filter(about="departed").values("role").distinct().count() == Notice.objects.filter(about="departed").count()

    return visit.school, lambda: check_in(visit=visit, point="departed", by=by, now=NOW, token=token), once


def an_outcome() -> Case:
    visit = at_the_door(a_visit())
    by, token = _first(visit), uuid4()

    def once() -> None:
        assert VisitOutcome.objects.filter(visit=visit).count() == 1
        assert visit.letters.count() == 1

    return visit.school, lambda: record_outcome(visit=visit, kind="no_answer", by=by, now=NOW, token=token), once


def sending_at_once() -> Case:
    school = a_school("attendance-officer")
    lead, pair, pupil, token = StaffFactory.create(school=school, roles=["dsl"]), [ready(school), ready(school)], PupilFactory, uuid4()
    child, device = pupil.create(school=school), AlarmDevice.objects.create(school=school, label="Alarm")
    taken = Taken(device=device, vehicle_words="On foot", safe_word="Blue folder")

    def once() -> None:
        assert HomeVisit.objects.filter(school=school).count() == BreakGlass.objects.count() == 1
        assert Notice.objects.filter(about="sent_at_once", role="dsl").count() == 1

    given = {"school": school, "pupils": [child], "pair": pair, "due_back": BACK, "reason": "A call for help", "taken": taken}
    return school, lambda: go_now(**given, by=lead, now=NOW, token=token), once  # type: ignore[arg-type]


def sending_one_that_waits() -> Case:
    visit, token = a_visit(), uuid4()
    lead, pair = StaffFactory.create(school=visit.school, roles=["dsl"]), [one.staff for one in visit.members.all()]

    def once() -> None:
        assert BreakGlass.objects.get().visit == visit
        assert Notice.objects.filter(about="sent_at_once", role="dsl").count() == 1

    given = {"school": visit.school, "visit": visit, "pupils": [], "pair": pair, "due_back": BACK, "reason": "A call for help"}
    return visit.school, lambda: go_now(**given, by=lead, now=NOW, token=token), once  # type: ignore[arg-type]


def a_drill() -> Case:
    school = a_school()
    people, by, token = [ready(school), ready(school)], StaffFactory.create(school=school, roles=["headteacher"]), uuid4()

    def once() -> None:
        assert HomeVisit.objects.get(school=school).events.filter(what="drill_started").count() == 1

    return school, lambda: start_drill(school=school, staff=people, minutes=10, by=by, now=NOW, token=token), once


def an_incident() -> Case:
    visit = at_the_door(a_visit())
    by, token = _first(visit), uuid4()

    def once() -> None:
        assert Incident.objects.filter(school=visit.school).count() == 1

    act = {"school": visit.school, "kind": "threat", "note": "Shouted at.", "visit_id": visit.pk, "by": by, "now": NOW, "token": token}
    return visit.school, lambda: open_incident(**act), once  # type: ignore[arg-type]


def the_weeks_list() -> Case:
    """No token: whoever comes second hears that it is signed."""
    school = a_school("attendance-officer")
    visits = [a_visit(school) for _ in range(2)]
    head, week = StaffFactory.create(school=school, roles=["headteacher"]), week_of(visits[0], NOW)

    def once() -> None:
        row = WeeklyList.objects.get(school=school, week=week)
        assert (row.signed_by, row.signed_at) == (head, NOW)
        assert not WeeklyListVisit.objects.filter(added_later=True).exists()
        assert sorted(WeeklyListVisit.objects.values_list("visit", flat=True)) == sorted(one.pk for one in visits)
        assert AuditEvent.objects.filter(act="visits.weekly_list.signed").count() == 1

    return school, lambda: sign_list(school=school, week=week, by=head, now=NOW, seen={one.pk: one.version for one in visits}), once


def a_report() -> Case:
    visit = a_visit()
    by = _first(visit)
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.DONE, departed_at=NOW, returned_at=BACK)
    outcome = VisitOutcome.objects.create(visit=visit, kind="completed", at=BACK, by=by)
    VisitOutcomePupil.objects.create(outcome=outcome, pupil=visit.visit_pupils.get().pupil)
    visit.refresh_from_db()
    said = {"text": "All well.", "evaluation": "Reached.", "entered": True, "child_present": True}
    save_draft(visit=visit, answers={"notes_said": "yes", "family_met": "Mother", "needs": "Quiet"}, by=by, now=BACK, **said)  # type: ignore[arg-type]

    def once() -> None:
        visit.refresh_from_db()
        assert (visit.status, visit.closed_at) == (HomeVisit.Status.CLOSED, BACK)
        assert visit.events.filter(what="closed").count() == 1

    return visit.school, lambda: hand_in(visit=visit, by=by, now=BACK), once


# What is sent with a token is answered twice as done; the others refuse the second.
WITH_TOKEN = (departing, an_outcome, sending_at_once, sending_one_that_waits, a_drill, an_incident)
REFUSING = (the_weeks_list, a_report)


def twice(case: Callable[[], Case], *, taps: int) -> None:
    school, act, once = case()
    second = "done" if case in WITH_TOKEN else "refused"
    assert sorted(at_once(*[act] * taps)) == sorted(["done", *[second] * (taps - 1)])
    once()
    if second == "done":
        act()  # and once more, later
    else:
        with pytest.raises(Blocked):
            act()
    once()
    assert verify(school.pk).sound


@pytest.mark.parametrize("case", [*WITH_TOKEN, *REFUSING])
def test_two_taps_at_the_same_instant_are_one(case: Callable[[], Case]) -> None:
    twice(case, taps=2)


@pytest.mark.prove
@pytest.mark.parametrize("time", range(10))
@pytest.mark.parametrize("case", [*WITH_TOKEN, *REFUSING])
def test_eight_taps_at_the_same_instant_are_one(case: Callable[[], Case], time: int) -> None:
    twice(case, taps=8)
