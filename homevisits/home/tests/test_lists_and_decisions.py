"""Contact quality, what to enter, registers by hand, the sheet, shadow mode, and closing the school this morning."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from attendance.models import AbsenceMessage, Arrival, Mark, MisEntry, Register, UnexplainedAbsence
from attendance.selectors.entering import days_left, running_out
from attendance.services.day import prepare_day
from attendance.services.morning_sheet import send_sheets
from attendance.sweep import sweep
from attendance.tests.factories import DAY, TEST, at, entry_in, missing, pupil_with_contact, school_with_policy
from homevisits.audit.models import AuditEvent
from homevisits.common import clock
from homevisits.messaging import delivery
from homevisits.messaging.models import Message
from homevisits.people.models import Closure, NumberFault, School, Staff
from homevisits.people.school_calendar import SchoolCalendar
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory

from .conftest import Enter

pytestmark = pytest.mark.django_db


def test_weak_contacts_are_listed_and_exported_without_formulas(office: Client, school: School) -> None:
    PupilFactory.create(school=school, last_name="=1+1")
    strong = pupil_with_contact(school, first_name="Strong")
    ContactFactory.create(pupil=strong, priority=2, address="9 Elsewhere Lane")
    one = pupil_with_contact(school, first_name="Single")
    page = office.get("/s/primary/contacts/quality/").content.decode()
    assert "Single" in page
    assert "Strong" not in page
    lines = office.get("/s/primary/contacts/quality/?csv=1").content.decode("utf-8-sig").splitlines()
    assert f"One contact only,3A,Example,Single,Only {one.contacts.get()}" in lines
    assert any("'=1+1" in line for line in lines)


def test_two_people_on_one_number_or_at_one_address_are_weak(office: Client, school: School) -> None:
    ada = pupil_with_contact(school, first_name="Ada")
    ContactFactory.create(pupil=ada, priority=2, mobile=ada.contacts.get().mobile)
    page = office.get("/s/primary/contacts/quality/").content.decode()
    assert "2 people, " in page
    assert "2 people at one address" in page


def test_entries_are_ticked_off_by_whoever_entered_them(office: Client, school: School) -> None:
    mine, other = entry_in(school), entry_in(school_with_policy())
    assert str(mine.pupil) in office.get("/s/primary/mis/").content.decode()
    office.post("/s/primary/mis/", {"entry": [mine.pk, other.pk]})
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.done_at == at("9:05")
    assert other.done_at is None
    assert MisEntry.objects.filter(done_at=None).count() == 1


def test_entries_are_exported_for_the_information_system(office: Client, school: School) -> None:
    entry = entry_in(school)
    MisEntry.objects.update(comment="=cmd()")
    lines = office.get("/s/primary/mis/?csv=1").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"{entry.pupil.mis_id},")
    assert lines[1].endswith(",2026-11-24,AM,I,'=cmd()")


def test_n_is_counted_down_in_school_days_over_weekends_and_closures() -> None:
    friday = date(2026, 11, 20)
    calendar = SchoolCalendar(closures={date(2026, 11, 24): "INSET day"})
    assert days_left(calendar, friday, friday) == 5
    assert days_left(calendar, friday, date(2026, 11, 23)) == 4  # Monday
    assert days_left(calendar, friday, date(2026, 11, 25)) == 3  # Wednesday: Tuesday was INSET
    assert days_left(calendar, friday, date(2026, 11, 30)) == 0


def test_an_n_that_has_run_out_suggests_o_and_one_with_a_reason_is_not_listed(office: Client, school: School) -> None:
    old, known, came = (pupil_with_contact(school, first_name=name) for name in ("Old", "Known", "Came"))
    came.arrivals.create(school=school, day=DAY - timedelta(days=7), at=at("9:30", DAY - timedelta(days=7)), code="U")
    for pupil in (old, known, came):
        Mark.objects.create(school=school, pupil=pupil, day=DAY - timedelta(days=7), session="AM", code="N", recorded_at=at("9:00"))
    known.absence_messages.create(school=school, first_day=DAY - timedelta(days=7), last_day=DAY, channel="office", code="I", at=at("9:00"))
    assert [row.pupil for row in running_out(school, DAY)] == [old]
    assert "Suggested: O" in office.get("/s/primary/mis/").content.decode()


def test_a_register_is_taken_by_hand_and_opens_cases(enter: Enter, school: School) -> None:
    ada, ben = (pupil_with_contact(school, first_name=name) for name in ("Ada", "Ben"))
    prepare_day(school=school, day=DAY, by=TEST, now=at("7:00"))
    register = Register.objects.get(session="AM")
    teacher = enter("class_teacher")
    assert "Not taken" in teacher.get("/s/primary/registers/").content.decode()
    address = f"/s/primary/registers/{register.pk}/"
    refused = teacher.post(address, {f"code-{ada.pk}": "N"})
    assert refused.status_code == 422
    assert f"Choose a mark for {ben}" in refused.content.decode()
    teacher.post(address, {f"code-{ada.pk}": "N", f"code-{ben.pk}": "/"})
    register.refresh_from_db()
    assert register.taken_at == at("9:05")
    assert UnexplainedAbsence.objects.get().pupil == ada


def test_the_sheet_has_whom_to_ring_and_whom_never(office: Client, school: School) -> None:
    ada = pupil_with_contact(school, first_name="Ada")
    ContactFactory.create(pupil=ada, name="Dan Never", restricted=True, mobile="+447700900777")
    NumberFault.objects.create(school=school, number=ada.contacts.get(restricted=False).mobile, kind="number_dead", found_at=at("8:00"),
                               found_by=StaffFactory.create())  # fmt: skip
    missing(school, ada)
    page = office.get("/s/primary/today/sheet/").content.decode()
    assert "Never ring Dan Never" in page
    assert "(dead)" in page
    assert "900777" not in page
    pdf = office.get("/s/primary/today/sheet/?pdf=1")
    assert pdf.content.startswith(b"%PDF") or pdf.status_code == 503


def test_a_child_logged_twice_stands_once_on_the_sheet_with_the_latest_reason(office: Client, school: School) -> None:
    ada = pupil_with_contact(school, first_name="Ada")
    for wall, code in (("8:31", "M"), ("8:40", "I")):
        AbsenceMessage.objects.create(school=school, pupil=ada, first_day=DAY, last_day=DAY, channel="email", code=code, at=at(wall))
    page = office.get("/s/primary/today/sheet/").content.decode()
    assert "Known to be away: 1" in page
    assert "<td>I</td>" in page
    assert "<td>M</td>" not in page


def test_a_register_counts_reasons_and_arrivals_logged_since(enter: Enter, school: School) -> None:
    ada, ben, cyd = (pupil_with_contact(school, first_name=name) for name in ("Ada", "Ben", "Cyd"))
    missing(school, ada, ben, cyd)
    AbsenceMessage.objects.create(school=school, pupil=ada, first_day=DAY, last_day=DAY, channel="email", code="I", at=at("9:02"))
    Arrival.objects.create(school=school, pupil=ben, day=DAY, at=at("9:03"), code="U")
    row = enter("class_teacher").get("/s/primary/registers/").context["sessions"][0][1][0]
    assert (row.present, row.unexplained, row.explained) == (1, 1, 1)


def test_whoever_has_no_mark_is_named_unless_a_reason_or_an_arrival_says_where_they_are(enter: Enter, school: School) -> None:
    ben, cyd, dan = (pupil_with_contact(school, first_name=name) for name in ("Ben", "Cyd", "Dan"))
    missing(school, *(pupil_with_contact(school) for _ in range(4)))  # most of the class, so that it counts as taken
    AbsenceMessage.objects.create(school=school, pupil=ben, first_day=DAY, last_day=DAY, channel="email", code="I", at=at("8:40"))
    Arrival.objects.create(school=school, pupil=cyd, day=DAY, at=at("9:03"), code="U")
    teacher = enter("office_admin")
    assert list(teacher.get("/s/primary/registers/").context["unmarked"]) == [dan]
    today = teacher.get("/s/primary/today/").content.decode()
    assert "1 pupil has no mark in a register that was taken" in today
    assert "/s/primary/registers/#unmarked" in today
    Register.objects.filter(session="PM").update(taken_at=at("13:20"))
    assert cyd in teacher.get("/s/primary/registers/").context["unmarked"]


def test_the_sheet_is_emailed_once_before_the_register_closes_to_whoever_wants_email(school: School) -> None:
    pupil_with_contact(school)
    StaffFactory.create(school=school, roles=["office_admin"], notify_by=Staff.NotifyBy.EMAIL, email="olive@example.com")
    StaffFactory.create(school=school, roles=["office_admin"], email="product@example.com")
    for wall in ("8:50", "8:55", "8:56", "9:00"):
        with clock.frozen(at(wall)):
            send_sheets(at(wall))
    assert [mail_out.to for mail_out in mail.outbox] == [["olive@example.com"]]
    assert mail.outbox[0].attachments[0][0] == "sheet-2026-11-24.pdf"


def test_shadow_mode_shows_what_would_have_gone_and_only_the_head_goes_live(enter: Enter, school: School) -> None:
    School.objects.update(sending="shadow")
    school.refresh_from_db()
    ada = pupil_with_contact(school, first_name="Ada")
    missing(school, ada)
    office, head = enter("office_admin"), enter("headteacher")
    with clock.frozen(at("9:15")):
        sweep(at("9:15"))
        delivery.deliver(now=at("9:15"))
    assert Message.objects.get(template="first_day_absence").status == "shadow"
    page = office.get("/s/primary/shadow/").content.decode()
    assert str(ada.contacts.get()) in page
    assert "Ada not at school today" in page
    assert "Shadow mode" in office.get("/s/primary/today/").content.decode()
    assert office.post("/s/primary/shadow/decide/", {"to": "live", "reason": "x"}).status_code == 403
    assert head.post("/s/primary/shadow/decide/", {"to": "live", "reason": ""}).status_code == 422
    head.post("/s/primary/shadow/decide/", {"to": "live", "reason": "A good week"})
    school.refresh_from_db()
    assert school.sending == "live"
    assert AuditEvent.objects.get(act="attendance.sending.live").detail["reason"] == "A good week"
    # A page that was open before cannot switch it again.
    assert head.post("/s/primary/shadow/decide/", {"to": "live", "reason": "Again"}).status_code == 422
    head.post("/s/primary/shadow/decide/", {"to": "shadow", "reason": "New office"})
    school.refresh_from_db()
    assert school.sending == "shadow"


def test_closing_the_school_says_what_it_will_do_and_does_it(enter: Enter, school: School) -> None:
    missing(school, *(pupil_with_contact(school) for _ in range(3)))
    with clock.frozen(at("9:15")):
        sweep(at("9:15"))
        head = enter("headteacher")
        page = head.get("/s/primary/today/close/").content.decode()
        assert "3 open cases close." in page
        assert "3 texts that have not gone are cancelled." in page
        assert head.post("/s/primary/today/close/", {"reason": ""}).status_code == 422
        assert enter("dsl").post("/s/primary/today/close/", {"reason": "Snow"}).status_code == 403
        assert not Closure.objects.exists()
        head.post("/s/primary/today/close/", {"reason": "Snow"})
        delivery.deliver(now=at("9:15"))
    assert Closure.objects.get().day == DAY
    assert set(UnexplainedAbsence.objects.values_list("closed_reason", flat=True)) == {"school_closed"}
    assert set(Message.objects.filter(template="first_day_absence").values_list("status", flat=True)) == {"cancelled"}


def test_the_first_page_of_a_role_is_the_one_it_works_on(enter: Enter) -> None:
    assert enter("office_admin").get("/").headers["Location"] == "/s/primary/today/"
    assert enter("class_teacher").get("/", follow=True).status_code == 200
