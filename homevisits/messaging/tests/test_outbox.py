"""What is written once, what is taken back, and what is not."""

import pytest

from homevisits.messaging import outbox
from homevisits.messaging.delivery import deliver, next_due
from homevisits.messaging.models import DeliveryEvent, Message

from .factories import LADDER, NOW, make_pupil, make_school, make_text

pytestmark = pytest.mark.django_db


def test_a_purpose_is_written_once() -> None:
    school = make_school()
    ada = make_pupil(school)
    make_text(school, ada, purpose="once")
    again = outbox.put(
        school=school, day=NOW.date(), template="all_clear", to="+447700900001", purpose="once", fields={}, due_at=NOW,
        by=LADDER, now=NOW,
    )  # fmt: skip
    assert again is None
    assert Message.objects.count() == 1


def test_it_is_rendered_with_first_names_only() -> None:
    school = make_school()
    ada = make_pupil(school)
    ben = make_pupil(school, "Ben", household=ada.household)
    body = make_text(school, ben, ada).body
    assert "Ada and Ben" in body
    assert "9:45" in body
    assert "01632 960001" in body
    assert "Example" not in body


def test_a_field_the_message_does_not_have_is_refused() -> None:
    school = make_school()
    with pytest.raises(ValueError, match="reason"):
        make_text(school, fields={"reason": "ill"})


def test_withdrawing_one_of_two_leaves_the_other_and_cancels_with_the_last() -> None:
    school = make_school()
    ada = make_pupil(school)
    ben = make_pupil(school, "Ben", household=ada.household)
    text = make_text(school, ada, ben)
    assert outbox.withdraw(school_id=school.pk, pupil_ids=[ada.pk], now=NOW) == [text.pk]
    text.refresh_from_db()
    assert (text.status, "Ada" in text.body, "Ben" in text.body) == ("waiting", False, True)
    outbox.withdraw(school_id=school.pk, pupil_ids=[ben.pk], now=NOW)
    text.refresh_from_db()
    assert (text.status, text.next_attempt_at) == ("cancelled", None)
    assert deliver(now=NOW) == 0


def test_what_was_sent_is_not_withdrawn() -> None:
    school = make_school()
    ada = make_pupil(school)
    text = make_text(school, ada)
    assert deliver(now=NOW) == 1
    assert outbox.withdraw(school_id=school.pk, pupil_ids=[ada.pk], now=NOW) == []
    text.refresh_from_db()
    assert (text.status, text.accepted_at, text.about.count()) == ("accepted", NOW, 1)
    assert list(DeliveryEvent.objects.filter(message=text).values_list("status", flat=True).order_by("pk")) == ["waiting", "accepted"]


def test_held_texts_wait_for_their_release() -> None:
    school = make_school()
    text = make_text(school, make_pupil(school), held=True)
    assert deliver(now=NOW) == 0
    assert next_due() is None
    assert outbox.release(message_ids=[text.pk], now=NOW) == 1
    assert next_due() == NOW
    assert deliver(now=NOW) == 1


def test_a_dead_number_gets_nothing_more() -> None:
    school = make_school()
    text = make_text(school, make_pupil(school))
    outbox.cancel_to_numbers(school_id=school.pk, numbers=[text.to], now=NOW)
    assert deliver(now=NOW) == 0


def test_shadow_mode_ends_as_would_have_been_sent() -> None:
    school = make_school(sending="shadow")
    text = make_text(school, make_pupil(school))
    assert deliver(now=NOW) == 1
    text.refresh_from_db()
    assert text.status == "shadow"
