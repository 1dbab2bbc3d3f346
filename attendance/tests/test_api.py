"""A connector of the information system sends registers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from attendance.models import Mark, Register, RegisterReceived, UnexplainedAbsence
from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.people.models import Pupil, School
from homevisits.people.services.api_tokens import issue_token, revoke_token
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from homevisits.policy.services import adopt_preset

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_five_past_nine() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def school() -> School:
    school = SchoolFactory.create()
    adopt_preset(school=school, preset="primary-procedures", by=SystemJob("test"), now=datetime(2026, 9, 1, 8, tzinfo=UTC))
    return school


@pytest.fixture
def ada(school: School) -> Pupil:
    return PupilFactory.create(school=school, mis_id="4247")


@pytest.fixture
def token(school: School) -> str:
    return issue_token(school=school, name="MIS", by=StaffFactory.create(school=school, roles=["headteacher"]), now=NOW)[1]


def send(token: str, **said: Any) -> Any:
    body = {"id": "one", "day": "2026-11-24", "session": "AM", "marks": [{"mis_id": "4247", "code": "N"}]} | said
    return Client().post("/api/registers/", json.dumps(body), "application/json", headers={"Authorization": f"Bearer {token}"})


def test_a_register_is_taken_and_opens_its_cases(school: School, ada: Pupil, token: str) -> None:
    answer = send(token, marks=[{"mis_id": "04247", "code": "N"}, {"upn": "Z9", "code": "/"}, {"mis_id": "4247", "code": "/"}])
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["taken"], said["unexplained"], said["repeated"]) == (1, 1, False)
    assert [(fault["place"], fault["says"][:12]) for fault in said["not_taken"]] == [(1, "No pupil wit"), (2, "This pupil i")]
    assert UnexplainedAbsence.objects.get().pupil == ada
    assert Register.objects.get(class_name="3A", session="AM").taken_at == NOW


def test_the_same_sending_twice_is_taken_once(ada: Pupil, token: str) -> None:
    first, second = send(token).json(), send(token).json()
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert {**first, "repeated": True} == second
    assert RegisterReceived.objects.count() == UnexplainedAbsence.objects.count() == 1


def test_an_id_that_was_used_for_another_register_is_refused(ada: Pupil, token: str) -> None:
    send(token)
    answer = send(token, marks=[{"mis_id": "4247", "code": "/"}])
    assert answer.status_code == 409
    assert "used on 24 November 2026" in answer.json()["errors"][0]
    assert Mark.objects.get().code == "N"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day": "2026-02-31"}, "day"),
        ({"session": "EVENING"}, "session"),
        ({"marks": []}, "marks"),
        ({"marks": [{"mis_id": "4247"}]}, "code"),
        ({"marks": [{"mis_id": "4247", "code": "ZZ"}]}, "not an attendance code"),
        ({"marks": [{"mis_id": "1", "code": "/"}]}, "No pupil with the number 1"),
        ({"day": "2026-11-22"}, "closed on 22 November 2026"),
        ({"day": "2026-11-27"}, "27 November 2026 is to come"),
        ({"classes": ["3A", "nope"]}, "There is no class “nope”"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(ada: Pupil, token: str, said: dict[str, Any], words: str) -> None:
    answer = send(token, **said)
    assert answer.status_code == 422
    assert words in " ".join(answer.json()["errors"])
    assert not RegisterReceived.objects.exists()
    assert not Mark.objects.exists()


def test_a_token_opens_its_own_school_only(school: School, ada: Pupil) -> None:
    other = SchoolFactory.create()
    words = issue_token(school=other, name="MIS", by=StaffFactory.create(school=other), now=NOW)[1]
    assert send(words).status_code == 422
    assert not Mark.objects.exists()


def test_a_revoked_token_opens_nothing(school: School, ada: Pupil) -> None:
    head = StaffFactory.create(school=school, roles=["headteacher"])
    row, words = issue_token(school=school, name="MIS", by=head, now=NOW)
    assert words not in (row.hash, row.hint)
    revoke_token(token=row, by=head, now=NOW)
    answer = send(words)
    assert answer.status_code == 401
    assert "Authorization" in answer.json()["errors"][0]


def test_a_few_marks_of_a_class_do_not_take_its_register(school: School, ada: Pupil, token: str) -> None:
    others = [PupilFactory.create(school=school) for _ in range(4)]
    said = send(token).json()
    assert said["classes"] == [{"class_name": "3A", "without_mark": 4, "taken": False}]
    assert Mark.objects.get().pupil == ada
    assert not UnexplainedAbsence.objects.exists()
    assert Register.objects.get(class_name="3A", session="AM").taken_at is None
    rest = send(token, id="two", marks=[{"mis_id": pupil.mis_id, "code": "/"} for pupil in others[:2]]).json()
    assert rest["classes"] == [{"class_name": "3A", "without_mark": 2, "taken": True}]
    assert UnexplainedAbsence.objects.get().pupil == ada


def test_a_class_that_is_said_to_be_complete_is_taken_and_the_unmarked_are_told(school: School, ada: Pupil, token: str) -> None:
    PupilFactory.create_batch(4, school=school)
    said = send(token, classes=["3A"]).json()
    assert said["classes"] == [{"class_name": "3A", "without_mark": 4, "taken": True}]
    assert UnexplainedAbsence.objects.get().pupil == ada


def test_the_description_names_every_field_and_needs_no_account(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    for field in ("minutes_late", "mis_id", "not_taken", "repeated", "without_mark", "list of MarkIn"):
        assert field in page
    assert "/api/registers/" in client.get("/api/openapi.json").json()["paths"]
