"""Claims: never more than asked for, never what is not to go, never twice."""

import uuid
from datetime import timedelta

import pytest

from homevisits.messaging import sql
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message

from .factories import NOW, make_pupil, make_school, make_text

pytestmark = pytest.mark.django_db


def claim(school_id: int, **more: object) -> sql.Claim:
    """A claim of a minute."""
    return sql.Claim(school_id, NOW, NOW + timedelta(minutes=1), uuid.uuid4(), **more)  # type: ignore[arg-type]


def test_a_claim_takes_no_more_than_its_limit_and_no_row_twice() -> None:
    school = make_school()
    pupil = make_pupil(school)
    for number in range(60):
        make_text(school, pupil, to=f"+447700900{number:03}")
    taken = [message.id for _ in range(7) for message in sql.claim_to_send(claim(school.pk), 10)]
    assert (len(taken), len(set(taken))) == (60, 60)
    assert sql.claim_to_send(claim(school.pk), 10) == []


@pytest.mark.parametrize("status", [status for status in Message.Status if status not in ("waiting", "retrying")])
def test_only_what_waits_is_claimed_to_be_sent(status: str) -> None:
    school = make_school()
    make_text(school, make_pupil(school))
    Message.objects.update(status=status)
    assert sql.claim_to_send(claim(school.pk), 10) == []


@pytest.mark.parametrize("values", [{"recalled": True}, {"miss_at": NOW}, {"next_attempt_at": None}])
def test_what_must_not_go_is_not_claimed(values: dict[str, object]) -> None:
    school = make_school()
    make_text(school, make_pupil(school))
    Message.objects.update(**values)
    assert sql.claim_to_send(claim(school.pk), 10) == []


def test_a_living_senders_claim_is_not_asked_about() -> None:
    school = make_school()
    make_text(school, make_pupil(school))
    sql.claim_to_send(claim(school.pk), 10)
    assert sql.claim_to_look_up(claim(school.pk), 10) == []
    later = sql.Claim(school.pk, NOW + timedelta(minutes=1), NOW + timedelta(minutes=2), uuid.uuid4())
    assert len(sql.claim_to_look_up(later, 10)) == 1


@pytest.mark.django_db
def test_a_contact_restricted_meanwhile_gets_nothing_that_was_waiting() -> None:
    school = make_school()
    pupil = make_pupil(school)
    text = make_text(school, pupil)
    pupil.contacts.update(restricted=True)
    deliver(now=NOW)
    text.refresh_from_db()
    assert (text.status, text.handed_at) == (Message.Status.CANCELLED, None)
