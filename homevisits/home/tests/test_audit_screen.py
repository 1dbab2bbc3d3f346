"""The headteacher and the safeguarding lead see who did what in their school; that they looked stands there too."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.audit.services import record
from homevisits.audit.words import words
from homevisits.common.actors import SystemJob
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PASSWORD, PupilFactory, SchoolFactory, StaffFactory
from safeguarding.tests.factories import a_concern

pytestmark = pytest.mark.django_db
CLOSED = "Closed an unexplained absence"
NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)


@pytest.fixture
def oak() -> School:
    return SchoolFactory.create(slug="oak")


@pytest.fixture
def dot(client: Client, oak: School) -> Staff:
    staff = StaffFactory.create(name="Dot Safe", school=oak, roles=["dsl"])
    client.force_login(staff)
    return staff


def did(act: str, by: Staff, school: School | None, at: datetime = NOW, number: int = 1) -> None:
    with transaction.atomic():
        record(act, by=by, now=at, school_id=school.pk if school else None, object_type="case", object_id=number, detail={"n": number})


def page(client: Client, **search: str | int) -> str:
    return client.get("/s/oak/audit/", search).content.decode()


def test_one_sees_ones_own_school_only(client: Client, oak: School, dot: Staff) -> None:
    olive = StaffFactory.create(name="Olive Office", school=oak, roles=["office_admin"])
    other = StaffFactory.create(name="Other Person", email="other@elm.example", school=SchoolFactory.create(), roles=["dsl"])
    did("attendance.case.closed", olive, oak)
    did("attendance.case.opened", other, other.roles.get().school)
    Client().post("/accounts/login/", {"login": olive.email, "password": PASSWORD})
    Client().post("/accounts/login/", {"login": olive.email, "password": "wrong"})
    Client().post("/accounts/login/", {"login": other.email, "password": PASSWORD})
    seen = page(client)
    assert "Closed an unexplained absence" in seen
    assert "Signed in" in seen
    assert "Could not sign in" in seen
    assert "Other Person" not in seen
    assert "Opened an unexplained absence" not in seen


def test_one_finds_by_person_record_and_day(client: Client, oak: School, dot: Staff) -> None:
    olive, pat = (StaffFactory.create(name=name, school=oak, roles=["office_admin"]) for name in ("Olive Office", "Pat Lead"))
    did("attendance.first", olive, oak, number=1)
    did("attendance.second", pat, oak, number=1)
    did("attendance.third", olive, oak, NOW + timedelta(days=1), number=2)

    def found(**search: str | int) -> set[str]:
        seen = page(client, **search)
        return {word for word in ("First", "Second", "Third") if f"<td>{word}</td>" in seen}

    assert found() == {"First", "Second", "Third"}
    assert found(by_id=olive.pk) == {"First", "Third"}
    assert found(object_type="case", object_id="1") == {"First", "Second"}
    day = {"from_day_0": 25, "from_day_1": 11, "from_day_2": 2026}
    assert found(**day) == {"Third"}
    assert found(to_day_0=24, to_day_1=11, to_day_2=2026) == {"First", "Second"}
    assert found(by_id=pat.pk, **day) == set()


def test_a_search_that_makes_no_sense_says_so(client: Client, oak: School, dot: Staff) -> None:
    assert "There is a problem" in page(client, from_day_0=31, from_day_1=2, from_day_2=2026)
    assert client.get("/s/oak/audit/", {"by_id": "x", "page": "y"}).status_code == 200


def test_looking_is_recorded_with_what_was_looked_for(client: Client, oak: School, dot: Staff) -> None:
    page(client, by_id=dot.pk, page=3)
    row = AuditEvent.objects.get()
    assert (row.act, row.chain, row.by_id, row.detail) == ("people.audit_read", oak.pk, dot.pk, {"by_id": dot.pk, "page": 1})


def test_many_events_come_in_pages(client: Client, oak: School, dot: Staff) -> None:
    for number in range(60):
        did("attendance.case.closed", dot, oak, NOW + timedelta(minutes=number), number)
    first, second = page(client), page(client, page=2)
    assert (first.count(CLOSED), second.count(CLOSED)) == (50, 10)
    assert first.index("Case 59<") < first.index("Case 58<")


def test_what_was_recorded_is_shown_and_never_run(client: Client, oak: School, dot: Staff) -> None:
    with transaction.atomic():
        record("x.y", by=dot, now=NOW, school_id=oak.pk, detail={"said": "<script>alert(1)</script>"})
    assert "<script>alert" not in page(client)


def test_acts_in_words() -> None:
    said = [words(act) for act in ("attendance.case.closed", "people.signed_in", "visits.new_thing.made", "plain")]
    assert said == [CLOSED, "Signed in", "New thing made", "Plain"]


def test_one_finds_what_was_done_about_a_child_by_its_name(client: Client, oak: School, dot: Staff) -> None:
    """On its own page, on a record about it, and on a record that names it among its particulars; the record's page is a tap away."""
    ada = PupilFactory.create(school=oak, first_name="Ada", last_name="O’Brien-Núñez")
    ben = PupilFactory.create(school=oak, first_name="Ben", last_name="Other")
    notice = tell(school=oak, role="office_admin", about="held", says="Held.", pupils=[ada.pk], by=SystemJob("x"), now=NOW)
    with transaction.atomic():
        for act, kind, number, detail in (
            ("x.one", "pupil", ada.pk, {}), ("x.two", "notice", notice.pk, {}), ("x.three", "", "", {"pupil": ada.pk}),
            ("x.four", "pupil", ben.pk, {}), ("x.five", "", "", {"pupil": ben.pk}),
        ):  # fmt: skip
            record(act, by=dot, now=NOW, school_id=oak.pk, object_type=kind, object_id=number, detail=detail)
    seen = page(client, child="ada nunez")
    assert {word for word in ("One", "Two", "Three", "Four", "Five") if f"<td>{word}</td>" in seen} == {"One", "Two", "Three"}
    assert "Ada O’Brien-Núñez" in seen
    assert f'href="/s/oak/pupils/{ada.pk}/"' in seen
    assert "Who did what about" in page(client, pupil_id=ben.pk)
    assert "Five" in page(client, pupil_id=ben.pk)


