"""The pages: what was sent, what staff were told, what messages say, how they leave."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message, NoticeTo, SchoolAccount, Template
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff

from .factories import LADDER, make_pupil, make_school, make_staff, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    """A live school."""
    return make_school()


@pytest.fixture
def head(school: School) -> Staff:
    """Who may do everything here: headteacher and office."""
    return make_staff(school, "headteacher", "office_admin", mobile="+447700900101")


@pytest.fixture
def signed_in(head: Staff) -> Client:
    """Signed in as the head."""
    client = Client()
    client.force_login(head)
    return client


def url(name: str, school: School, *args: object) -> str:
    """An address under the school."""
    return reverse(name, args=[school.slug, *args])


def now(school: School) -> datetime:
    """The school's time."""
    return school.now()


def test_the_outbox_shows_the_text_whom_it_went_to_and_how_far(signed_in: Client, school: School) -> None:
    text = make_text(school, make_pupil(school), now=now(school))
    deliver(now=now(school))
    said = signed_in.get(url("message_list", school)).content.decode()
    assert text.body.split(":")[1][:30] in said
    for words in ("Mo Example", "07700 900001", "Ada Example", "Shown on the screen"):
        assert words in said


def test_what_is_wrong_with_sending_stands_at_the_top(signed_in: Client, school: School) -> None:
    said = signed_in.get(url("message_list", school)).content.decode()
    assert "The school is live, but no provider is set up." in said


def test_a_poll_is_not_answered_again_until_something_changed(signed_in: Client, school: School) -> None:
    make_text(school, make_pupil(school), now=now(school))
    first = signed_in.get(url("message_list", school), headers={"X-Live": "1"})
    again = {"X-Live": "1", "If-None-Match": first["ETag"]}
    assert (first.status_code, signed_in.get(url("message_list", school), headers=again).status_code) == (200, 304)
    deliver(now=now(school))
    assert signed_in.get(url("message_list", school), headers=again).status_code == 200


def test_the_days_messages_take_few_queries_however_many(signed_in: Client, school: School, django_assert_max_num_queries: Any) -> None:
    pupil = make_pupil(school)
    for number in range(40):
        make_text(school, pupil, to=f"+447700900{number:03}", now=now(school))
    with django_assert_max_num_queries(24):
        signed_in.get(url("message_list", school))


def test_another_schools_message_cannot_be_tried_again(signed_in: Client, school: School) -> None:
    other = make_school()
    text = make_text(other, make_pupil(other), now=now(other))
    assert signed_in.post(url("message_again", school, text.pk)).status_code == 404


def test_a_failed_text_is_tried_again_and_asked_about_first(signed_in: Client, school: School) -> None:
    text = make_text(school, make_pupil(school), now=now(school))
    Message.objects.update(status="failed", next_attempt_at=None)
    signed_in.post(url("message_again", school, text.pk))
    text.refresh_from_db()
    assert text.status == "unknown"


def test_what_is_too_late_is_not_tried_again_and_says_why(signed_in: Client, school: School) -> None:
    text = make_text(school, make_pupil(school), now=now(school), miss_at=now(school) - timedelta(minutes=1))
    Message.objects.update(status="failed", next_attempt_at=None)
    answer = signed_in.post(url("message_again", school, text.pk), follow=True)
    assert "It is too late for this message" in answer.content.decode()
    text.refresh_from_db()
    assert text.status == "failed"


def test_notices_are_seen_and_tasks_done(signed_in: Client, school: School, head: Staff) -> None:
    notice = tell(school=school, role="office_admin", about="held", says="Texts are held: 40 cases.", task=True, by=LADDER, now=now(school))
    assert "1<span" in signed_in.get(url("notice_count", school)).content.decode()
    assert "Texts are held: 40 cases." in signed_in.get(url("notice_list", school)).content.decode()
    signed_in.post(url("notices_seen", school))
    assert NoticeTo.objects.get(notice=notice).seen_at is not None
    signed_in.post(url("notice_done", school, notice.public_id))
    notice.refresh_from_db()
    assert notice.done_by == head


def test_a_task_of_another_role_is_not_ones_to_end(school: School) -> None:
    teacher = make_staff(school, "class_teacher")
    notice = tell(school=school, role="office_admin", about="held", says="Held.", task=True, by=LADDER, now=now(school))
    client = Client()
    client.force_login(teacher)
    assert client.post(url("notice_done", school, notice.public_id)).status_code == 404


def test_a_wording_is_saved_with_its_language_and_used(signed_in: Client, school: School) -> None:
    address = url("wording_edit", school, "first_day_absence") + "?language=Polish"
    signed_in.post(address, {"language": "Polish", "body": "((children)) - prosze dzwonic ((phone))", "notify_id": ""})
    assert Template.objects.get().language == "Polish"
    assert make_text(school, make_pupil(school), language="Polish").body == "Ada - prosze dzwonic 01632 960001"


@pytest.mark.parametrize("body", ["((surname)) is away", "((reason))", "", "(children) and ((children"])
def test_a_wording_with_a_field_it_does_not_have_is_refused_and_kept_on_screen(signed_in: Client, school: School, body: str) -> None:
    answer = signed_in.post(url("wording_edit", school, "first_day_absence"), {"language": "", "body": body, "notify_id": ""})
    assert "There is a problem" in answer.content.decode()
    assert not Template.objects.exists()


def test_the_preview_counts_the_texts(signed_in: Client, school: School) -> None:
    said = signed_in.post(url("wording_preview", school), {"body": "x" * 161}).content.decode()
    assert "2 texts: 161 of 306 places" in said
    assert (
        "one text holds 70 places instead of 160" in signed_in.post(url("wording_preview", school), {"body": "Dziękuję"}).content.decode()
    )


def test_the_account_is_saved_and_its_token_shown_once(signed_in: Client, school: School) -> None:
    number = str(uuid.uuid4())
    signed_in.post(
        url("message_account", school),
        {"way": "notify", "service": "Test", "any_template_id": number, "sender_id": "", "daily_limit": "50"},
    )
    account = SchoolAccount.objects.get()
    assert (account.way, str(account.any_template_id), account.daily_limit) == ("notify", number, 50)
    said = signed_in.post(url("message_token", school)).content.decode()
    assert "it is not shown again" in said
    assert "it is not shown again" not in signed_in.get(url("message_account", school)).content.decode()


def test_a_test_text_goes_once_to_ones_own_mobile(signed_in: Client, school: School) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        signed_in.post(url("message_test", school), {"token": token, "to": "+447700900555"})
    assert [message.to for message in Message.objects.all()] == ["+447700900101"]


@pytest.mark.parametrize("name", ["message_list", "notice_list", "wording_list", "message_account"])
def test_pages_open_when_empty(signed_in: Client, school: School, name: str) -> None:
    assert signed_in.get(url(name, school)).status_code == 200
