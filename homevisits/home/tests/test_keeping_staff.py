"""Records about staff end by what came of them, by a decision of whoever may see the record, and leave a certificate without a name."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.common.errors import BadInput, Blocked
from homevisits.home.keeping.services import staff_matters
from homevisits.home.keeping.services.staff_matters import decide_staff, open_staff_reviews
from homevisits.home.keeping.staff_rules import ends
from homevisits.people.models import School, Staff, StaffRole
from homevisits.people.tests.factories import SchoolFactory, StaffFactory
from safeguarding.models import Allegation, AllegationEntry, Complaint, StaffMatterReview
from safeguarding.tests.staff_matters import CANARY, NOW, an_allegation

LATER = datetime(2051, 11, 24, 10, tzinfo=UTC)
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("outcome", "left_on", "after", "on"),
    [
        ("malicious", None, 0, DAY),
        ("false", None, 0, DAY),
        ("substantiated", None, 0, date(2036, 11, 24)),
        ("unfounded", date(2027, 8, 31), 0, date(2036, 11, 24)),
        ("low_level", None, 0, None),
        ("low_level", date(2027, 8, 31), 0, date(2027, 8, 31)),
        ("low_level", date(2027, 8, 31), 2, date(2029, 8, 31)),
        ("nothing", date(2020, 1, 1), 0, DAY),
    ],
)
def test_each_outcome_has_its_rule(outcome: str, left_on: date | None, after: int, on: date | None) -> None:
    found = ends(outcome=outcome, alleged_on=DAY, closed_on=DAY, left_on=left_on, after_leaving=after)
    assert found.on == on
    assert found.pension is (outcome in ("substantiated", "unfounded"))
    assert ends(outcome=outcome, alleged_on=DAY, closed_on=None, left_on=DAY).on is None, "What is open is kept"


@pytest.fixture
def school(db: None) -> School:
    return SchoolFactory.create()


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"])


def closed(school: School, outcome: str, by: Staff, **given: Any) -> Allegation:
    row = an_allegation(school, **given)
    Allegation.objects.filter(pk=row.pk).update(closed_at=NOW - timedelta(days=30), taken_up_at=NOW, taken_up_by=by, next_action_at=None)
    AllegationEntry.objects.create(
        allegation=row, kind="outcome", decision=outcome, says="How it was reached", happened_at=NOW, at=NOW, by=by, token=uuid4()
    )
    row.refresh_from_db()
    return row


def test_false_goes_at_once_and_leaves_a_certificate_without_a_name(school: School, head: Staff, client: Client) -> None:
    row = closed(school, "false", head)
    subject = row.subjects.get()
    assert open_staff_reviews(NOW) == 1
    assert open_staff_reviews(NOW) == 0
    review = StaffMatterReview.objects.get()
    client.force_login(head)
    queue = client.get(reverse("staff_keeping", args=[school.slug])).content.decode()
    assert subject.name in queue
    address = reverse("staff_keeping_review", args=[school.slug, review.public_id])
    answer = client.post(address, {"decision": "delete", "reason": "Found false"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert not Allegation.objects.exists()
    assert not AllegationEntry.objects.exists()
    shown = client.get(address).content.decode()
    assert "Certificate of destruction" in shown
    assert "Allegations: 1" in shown
    assert head.name in shown
    assert subject.name not in shown.split("<main")[1]
    assert CANARY not in shown


def test_who_may_not_see_the_record_sees_no_queue_of_it(school: School, head: Staff, client: Client) -> None:
    chair = StaffFactory.create(school=school, roles=["chair_of_governors"])
    row = closed(school, "malicious", head, about=[head])
    open_staff_reviews(NOW)
    review = StaffMatterReview.objects.get(allegation=row)
    for person, status in ((head, 404), (chair, 200)):
        client.force_login(person)
        assert client.get(reverse("staff_keeping_review", args=[school.slug, review.public_id])).status_code == status
    client.force_login(head)
    assert str(review.public_id) not in client.get(reverse("staff_keeping", args=[school.slug])).content.decode()
    decide_staff(review=review, decision="delete", reason="Found malicious", by=chair, now=NOW)
    assert client.get(reverse("staff_keeping_review", args=[school.slug, review.public_id])).status_code == 404


def test_substantiated_stays_ten_years_and_until_pension_age(school: School, head: Staff) -> None:
    closed(school, "substantiated", head)
    assert open_staff_reviews(datetime(2036, 11, 23, 10, tzinfo=UTC)) == 0
    assert open_staff_reviews(LATER) == 1
    review = StaffMatterReview.objects.get()
    with pytest.raises(BadInput, match="pension age"):
        decide_staff(review=review, decision="delete", reason="Ten years", by=head, now=LATER)
    decide_staff(review=review, decision="keep", keep_until=date(2060, 1, 1), reason="Pension age", by=head, now=LATER)
    assert open_staff_reviews(datetime(2059, 12, 31, 10, tzinfo=UTC)) == 0
    assert open_staff_reviews(datetime(2060, 1, 1, 10, tzinfo=UTC)) == 1
    assert Allegation.objects.exists(), "Nothing goes by itself"


def test_a_low_level_concern_stays_until_the_person_has_left(school: School, head: Staff) -> None:
    row = closed(school, "low_level", head)
    assert open_staff_reviews(LATER) == 0
    StaffRole.objects.filter(staff=row.subjects.get()).update(ends_on=date(2028, 7, 31))
    assert open_staff_reviews(LATER) == 1
    review = StaffMatterReview.objects.get()
    assert review.due_on == date(2028, 7, 31)
    AllegationEntry.objects.create(
        allegation=row, kind="outcome", decision="substantiated", says="Seen anew", happened_at=NOW, at=LATER, by=head, token=uuid4(),
        replaces=row.entries.get(),
    )  # fmt: skip
    assert staff_matters.ends_of(row, LATER.date()).pension
    Allegation.objects.filter(pk=row.pk).update(closed_at=None)
    review.refresh_from_db()
    with pytest.raises(Blocked, match="not due any more"):
        decide_staff(review=review, decision="delete", reason="Left", by=head, now=LATER)
    assert not Complaint.objects.exists()
