"""An incident is written where it happened, without network too; who wrote it learns that it arrived, and no more."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.messaging.models import Notice
from homevisits.people.models import Staff
from homevisits.people.tests.factories import StaffFactory
from safeguarding.models import Concern, Incident
from visits.models import HomeVisit
from visits.rules.incidents import incident_blocks
from visits.selectors.arrivals import refused
from visits.selectors.pack import pack_urls

from .factories import NOW, a_school, a_visit, out_now
from .tablets import Tablet, states

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FORCE = {
    "kind": "physical_intervention", "note": "I held his arms.", "physical_intervention-prevented": "A wound",
    "physical_intervention-injured": "yes", "physical_intervention-injured_how": "A bruise",
}  # fmt: skip


def at(minutes: float) -> datetime:
    """So many minutes after ten."""
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def visit() -> HomeVisit:
    return out_now(a_visit(a_school("alternative-provision")))


def went(visit: HomeVisit) -> Staff:
    return visit.members.select_related("staff").order_by("pk")[0].staff


@pytest.mark.clause("ALT-33", "MAT-20")
def test_without_network_it_keeps_when_it_happened_and_when_it_was_recorded(visit: HomeVisit) -> None:
    tablet = Tablet(visit, went(visit))
    tablet.say(at(5), "incident", **FORCE)
    for _ in range(2):
        assert set(states(tablet.send(at(40)))) <= {"done", "again"}
    incident = Incident.objects.get()
    assert (incident.happened_at, incident.at, incident.visit_id) == (at(5), at(40), visit.pk)
    assert incident.details == {"prevented": "A wound", "injured": "yes", "injured_how": "A bruise"}
    assert list(incident.pupils.all()) == [visit.visit_pupils.get().pupil]
    assert Notice.objects.get(about="incident").at == at(40)
    assert Concern.objects.get().seen_at == at(5)


@pytest.mark.clause("ALT-22")
def test_a_call_to_the_police_is_kept_with_its_time_and_reference(visit: HomeVisit) -> None:
    tablet = Tablet(visit, went(visit))
    tablet.say(at(9), "incident", kind="threat", note="He raised a stick.", time="10:03", police="both", police_time="10:04",
               police_reference="CAD 12")  # fmt: skip
    tablet.send(at(40))
    incident = Incident.objects.get()
    assert incident.happened_at == at(3)
    assert (incident.police_called_at, incident.police_reference) == (at(4), "CAD 12")
    assert (incident.ambulance_called_at, incident.ambulance_reference) == (at(4), "CAD 12")


def test_what_cannot_be_recorded_is_kept_and_nobody_but_its_writer_and_the_team_reads_it(visit: HomeVisit) -> None:
    tablet = Tablet(visit, went(visit))
    tablet.say(at(9), "incident", **{**FORCE, "note": "I held his arms.", "time": "half past"})
    assert states(tablet.send(at(40))) == ["refused"]
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    lead = StaffFactory.create(school=visit.school, roles=["dsl"])
    shown = {who.pk: refused(visit, who, roles)[0] for who, roles in ((office, {"office_admin"}), (lead, {"dsl"}))}
    assert shown[office.pk].hidden
    assert shown[office.pk].lines == []
    assert any("I held his arms." in words for _, words in shown[lead.pk].lines)
    assert Notice.objects.filter(about="late_refused", role="dsl").exists()
    assert not any("held" in notice.says for notice in Notice.objects.all())


def test_who_wrote_it_learns_that_it_arrived_and_the_others_nothing(visit: HomeVisit, client: Client) -> None:
    first, second = [member.staff for member in visit.members.select_related("staff").order_by("pk")]
    tablet = Tablet(visit, first)
    tablet.say(at(5), "incident", **FORCE)
    tablet.send(at(40))
    page = reverse("visit", args=[visit.school.slug, visit.pk])
    for person, sees in ((first, True), (second, False)):
        client.force_login(person)
        shown = client.get(page).content.decode()
        assert ("it has arrived" in shown) == sees
        assert "Physical intervention" not in shown
        assert "held his arms" not in shown


def test_the_page_goes_along_and_asks_everything_without_asking_the_server(visit: HomeVisit, client: Client) -> None:
    person = went(visit)
    address = reverse("visit_incident", args=[visit.school.slug, visit.pk])
    assert address in pack_urls(visit, person, {"visiting_staff"}, NOW)
    client.force_login(person)
    page = client.get(address).content.decode()
    assert 'data-offline="incident"' in page
    assert 'data-follows="kind" data-when="physical_intervention"' in page
    assert "Why did the parents not act?" in page
    assert address in client.get(reverse("visit_doorstep", args=[visit.school.slug, visit.pk])).content.decode()


def test_only_those_who_went_or_the_office_record_one_and_not_before_anybody_left(visit: HomeVisit) -> None:
    other = StaffFactory.create(school=visit.school, roles=["visiting_staff"])
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    assert not incident_blocks(visit, went(visit), NOW)
    assert not incident_blocks(visit, office, NOW)
    assert incident_blocks(visit, other, NOW)
    at_home = a_visit(visit.school)
    assert incident_blocks(at_home, at_home.members.all()[0].staff, NOW)


def test_of_a_visit_of_another_day_the_time_is_asked(visit: HomeVisit, client: Client) -> None:
    HomeVisit.objects.update(departed_at=datetime(2025, 11, 24, 10, tzinfo=NOW.tzinfo))
    client.force_login(went(visit))
    address = reverse("visit_incident", args=[visit.school.slug, visit.pk])
    given = {"kind": "animals", "note": "A dog", "token": "8f7c2f6e-0000-4000-8000-000000000009"}
    assert "on another day" in client.post(address, given).content.decode()
    client.post(address, given | {"time": "10:20"})
    assert Incident.objects.get().happened_at == datetime(2025, 11, 24, 10, 20, tzinfo=NOW.tzinfo)
