"""R14: after a restore nothing goes until a person lets it, and nothing that went before it goes again."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.messaging import quarantine
from homevisits.messaging.delivery import deliver, next_due
from homevisits.messaging.models import Message, Notice, SchoolAccount, SentBefore, Template
from homevisits.people.models import School

from . import notify_server
from .factories import NOW, make_pupil, make_school, make_staff, make_text

RESTORE = SystemJob("Restoring a backup")
BACKUP = NOW - timedelta(hours=1)
WHY = "Everything was entered again"
pytestmark = pytest.mark.django_db


def begin(backup_at: object = BACKUP) -> None:
    quarantine.begin(backup_at=backup_at, by=RESTORE, now=NOW)  # type: ignore[arg-type]


def went(store: notify_server.Store, message: Message) -> None:
    """The provider has had it since the backup, and the database knows nothing of that any more."""
    store.now = NOW - timedelta(minutes=30)
    store.accepted.append(
        {"id": str(uuid.uuid4()), "reference": str(message.reference), "phone_number": message.to, "type": "sms", "status": "delivered",
         "created_at": store.now.isoformat().replace("+00:00", "Z"), "template": {"id": str(uuid.uuid4())}, "body": message.body}
    )  # fmt: skip


def let_go(school: School, *, without_answer: bool = False) -> None:
    staff = make_staff(school, "headteacher")
    quarantine.lift(school=school, reason=WHY, without_answer=without_answer, by=staff, now=NOW)


def test_nothing_goes_in_quarantine_and_what_had_not_gone_goes_after_it(notify: notify_server.Store, notify_school: School) -> None:
    make_text(notify_school, make_pupil(notify_school))
    begin()
    assert deliver(now=NOW) == 0
    assert next_due() is None
    assert notify.accepted == []
    quarantine.reconcile(school=notify_school, by=RESTORE, now=NOW)
    assert deliver(now=NOW) == 0
    let_go(notify_school)
    assert deliver(now=NOW) == 1
    assert len(notify.accepted) == 1


def test_what_the_provider_has_by_its_reference_is_marked_and_not_sent(notify: notify_server.Store, notify_school: School) -> None:
    sent, held, unsent = (make_text(notify_school, make_pupil(notify_school), to=f"+44770090000{n}", held=n == 2) for n in (1, 2, 3))
    went(notify, sent)
    went(notify, held)
    begin()
    row = quarantine.reconcile(school=notify_school, by=RESTORE, now=NOW)
    assert row.found == {"sent": 2, "others": 0, "not_sent": 1, "unknown": 0}
    let_go(notify_school)
    deliver(now=NOW)
    sent.refresh_from_db()
    assert (sent.status, sent.accepted_at) == ("accepted", NOW - timedelta(minutes=30))
    assert notify.references() == {str(sent.reference): 1, str(held.reference): 1, str(unsent.reference): 1}


@pytest.mark.parametrize("own", [True, False], ids=["a template of its own", "one template for all"])
def test_what_the_engine_writes_again_is_taken_for_sent(notify: notify_server.Store, notify_school: School, own: bool) -> None:
    """The text went after the backup: the restored database has no row of it, and the sweep writes one with another reference."""
    if own:
        template = Template.objects.create(school=notify_school, name="first_day_absence", notify_id=uuid.uuid4(), body="x")
    pupil = make_pupil(notify_school)
    lost = make_text(notify_school, pupil)
    went(notify, lost)
    if own:
        notify.accepted[0] |= {"template": {"id": str(template.notify_id)}, "body": "As the provider has it"}
    lost.delete()
    begin()
    quarantine.reconcile(school=notify_school, by=RESTORE, now=NOW)
    let_go(notify_school)

    again = make_text(notify_school, pupil, purpose="again")
    tomorrow = NOW + timedelta(days=1)
    other_day = make_text(notify_school, pupil, now=tomorrow)
    other_number = make_text(notify_school, pupil, to="+447700900009")
    deliver(now=NOW)
    deliver(now=tomorrow)
    again.refresh_from_db()
    assert again.status == "accepted"
    assert notify.references() == {str(lost.reference): 1, str(other_number.reference): 1, str(other_day.reference): 1}


def test_a_long_list_is_read_to_its_end_and_reading_it_twice_changes_nothing(notify: notify_server.Store, notify_school: School) -> None:
    notify.page = 3
    pupil = make_pupil(notify_school)
    rows = [make_text(notify_school, pupil, to=f"+4477009000{n:02}") for n in range(8)]
    for text in rows:
        went(notify, text)
    rows[0].delete()
    begin()
    for _ in range(2):
        row = quarantine.reconcile(school=notify_school, by=RESTORE, now=NOW)
        assert row.found == {"sent": 7, "others": 1, "not_sent": 0, "unknown": 0}
    assert SentBefore.objects.filter(sure=True).count() == 1


def test_without_an_answer_it_stays_or_what_was_due_before_is_not_sent(notify: notify_server.Store, notify_school: School) -> None:
    make_staff(notify_school, "office_admin")
    text = make_text(notify_school, make_pupil(notify_school))
    begin()
    with pytest.raises(BadInput, match="Ask the provider first"):
        let_go(notify_school)
    notify.look_ups_answered = False
    assert not quarantine.reconcile(school=notify_school, by=RESTORE, now=NOW).answered
    with pytest.raises(BadInput, match="has not answered"):
        let_go(notify_school)
    let_go(notify_school, without_answer=True)
    deliver(now=NOW)
    text.refresh_from_db()
    assert (text.status, notify.accepted) == ("failed", [])
    assert Notice.objects.get(about="text_failed").task
    later = NOW + timedelta(minutes=1)
    make_text(notify_school, make_pupil(notify_school), now=later)
    deliver(now=later)
    assert len(notify.accepted) == 1


def test_of_what_goes_by_email_nobody_can_say(mailoutbox: list[object]) -> None:
    school = make_school()
    SchoolAccount.objects.create(school=school, way="email")
    make_text(school, make_pupil(school), channel="email", to="mo@home.example")
    begin()
    row = quarantine.reconcile(school=school, by=RESTORE, now=NOW)
    assert row.found == {"sent": 0, "others": 0, "not_sent": 0, "unknown": 1}
    let_go(school)
    deliver(now=NOW)
    assert Message.objects.exclude(template="staff_notice").get().status == "failed"
    assert mailoutbox == []


def test_another_schools_messages_go_on(notify: notify_server.Store, notify_school: School) -> None:
    begin()
    new = make_school()
    SchoolAccount.objects.create(school=new, way="notify", any_template_id=uuid.uuid4())
    make_text(notify_school, make_pupil(notify_school))
    text = make_text(new, make_pupil(new))
    deliver(now=NOW)
    assert notify.references() == {str(text.reference): 1}


def test_too_late_is_told_after_the_quarantine_and_not_in_it(notify: notify_server.Store, notify_school: School) -> None:
    text = make_text(notify_school, make_pupil(notify_school), miss_at=NOW + timedelta(minutes=5))
    begin()
    late = NOW + timedelta(hours=1)
    deliver(now=late)
    text.refresh_from_db()
    assert text.status == "waiting"
    quarantine.reconcile(school=notify_school, by=RESTORE, now=late)
    let_go(notify_school)
    deliver(now=late)
    text.refresh_from_db()
    assert text.status == "missed"
    assert Notice.objects.filter(about="text_missed").exists()


@pytest.mark.once
def test_the_page_from_the_restore_to_letting_go(client: Client, notify: notify_server.Store, notify_school: School) -> None:
    head = make_staff(notify_school, "headteacher")
    client.force_login(head)
    page, ask = (reverse(name, args=[notify_school.slug]) for name in ("message_restored", "message_restored_ask"))
    assert b"Nothing is held back" in client.get(page).content
    make_text(notify_school, make_pupil(notify_school), to="+447700900007")
    begin()
    first = client.get(page).content.decode()
    assert "Nothing is sent" in first
    assert "+447700900007" in first
    assert "Let messages go again" not in first, "only after the provider was asked"
    assert b"Has not gone" in client.post(ask, follow=True).content
    refused = client.post(page, {"reason": "Yes"})
    assert refused.status_code == 422
    assert b"Say in a sentence" in refused.content
    assert client.post(page, {"reason": WHY}).status_code == 302
    assert WHY in client.get(page).content.decode()
    event = AuditEvent.objects.get(act="messaging.quarantine.lifted")
    assert (event.by_id, event.detail["reason"]) == (head.pk, WHY)
