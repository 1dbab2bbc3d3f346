"""Who is put on a visit by a plan, and who is taken off, hears it; a visit that waits for its findings reads as what it is."""

from datetime import timedelta

import pytest

from homevisits.messaging.models import NoticeTo
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.said import standing
from visits.selectors.lists import groups
from visits.services.common import visit_words
from visits.services.planning import plan_visit

from .factories import NOW, a_plan, a_school, a_visit, at_the_door, ready

pytestmark = pytest.mark.django_db


def told(about: str) -> set[Staff]:
    """Who was told that."""
    return {one.staff for one in NoticeTo.objects.filter(notice__about=about).select_related("staff")}


def test_those_put_on_a_visit_and_those_taken_off_are_told_which_visit() -> None:
    school = a_school()
    first, second, third = (ready(school) for _ in range(3))
    visit = a_visit(school, pair=[first, second])
    by = StaffFactory.create(school=school, roles=["headteacher"])
    given = {"school": school, "pupil": visit.visit_pupils.get().pupil, "due_back": NOW + timedelta(hours=1), "by": by, "now": NOW}
    pair = [second, third]
    plan_visit(visit=visit, pair=pair, plan=a_plan(school, pair), **given)  # type: ignore[arg-type]
    assert (told("planned_for_you"), told("off_your_plan")) == ({third}, {first})
    plan_visit(visit=visit, pair=pair, plan=a_plan(school, pair), **given)  # type: ignore[arg-type]
    assert NoticeTo.objects.count() == 2
    words = NoticeTo.objects.get(notice__about="planned_for_you").notice.says
    assert words.startswith(f"{visit.visit_pupils.get().pupil}, today 10:")


def test_a_visit_in_words_says_the_day() -> None:
    visit = a_visit()
    pupil = visit.visit_pupils.get().pupil
    visit.arrive_at = NOW + timedelta(minutes=15)
    assert visit_words(visit, NOW) == f"{pupil}, today 10:15"
    assert visit_words(visit, NOW - timedelta(days=1)) == f"{pupil}, tomorrow 10:15"
    assert visit_words(visit, NOW - timedelta(days=3)) == f"{pupil}, Tue 24 Nov 10:15"


def test_once_everybody_is_back_nobody_is_said_to_be_out() -> None:
    visit = at_the_door(a_visit())
    assert standing(visit) == ("open", "Staff are out")
    HomeVisit.objects.filter(pk=visit.pk).update(returned_at=NOW)
    visit.refresh_from_db()
    assert standing(visit) == ("due", "Back, what was found is to be said")
    head = StaffFactory.create(school=visit.school, roles=["headteacher"])
    listed = {group.title: [row.visit for row in group.rows] for group in groups(visit.school, head, {"headteacher"})}
    assert (listed["Out now"], listed["Report to come"]) == ([], [visit])
