"""GOV.UK Notify's own client against a server that speaks its protocol: what each answer means (reliability.md R3, R11)."""

import uuid
from datetime import datetime, timedelta

import pytest

from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message, Notice, SchoolAccount, SendingBudget, Template
from homevisits.people.models import School

from .factories import NOW, make_pupil, make_text
from .notify_server import SERVICE, Store

pytestmark = pytest.mark.django_db


def one_text(school: School, **fields: object) -> Message:
    """A text about Ada, due now."""
    return make_text(school, make_pupil(school), **fields)  # type: ignore[arg-type]


def knock(seconds: int = 0) -> int:
    """Deliver at so many seconds after NOW."""
    return deliver(now=NOW + timedelta(seconds=seconds))


def status(text: Message) -> str:
    """Its status as it stands."""
    text.refresh_from_db()
    return text.status


def test_it_is_accepted_with_its_reference_and_what_it_says(notify: Store, notify_school: School) -> None:
    text = one_text(notify_school)
    assert knock() == 1
    [got] = notify.accepted
    assert (got["reference"], got["to"], got["personalisation"]) == (str(text.reference), text.to, {"message": text.body})
    assert (status(text), text.provider_id, text.provider, text.accepted_at) == ("accepted", got["id"], "notify", NOW)


def test_a_message_with_its_own_template_carries_named_fields(notify: Store, notify_school: School) -> None:
    number = uuid.uuid4()
    Template.objects.create(school=notify_school, name="first_day_absence", language="Polish", body="((children))", notify_id=number)
    one_text(notify_school, language="Polish")
    knock()
    assert notify.accepted[0]["template_id"] == str(number)
    assert notify.accepted[0]["personalisation"]["children"] == "Ada"


def test_a_school_without_any_template_id_fails_with_a_task(notify: Store, notify_school: School) -> None:
    SchoolAccount.objects.update(any_template_id=None)
    text = one_text(notify_school)
    knock()
    assert (status(text), len(notify.accepted), Notice.objects.get().about) == ("failed", 0, "text_failed")


