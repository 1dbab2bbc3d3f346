"""Rows for the tests of data protection. Everybody is made up."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from homevisits.home.keeping.services import access, retention, transfers
from homevisits.people.models import AccessItem, AccessRequest, LegalHold, Pupil, RetentionReview, School, Staff, Transfer
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from safeguarding.models import StaffMatterReview
from safeguarding.tests.staff_matters import an_allegation

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def a_lead(school: School) -> Staff:
    """The designated safeguarding lead."""
    return StaffFactory.create(school=school, roles=["dsl"])


def a_request(pupil: Pupil, *, by: Staff | None = None, checked: bool = True, **given: Any) -> AccessRequest:
    """A request whose identity is checked."""
    by = by or a_lead(pupil.school)
    said: dict[str, Any] = {
        "asked_by": "Robin Example", "on_behalf": "parent", "authority": "Parental responsibility, on file", "scope": "",
        "received_on": date(2026, 11, 20), "token": uuid4(),
    }  # fmt: skip
    row = access.open_request(school=pupil.school, pupil=pupil, by=by, now=NOW, **{**said, **given})
    if checked:
        access.check_identity(request=row, how="Known in person", on=NOW.date(), by=by, now=NOW)
    row.refresh_from_db()
    return row


def a_collected(pupil: Pupil, *, by: Staff | None = None) -> AccessRequest:
    """A request with everything collected."""
    by = by or a_lead(pupil.school)
    row = a_request(pupil, by=by)
    access.start_collecting(request=row, by=by, now=NOW)
    access.collect(row.pk, NOW)
    row.refresh_from_db()
    return row


def an_item_in(school: School) -> dict[str, Any]:
    """A collected record with a file, as the parts of an address."""
    from homevisits.documents.tests.factories import a_document

    pupil = PupilFactory.create(school=school)
    a_document([pupil])
    row = a_collected(pupil)
    return {"request_id": row.public_id, "item_id": row.items.exclude(file="").get().public_id}


def a_transfer(pupil: Pupil, *, by: Staff | None = None, **given: Any) -> Transfer:
    """A file that is to be sent."""
    said: dict[str, Any] = {
        "to_school": "Next Example Academy", "to_lead": "Sam Example", "to_contact": "dsl@next.example", "in_year": True,
        "from_day": date(2026, 11, 20), "token": uuid4(),
    }  # fmt: skip
    return transfers.open_transfer(school=pupil.school, pupil=pupil, by=by or a_lead(pupil.school), now=NOW, **{**said, **given})


def a_hold(pupil: Pupil) -> LegalHold:
    """A hold that stands."""
    return LegalHold.objects.create(school=pupil.school, pupil=pupil, reason="A claim", set_at=NOW, set_by=a_lead(pupil.school))


def a_review(pupil: Pupil, kind: str = "attendance") -> RetentionReview:
    """Records that wait for a decision."""
    return RetentionReview.objects.create(school=pupil.school, pupil=pupil, kind=kind, due_on=date(2026, 9, 1), opened_at=NOW)


def an_erased(school: School) -> RetentionReview:
    """Records that were erased."""
    row = a_review(PupilFactory.create(school=school))
    return retention.decide(review=row, decision="delete", reason="Due", by=a_lead(school), now=NOW)


def by_two(review: RetentionReview, decision: str, *, by: Staff, now: datetime, reason: str = "Due") -> RetentionReview:
    """Erased as two people agree: another proposes, this one agrees."""
    retention.propose(review=review, decision=decision, reason=reason, by=a_lead(review.school), now=now)
    review.refresh_from_db()
    return retention.decide(review=review, decision=decision, reason=reason, by=by, now=now)


def a_staff_review(school: School, **given: Any) -> StaffMatterReview:
    """A record about staff that waits for a decision."""
    row = an_allegation(school, **given)
    return StaffMatterReview.objects.create(
        school=school, allegation=row, record=row.pk, for_chair=row.for_chair, rule="Until the person has left.", due_on=date(2026, 9, 1),
        opened_at=NOW,
    )  # fmt: skip


def decided(request: AccessRequest, by: Staff, **given: Any) -> None:
    """Everything that was not looked at gets one decision."""
    for item in request.items.filter(decision=AccessItem.Decision.TO_LOOK):
        access.decide_item(item=item, by=by, now=NOW, **given)
