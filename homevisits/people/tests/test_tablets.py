"""Keys of a tablet: whose they are, when they die, and that the next answer of any kind takes a dead one away (R24)."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.people.models import DraftKey, School, Staff, Tablet
from homevisits.people.services.tablets import admit_tablet, end_session_key, revoke_tablet
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


@pytest.fixture
def staff() -> Staff:
    return StaffFactory.create(school=SchoolFactory.create(slug="oak"), roles=["visiting_staff"])


def keys(client: Client, staff: Staff, **more: Any) -> Any:
    """Ask for the keys, as the page of this person does."""
    return client.post(reverse("tablet_keys"), {"person": staff.pk, **more}, headers={"User-Agent": "Mozilla/5.0 (iPad) Safari/605.1"})


def in_hand(client: Client) -> str:
    """The session key that the browser has; empty when it was taken away."""
    cookie = client.cookies.get("tablet_key")
    return cookie.value if cookie else ""


def test_the_same_person_on_the_same_tablet_gets_the_same_key(client: Client, staff: Staff) -> None:
    client.force_login(staff)
    first = keys(client, staff).json()
    session_key = in_hand(client)
    assert keys(client, staff).json() == first
    assert in_hand(client) == session_key
    client.post(reverse("account_logout"))
    assert not in_hand(client)
    client.force_login(staff)
    assert keys(client, staff).json() == first
    assert in_hand(client) != session_key
    assert str(Tablet.objects.get()).startswith("iPad, Safari")


def test_another_person_and_another_tablet_get_others(client: Client, staff: Staff) -> None:
    client.force_login(staff)
    first = keys(client, staff).json()
    other = StaffFactory.create(school=staff.roles.get().school, roles=["visiting_staff"])
    client.force_login(other)
    again = keys(client, other, mark=first["owner"]).json()
    elsewhere = Client()
    elsewhere.force_login(staff)
    there = keys(elsewhere, staff).json()
    assert len({first["draft_key"], again["draft_key"], there["draft_key"]}) == 3
    assert again["older"] == {}
    assert Tablet.objects.count() == 2


def test_a_tablet_that_forgot_which_it_is_gets_the_key_of_what_lies_on_it(client: Client, staff: Staff) -> None:
    client.force_login(staff)
    first = keys(client, staff).json()
    del client.cookies["tablet"]
    again = keys(client, staff, mark=[first["owner"], "no mark"]).json()
    assert again["owner"] != first["owner"]
    assert again["older"] == {first["owner"]: first["draft_key"]}


def test_a_page_that_was_somebody_elses_gets_no_key(client: Client, staff: Staff) -> None:
    client.force_login(StaffFactory.create())
    assert keys(client, staff).status_code == 409
    assert not DraftKey.objects.exists()


def test_nothing_that_opens_a_record_lies_open_in_the_database(client: Client, staff: Staff) -> None:
    client.force_login(staff)
    given = keys(client, staff).json()
    rows = str(list(DraftKey.objects.values())) + str(list(Tablet.objects.values())) + str(list(AuditEvent.objects.values()))
    for secret in (given["draft_key"], in_hand(client), client.cookies["tablet"].value):
        assert secret.rstrip("=") not in rows
    session = client.session
    assert in_hand(client) not in str(dict(session))
    key, tablet = client.cookies["tablet_key"], client.cookies["tablet"]
    assert (key["samesite"], key["httponly"], key["path"]) == ("Strict", "", "/")
    assert (tablet["samesite"], bool(tablet["httponly"])) == ("Strict", True)


def test_the_key_lasts_eight_hours_and_no_longer_than_the_session(client: Client, staff: Staff) -> None:
    with time_machine.travel(NOW, tick=False) as travel:
        client.force_login(staff)
        client.get(reverse("own_account"))
        keys(client, staff)
        assert client.cookies["tablet_key"]["max-age"] == 8 * 3600
        for _ in range(6 * 9):
            travel.shift(timedelta(minutes=10))
            client.get(reverse("own_account"))
            if not in_hand(client):
                break
        assert clock.now() == NOW + timedelta(hours=8)
        keys(client, staff)
        assert client.cookies["tablet_key"]["max-age"] == (settings.SESSION_MAX_HOURS - 8) * 3600


@pytest.mark.parametrize("end", ["sign out", "idle", "other session", "revoked", "taken back", "let in again"])
def test_the_next_answer_takes_a_dead_key_away(client: Client, staff: Staff, end: str) -> None:
    school = School.objects.get()
    with time_machine.travel(NOW, tick=False) as travel:
        client.login(email=staff.email, password=PASSWORD)
        client.get(reverse("own_account"))
        keys(client, staff)
        client.get(reverse("own_account"))
        assert in_hand(client)
        tablet = Tablet.objects.get()
        if end == "sign out":
            client.post(reverse("account_logout"))
        elif end == "idle":
            travel.shift(timedelta(minutes=settings.SESSION_IDLE_MINUTES))
            client.get(reverse("signed_in"), headers={"HX-Request": "true", "X-Live": "1"})
        elif end == "other session":
            del client.cookies[settings.SESSION_COOKIE_NAME]
            client.force_login(staff)
            client.get(reverse("own_account"))
        else:
            acts = {"revoked": revoke_tablet, "let in again": admit_tablet}
            if end in acts:
                acts[end](tablet=tablet, school=school, by=staff, now=NOW)
            else:
                end_session_key(tablet=tablet, staff=staff, by=staff, now=NOW)
            assert client.get("/health/").status_code == 200
        assert not in_hand(client)


def test_a_tablet_out_of_use_gets_no_keys_until_it_is_let_in(client: Client, staff: Staff) -> None:
    school = School.objects.get()
    head = StaffFactory.create(school=school, roles=["headteacher"])
    client.force_login(staff)
    first = keys(client, staff).json()
    office = Client()
    office.force_login(head)
    tablet = Tablet.objects.get()
    page = office.get(reverse("tablet_list", args=["oak"])).content.decode()
    assert staff.name in page
    office.post(reverse("tablet_revoke", args=["oak", tablet.pk]))
    refused = keys(client, staff)
    assert refused.status_code == 403
    assert "taken this tablet out of use" in refused.json()["says"]
    assert "Out of use" in office.get(reverse("tablet_list", args=["oak"])).content.decode()
    office.post(reverse("tablet_admit", args=["oak", tablet.pk]))
    assert keys(client, staff).json() == first
    acts = list(AuditEvent.objects.filter(object_type="tablet").values_list("act", flat=True))
    assert [act for act in acts if not act.endswith("keys_given")] == ["people.tablet.revoked", "people.tablet.admitted"]


def test_what_one_person_wrote_is_not_sent_by_another(client: Client, staff: Staff) -> None:
    client.force_login(staff)
    owner = keys(client, staff).json()["owner"]
    assert client.get(reverse("signed_in"), headers={"X-Tablet-Owner": owner}).status_code == 204
    client.force_login(StaffFactory.create(school=staff.roles.get().school, roles=["visiting_staff"]))
    assert client.get(reverse("signed_in"), headers={"X-Tablet-Owner": owner}).status_code == 401


def test_the_app_has_a_manifest_a_worker_and_a_page_without_anybody(client: Client, staff: Staff) -> None:
    manifest = client.get(reverse("manifest"))
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["name"] == "Home Visits"
    for icon in manifest.json()["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).is_file()
    worker = client.get("/sw.js").content.decode()
    kept = re.findall(r'"(/static/[^"]+)"', worker.split("\n", 1)[0])
    assert {"/static/js/app.js", "/static/js/offline/queue.js", "/static/vendor/idb.js", "/static/css/look.css"} <= set(kept)
    assert "There is no network here" in client.get(reverse("offline")).content.decode()
    client.force_login(staff)
    assert client.get(reverse("tablet_start"))["Location"] == "/s/oak/visits/mine/"
    assert "worker-src 'self'" in client.get(reverse("own_account"))["Content-Security-Policy"]
