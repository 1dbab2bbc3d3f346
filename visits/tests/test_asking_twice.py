"""A second visit to the same home is noticed: by whoever asks, and by whoever plans and approves."""

from datetime import timedelta

import pytest
from django.test import Client

from homevisits.common import clock
from homevisits.common.errors import Blocked
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit
from visits.rules.plans import plan_cautions
from visits.services.requests import request_visit
from visits.tests.factories import NOW, a_request, a_school, a_visit

pytestmark = pytest.mark.django_db


def twin(visit: HomeVisit, **fields: object) -> HomeVisit:
    """Another visit to the same home."""
    values = {field.attname: getattr(visit, field.attname) for field in HomeVisit._meta.concrete_fields}
    return HomeVisit.objects.create(**{**values, "id": None, "token": None, **fields})


def said_of(visit: HomeVisit) -> list[str]:
    return [one.says for one in plan_cautions(visit, NOW) if "Another visit to this home" in one.says]


def test_whoever_plans_and_approves_sees_another_open_visit_to_the_home() -> None:
    visit = a_visit()
    assert said_of(visit) == []
    other = twin(visit, due_at=visit.due_at + timedelta(days=3))
    assert len(said_of(visit)) == len(said_of(other)) == 1


@pytest.mark.parametrize("fields", [{"status": "closed"}, {"status": "stood_down"}, {"drill": True}, {"days": 8}])
def test_one_that_is_over_a_drill_or_far_away_is_no_matter(fields: dict[str, object]) -> None:
    visit = a_visit()
    days = fields.pop("days", 1)
    assert isinstance(days, int)
    twin(visit, due_at=visit.due_at + timedelta(days=days), **fields)
    assert said_of(visit) == []


def test_whoever_asks_sees_the_open_visits_that_they_may_know_of(client: Client) -> None:
    visit = a_visit()
    pupil = visit.visit_pupils.get().pupil
    address = f"/s/{visit.school.slug}/visits/ask/?pupil={pupil.pk}"
    seen = {}
    with clock.frozen(NOW):
        for role in ("office_admin", "class_teacher"):
            client.force_login(StaffFactory.create(school=visit.school, roles=[role]))
            seen[role] = "to this family is open already" in client.get(address).content.decode()
    assert seen == {"office_admin": True, "class_teacher": False}


def test_a_mistyped_year_is_refused() -> None:
    school = a_school()
    by = StaffFactory.create(school=school, roles=["class_teacher"])
    with pytest.raises(Blocked, match="check the year"):
        request_visit(school=school, asked=a_request(school, arrive_at=NOW + timedelta(days=3000)), by=by, now=NOW)
    assert not HomeVisit.objects.exists()
