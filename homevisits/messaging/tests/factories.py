"""Schools, pupils and messages for the tests of this app."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from homevisits.common.actors import SystemJob
from homevisits.messaging import outbox
from homevisits.messaging.models import Message
from homevisits.people.models import Contact, Household, Pupil, School, Staff, StaffRole

NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
LADDER = SystemJob("Ladder")


def make_school(**fields: object) -> School:
    """A live school with a telephone number."""
    slug = f"school-{uuid.uuid4().hex[:8]}"
    values = {"name": "Test Primary", "slug": slug, "phone": "+441632960001", "sending": "live", "created_at": NOW, **fields}
    return School.objects.create(**values)


def make_staff(school: School, *roles: str, **fields: Any) -> Staff:
    """A member of staff with these roles in the school."""
    staff = Staff.objects.create_user(f"{uuid.uuid4().hex[:8]}@example.com", **{"name": "Olive Office", **fields})
    for role in roles:
        StaffRole.objects.create(staff=staff, school=school, role=role)
    return staff


def make_pupil(school: School, first_name: str = "Ada", household: Household | None = None, mobile: str = "+447700900001") -> Pupil:
    """A pupil with one contact."""
    household = household or Household.objects.create(school=school)
    pupil = Pupil.objects.create(school=school, household=household, first_name=first_name, last_name="Example")
    Contact.objects.create(pupil=pupil, name="Mo Example", mobile=mobile)
    return pupil


def make_text(school: School, *pupils: Pupil, to: str = "+447700900001", now: datetime = NOW, **fields: object) -> Message:
    """A first-day text, due now."""
    values: dict[str, object] = {
        "day": now.date(), "template": "first_day_absence", "purpose": uuid.uuid4().hex, "fields": {"deadline": "9:45"}, "due_at": now,
        "give_up_at": now + timedelta(minutes=30), "miss_at": now + timedelta(hours=3), **fields,
    }  # fmt: skip
    about = [(pupil.pk, contact.pk if (contact := pupil.contacts.first()) else None) for pupil in pupils]
    message = outbox.put(school=school, to=to, about=about, by=LADDER, now=now, **values)  # type: ignore[arg-type]
    assert message is not None
    return message
