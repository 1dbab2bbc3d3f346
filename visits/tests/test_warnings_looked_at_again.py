"""A warning about a home ends on its day, and comes back to the safeguarding team when nobody has looked at it for its time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.common import clock
from homevisits.common.errors import BadInput
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import School
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from safeguarding.models import HouseholdWarning
from safeguarding.selectors.warnings import expired, resting, to_review, warnings_for
from safeguarding.services.warnings import remind_of_reviews, review_warning, warn

from .factories import NOW

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def a_warning(school: School, **given: object) -> HouseholdWarning:
    home = PupilFactory.create(school=school).household
    by = StaffFactory.create(school=school, roles=["dsl"], mobile="+447700900003", notify_by="text")
    return warn(household=home, about="animals", says="Dog-quince", source="The police", by=by, now=NOW, **given)  # type: ignore[arg-type]


@pytest.mark.clause("PRI-01")
def test_it_comes_back_to_the_team_when_its_time_is_up_and_rests_when_somebody_has_looked() -> None:
    school = SchoolFactory.create()
    row = a_warning(school)
    due = row.review_on
    assert due
    assert list(resting(school, DAY)) == [row]
    assert remind_of_reviews(NOW) == 0
    then = NOW + (due - DAY)
    assert list(to_review(school, due)) == [row]
    assert [remind_of_reviews(then), remind_of_reviews(then + timedelta(days=1))] == [1, 0]
    assert remind_of_reviews(then + timedelta(days=7)) == 1
    notice = Notice.objects.latest("pk")
    assert (notice.role, notice.about) == ("dsl", "warning_review")
    assert "quince" not in notice.says + Message.objects.latest("pk").body
    assert list(warnings_for(row.household, due)) == [row], "it still warns who goes"
    review_warning(warning=row, review_on=due + timedelta(days=90), by=row.by, now=then)
    assert not to_review(school, due)
    with pytest.raises(BadInput):
        review_warning(warning=row, review_on=due, by=row.by, now=then)


@pytest.mark.clause("PRI-01")
def test_its_last_day_ends_it_and_nobody_is_asked_to_look() -> None:
    school = SchoolFactory.create()
    row = a_warning(school, expires_on=DAY + timedelta(days=10))
    after = DAY + timedelta(days=11)
    assert list(warnings_for(row.household, after)) == []
    assert list(expired(school, after)) == [row]
    assert not to_review(school, after + timedelta(days=400))
    assert remind_of_reviews(NOW + timedelta(days=400)) == 0


@pytest.mark.once
def test_the_list_is_for_the_team_and_a_look_is_a_form(client: Client) -> None:
    school = SchoolFactory.create()
    row = a_warning(school)
    HouseholdWarning.objects.filter(pk=row.pk).update(review_on=DAY)
    page, look = reverse("home_warning_list", args=[school.slug]), reverse("home_warning_look", args=[school.slug, row.public_id])
    client.force_login(StaffFactory.create(school=school, roles=["headteacher"]))
    assert client.get(page).status_code == 403
    client.force_login(row.by)
    assert "Dog-quince" in client.get(page).content.decode()
    later = clock.local_day(school.now()) + timedelta(days=60)
    bad = client.post(look, {"review_on_0": "1", "review_on_1": "1", "review_on_2": "2020"})
    assert "choose a later one" in bad.content.decode()
    sent = {"review_on_0": later.day, "review_on_1": later.month, "review_on_2": later.year}
    assert client.post(look, sent).status_code == 302
    row.refresh_from_db()
    assert (row.review_on, row.reviewed_by) == (later, row.by)
