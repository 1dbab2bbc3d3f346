"""Concerns for tests."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from homevisits.documents.services.attachments import Upload
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import Concern, LeadAway
from safeguarding.services.concern_decisions import add_action
from safeguarding.services.concern_files import attach_to_concern
from safeguarding.services.concern_work import be_away, take_up
from safeguarding.services.concerns import raise_concern

# A Tuesday in term, nine o'clock.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def a_concern(school: School, *, by: Staff | None = None, pupils: Any = None, now: datetime = NOW, **more: Any) -> Concern:
    """A concern about a child of the school, written by a teacher."""
    by = by or StaffFactory.create(school=school, roles=["class_teacher"])
    ids = [one.pk for one in pupils] if pupils is not None else [PupilFactory.create(school=school).pk]
    more.setdefault("says", "A bruise on the left arm, as large as a coin.")
    return raise_concern(school=school, pupil_ids=ids, by=by, now=now, **more)


def taken(concern: Concern, by: Staff, now: datetime = NOW) -> Concern:
    """The same, taken up."""
    take_up(concern=concern, by=by, now=now)
    concern.refresh_from_db()
    return concern


def a_concern_in(school: School) -> Concern:
    """A concern that one of the team has taken up."""
    return taken(a_concern(school), StaffFactory.create(school=school, roles=["dsl"]))


def an_action_in(school: School) -> dict[str, Any]:
    """Something to be done about a concern, as the parts of an address."""
    concern = a_concern_in(school)
    assert concern.taken_by is not None
    made = add_action(
        concern=concern, says="Ring the health visitor", owner=concern.taken_by, due_on=NOW.date(), by=concern.taken_by, now=NOW
    )
    return {"concern_id": concern.public_id, "action_id": made.public_id}


def a_concern_file_in(school: School) -> dict[str, Any]:
    """A file that came with a concern, as the parts of an address."""
    concern, out = a_concern_in(school), BytesIO()
    Image.new("RGB", (60, 40), (30, 120, 90)).save(out, "JPEG")
    upload = Upload("drawing.jpg", out.getvalue())
    row = attach_to_concern(concern=concern, upload=upload, token=f"concern-{concern.pk}", by=concern.by, now=NOW)
    return {"concern_id": concern.public_id, "attachment_id": row.public_id}


def an_absence_in(school: School) -> LeadAway:
    """A deputy who is away for a month."""
    dan = StaffFactory.create(school=school, roles=["deputy_dsl"])
    day = school.now().date()
    return be_away(school=school, staff=dan, first_day=day, last_day=day + timedelta(days=30), by=dan, now=school.now())
