"""A transport that can fail: backing off, giving up, asking before sending again. Its clock is virtual."""

import uuid
from datetime import timedelta

import pytest

from homevisits.messaging.delivery import deliver, next_due
from homevisits.messaging.models import Message, Notice
from homevisits.messaging.outcome import Found, Kind, LookedUp, Outcome, Outgoing, Transport

from .factories import NOW, make_pupil, make_school, make_staff, make_text

pytestmark = pytest.mark.django_db


class Provider(Transport):
    """A provider in memory that answers as it is told."""

    name = "test"

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.found, self.asked = outcome, Found.NO, 0
        self.sent: list[uuid.UUID] = []

    def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message.reference)
        return self.outcome

    def find(self, message: Outgoing) -> LookedUp:
        self.asked += 1
        return LookedUp(self.found, "found-1", elapsed=timedelta(seconds=30) if self.found is Found.NO_ANSWER else None)


TIMED_OUT = Outcome(Kind.UNSURE, error="Timed out", elapsed=timedelta(seconds=30))


def run(provider: Provider, seconds: int) -> None:
    """Knock every ten seconds from NOW on, for so long."""
    for second in range(0, seconds + 1, 10):
        deliver(now=NOW + timedelta(seconds=second), transport_for=lambda school: provider)


def test_busy_is_tried_again_until_it_is_accepted() -> None:
    text, provider = make_text(school := make_school(), make_pupil(school)), Provider(Outcome(Kind.BUSY, error="503"))
    run(provider, 60)
    text.refresh_from_db()
    assert text.status == Message.Status.RETRYING
    assert 3 <= len(provider.sent) <= 5
    provider.outcome = Outcome(Kind.ACCEPTED, "id-1")
    run(provider, 100)
    text.refresh_from_db()
    assert (text.status, text.provider_id) == ("accepted", "id-1")


def test_busy_until_the_next_rung_fails_and_makes_one_task() -> None:
    school = make_school()
    olive = make_staff(school, "office_admin")
    texts = [make_text(school, make_pupil(school, name), to=f"+44770090000{n}") for n, name in enumerate(["Ada", "Ben"], 1)]
    run(Provider(Outcome(Kind.BUSY, error="503")), 30 * 60)
    for text in texts:
        text.refresh_from_db()
        assert (text.status, text.finished_at) == ("failed", NOW + timedelta(minutes=30))
    notice = Notice.objects.get(about="text_failed")
    assert (notice.role, notice.task, notice.pupils.count(), notice.people.get().staff) == ("office_admin", True, 2, olive)
    assert next_due() is None


def test_refused_for_good_tells_the_office_at_once() -> None:
    text, provider = make_text(school := make_school(), make_pupil(school)), Provider(Outcome(Kind.REFUSED, error="ValidationError"))
    run(provider, 60)
    text.refresh_from_db()
    assert (text.status, len(provider.sent)) == ("failed", 1)
    assert Notice.objects.get(about="text_failed").at == NOW


def test_an_unsure_one_is_asked_about_before_it_is_sent_again() -> None:
    text, provider = make_text(school := make_school(), make_pupil(school)), Provider(TIMED_OUT)
    run(provider, 50)
    text.refresh_from_db()
    assert (text.status, provider.asked, len(provider.sent)) == ("unknown", 0, 1)
    provider.found = Found.YES
    run(provider, 60)
    text.refresh_from_db()
    assert (text.status, text.provider_id, len(provider.sent)) == ("accepted", "found-1", 1)


def test_not_found_is_sent_again_with_the_same_reference() -> None:
    text, provider = make_text(school := make_school(), make_pupil(school)), Provider(TIMED_OUT)
    run(provider, 50)
    provider.outcome = Outcome(Kind.ACCEPTED, "id-2")
    run(provider, 60)
    text.refresh_from_db()
    assert (text.status, provider.sent) == ("accepted", [text.reference] * 2)


def test_an_unsure_one_whose_look_up_is_never_answered_is_never_sent_again_and_never_silent() -> None:
    text, provider = make_text(school := make_school(), make_pupil(school)), Provider(TIMED_OUT)
    provider.found = Found.NO_ANSWER
    run(provider, 31 * 60)
    text.refresh_from_db()
    assert (text.status, len(provider.sent)) == ("failed", 1)
    assert provider.asked > 20
    assert Notice.objects.filter(about="text_failed").count() == 1


def test_what_was_never_handed_over_in_time_is_missed_and_told() -> None:
    school = make_school()
    text, provider = make_text(school, make_pupil(school)), Provider(Outcome(Kind.ACCEPTED))
    deliver(now=NOW + timedelta(hours=3), transport_for=lambda school: provider)
    text.refresh_from_db()
    assert (text.status, provider.sent) == ("missed", [])
    assert set(Notice.objects.filter(about="text_missed").values_list("role", flat=True)) == {"office_admin", "senior_manager"}


def test_a_late_first_hand_over_still_has_its_time_to_be_accepted() -> None:
    """Workers down over the next rung: the text goes late, and a busy provider does not end it at the first answer."""
    text, provider = make_text(school := make_school(), make_pupil(school)), Provider(Outcome(Kind.BUSY))
    late = NOW + timedelta(minutes=45)
    deliver(now=late, transport_for=lambda school: provider)
    provider.outcome = Outcome(Kind.ACCEPTED)
    deliver(now=late + timedelta(seconds=10), transport_for=lambda school: provider)
    text.refresh_from_db()
    assert text.status == "accepted"