def test_a_name_that_nobody_has_finds_nothing_and_says_so(client: Client, oak: School, dot: Staff) -> None:
    did("x.one", dot, oak)
    PupilFactory.create(school=SchoolFactory.create(), first_name="Zoe")
    for search in ({"child": "Zoe"}, {"pupil_id": 9999}):
        seen = page(client, **search)
        assert "There is a problem" in seen
        assert "<td>One</td>" not in seen


def test_who_looked_can_be_told_from_what_was_changed(client: Client, oak: School, dot: Staff) -> None:
    did("people.pupil.read", dot, oak)
    did("people.pupil.needs_saved", dot, oak)
    seen = page(client, reading="on")
    assert "Read a pupil&#x27;s page" in seen
    assert "Saved a pupil" not in seen


def test_what_another_reader_looked_for_is_theirs(client: Client, oak: School, dot: Staff) -> None:
    page(client, object_type="", object_id="4711")
    assert "number: 4711" in page(client)
    client.force_login(StaffFactory.create(name="Hal Head", school=oak, roles=["headteacher"]))
    seen = page(client)
    assert "Read who did what" in seen
    assert "4711" not in seen


def test_a_head_cannot_ask_for_concerns(client: Client, oak: School, dot: Staff) -> None:
    concern = a_concern(oak, now=NOW)
    assert "Wrote a concern" in page(client, object_type="Concern", object_id=str(concern.public_id))
    assert "Wrote a concern" not in page(client, object_type="Concern", object_id=concern.pk), "people meet it by its random number alone"
    client.force_login(StaffFactory.create(school=oak, roles=["headteacher"]))
    assert "oncern" not in page(client).partition("<main")[2], "the header leads everybody to where one is written"
    assert "Wrote a concern" not in page(client, object_type="Concern", object_id=str(concern.public_id))


def test_what_was_found_is_taken_out_with_a_reason(client: Client, oak: School, dot: Staff) -> None:
    did("attendance.case.closed", dot, oak)
    with transaction.atomic():
        record("x.y", by=dot, now=NOW, school_id=oak.pk, detail={"said": "=1+1"}, object_id="=2")
    asked = "/s/oak/audit/take-out/?object_type=case"
    assert "Take out 1 event" in client.get(asked).content.decode()
    assert "There is a problem" in client.post(asked, {"reason": " "}).content.decode()
    assert not AuditEvent.objects.filter(act="people.audit_exported").exists()
    answer = client.post(asked, {"reason": "The governors ask"})
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode().count(CLOSED) == 1
    taken = AuditEvent.objects.get(act="people.audit_exported")
    assert (taken.by_id, taken.detail) == (dot.pk, {"object_type": "case", "events": 1, "reason": "The governors ask"})
    assert ",=" not in client.post("/s/oak/audit/take-out/", {"reason": "All"}).content.decode()
    assert "nothing to take out" in client.post("/s/oak/audit/take-out/?object_id=0", {"reason": "None"}).content.decode()


def test_particulars_name_people_and_say_codes_in_words(client: Client, oak: School, dot: Staff) -> None:
    tess, ted = (StaffFactory.create(name=name, school=oak) for name in ("Tess Tanner", "Ted Adeleke"))
    ada, far = (
        PupilFactory.create(school=oak, first_name="Ada", last_name="Example"),
        PupilFactory.create(first_name="Far", last_name="Away"),
    )
    particulars: dict[str, object] = {
        "pair": [tess.pk, ted.pk], "pupils": [ada.pk, far.pk], "purpose": "absent_child_check", "on_duty": True, "tasks": [7, 9],
        "last_day": "2026-11-21", "shows": "2026-11-24T08:30:00+00:00", "code": "I", "note": "",
    }  # fmt: skip
    with transaction.atomic():
        record("visits.visit.planned", by=dot, now=NOW, school_id=oak.pk, detail=particulars)
    seen = page(client)
    assert "<td>Visit: planned</td>" in seen
    said = re.search(r"<td>([^<]*pair: [^<]*)</td>", seen)
    assert said is not None
    assert set(said[1].split("; ")) == {
        "pair: Tess Tanner, Ted Adeleke", f"pupils: Ada Example, number {far.pk}", "purpose: absent child check", "on duty: yes",
        "tasks: 2", "last day: 21 Nov 2026", "shows: 24 Nov 2026, 08:30:00", "code: I, Illness",
    }  # fmt: skip
