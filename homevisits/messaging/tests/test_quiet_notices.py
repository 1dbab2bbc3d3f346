"""What staff are told of safeguarding leaves the product without a word of it, and stands in no list of the school's messages."""

import pytest
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message, Notice, NoticeTo, SchoolAccount
from homevisits.messaging.notices import tell
from homevisits.messaging.quarantine import begin
from homevisits.messaging.quiet import QUIET, is_quiet
from homevisits.messaging.settle import settle, tell_failed
from homevisits.people.models import School, Staff

from .factories import LADDER, NOW, make_school, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NUMBER = "818a78ec-0000-4000-8000-000000000000"


@pytest.fixture
def school() -> School:
    school = make_school()
    make_staff(school, "dsl", "headteacher", name="Dee Dsl", mobile="+447700900101", notify_by="email")
    return school


def told(school: School, about: str, link: str, role: str = "dsl") -> list[Message]:
    link = link.format(school=school.slug)
    tell(school=school, role=role, about=about, says="The referral is not sent.", link=link, alarm=True, by=LADDER, now=NOW)
    return list(Message.objects.filter(school=school))


@pytest.mark.parametrize(
    ("about", "link"),
    [
        ("referral_due", f"/s/{{school}}/referrals/{NUMBER}/"),
        ("incident_waiting", "/s/{school}/incidents/"),
        ("watch_found", "/s/{school}/concerns/"),
        ("something_new", f"/s/{{school}}/referrals/{NUMBER}/copy/?a=1#top"),
        ("referral_stuck", ""),
    ],
)
def test_a_text_says_that_something_waits_and_no_page_lists_it(client: Client, school: School, about: str, link: str) -> None:
    office = make_staff(school, "office_admin", "business_manager")
    text, email = told(school, about, link)
    for message in (text, email):
        words = f"{message.subject} {message.body} {message.fields}".lower()
        assert f"/s/{school.slug}/notices/" in words
        assert not [word for word in ("referral", "incident", "concern", "safeguarding", "morning", NUMBER[:8]) if word in words], words
    client.force_login(office)
    Message.objects.update(day=school.now().date())
    page = client.get(reverse("message_list", args=[school.slug])).content.decode()
    begin(backup_at=NOW, by=LADDER, now=NOW)
    page += client.get(reverse("message_restored", args=[school.slug])).content.decode()
    assert "+447700900101" not in page
    assert "cannot wait" not in page
    assert client.post(reverse("message_again", args=[school.slug, text.pk])).status_code == 404


def test_an_alarm_about_staff_on_a_visit_still_says_what_it_is(school: School) -> None:
    [text, _] = told(school, "help", "/s/{school}/visits/1/")
    assert "ask for help" in text.body
    assert not text.purpose.startswith("closed:")


def test_every_page_of_these_records_makes_a_notice_quiet() -> None:
    """By what the pages ask of their reader, so that a new one is quiet without being named."""
    assert is_quiet("new", "/s/school/concerns/")
    assert is_quiet("new", f"/s/school/concerns/{NUMBER}/")
    assert not is_quiet("new", "/s/school/today/")
    assert not is_quiet("new", "/no/such/page/")
    assert "staff_matter" in QUIET


def test_whoever_was_not_reached_sees_it_and_the_office_learns_only_that(school: School) -> None:
    olive = make_staff(school, "office_admin", notify_by="text", mobile="+447700900102")
    told(school, "referral_due", f"/s/{{school}}/referrals/{NUMBER}/")
    dee = Staff.objects.get(name="Dee Dsl")
    for _ in range(2):
        tell_failed(school=school, messages=list(Message.objects.filter(school=school)), now=NOW)
    office = Notice.objects.get(about="staff_not_reached", role="office_admin")
    assert [row.staff for row in office.people.all()] == [olive]
    assert office.task
    assert not [word for word in ("Dee", "referral", "+447700900101", "dsl") if word in office.says + office.link]
    assert NoticeTo.objects.filter(notice__about="staff_not_reached", staff=dee, notice__role="named").count() == 1
    assert Notice.objects.filter(about="staff_not_reached").count() == 2, "news that cannot be delivered makes no news of its own"


def test_what_failed_stands_in_the_closed_chain(school: School) -> None:
    SchoolAccount.objects.create(school=school, way="screen")
    told(school, "referral_due", f"/s/{{school}}/referrals/{NUMBER}/")
    Message.objects.update(miss_at=NOW)
    settle(school=school, now=NOW)
    assert {event.chain for event in AuditEvent.objects.filter(act="messaging.missed")} == {-school.pk}
    deliver(now=NOW)
    assert Notice.objects.filter(about="staff_not_reached", role="office_admin").exists()
