"""R25: twenty-five years on there is a queue, nothing goes by itself, a hold wins, and what goes is counted and hashed."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from attendance.models import AbsenceMessage, Mark
from homevisits.audit.models import AuditEvent
from homevisits.common.errors import BadInput, Blocked
from homevisits.documents.models import Attachment, Document
from homevisits.documents.services import attachments
from homevisits.documents.services.attachments import Upload
from homevisits.documents.store import path_of
from homevisits.documents.tests.factories import a_document
from homevisits.documents.tests.hostile import jpeg
from homevisits.home.keeping.due import open_reviews
from homevisits.home.keeping.schedule import SCHEDULE
from homevisits.home.keeping.services import retention
from homevisits.home.tasks import open_reviews_task
from homevisits.messaging.models import Message, Notice
from homevisits.messaging.tests.factories import make_text
from homevisits.people.models import Contact, LegalHold, Pupil, RetentionReview, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, SchoolFactory, StaffFactory
from safeguarding.models import Concern
from safeguarding.services.concern_files import attach_to_concern
from safeguarding.services.concerns import raise_concern
from visits.models import CheckIn, HomeVisit, VisitAgreement, VisitAlarm, VisitEvent, VisitPupil, VisitRisk, VisitVersion
from visits.tests.factories import a_visit

from .keeping import NOW, a_hold, a_lead, a_request, a_review, a_transfer, by_two

pytestmark = pytest.mark.django_db
LATER = datetime(2051, 11, 24, 10, tzinfo=UTC)  # the clock 25 years on


@pytest.fixture
def pupil() -> Pupil:
    school = SchoolFactory.create()
    found = PupilFactory.create(household=HouseholdFactory.create(school=school), date_of_birth=date(2018, 11, 3), medical="Asthma")
    ContactFactory.create(pupil=found)
    staff = StaffFactory.create(school=school, roles=["class_teacher"])
    mark(found)
    AbsenceMessage.objects.create(
        school=school, pupil=found, first_day=NOW.date(), last_day=NOW.date(), channel="gate", code="I", reason="Feverish", at=NOW
    )
    make_text(school, found)
    raise_concern(school=school, pupil_ids=[found.pk], says="Bruises", by=staff, now=NOW)
    return found


TODAY = NOW.date()


def mark(pupil: Pupil, day: date = TODAY) -> Mark:
    return Mark.objects.create(school=pupil.school, pupil=pupil, day=day, session="AM", code="I", comment="Feverish", recorded_at=NOW)


def review(pupil: Pupil, kind: str) -> RetentionReview:
    return RetentionReview.objects.get(pupil=pupil, kind=kind, decision="")


def test_25_years_on_there_is_a_queue_and_nothing_has_gone(pupil: Pupil, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: dict[str, Callable[[], int]] = {
        model.__name__: model._default_manager.count for model in (Mark, AbsenceMessage, Message, Concern, Contact, Pupil)
    }
    before = {name: count() for name, count in rows.items()}
    monkeypatch.setattr("homevisits.common.clock.now", lambda: LATER)
    assert open_reviews_task() == 5
    kinds = set(RetentionReview.objects.values_list("kind", flat=True))
    assert kinds == {"attendance", "messages", "notices", "child_protection", "pupil"}
    assert {name: count() for name, count in rows.items() if name != "Message"} == {k: v for k, v in before.items() if k != "Message"}
    assert Message.objects.filter(about__pupil=pupil).count() == 1
    assert open_reviews_task() == 0, "The same again is no second review"
    assert review(pupil, "child_protection").due_on == date(2043, 11, 3)
    assert review(pupil, "attendance").due_on == date(2032, 11, 24)


def test_before_its_time_nothing_is_due(pupil: Pupil) -> None:
    assert open_reviews(datetime(2032, 11, 23, 10, tzinfo=UTC)) == 0
    assert open_reviews(datetime(2032, 11, 24, 10, tzinfo=UTC)) == 3
    mark(pupil, date(2027, 1, 8))  # of a later year: all of it is kept on
    RetentionReview.objects.all().delete()
    assert open_reviews(datetime(2032, 11, 24, 10, tzinfo=UTC)) == 2


def test_a_school_keeps_longer_and_never_shorter(pupil: Pupil) -> None:
    head = StaffFactory.create(school=pupil.school, roles=["headteacher"])
    with pytest.raises(BadInput, match="Between 6 years"):
        retention.keep_longer(school=pupil.school, kind="attendance", years=5, why="Less", by=head, now=NOW)
    retention.keep_longer(school=pupil.school, kind="attendance", years=30, why="The insurer asks", by=head, now=NOW)
    open_reviews(LATER)
    assert not RetentionReview.objects.filter(kind="attendance").exists()


def test_a_hold_wins_over_everything(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    open_reviews(LATER)
    hold = retention.set_hold(pupil=pupil, reason="A claim", token=uuid4(), by=lead, now=LATER)
    for kind, rule in SCHEDULE.items():
        row = RetentionReview.objects.filter(kind=kind).first()
        for way in rule.ways if row else ():
            assert row
            with pytest.raises(Blocked, match="hold"):
                retention.decide(review=row, decision=way, reason="Due", by=lead, now=LATER)
    assert Mark.objects.get(pupil=pupil).comment == "Feverish"
    assert Concern.objects.exists()
    with pytest.raises(Blocked, match="already"):
        retention.set_hold(pupil=pupil, reason="Again", token=uuid4(), by=lead, now=LATER)
    retention.lift_hold(hold=hold, because="The claim is settled", by=lead, now=LATER)
    retention.decide(review=review(pupil, "attendance"), decision="delete", reason="Due", by=lead, now=LATER)
    assert not Mark.objects.filter(pupil=pupil).exists()
    assert {"home.retention.hold_set", "home.retention.hold_lifted"} <= set(AuditEvent.objects.values_list("act", flat=True))
    assert LegalHold.objects.get().lifted_because


def test_anonymising_keeps_the_figure(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    row = retention.decide(review=a_review(pupil), decision="anonymise", reason="Due", by=lead, now=LATER)
    kept = Mark.objects.get(pupil=pupil)
    assert (kept.code, kept.comment) == ("I", "")
    assert AbsenceMessage.objects.get(pupil=pupil).reason == ""
    assert row.gone["attendance.Mark"] == 1
    assert len(row.sha256) == 64
    detail = AuditEvent.objects.get(act="home.retention.anonymise").detail
    assert (detail["sha256"], detail["gone"]) == (row.sha256, row.gone)
    assert "Feverish" not in str(detail)
    message = retention.decide(review=a_review(pupil, "messages"), decision="anonymise", reason="Due", by=lead, now=LATER)
    text = Message.objects.get(about__pupil=pupil)
    assert (text.to, text.body, text.purpose) == ("", "", f"erased:{text.pk}")
    assert message.gone["messaging.Message"] == 1


def test_what_is_another_childs_too_stays_until_theirs_goes(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    sibling = PupilFactory.create(household=pupil.household)
    shared = make_text(pupil.school, pupil, sibling, to="+447700900777")
    row = retention.decide(review=a_review(pupil, "messages"), decision="delete", reason="Due", by=lead, now=LATER)
    assert row.left == {"messaging.Message": 1}
    assert Message.objects.get(pk=shared.pk).body
    hold = a_hold(pupil)
    second = retention.decide(review=a_review(sibling, "messages"), decision="delete", reason="Due", by=lead, now=LATER)
    assert second.left == {"messaging.Message": 1}, "The other child's records are held"
    retention.lift_hold(hold=hold, because="Over", by=lead, now=LATER)
    RetentionReview.objects.filter(pk=second.pk).delete()
    retention.decide(review=a_review(sibling, "messages"), decision="delete", reason="Due", by=lead, now=LATER)
    assert not Message.objects.filter(pk=shared.pk).exists()


def test_the_child_protection_file_goes_whole_and_its_receipt_stays(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    paper = a_document([pupil], act="read_concerns", content=b"%PDF-1.4 kept apart")
    picture = attach_to_concern(concern=Concern.objects.get(), upload=Upload("arm.jpg", jpeg()), token="t", by=lead, now=NOW)
    assert attachments.path_of(picture.sha256, picture.scan).exists()
    sent = a_transfer(pupil, by=lead)
    row = by_two(a_review(pupil, "child_protection"), "delete", by=lead, now=LATER)
    assert not Concern.objects.exists()
    assert not Document.objects.filter(pk=paper.pk).exists()
    assert not path_of(paper.sha256).exists()
    assert not Attachment.objects.filter(pk=picture.pk).exists()
    assert not attachments.path_of(picture.sha256, picture.scan).exists()
    assert row.gone["safeguarding.Concern"] == 1
    sent.refresh_from_db()
    assert sent.to_school
    with pytest.raises(BadInput):
        retention.decide(review=a_review(pupil, "child_protection"), decision="anonymise", reason="x", by=lead, now=LATER)


def test_a_visit_goes_with_its_papers_or_stays_as_a_figure(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    school = pupil.school
    from homevisits.policy.services import adopt_preset
    from visits.tests.factories import TESTS

    adopt_preset(school=school, preset="primary-procedures", changes={}, by=TESTS, now=NOW)
    visit = a_visit(school)
    child = visit.visit_pupils.get().pupil
    paper = a_document([child], about=("visit", visit.pk), content=b"%PDF-1.4 of the visit")
    VisitEvent.objects.create(visit=visit, at=NOW, what="raised", by=None, by_name="x", note="Words of the event")
    row = by_two(a_review(child, "visits"), "anonymise", by=lead, now=LATER)
    visit.refresh_from_db()
    assert (visit.reason, visit.address) == ("", "")
    assert visit.status
    assert not Document.objects.filter(pk=paper.pk).exists()
    assert set(visit.events.values_list("note", flat=True)) == {""}
    assert row.gone["visits.HomeVisit"] == 1
    RetentionReview.objects.filter(pk=row.pk).delete()
    with pytest.raises(Blocked, match="risk assessments of home visits"):
        retention.decide(review=a_review(child, "visits"), decision="delete", reason="Due", by=lead, now=LATER)
    retention.decide(review=a_review(child, "visit_risk"), decision="delete", reason="Due", by=lead, now=LATER)
    by_two(review(child, "visits"), "delete", by=lead, now=LATER)
    assert not HomeVisit.objects.filter(pk=visit.pk).exists()
    assert not VisitPupil.objects.filter(pupil=child).exists()


def test_each_part_of_a_visit_goes_by_its_own_rule_and_figures_stay(pupil: Pupil) -> None:
    from homevisits.policy.services import adopt_preset
    from visits.tests.factories import TESTS

    lead, school = a_lead(pupil.school), pupil.school
    adopt_preset(school=school, preset="primary-procedures", changes={}, by=TESTS, now=NOW)
    visit = a_visit(school)
    child = visit.visit_pupils.get().pupil
    Pupil.objects.filter(pk=child.pk).update(date_of_birth=date(2018, 11, 3))
    VisitRisk.objects.filter(visit=visit).update(at=NOW)
    VisitVersion.objects.filter(visit=visit).update(at=NOW)
    risk = VisitRisk.objects.filter(visit=visit).first() or VisitRisk.objects.create(visit=visit, level="high", at=NOW, by=lead)
    VisitRisk.objects.filter(pk=risk.pk).update(level="high", answers={"dog": "A big dog"}, medical={"back": "Bad"}, pair=[lead.pk])
    CheckIn.objects.create(visit=visit, point="arrived", at=NOW, by=lead, invited_by="Her uncle")
    VisitAlarm.objects.create(visit=visit, step="office", due_at=NOW, at=NOW, late_seconds=90, location="By the canal")
    VisitAgreement.objects.create(
        visit=visit, what="Ring each morning", owner_words="Her uncle", due_on=TODAY, state="done", at=NOW, by=lead
    )
    reason = visit.reason
    open_reviews(datetime(2033, 8, 30, 10, tzinfo=UTC))
    assert not RetentionReview.objects.filter(pupil=child, kind__startswith="visit").exists()
    open_reviews(datetime(2033, 8, 31, 10, tzinfo=UTC))
    due = set(RetentionReview.objects.filter(pupil=child, kind__startswith="visit").values_list("kind", flat=True))
    assert due == {"visit_risk", "visit_out", "visit_letters"}, "The current year and six more; the visit itself until 25"
    for kind in sorted(due):
        retention.decide(review=review(child, kind), decision="anonymise", reason="Due", by=lead, now=LATER)
    kept, alarm = VisitRisk.objects.get(pk=risk.pk), VisitAlarm.objects.get(visit=visit)
    assert (kept.level, kept.answers, kept.medical, kept.pair) == ("high", {}, {}, [])
    assert (alarm.step, alarm.late_seconds, alarm.location) == ("office", 90, "")
    agreed = visit.agreements.get()
    assert (agreed.what, agreed.owner_words, agreed.state) == ("Erased", "Erased", "done")
    assert not CheckIn.objects.exists()
    visit.refresh_from_db()
    assert visit.reason == reason
    assert open_reviews(datetime(2034, 11, 1, tzinfo=UTC)) == 0, "What is anonymised does not come back"
    VisitRisk.objects.create(visit=visit, level="low", at=datetime(2052, 3, 1, tzinfo=UTC), by=lead, replaced_at=LATER)
    open_reviews(datetime(2060, 1, 1, tzinfo=UTC))
    assert review(child, "visit_risk").due_on == date(2058, 8, 31), "What was written after it does, in its turn"


def test_the_name_goes_last(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    a_request(pupil, by=lead)
    with pytest.raises(Blocked, match="attendance, texts, emails and letters about absences, what staff were told, child"):
        retention.decide(review=a_review(pupil, "pupil"), decision="anonymise", reason="Due", by=lead, now=LATER)
    for kind in ("attendance", "messages", "notices"):
        retention.decide(review=a_review(pupil, kind), decision="delete", reason="Due", by=lead, now=LATER)
    by_two(a_review(pupil, "child_protection"), "delete", by=lead, now=LATER)
    by_two(review(pupil, "pupil"), "anonymise", by=lead, now=LATER)
    pupil.refresh_from_db()
    assert str(pupil) == f"Former pupil no. {pupil.pk}"
    assert (pupil.medical, pupil.date_of_birth, pupil.upn) == ("", None, "")
    assert Contact.objects.get(pupil=pupil).mobile == ""
    pupil.household.refresh_from_db()
    assert pupil.household.address == ""
    assert open_reviews(datetime(2099, 1, 1, tzinfo=UTC)) == 0


def test_kept_on_it_comes_back_on_its_day(pupil: Pupil) -> None:
    lead = a_lead(pupil.school)
    open_reviews(LATER)
    row = review(pupil, "attendance")
    with pytest.raises(BadInput, match="day to come"):
        retention.decide(review=row, decision="keep", reason="x", keep_until=date(2051, 11, 24), by=lead, now=LATER)
    retention.decide(review=row, decision="keep", reason="A brother’s case", keep_until=date(2053, 1, 1), by=lead, now=LATER)
    with pytest.raises(Blocked, match="decided already"):
        retention.decide(review=row, decision="keep", reason="x", keep_until=date(2054, 1, 1), by=lead, now=LATER)
    assert open_reviews(datetime(2052, 12, 31, 10, tzinfo=UTC)) == 0
    assert open_reviews(datetime(2053, 1, 1, 10, tzinfo=UTC)) == 1


def test_who_may_not_know_of_a_child_protection_file_sees_none_in_the_queue(pupil: Pupil, client: Client) -> None:
    open_reviews(LATER)
    apart = review(pupil, "child_protection")
    manager: Staff = StaffFactory.create(school=pupil.school, roles=["business_manager"])
    client.force_login(manager)
    slug = pupil.school.slug
    shown = client.get(reverse("retention_queue", args=[slug])).content.decode()
    assert "Attendance" in shown
    assert "Child protection file<span" not in shown
    assert client.get(reverse("retention_review", args=[slug, apart.public_id])).status_code == 404
    assert not Notice.objects.filter(about="retention_due_apart", people__staff=manager).exists()
    client.force_login(a_lead(pupil.school))
    assert "Child protection file<span" in client.get(reverse("retention_queue", args=[slug])).content.decode()


def test_the_pages_decide_and_hold(pupil: Pupil, client: Client) -> None:
    open_reviews(LATER)
    lead = a_lead(pupil.school)
    client.force_login(lead)
    slug, row = pupil.school.slug, review(pupil, "attendance")
    client.post(reverse("hold_set", args=[slug, pupil.pk]), {"reason": "A claim", "token": str(uuid4())})
    assert "On hold" in client.get(reverse("retention_queue", args=[slug])).content.decode()
    address = reverse("retention_review", args=[slug, row.public_id])
    assert "Nothing can be erased now" in client.get(address).content.decode()
    assert "hold" in client.post(address, {"decision": "delete", "reason": "Due"}).content.decode()
    client.post(reverse("hold_lift", args=[slug, LegalHold.objects.get().public_id]), {"because": "Settled"})
    assert client.post(address, {"decision": "delete", "reason": "Due"}).status_code == 302
    assert "Deleted" in client.get(reverse("retention_queue", args=[slug])).content.decode()
    assert "Marks: 1" in client.get(address).content.decode()
    longer = client.post(reverse("retention_schedule", args=[slug]), {"kind": "visits", "years": "5", "why": "x"}).content.decode()
    assert "Between 25 years" in longer


def test_where_two_must_agree_one_alone_erases_nothing(pupil: Pupil, client: Client) -> None:
    school, lead = pupil.school, a_lead(pupil.school)
    deputy = StaffFactory.create(school=school, roles=["deputy_dsl"], name="Dee Second")
    open_reviews(LATER)
    row = review(pupil, "child_protection")
    address = reverse("retention_review", args=[school.slug, row.public_id])
    with pytest.raises(Blocked, match="Two people"):
        retention.decide(review=row, decision="delete", reason="Due", by=lead, now=LATER)
    client.force_login(lead)
    assert client.post(address, {"decision": "delete", "reason": "25 years"}).status_code == 302
    assert client.post(address, {"decision": "delete", "reason": "25 years"}).status_code == 200, "Not by the same person"
    row.refresh_from_db()
    with pytest.raises(Blocked, match="You proposed it"):
        retention.decide(review=row, decision="delete", reason="Due", by=lead, now=LATER)
    assert Concern.objects.exists()
    assert Notice.objects.filter(about="retention_due_apart", people__staff=deputy, says__contains="second person").exists()
    client.force_login(deputy)
    assert client.get(reverse("retention_certificate", args=[school.slug, row.public_id])).status_code == 404
    hold = a_hold(pupil)
    assert "hold" in client.post(address, {"decision": "delete", "reason": "Yes"}).content.decode()
    assert Concern.objects.exists()
    retention.lift_hold(hold=hold, because="Over", by=lead, now=LATER)
    assert client.post(address, {"decision": "delete", "reason": "Yes"}).status_code == 302
    assert not Concern.objects.exists()
    made = client.get(reverse("retention_certificate", args=[school.slug, row.public_id]))
    said = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(b"".join(made))).pages)
    assert "25 years from the date of birth" in said
    assert "Dee Second" in said
    assert lead.name in said
    assert "Bruises" not in said


def test_a_year_group_is_decided_in_one_go_but_for_who_is_held(pupil: Pupil, client: Client) -> None:
    lead = a_lead(pupil.school)
    others = [PupilFactory.create(school=pupil.school) for _ in range(2)]
    rows = [a_review(each) for each in (pupil, *others)]
    a_hold(others[0])
    client.force_login(lead)
    address = reverse("retention_together", args=[pupil.school.slug, "attendance"])
    assert str(others[0]) not in client.get(address).content.decode().split("<main")[1]
    said = {"reviews": [str(row.public_id) for row in rows], "decision": "anonymise", "reason": "Due"}
    assert client.post(address, said).status_code == 200, "Who is held cannot be chosen"
    answer = client.post(address, {**said, "reviews": [str(rows[0].public_id), str(rows[2].public_id)]}, follow=True)
    assert "2 of 2" in answer.content.decode()
    assert list(RetentionReview.objects.filter(decision="").values_list("pk", flat=True)) == [rows[1].pk]
    assert Mark.objects.get(pupil=pupil).comment == ""
