"""Acts are whole or not at all, runs end, and a message costs few queries (S5)."""

from datetime import timedelta
from typing import Any

import pytest

from homevisits.audit import services as audit
from homevisits.messaging import accounts, outbox, recording, selectors, wordings
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import DeliveryEvent, Message, Notice, SchoolAccount, Template
from homevisits.messaging.senders import Plan, Pump
from homevisits.messaging.transports import transport_for
from homevisits.people.models import School

from .factories import LADDER, NOW, make_pupil, make_school, make_text
from .notify_server import Store

pytestmark = pytest.mark.django_db


class AuditDown(Exception):
    """The audit cannot be written."""


@pytest.fixture
def audit_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every audit row fails."""

    def fail(*args: object, **more: object) -> None:
        raise AuditDown

    monkeypatch.setattr(audit, "record_many", fail)
    monkeypatch.setattr(recording, "record_many", fail)


def test_without_its_audit_row_no_delivery_is_recorded(audit_down: None) -> None:
    school = make_school()
    text = make_text(school, make_pupil(school))
    with pytest.raises(AuditDown):
        deliver(now=NOW)
    text.refresh_from_db()
    assert (text.status, text.handed_at, DeliveryEvent.objects.filter(message=text).count()) == ("waiting", None, 1)


def test_without_its_audit_row_no_wording_and_no_account_is_changed(audit_down: None) -> None:
    school = make_school()
    with pytest.raises(AuditDown):
        wordings.save_wording(
            school=school, name="all_clear", language="", subject="", body="All well.", notify_id=None, by=LADDER, now=NOW
        )
    with pytest.raises(AuditDown):
        accounts.make_token(school=school, by=LADDER, now=NOW)
    assert not Template.objects.exists()
    assert not SchoolAccount.objects.exists()


def test_without_its_audit_row_a_message_is_not_tried_again(audit_down: None) -> None:
    school = make_school()
    text = make_text(school, make_pupil(school))
    Message.objects.update(status="failed", next_attempt_at=None)
    with pytest.raises(AuditDown):
        outbox.try_again(message=text, by=LADDER, now=NOW)
    text.refresh_from_db()
    assert text.status == "failed"


def test_a_run_that_is_over_starts_nothing_more_and_loses_nothing(notify: Store, notify_school: School) -> None:
    pupil = make_pupil(notify_school)
    for number in range(40):
        make_text(notify_school, pupil, to=f"+447700900{number:03}")
    notify.delay = 0.02
    Pump([Plan(notify_school, lambda: NOW, transport_for(notify_school))]).run(2000, run_for=0)
    left = Message.objects.exclude(status="accepted")
    assert len(notify.accepted) == 40 - left.count()
    assert set(left.values_list("status", "handed_at")) <= {("waiting", None)}
    deliver(now=NOW + timedelta(seconds=5))
    assert set(notify.references().values()) == {1}
    assert len(notify.accepted) == 40


@pytest.mark.parametrize("way", ["screen", "notify"])
def test_a_message_costs_few_queries(notify: Store, way: str, django_assert_max_num_queries: Any) -> None:
    school = make_school()
    pupil = make_pupil(school)
    SchoolAccount.objects.create(school=school, way=way, any_template_id="11111111-2222-4333-8444-555555555555")
    for number in range(100):
        make_text(school, pupil, to=f"+447700900{number:03}")
    with django_assert_max_num_queries(70):
        assert deliver(now=NOW) == 100


def test_what_is_wrong_with_sending_is_said_at_the_top_of_every_page() -> None:
    school = make_school()
    assert [failure.title for failure in selectors.failures(school, NOW)] == ["The school is live, but no provider is set up."]
    SchoolAccount.objects.create(school=school, way="notify")
    assert selectors.failures(school, NOW) == []
    make_text(school, make_pupil(school))
    Message.objects.update(status="retrying", handed_at=NOW)
    later = NOW + timedelta(minutes=3)
    assert [failure.title for failure in selectors.failures(school, later)] == ["The message provider does not accept texts."]
    state = selectors.provider_state(school, later)
    assert (state.failing_since, state.waiting, state.oldest_due, state.last_success) == (NOW, 1, NOW, None)
    Notice.objects.create(school=school, role="office_admin", about="text_failed", says="x", at=NOW, task=True)
    assert selectors.failures(school, later)[0].title == "Texts did not reach families."
