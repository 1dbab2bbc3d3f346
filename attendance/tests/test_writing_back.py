"""Suggested codes written into the information system: by a person's decision, once, and never over what somebody entered since."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from attendance.connectors import connector_for
from attendance.connectors.base import Mark, NotAnswered, Remote
from attendance.connectors.wonde import Wonde
from attendance.models import MisEntry, RemotePupil, WriteBack, WriteBackAccount
from attendance.services import learning, writing
from attendance.services.mis import suggest, withdraw_suggestions
from attendance.services.write_back import queue_by_itself, queue_codes, save_account, stop, try_again
from attendance.services.writing import GIVE_UP, LEASE, write_back
from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput
from homevisits.messaging.models import Notice
from homevisits.messaging.outcome import Found, Kind
from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory

from . import wonde_server
from .factories import DAY, at

pytestmark = pytest.mark.django_db
NOW = at("9:30")
State = WriteBack.State
DATE = DAY.isoformat()


@pytest.fixture
def wonde(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[wonde_server.Store]:
    """The other side, running; its token in the environment as in a real installation."""
    with wonde_server.running() as (store, address):
        settings.WONDE_BASE_URL = address
        monkeypatch.setenv("WONDE_TOKEN", wonde_server.TOKEN)
        yield store


@pytest.fixture
def school(wonde: wonde_server.Store) -> School:
    found = SchoolFactory.create()
    head = StaffFactory.create(school=found, roles=["headteacher"])
    StaffFactory.create(school=found, roles=["office_admin"])
    save_account(school=found, remote_school=wonde_server.SCHOOL, by_itself=False, by=head, now=NOW)
    return found


@pytest.fixture
def pupil(school: School, wonde: wonde_server.Store) -> Pupil:
    """A pupil whom both sides know, with a suggestion of illness."""
    found = PupilFactory.create(school=school, upn="B801200005001", mis_id="77")
    wonde.student("S1", upn="B801200005001", mis_id="0077")
    suggest(found, school, DAY, "I", comment="Mother rang", now=NOW)
    connector = connector_for(school)
    assert connector is not None
    learning.learn(school=school, connector=connector, by=learning.LEARNER, now=NOW)
    return found


def office(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["office_admin"])


def queued(school: School, code: str = "I") -> WriteBack:
    """The school's only suggestion, put on its way by the office."""
    queue_codes(school=school, entry_ids=[MisEntry.objects.get(code=code, done_at=None).pk], by=office(school), now=NOW)
    return WriteBack.objects.get(code=code, state=State.WAITING)


