"""Who may take a visit along, what goes along, and how it is taken back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.people.models import Staff, Tablet
from homevisits.people.tests.factories import StaffFactory
from visits.models import HomeVisit, VisitPack
from visits.services.members import say_no
from visits.services.planning import plan_visit

from .factories import NOW, a_school, a_visit, approved, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit() -> HomeVisit:
    """An approved visit of today."""
    return approved(a_visit(a_school("primary-procedures")))


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def pair_of(visit: HomeVisit) -> list[Staff]:
    return [member.staff for member in visit.members.select_related("staff").order_by("pk")]


def a_tablet(staff: Staff) -> Client:
    """A browser in which somebody is signed in and that has its keys."""
    client = Client()
    client.force_login(staff)
    assert client.post(reverse("tablet_keys"), {"person": staff.pk}).status_code == 200
    return client


def take(client: Client, visit: HomeVisit) -> Any:
    return client.post(reverse("visit_pack", args=[visit.school.slug, visit.pk]))


def test_who_goes_takes_this_visit_along_and_nothing_else(visit: HomeVisit) -> None:
    other = approved(a_visit(visit.school, pair=pair_of(visit), now=NOW + timedelta(hours=2)))
    client = a_tablet(pair_of(visit)[0])
    said = take(client, visit).json()
    assert said["ends"] == int((NOW + timedelta(hours=8)).timestamp())
    assert said["urls"][0] == reverse("visit_doorstep", args=[visit.school.slug, visit.pk])
    assert all(f"/visits/{visit.pk}/" in url for url in said["urls"])
    for url in said["urls"]:
        page = client.get(url)
        assert page.status_code == 200
        assert f"/visits/{other.pk}/" not in page.content.decode()
    assert take(client, visit).status_code == 200
    assert VisitPack.objects.count() == 1
    acts = AuditEvent.objects.filter(act__startswith="visits.pack.").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["visits.pack.taken", "visits.pack.taken_again"]


def test_others_and_at_other_times_nobody_takes_it(visit: HomeVisit) -> None:
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    assert "Only those who go" in take(a_tablet(office), visit).json()["says"]
    client = a_tablet(pair_of(visit)[0])
    HomeVisit.objects.filter(pk=visit.pk).update(due_at=NOW + timedelta(days=1))
    assert "on its own day" in take(client, visit).json()["says"]
    HomeVisit.objects.filter(pk=visit.pk).update(due_at=NOW, status="planned")
    assert "when it is approved" in take(client, visit).json()["says"]
    HomeVisit.objects.filter(pk=visit.pk).update(status="stood_down", departed_at=NOW)
    assert take(client, visit).status_code == 200


def test_without_its_keys_a_tablet_takes_nothing(visit: HomeVisit) -> None:
    client = Client()
    client.force_login(pair_of(visit)[0])
    assert take(client, visit).status_code == 409
    assert not VisitPack.objects.exists()


def test_the_office_takes_it_back_from_the_visits_page(visit: HomeVisit) -> None:
    first = pair_of(visit)[0]
    tablet, office = a_tablet(first), Client()
    take(tablet, visit)
    office.force_login(StaffFactory.create(school=visit.school, roles=["deputy_dsl"]))
    address = reverse("visit", args=[visit.school.slug, visit.pk])
    back = reverse("visit_pack_back", args=[visit.school.slug, visit.pk, VisitPack.objects.get().pk])
    assert back in office.get(address).content.decode()
    for _ in range(2):
        assert office.post(back)["Location"] == address
    page = office.get(address).content.decode()
    assert back not in page
    assert "Taken back from a tablet" in page
    assert visit.events.filter(what="taken_back").count() == 1
    tablet.get(reverse("own_account"))
    assert not tablet.cookies["tablet_key"].value
    tablet.post(reverse("tablet_keys"), {"person": first.pk})
    assert "taken this visit back" in take(tablet, visit).json()["says"]


def test_whoever_does_not_go_any_more_loses_it(visit: HomeVisit) -> None:
    first, second = pair_of(visit)
    tablets = [a_tablet(first), a_tablet(second)]
    for tablet in tablets:
        take(tablet, visit)
    say_no(visit=visit, by=first, now=NOW)
    for tablet in tablets:
        tablet.get(reverse("own_account"))
    assert [bool(tablet.cookies["tablet_key"].value) for tablet in tablets] == [False, True]
    assert VisitPack.objects.get(staff=first).revoked_why == "not_going"
    assert VisitPack.objects.get(staff=second).revoked_at is None


def test_a_changed_pair_loses_it_too(visit: HomeVisit) -> None:
    first, second = pair_of(visit)
    tablet = a_tablet(second)
    take(tablet, visit)
    head = StaffFactory.create(school=visit.school, roles=["headteacher"])
    pair, back = [first, ready(visit.school)], NOW + timedelta(hours=1)
    plan_visit(school=visit.school, pupil=visit.visit_pupils.get().pupil, visit=visit, pair=pair, due_back=back, by=head, now=NOW)
    assert VisitPack.objects.get().revoked_why == "not_going"
    assert Tablet.objects.get().keys.get().turn == 2
