"""A concern written on a visit without network arrives with its real time, is never refused, and alerts the safeguarding team at once."""

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.messaging.models import Notice
from homevisits.people.models import Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import Concern
from visits.models import ArrivedAct, HomeVisit
from visits.rules.leaving import pair_of

from .device import Device
from .factories import NOW, a_school, a_visit, out_now, ready

HOUR = timedelta(hours=1)


def typed(visit: HomeVisit, **more: Any) -> dict[str, Any]:
    """What the page on the tablet sends."""
    pupil = visit.visit_pupils.get().pupil
    return {
        "visit": str(visit.pk), "pupil": [str(pupil.pk)], "says": "CANARY no heating", "words": "“I am cold”", "seen_day_0": "24",
        "seen_day_1": "11", "seen_day_2": "2026", "seen_time": "", "place": "Kitchen", "told_others": "", "family": "told",
        "family_why": "", "mark_part": ["front_l_hand", ""], "mark_says": ["red", ""], "mark_x": ["", ""], "mark_y": ["", ""],
    } | more  # fmt: skip


def send(
    visit: HomeVisit, staff: Staff, written: datetime, sent: datetime, data: dict[str, Any], token: str = "", kind: str = "concern"
) -> Any:
    """Send one act as the tablet's queue does."""
    client = Client()
    with time_machine.travel(sent, tick=False):
        client.force_login(staff)
        act = {"token": token or str(uuid.uuid4()), "kind": kind, "happened_at": written.isoformat(), "data": data}
        body = json.dumps({"sent_at": sent.isoformat(), "acts": [act]})
        answer = client.post(reverse("concern_sync", args=[visit.school.slug]), body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()["acts"][0]


@pytest.fixture
def visit(db: object) -> HomeVisit:
    """A visit whose pair is out."""
    school = a_school("primary-procedures")
    StaffFactory.create(school=school, roles=["dsl"], name="Dot Safe")
    return out_now(a_visit(school, pair=[ready(school), ready(school)], purpose="attendance"))


@pytest.mark.clause("ATT-54", "PRI-26")
def test_it_arrives_once_with_the_time_at_which_it_was_written(visit: HomeVisit) -> None:
    tess, token = pair_of(visit)[0], str(uuid.uuid4())
    first = send(visit, tess, NOW, NOW + HOUR, typed(visit), token)
    again = send(visit, tess, NOW, NOW + 2 * HOUR, typed(visit), token)
    concern = Concern.objects.get()
    assert (concern.seen_at, concern.written_at, concern.at, concern.visit_id) == (NOW, NOW, NOW + HOUR, visit.pk)
    assert (concern.words, concern.marks.get().part, concern.family_told.get().told) == ("“I am cold”", "front_l_hand", "told")
    assert Notice.objects.get(about="concern").at == NOW + HOUR
    assert [first["state"], again["state"]] == ["done", "done"]
    assert str(concern.reference) in first["says"]
    assert not ArrivedAct.objects.exists(), "the office reads those"


def test_late_nothing_is_refused_and_nothing_lost(visit: HomeVisit) -> None:
    wrong = typed(
        visit, says="", pupil=[], seen_time="quarter past", family="", mark_part=[""], mark_says=["a scratch"], mark_x=[""], mark_y=[""]
    )
    assert send(visit, pair_of(visit)[0], NOW, NOW + HOUR, wrong)["state"] == "done"
    concern = Concern.objects.get()
    assert "quarter past" in concern.says
    assert "a scratch" in concern.says
    assert "No child was chosen" in concern.others
    assert concern.words == "“I am cold”"


def test_at_once_the_page_says_what_is_missing(visit: HomeVisit) -> None:
    assert send(visit, pair_of(visit)[0], NOW, NOW, typed(visit, says=""))["state"] == "refused"
    assert send(visit, pair_of(visit)[0], NOW - HOUR, NOW, typed(visit), kind="check_in")["state"] == "refused"
    assert not Concern.objects.exists()


def test_a_child_or_a_visit_of_another_school_is_left_out(visit: HomeVisit) -> None:
    other = a_visit(a_school("secondary"))
    data = typed(visit, pupil=[str(PupilFactory.create(school=other.school).pk)], others="A boy") | {"visit": str(other.pk)}
    send(visit, pair_of(visit)[0], NOW, NOW + HOUR, data)
    concern = Concern.objects.get()
    assert (concern.pupils.count(), concern.visit_id, concern.school) == (0, None, visit.school)


@pytest.mark.once
def test_the_page_goes_along_with_its_children_at_hand(client: Client, visit: HomeVisit) -> None:
    tess = pair_of(visit)[0]
    brother = PupilFactory.create(school=visit.school, household=visit.household, first_name="Quentin")
    with time_machine.travel(NOW, tick=False):
        client.force_login(tess)
        page = client.get(reverse("visit_concern", args=[visit.school.slug, visit.pk])).content.decode()
    assert f'value="{visit.visit_pupils.get().pupil_id}" checked' in page
    assert f'value="{brother.pk}"' in page
    assert f'data-sync="{reverse("concern_sync", args=[visit.school.slug])}"' in page


@pytest.mark.once
def test_every_page_of_the_team_asks_within_seconds_and_no_other_page_does(client: Client, visit: HomeVisit) -> None:
    school, dot = visit.school, Staff.objects.get(name="Dot Safe")
    head = StaffFactory.create(school=school, roles=["headteacher"])
    address = reverse("concern_alert", args=[school.slug])
    with time_machine.travel(NOW, tick=False):
        for staff, asks in ((dot, True), (head, False), (pair_of(visit)[0], False)):
            client.force_login(staff)
            for name, args in (("notice_list", []), ("visit_list", []), ("visit_doorstep", [visit.pk])):
                page = client.get(reverse(name, args=[school.slug, *args])).content.decode()
                assert (f'data-live="{address}" data-live-every="5"' in page) is asks, (staff, name)
            assert client.get(address).status_code == (200 if asks else 403)
        client.force_login(dot)
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        send(visit, pair_of(visit)[0], NOW, NOW, typed(visit))
        news = client.get(address, headers={"If-None-Match": tag}).content.decode()
    assert "1 concern waits" in news
    assert "CANARY" not in news


@pytest.mark.prove
@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("ATT-54")
def test_back_in_the_network_it_alerts_the_leads_screen_within_ten_seconds(playwright: Any, live_server: Any, tmp_path: Path) -> None:
    for tablet, desk, visit in _two_screens(playwright, live_server, tmp_path):
        tablet.page.goto(reverse("visit_tablet", args=[visit.school.slug, visit.pk]))
        from playwright.sync_api import expect

        expect(tablet.page.locator("[data-pack-state]")).to_contain_text("opens without network until")
        desk.page.goto(reverse("pupil_list", args=[visit.school.slug]))
        tablet.context.set_offline(True)
        tablet.page.goto(reverse("visit_concern", args=[visit.school.slug, visit.pk]))
        tablet.page.fill('[name="says"]', "CANARY no heating, wet walls.")
        tablet.page.locator('[name="family"][value="told"]').check()
        tablet.page.locator("#marks > summary").click()
        tablet.page.locator('[data-body="front"]').click(position={"x": 60, "y": 150})
        tablet.page.locator('[name="mark_says"]').first.fill("A bruise")
        tablet.page.get_by_role("button", name="Send to the safeguarding team").click()
        expect(tablet.page.locator("[data-offline-note]")).to_contain_text("Saved on this tablet")
        assert not Concern.objects.exists()
        expect(desk.page.locator("#concern-alert")).not_to_contain_text("waits")
        tablet.context.set_offline(False)
        began = time.monotonic()
        expect(desk.page.locator("#concern-alert")).to_contain_text("1 concern waits")
        took = time.monotonic() - began
        print(f"alerted after {took:.1f} s")
        concern = Concern.objects.get()
        assert concern.marks.get().says == "A bruise"
        assert concern.visit_id == visit.pk
        assert tablet.holds("CANARY") == []
        assert took < 10


def _two_screens(playwright: Any, live_server: Any, tmp_path: Path) -> Iterator[tuple[Device, Device, HomeVisit]]:
    """The tablet of one who is out, and the lead's desk."""
    school = a_school("primary-procedures")
    dot = StaffFactory.create(school=school, roles=["dsl"], name="Dot Safe")
    from homevisits.common import clock

    made = a_visit(school, pair=[ready(school), ready(school)], purpose="attendance")
    visit = out_now(made, now=clock.now() - timedelta(minutes=5), raised_at=clock.now() - HOUR)
    base = live_server.url.replace("127.0.0.1", "localhost")
    tablet, desk = (Device(playwright, tmp_path / name, base) for name in ("tablet", "desk"))
    tablet.sign_in(pair_of(visit)[0])
    desk.sign_in(dot)
    yield tablet, desk, visit
    for device in (tablet, desk):
        device.context.close()
        shutil.rmtree(device.folder, ignore_errors=True)
