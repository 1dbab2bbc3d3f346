"""One pupil of the demo has a chronology worth looking at, and nothing of it is told or sent on the demo's morning."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from homevisits.home.chronology import entries
from homevisits.home.demo import load
from homevisits.messaging.models import Message, Notice
from safeguarding.models import ChronologyNote

NOW = datetime(2027, 1, 9, 22, 15, tzinfo=UTC)


@pytest.mark.once
@pytest.mark.django_db
def test_the_demo_has_a_pupil_with_seven_weeks_to_read() -> None:
    school, _ = load(now=NOW)
    morning = school.at(NOW)
    pupil = ChronologyNote.objects.filter(school=school).earliest("at").pupils.earliest("pk")
    assert f"{pupil} of {pupil.class_name}" in (Path(settings.BASE_DIR) / "README.md").read_text(), "the README says of whom"
    found = entries(pupil, siblings=True)
    assert {entry.kind for entry in found} >= {"concern", "decision", "visit", "referral", "contact", "absence"}
    assert len(found) >= 15
    assert any(entry.later for entry in found)
    assert any(entry.superseded for entry in found)
    assert not Notice.objects.filter(school=school, at__lt=morning - timedelta(days=3), done_at=None, task=True).exists()
    waiting = Message.objects.filter(school=school, status="waiting", created_at__lt=morning - timedelta(days=3))
    assert not waiting.exists()