def test_a_person_decides_and_the_code_is_written_once(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    assert write_back(now=NOW) == 0  # nothing goes by itself
    row = queued(school)
    assert write_back(now=NOW) == 1
    assert write_back(now=NOW + LEASE * 2) == 0
    assert wonde.written() == {("S1", DATE, "AM"): "C-ill"}
    assert wonde.posts.total() == 1
    row.refresh_from_db()
    entry = MisEntry.objects.get()
    assert (row.state, row.remote_id[:1], entry.done_by) == (State.WRITTEN, "W", row.queued_by)
    assert entry.done_at == NOW
    acts = list(AuditEvent.objects.filter(act__startswith="attendance.write_back").order_by("pk").values_list("act", flat=True))
    assert [act.rsplit(".", 1)[1] for act in acts] == ["account", "learnt", "queued", "written"]


def test_off_by_default(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    school = SchoolFactory.create()
    suggest(PupilFactory.create(school=school), school, DAY, "I", now=NOW)
    for token, remote in (("", ""), ("", "A1"), ("x", "")):
        monkeypatch.setenv("WONDE_TOKEN", token)
        WriteBackAccount.objects.update_or_create(school=school, defaults={"remote_school": remote, "by_itself": True})
        assert connector_for(school) is None
        with pytest.raises(BadInput, match="not set up"):
            queue_codes(school=school, entry_ids=[MisEntry.objects.get().pk], by=office(school), now=NOW)
        assert queue_by_itself(NOW + timedelta(hours=1)) == 0
    demo = SchoolFactory.create(is_demo=True)
    WriteBackAccount.objects.create(school=demo, remote_school="A1")
    assert connector_for(demo) is None


def test_the_schools_switch_takes_what_is_quiet_and_not_what_was_stopped(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    WriteBackAccount.objects.update(by_itself=True)
    assert queue_by_itself(NOW + timedelta(minutes=4)) == 0
    assert queue_by_itself(NOW + timedelta(minutes=5)) == 1
    assert queue_by_itself(NOW + timedelta(minutes=5)) == 0
    row = WriteBack.objects.get()
    assert row.queued_by is None
    assert stop(school=school, row_ids=[row.pk], by=office(school), now=NOW) == 1
    assert queue_by_itself(NOW + timedelta(hours=1)) == 0
    suggest(pupil, school, DAY, "M", now=NOW + timedelta(hours=1))
    assert queue_by_itself(NOW + timedelta(hours=2)) == 1  # another code is another suggestion


def test_late_has_its_minutes_and_the_comment_goes_along(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    seen: list[dict[str, Any]] = []
    wonde.rule = seen.append
    suggest(pupil, school, DAY, "L", session="PM", comment="Bus", now=NOW)
    school.marks.create(pupil=pupil, day=DAY, session="PM", code="L", minutes_late=12, recorded_at=NOW)
    queued(school, "L")
    write_back(now=NOW)
    assert seen == [
        {"student_id": "S1", "date": DATE, "session": "PM", "attendance_code_id": "C-late", "comment": "Bus", "minutes_late": 12}
    ]


def test_no_answer_is_asked_about_before_it_is_sent_again(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    wonde.rule = lambda record: "drop"
    row = queued(school)
    write_back(now=NOW)
    row.refresh_from_db()
    assert row.state == State.UNKNOWN
    wonde.reads_answered = False
    write_back(now=NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.state == State.UNKNOWN
    wonde.reads_answered = True
    write_back(now=NOW + timedelta(minutes=10))
    row.refresh_from_db()
    assert (row.state, wonde.posts.total()) == (State.WRITTEN, 1)


def test_what_was_lost_on_the_way_is_sent_again(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    wonde.rule = lambda record: "lose" if wonde.posts.total() == 1 else None
    row = queued(school)
    for minute in (0, 5, 10):
        write_back(now=NOW + timedelta(minutes=minute))
    row.refresh_from_db()
    assert (row.state, wonde.posts.total()) == (State.WRITTEN, 2)


def test_a_killed_writer_is_followed_up(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    class Killed(BaseException):
        pass

    class Dying(Wonde):
        def write(self, mark: Mark) -> Any:
            super().write(mark)
            raise Killed

    row = queued(school)
    with pytest.raises(Killed):
        write_back(now=NOW, connector_of=lambda _: Dying(wonde_server.SCHOOL, wonde_server.TOKEN))
    row.refresh_from_db()
    assert row.state == State.SENDING
    assert write_back(now=NOW + timedelta(seconds=30)) == 0  # the lease holds
    assert write_back(now=NOW + LEASE) == 1
    row.refresh_from_db()
    assert (row.state, wonde.posts.total()) == (State.WRITTEN, 1)


def test_two_writers_never_have_the_same_mark(school: School, pupil: Pupil) -> None:
    queued(school)
    side = connector_for(school)
    assert side is not None
    first, second = (writing.Run(school, side, lambda: NOW) for _ in range(2))
    assert writing._claim(first) is not None
    assert writing._claim(second) is None


def test_what_somebody_entered_meanwhile_stands(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    wonde.rule = lambda record: "lose"
    row = queued(school)
    write_back(now=NOW)
    wonde.put("S1", DATE, "AM", "C-medical")
    wonde.rule = lambda record: None
    write_back(now=NOW + timedelta(minutes=5))
    row.refresh_from_db()
    assert (row.state, wonde.written()[("S1", DATE, "AM")]) == (State.FAILED, "C-medical")
    assert "it stands" in row.error
    assert Notice.objects.filter(about="code_not_written", task=True).count() == 1


def test_a_suggestion_that_changed_or_was_taken_back_is_not_written(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    row = queued(school)
    suggest(pupil, school, DAY, "M", now=NOW)
    write_back(now=NOW)
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    second = queued(school, "M")
    withdraw_suggestions(pupil, DAY)
    write_back(now=NOW)
    second.refresh_from_db()
    assert (second.state, wonde.posts.total()) == (State.CANCELLED, 0)


def test_a_change_while_it_was_written_is_told(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    queued(school)

    class Slow(Wonde):
        def write(self, mark: Mark) -> Any:
            suggest(pupil, school, DAY, "M", now=NOW)
            return super().write(mark)

    write_back(now=NOW, connector_of=lambda _: Slow(wonde_server.SCHOOL, wonde_server.TOKEN))
    assert WriteBack.objects.get().state == State.WRITTEN
    assert MisEntry.objects.get(code="M").done_at is None
    assert "has changed since" in Notice.objects.get(about="code_not_written").says


@pytest.mark.parametrize(
    ("status", "headers", "again_after"), [(429, {"Retry-After": "90"}, 90), (429, {}, 30), (503, {}, 30), (500, {}, 30)]
)
def test_busy_and_broken_are_tried_again_later(
    school: School, pupil: Pupil, wonde: wonde_server.Store, status: int, headers: dict[str, str], again_after: int
) -> None:
    wonde.rule, wonde.headers = lambda record: (status, {"error": "busy"}), headers
    row = queued(school)
    write_back(now=NOW)
    row.refresh_from_db()
    assert row.next_attempt_at == NOW + timedelta(seconds=again_after)
    wonde.rule, wonde.headers = lambda record: None, {}
    assert write_back(now=NOW + timedelta(seconds=again_after - 1)) == 0
    for minute in (5, 10):
        write_back(now=NOW + timedelta(minutes=minute))
    row.refresh_from_db()
    assert row.state == State.WRITTEN


def test_refused_for_good_is_a_persons_and_can_be_tried_again(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    wonde.rule = lambda record: (422, {"attendance.0.date": ["The date is locked."]})
    row = queued(school)
    write_back(now=NOW)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "422 The date is locked.")
    assert MisEntry.objects.get().done_at is None
    assert Notice.objects.get(about="code_not_written").link == f"/s/{school.slug}/mis/written/"
    wonde.rule = lambda record: None
    assert try_again(school=school, row_ids=[row.pk], by=office(school), now=NOW) == 1
    write_back(now=NOW)
    row.refresh_from_db()
    assert row.state == State.WRITTEN
    assert try_again(school=school, row_ids=[row.pk], by=office(school), now=NOW) == 0


def test_a_refused_key_loses_nothing_and_is_told_once(
    school: School, pupil: Pupil, wonde: wonde_server.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WONDE_TOKEN", "wrong")
    row = queued(school)
    for minute in (0, 15, 30):
        write_back(now=NOW + timedelta(minutes=minute))
    row.refresh_from_db()
    assert row.state == State.RETRYING
    assert "refuses the key" in Notice.objects.get(about="code_not_written").says
    monkeypatch.setenv("WONDE_TOKEN", wonde_server.TOKEN)
    write_back(now=NOW + timedelta(hours=1))
    row.refresh_from_db()
    assert row.state == State.WRITTEN


def test_after_a_day_it_is_given_up(school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    wonde.rule = lambda record: (503, {})
    row = queued(school)
    write_back(now=NOW)
    write_back(now=NOW + GIVE_UP)
    row.refresh_from_db()
    assert (row.state, row.error[:17]) == (State.FAILED, "Given up after a ")


def test_whom_it_does_not_know_waits_for_an_answer_and_then_for_a_person(school: School, wonde: wonde_server.Store) -> None:
    suggest(PupilFactory.create(school=school, mis_id="5"), school, DAY, "I", now=NOW)
    row = queued(school)
    write_back(now=NOW)
    row.refresh_from_db()
    assert row.state == State.RETRYING
    assert learning.learn_due(NOW) == 1
    assert learning.learn_due(NOW) == 0
    write_back(now=NOW + timedelta(minutes=2))
    row.refresh_from_db()
    assert (row.state, wonde.posts.total()) == (State.FAILED, 0)
    assert row.error == "Wonde does not know this pupil"


def test_pupils_are_matched_by_upn_then_number_and_never_by_half(school: School) -> None:
    ada = PupilFactory.create(school=school, upn="B801200005001", mis_id="1")
    ben = PupilFactory.create(school=school, upn="", mis_id="2")
    cid = PupilFactory.create(school=school, upn="J801200005002", mis_id="3")
    dan, eve = (PupilFactory.create(school=school, upn="", mis_id="4") for _ in range(2))
    fay = PupilFactory.create(school=school, upn="", mis_id="6")
    found = learning._matched(
        school,
        [
            Remote("A", "b801200005001", "9"), Remote("B", "X801200005003", "02"), Remote("C", "Z801200005004", "3"),
            Remote("D", "", "4"), Remote("F1", "", "6"), Remote("F2", "", "06"),
        ],
    )  # fmt: skip
    assert found == {ada.pk: "A", ben.pk: "B"}
    assert {cid.pk, dan.pk, eve.pk, fay.pk}.isdisjoint(found)


def test_another_id_forgets_whom_the_old_one_knew(school: School, pupil: Pupil) -> None:
    save_account(school=school, remote_school="A2", by_itself=False, by=office(school), now=NOW)
    assert not RemotePupil.objects.exists()


def test_lists_are_read_to_their_end_and_from_no_other_host(wonde: wonde_server.Store, settings: Any) -> None:
    for number in range(7):
        wonde.student(f"S{number}", mis_id=str(number + 1))
    side = Wonde(wonde_server.SCHOOL, wonde_server.TOKEN)
    assert len(list(side.pupils())) == 7
    assert side.codes()["I"] == "C-ill"
    side._get = lambda url: {"data": [], "meta": {"pagination": {"next": "https://evil.example/next"}}}  # type: ignore[method-assign]
    with pytest.raises(NotAnswered, match="another host"):
        list(side.pupils())
    settings.WONDE_BASE_URL = "http://127.0.0.1:9/v1.0"
    gone = Wonde("x", "y")
    mark = Mark("S1", DAY, "AM", "C-ill")
    assert gone.write(mark).kind in (Kind.UNSURE, Kind.BUSY)
    assert gone.find(mark).found is Found.NO_ANSWER


def test_the_pages_show_it_all(client: Client, school: School, pupil: Pupil, wonde: wonde_server.Store) -> None:
    client.force_login(office(school))
    entry = MisEntry.objects.get()
    slug = school.slug
    assert "Write back<span" in client.get(reverse("mis_list", args=[slug])).content.decode()
    answer = client.post(reverse("write_back", args=[slug]), {"entry": [entry.pk]}, follow=True).content.decode()
    assert "1 code on the way" in answer
    assert "Being written back" in answer
    wonde.rule = lambda record: (422, {"e": ["Locked"]})
    write_back(now=NOW)
    shown = client.get(reverse("write_back_list", args=[slug])).content.decode()
    assert "422 Locked" in shown
    row = WriteBack.objects.get()
    change = reverse("write_back_change", args=[slug])
    assert "on the way again" in client.post(change, {"row": [row.pk], "again": "1"}, follow=True).content.decode()
    assert "enter them by hand" in client.post(change, {"row": [row.pk], "stop": "1"}, follow=True).content.decode()
    assert "Nothing was ticked" in client.post(change, {"row": [row.pk], "stop": "1"}, follow=True).content.decode()


def test_the_settings_are_the_heads_and_ask_at_once(client: Client, school: School, pupil: Pupil) -> None:
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    page = reverse("write_back_account", args=[school.slug])
    assert client.post(page, {"remote_school": "../../x", "by_itself": "no"}).status_code == 422
    assert client.post(page, {"remote_school": wonde_server.SCHOOL, "by_itself": "yes"}).status_code == 302
    assert WriteBackAccount.objects.get().by_itself
    answer = client.post(reverse("write_back_learn", args=[school.slug]), follow=True).content.decode()
    assert "It answers: 5 codes and 1 pupil are known" in answer
    client.post(page, {"remote_school": "A9", "by_itself": "no"})
    answer = client.post(reverse("write_back_learn", args=[school.slug]), follow=True).content.decode()
    assert "does not answer as it should (It answered 404)" in answer
