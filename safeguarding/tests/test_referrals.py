"""Referrals: what was sent never changes, what is awaited is told again and climbs, and who may know what."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Notice, NoticeTo
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import PupilFactory, SchoolFactory, StaffFactory
from safeguarding.deadlines import answer_due, deadline
from safeguarding.models import AgencyTask, Referral, ReferralSent
from safeguarding.selectors.referrals import agencies_to_tell, open_rows, referral_of, referrals
from safeguarding.services.agencies import agency_told, mark_agency_told
from safeguarding.services.allegations import take_up
from safeguarding.services.referral_reminders import remind_of_agencies, remind_of_referrals
from safeguarding.services.referrals import (
    Sending,
    acknowledge_referral,
    close_referral,
    decide_not_to_refer,
    mark_referral_sent,
    open_referral,
    send_referral,
)
from safeguarding.tests.referral_factories import NOW, SENT, a_referral_in, an_agency_in
from safeguarding.tests.staff_matters import an_allegation

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def school() -> School:
    return SchoolFactory.create()


@pytest.fixture
def dsl(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["dsl"])


@pytest.fixture
def head(school: School) -> Staff:
    return StaffFactory.create(school=school, roles=["headteacher"])


def told(about: str) -> list[str]:
    return list(Notice.objects.filter(about=about).order_by("pk").values_list("role", flat=True))


@pytest.mark.clause("PRI-40")
def test_unsent_it_is_told_again_and_others_are_found_until_it_is_sent(school: School, dsl: Staff) -> None:
    referral = a_referral_in(school, "education_welfare_officer", by=dsl)
    for turn in range(1, 7):
        assert remind_of_referrals(NOW + turn * HALF_HOUR - timedelta(seconds=1)) == 0
        assert remind_of_referrals(NOW + turn * HALF_HOUR) == 1
        assert told("referral_due") == ["dsl", "headteacher"] * turn
    assert told("referral_stuck") == ["senior_manager", "deputy_headteacher"]
    # Whoever has to find somebody learns neither what it is nor whom it is about.
    stuck = Notice.objects.filter(about="referral_stuck")
    assert not any(notice.pupils.exists() or "welfare" in notice.says or notice.link for notice in stuck)
    late = deadline(Referral.objects.get(), NOW + HALF_HOUR + timedelta(seconds=1))
    assert late is not None
    assert late.late
    send_referral(referral=referral, sending=SENT, by=dsl, now=NOW + 7 * HALF_HOUR)
    assert remind_of_referrals(NOW + 9 * HALF_HOUR) == 0
    assert not Notice.objects.filter(about="referral_due", done_at=None).exists()


@pytest.mark.parametrize(
    ("kind", "sent", "due"),
    [
        ("social_care", datetime(2026, 11, 24, 15, tzinfo=UTC), datetime(2026, 11, 25, 15, tzinfo=UTC)),
        ("social_care", datetime(2026, 11, 27, 15, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC)),  # over a weekend
        ("police", datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2026, 12, 29, 9, tzinfo=UTC)),  # over Christmas, which fell on Friday
        ("education_welfare_officer", datetime(2026, 11, 24, 15, tzinfo=UTC), datetime(2026, 11, 26, 15, tzinfo=UTC)),
    ],
)
def test_an_answer_is_expected_after_so_many_working_days(kind: str, sent: datetime, due: datetime) -> None:
    assert answer_due(kind, sent) == due


@pytest.mark.clause("ALT-34")
def test_sent_and_not_acknowledged_by_its_day_is_told_until_somebody_rings(school: School, dsl: Staff) -> None:
    referral = a_referral_in(school, by=dsl)
    send_referral(referral=referral, sending=SENT, by=dsl, now=NOW)
    day = timedelta(days=1)
    assert remind_of_referrals(NOW + day - timedelta(seconds=1)) == 0
    assert remind_of_referrals(NOW + day) == 1
    assert told("referral_unanswered") == ["dsl"]
    assert remind_of_referrals(NOW + 2 * day) == 1
    assert told("referral_unanswered") == ["dsl", "dsl", "headteacher"]
    acknowledge_referral(referral=referral, from_whom="Dana Duty", reference="SC 44", by=dsl, now=NOW + 2 * day)
    assert remind_of_referrals(NOW + 9 * day) == 0
    close_referral(referral=referral, outcome="A plan of early help.", by=dsl, now=NOW + 9 * day)
    referral.refresh_from_db()
    assert (referral.state, referral.reference, referral.acknowledged_from) == ("closed", "SC 44", "Dana Duty")


@pytest.mark.clause("ALT-34")
def test_what_was_sent_to_whom_when_by_whom_and_which_way_is_kept_and_never_changes(school: School, dsl: Staff) -> None:
    referral = a_referral_in(school, "police", by=dsl)
    sent = send_referral(referral=referral, sending=SENT, by=dsl, now=NOW)
    assert (sent.text, sent.way, sent.to_name, sent.to_organisation, sent.sent_at, sent.by) == (
        SENT.text, "phone", "Dana Duty", "Example Council", NOW, dsl,
    )  # fmt: skip
    with pytest.raises(Blocked):
        send_referral(referral=referral, sending=SENT, by=dsl, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferralSent.objects.update(text="Something else")
    for acts in ("opened", "sent"):
        assert AuditEvent.objects.filter(act=f"safeguarding.referral.{acts}").exists()
    assert not AuditEvent.objects.filter(detail__icontains="three days").exists()


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"to_name": ""}, {"to_organisation": ""}, {"way": "pigeon"}, {"sent_at": NOW + HALF_HOUR},
              {"sent_at": NOW - HALF_HOUR}],
)  # fmt: skip
def test_a_sending_needs_its_words_its_people_and_a_time_that_can_be(school: School, dsl: Staff, wrong: dict[str, object]) -> None:
    referral = a_referral_in(school, by=dsl)
    with pytest.raises(BadInput):
        send_referral(referral=referral, sending=Sending(**{**vars(SENT), **wrong}), by=dsl, now=NOW)
    assert Referral.objects.get().sent_at is None


@pytest.mark.clause("MAT-12")
def test_a_referral_that_was_opened_can_be_decided_against_by_the_safeguarding_team_with_its_reason(
    school: School, dsl: Staff, head: Staff
) -> None:
    referral = a_referral_in(school, "education_welfare_officer", by=dsl)
    with pytest.raises(Blocked):
        decide_not_to_refer(referral=referral, reason="Found at once", by=head, now=NOW)
    with pytest.raises(BadInput):
        decide_not_to_refer(referral=referral, reason=" ", by=dsl, now=NOW)
    decide_not_to_refer(referral=referral, reason="They were at the dentist.", by=dsl, now=NOW)
    referral.refresh_from_db()
    assert (referral.state, referral.not_sent_because, referral.not_sent_by) == ("not_sent", "They were at the dentist.", dsl)
    assert remind_of_referrals(NOW + 9 * HALF_HOUR) == 0
    with pytest.raises(Blocked):
        send_referral(referral=referral, sending=SENT, by=dsl, now=NOW)
    with pytest.raises(Blocked):
        mark_referral_sent(
            school=school, pupil_id=referral.pupils.get().pk, kind="education_welfare_officer", by=dsl, now=NOW
        )  # fmt: skip


def test_nothing_is_acknowledged_or_closed_before_it_was_sent(school: School, dsl: Staff) -> None:
    referral = a_referral_in(school, by=dsl)
    with pytest.raises(Blocked):
        acknowledge_referral(referral=referral, from_whom="Dana", by=dsl, now=NOW)
    with pytest.raises(Blocked):
        close_referral(referral=referral, outcome="x", by=dsl, now=NOW)
    for wrong in ("closed_at", "acknowledged_at", "not_sent_at"):  # the last one without its reason
        with pytest.raises(DatabaseError), transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(**{wrong: NOW})


@pytest.mark.once
def test_the_headteacher_sees_that_and_when_and_the_team_what_was_sent(school: School, dsl: Staff, head: Staff, client: Client) -> None:
    referral = a_referral_in(school, by=dsl, why="He said that he sleeps in the car.")
    send_referral(referral=referral, sending=SENT, by=dsl, now=NOW)
    address = f"/s/{school.slug}/referrals/{referral.public_id}/"
    for person, sees in ((dsl, True), (head, False)):
        client.force_login(person)
        page = client.get(address).content.decode()
        assert "Social care" in page
        assert ("sleeps in the car" in page, SENT.text in page, "Dana Duty" in page) == (sees, sees, sees)
        assert "Social care" in client.get(f"/s/{school.slug}/referrals/").content.decode()
        paper = client.post(f"{address}copy/", {"reason": "For the conference"})
        assert (paper["Content-Type"] == "application/pdf") == sees
    assert AuditEvent.objects.get(act="safeguarding.referral.copied").detail["reason"] == "For the conference"
    client.force_login(StaffFactory.create(school=school, roles=["office_admin"]))
    assert client.get(address).status_code == 403


@pytest.mark.clause("PRI-41")
@pytest.mark.once
def test_each_agency_is_listed_until_it_is_told_with_whom_and_when(school: School, dsl: Staff, client: Client) -> None:
    task = an_agency_in(school, "youth_offending")
    assert list(agencies_to_tell(school)) == [task]
    assert remind_of_agencies(NOW + timedelta(minutes=119)) == 0
    assert remind_of_agencies(NOW + timedelta(minutes=120)) == 1
    assert Notice.objects.get(about="agencies_to_tell").role == "dsl"
    client.force_login(dsl)
    task.pupils.get().agencies.update(worker="Yasmin Worker", phone="+447700900321")
    asked = client.get(f"/s/{school.slug}/agencies/{task.public_id}/told/").content.decode()
    assert "Yasmin Worker" in asked
    assert "07700 900321" in asked
    assert "Youth offending" in client.get(f"/s/{school.slug}/referrals/").content.decode()
    AgencyTask.objects.update(opened_at=NOW - timedelta(days=400))  # the page asks the real clock
    client.post(f"/s/{school.slug}/agencies/{task.public_id}/told/", {"spoke_with": "Yasmin Worker", "told_note": "Rings the mother"})
    task.refresh_from_db()
    assert (task.spoke_with, task.told_note, task.told_by, task.next_action_at) == ("Yasmin Worker", "Rings the mother", dsl, None)
    assert task.told_at is not None
    assert remind_of_agencies(NOW + timedelta(days=3)) == 0
    with pytest.raises(Blocked):
        agency_told(task=task, spoke_with="Again", by=dsl, now=NOW)
    other = an_agency_in(school, "social_care")
    mark_agency_told(school=school, pupil_id=other.pupils.get().pk, agency="social_care", spoke_with="Dana", by=dsl, now=NOW)
    other.refresh_from_db()
    assert (other.spoke_with, other.told_at) == ("Dana", NOW)


@pytest.mark.once
def test_a_referral_by_its_pages(school: School, dsl: Staff, client: Client) -> None:
    from homevisits.common.actors import SystemJob
    from homevisits.policy.services import adopt_preset

    adopt_preset(school=school, preset="primary-procedures", by=SystemJob("test"), now=datetime(2026, 1, 1, tzinfo=UTC))
    pupil = PupilFactory.create(school=school, first_name="Adaeze", last_name="Example")
    brother = PupilFactory.create(household=pupil.household)
    client.force_login(dsl)
    base = f"/s/{school.slug}/referrals/"
    assert f"{base}new/{pupil.pk}/" in client.get(f"{base}new/?q=adae").content.decode()
    token = client.get(f"{base}new/{pupil.pk}/").context["form"]["token"].value()
    given = {"kind": "agency", "why": "Debts", "siblings": [brother.pk], "token": token}
    assert client.post(f"{base}new/{pupil.pk}/", given).status_code == 422
    for _ in range(2):
        client.post(f"{base}new/{pupil.pk}/", given | {"agency": "Family centre"})
    made = Referral.objects.get()
    assert (made.to_whom, set(made.pupils.all()), made.why) == ("Family centre", {pupil, brother}, "Debts")
    sending = {"text": "What we know", "to_name": "Fay", "to_organisation": "Family centre", "way": "email"}
    assert client.post(f"{base}{made.public_id}/send/", sending | {"text": ""}).status_code == 422
    client.post(f"{base}{made.public_id}/send/", sending)
    client.post(f"{base}{made.public_id}/answer/", {"from_whom": "Fay", "reference": "F1"})
    client.post(f"{base}{made.public_id}/close/", {"outcome": "They meet weekly."})
    made.refresh_from_db()
    assert (made.state, made.reference, made.outcome) == ("closed", "F1", "They meet weekly.")
    page = client.get(f"{base}{made.public_id}/").content.decode()
    assert all(words in page for words in ("What we know", "They meet weekly.", "Acknowledged"))


@pytest.mark.clause("ATT-55")
@pytest.mark.once
@pytest.mark.parametrize("about_head", [False, True])
def test_a_referral_to_the_lado_is_for_those_who_may_see_the_allegation_alone(
    school: School, dsl: Staff, head: Staff, client: Client, about_head: bool
) -> None:
    chair = StaffFactory.create(school=school, roles=["chair_of_governors"])
    second = StaffFactory.create(school=school, roles=["headteacher"])
    subject = second if about_head else StaffFactory.create(school=school, roles=["class_teacher", "dsl"])
    allegation = an_allegation(school, about=[subject])
    take_up(allegation=allegation, by=chair if about_head else head, now=NOW)
    referral = open_referral(
        school=school, kind="lado", pupil_ids=[], repeat_minutes=30, allegation=allegation, by=chair if about_head else head, now=NOW
    )  # fmt: skip
    assert not referrals(school).exists()
    assert open_rows(school, NOW) == []
    Notice.objects.all().delete()
    remind_of_referrals(NOW + HALF_HOUR)
    notice = Notice.objects.get()
    reached = {row.staff for row in NoticeTo.objects.filter(notice=notice)}
    may = {chair} if about_head else {head, second}
    assert (notice.role, reached) == ("named", may)
    assert not notice.task
    for person in (dsl, head, second, chair, subject):
        client.force_login(person)
        expected = 200 if person in may else 404
        assert client.get(f"/s/{school.slug}/referrals/{referral.public_id}/").status_code == expected, person.name
        for page in ("send", "not-sent", "answer", "close", "copy"):
            client.get(f"/s/{school.slug}/referrals/{referral.public_id}/{page}/")
    opened = AuditEvent.objects.filter(object_id=str(referral.public_id))
    assert {event.chain for event in opened} == {-school.pk}, "of these pages the school's own trail says nothing"
    assert "referral_copy" in {event.object_type for event in opened}
    client.force_login(head)
    trail = client.get(reverse("audit_log", args=[school.slug])).content.decode()
    assert str(referral.public_id)[:8] not in trail
    assert not AuditEvent.objects.filter(chain=school.pk, act__contains="lado").exists()
    assert not AuditEvent.objects.filter(object_type="Referral").exists()
    with pytest.raises(Blocked):
        send_referral(referral=referral, sending=SENT, by=dsl, now=NOW)
    send_referral(referral=referral, sending=SENT, by=chair if about_head else head, now=NOW)
    entry = allegation.entries.get(kind="lado")
    assert (entry.told, entry.happened_at) == ("Dana Duty, Example Council", NOW)
    with pytest.raises(BadInput):
        open_referral(school=school, kind="lado", pupil_ids=[], repeat_minutes=30, by=head, now=NOW)
    Referral.objects.update(not_sent_at=NOW, not_sent_because="Opened by mistake", sent_at=None)
    client.force_login(chair if about_head else head)
    address = f"/s/{school.slug}/staff-matters/{allegation.public_id}/"
    assert "lado-referral" not in client.get(address).content.decode()
    token = client.get(f"{address}lado-referral/").context["form"]["token"].value()
    answer = client.post(f"{address}lado-referral/", {"why": "He shouted.", "token": token})
    assert answer["Location"] == f"/s/{school.slug}/referrals/{Referral.objects.latest('pk').public_id}/"
    client.force_login(dsl)
    assert client.get(f"{address}lado-referral/").status_code == 403


def test_another_schools_referral_does_not_exist(school: School, dsl: Staff) -> None:
    other = a_referral_in(SchoolFactory.create())
    assert referral_of(school, other.public_id, dsl, frozenset({"dsl"}), NOW.date()) is None


@pytest.mark.clause("ATT-55")
@pytest.mark.once
def test_no_page_shows_the_number_of_a_referral_so_no_gap_tells_of_one_about_staff(school: School, dsl: Staff, client: Client) -> None:
    referral = a_referral_in(school, by=dsl)
    client.force_login(dsl)
    assert client.get(f"/s/{school.slug}/referrals/{referral.public_id}/").status_code == 200
    assert client.get(f"/s/{school.slug}/referrals/{referral.pk}/").status_code == 404
    trail = reverse("audit_log", args=[school.slug])
    by_address = client.get(trail, {"object_type": "Referral", "object_id": str(referral.public_id)})
    assert {row.words for row in by_address.context["rows"]} >= {"Opened a referral"}
    assert {row.record.number for row in by_address.context["rows"]} == {str(referral.public_id)}
    for kind in ("Referral", ""):
        found = client.get(trail, {"object_type": kind, "object_id": str(referral.pk)})
        assert not [row for row in found.context["rows"] if row.event.object_type == "Referral"], kind