def test_a_forged_key_is_refused_and_told(notify: Store, notify_school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_API_KEY", f"loopback-{SERVICE}-{uuid.uuid4()}")
    text = one_text(notify_school)
    knock()
    assert (status(text), len(notify.accepted), Notice.objects.get().about) == ("failed", 0, "text_failed")
    assert text.error.startswith("403 AuthError")


def test_no_key_at_all_is_refused_and_told(notify: Store, notify_school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_API_KEY")
    text = one_text(notify_school)
    knock()
    assert (status(text), Notice.objects.get().about) == ("failed", "text_failed")


@pytest.mark.parametrize("to", ["+4477", "+447700900999"])
def test_an_invalid_number_or_a_stranger_in_trial_mode_is_refused_for_good(notify: Store, notify_school: School, to: str) -> None:
    notify.trial_team = {"+447700900001"}
    text = one_text(notify_school, to=to)
    knock()
    assert (status(text), notify.requests["POST"], Notice.objects.get().about) == ("failed", 1, "text_failed")


@pytest.mark.parametrize("refusal", [(503, "ServiceUnavailable", "Try later"), (429, "RateLimitError", "Exceeded rate limit")])
def test_ten_minutes_of_refusals_lose_and_double_nothing(notify: Store, notify_school: School, refusal: tuple[int, str, str]) -> None:
    text = one_text(notify_school)
    notify.rule = lambda path, body: refusal
    for second in range(0, 600, 10):
        knock(second)
    assert status(text) == "retrying"
    assert 20 <= notify.requests["POST"] <= 30
    notify.rule = lambda path, body: None
    for second in range(600, 640, 10):
        knock(second)
    assert (status(text), len(notify.accepted)) == ("accepted", 1)
    assert text.accepted_at is not None
    assert text.accepted_at <= NOW + timedelta(seconds=630)


def test_refusals_until_the_next_rung_become_a_task_within_a_minute(notify: Store, notify_school: School) -> None:
    text = one_text(notify_school, give_up_at=NOW + timedelta(minutes=10))
    notify.rule = lambda path, body: (503, "ServiceUnavailable", "Try later")
    for second in range(0, 11 * 60, 10):
        knock(second)
    assert status(text) == "failed"
    assert Notice.objects.get(about="text_failed").at <= NOW + timedelta(minutes=11)


def test_retry_after_is_respected(notify: Store, notify_school: School) -> None:
    one_text(notify_school)
    notify.rule = lambda path, body: (429, "RateLimitError", "Exceeded rate limit")
    notify.headers = {"Retry-After": "120"}
    for second in range(0, 120, 10):
        knock(second)
    assert notify.requests["POST"] == 1
    knock(120)
    assert notify.requests["POST"] == 2


def test_the_days_limit_stops_the_account_and_makes_one_task(notify: Store, notify_school: School) -> None:
    texts = [one_text(notify_school, to=f"+44770090000{n}", give_up_at=NOW + timedelta(days=2)) for n in range(3)]
    notify.rule = lambda path, body: (429, "TooManyRequestsError", "Exceeded send limits (50) for today")
    knock()
    sent = notify.requests["POST"]
    knock(60)
    assert notify.requests["POST"] == sent
    assert Notice.objects.filter(about="daily_limit").count() == 1
    notify.rule = lambda path, body: None
    deliver(now=datetime.fromisoformat("2026-11-25T00:00:00+00:00"))
    assert [status(text) for text in texts] == ["accepted"] * 3


def test_the_schools_own_daily_limit_is_kept(notify: Store, notify_school: School) -> None:
    SchoolAccount.objects.update(daily_limit=2)
    for number in range(4):
        one_text(notify_school, to=f"+44770090000{number}")
    knock()
    knock(30)
    assert len(notify.accepted) == 2
    assert Notice.objects.filter(about="daily_limit").count() == 1


def test_three_thousand_a_minute_are_never_exceeded(notify: Store, notify_school: School) -> None:
    SendingBudget.objects.create(account=SERVICE, day=NOW.date(), used=2998, seconds={str(int(NOW.timestamp())): 2998})
    for number in range(4):
        one_text(notify_school, to=f"+44770090000{number}")
    knock(1)
    knock(60)
    assert len(notify.accepted) == 2
    knock(67)
    assert len(notify.accepted) == 4


def test_an_accepted_one_whose_answer_was_dropped_is_found_and_not_sent_again(notify: Store, notify_school: School) -> None:
    text = one_text(notify_school)
    notify.rule = lambda path, body: "drop"
    knock()
    assert status(text) == "unknown"
    notify.rule = lambda path, body: None
    for second in range(10, 70, 10):
        knock(second)
    assert (status(text), len(notify.accepted)) == ("accepted", 1)
    assert text.provider_id == notify.accepted[0]["id"]


def test_a_broken_answer_is_looked_up_too(notify: Store, notify_school: School) -> None:
    text = one_text(notify_school)
    notify.rule = lambda path, body: (500, "Error", "Internal server error")
    knock()
    assert status(text) == "unknown"
    notify.rule = lambda path, body: None
    knock(10)
    assert (status(text), notify.requests["GET"], len(notify.accepted)) == ("accepted", 1, 1)


def test_one_in_ten_answers_dropped_none_doubled_none_silent(notify: Store, notify_school: School) -> None:
    """R3."""
    pupil = make_pupil(notify_school)
    texts = [make_text(notify_school, pupil, to=f"+447700900{n:03}") for n in range(60)]
    dropped = {str(text.reference) for text in texts[::10]}
    notify.rule = lambda path, body: "drop" if body["reference"] in dropped else None
    for second in range(0, 130, 10):
        knock(second)
    assert set(notify.references().values()) == {1}
    assert set(notify.references()) == {str(text.reference) for text in texts}
    assert {status(text) for text in texts} == {"accepted"}


def test_a_dropped_one_whose_look_ups_stay_unanswered_ends_as_a_task(notify: Store, notify_school: School) -> None:
    text = one_text(notify_school)
    notify.rule, notify.look_ups_answered = (lambda path, body: "drop"), False
    for second in range(0, 31 * 60, 30):
        knock(second)
    assert (status(text), len(notify.accepted), Notice.objects.get().about) == ("failed", 1, "text_failed")


def test_no_connection_is_certain_and_tried_again(notify_school: School, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from .notify_server import KEY

    monkeypatch.setenv("NOTIFY_API_KEY", KEY)
    settings.NOTIFY_BASE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    text = one_text(notify_school)
    knock()
    assert status(text) == "retrying"
