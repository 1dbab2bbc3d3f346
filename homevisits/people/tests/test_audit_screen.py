"""The headteacher and the safeguarding lead see who did what in their school; that they looked stands there too."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.audit.selectors import words
from homevisits.audit.services import record
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PASSWORD, SchoolFactory, StaffFactory

pytestmark = pytest.mark.django_db
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
    assert "Case closed" in seen
    assert "Signed in" in seen
    assert "Sign in failed" in seen
    assert "Other Person" not in seen
    assert "Case opened" not in seen


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
    assert (first.count("Case closed"), second.count("Case closed")) == (50, 10)
    assert first.index("case 59<") < first.index("case 58<")


def test_what_was_recorded_is_shown_and_never_run(client: Client, oak: School, dot: Staff) -> None:
    with transaction.atomic():
        record("x.y", by=dot, now=NOW, school_id=oak.pk, detail={"said": "<script>alert(1)</script>"})
    assert "<script>alert" not in page(client)


def test_acts_in_words() -> None:
    assert [words(act) for act in ("attendance.case.closed", "people.signed_in", "plain")] == ["Case closed", "Signed in", "Plain"]
