"""Where each role lands, what it may reach from there, and the notices that are looked at first."""

import re

import pytest
from django.test import Client

from attendance.services.names import named
from attendance.tests.factories import TEST, at, missing, pupil_with_contact
from homevisits.messaging.notices import tell
from homevisits.people.models import PupilFlag, Role, School, Staff
from homevisits.people.tests.factories import PupilFactory

from .conftest import Enter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.values)
def test_every_role_lands_on_a_page_whose_links_lead_somewhere(enter: Enter, school: School, role: str) -> None:
    client = enter(role)
    page = client.get("/", follow=True)
    assert page.status_code == 200
    words = page.content.decode()
    assert school.name in words
    found = {link for link in re.findall(r'href="(/[^"#]*)', words) if not link.startswith("/static/")}
    assert len(found) > 4
    assert {link: client.get(link).status_code for link in found if client.get(link, follow=True).status_code != 200} == {}


@pytest.mark.parametrize(
    ("role", "says", "not_this"),
    [
        ("class_teacher", "Log an absence", "not shown to this role"),
        ("visiting_staff", "Log an absence", "Take or change"),
        ("governor", "not shown to this role", "Log an absence"),
        ("chair_of_governors", "who has agreed it", "Registers"),
    ],
)
def test_the_start_page_says_what_the_role_can_do(enter: Enter, role: str, says: str, not_this: str) -> None:
    page = enter(role).get("/s/primary/").content.decode()
    assert says in page
    assert not_this not in page


def test_a_class_teacher_reaches_log_and_registers_from_every_page(enter: Enter) -> None:
    page = enter("class_teacher").get("/s/primary/registers/").content.decode()
    assert page.count('href="/s/primary/log/"') == page.count('href="/s/primary/registers/"') == 1
    assert page.count('aria-current="page"') == 1
    assert "/s/primary/log/" not in enter("office_admin").get("/s/primary/registers/").content.decode()


def test_the_start_page_shows_what_is_new_for_the_person(enter: Enter, school: School) -> None:
    teacher = enter("class_teacher")
    tell(school=school, role="class_teacher", about="held", says="Registers by paper today.", by=TEST, now=at("9:00"))
    assert "Registers by paper today." in teacher.get("/s/primary/").content.decode()


def test_an_unseen_alarm_is_looked_at_first_with_its_case_until_it_is_seen(enter: Enter, school: School) -> None:
    dsl = enter("dsl")
    ada = pupil_with_contact(school, first_name="Ada")
    case = missing(school, ada)[0]
    notice = tell(school=school, role="dsl", about="parent_unaware", says="Mum did not know that Ada is not at school.", pupils=[ada],
                  alarm=True, by=TEST, now=at("9:05"))  # fmt: skip
    page = dsl.get("/s/primary/notices/").content.decode()
    assert "Look at this first" in page
    assert "Nothing to do" not in page
    assert f"/s/primary/cases/{case.pk}/" in page
    dsl.post(f"/s/primary/notices/{notice.public_id}/seen/")
    after = dsl.get("/s/primary/notices/").content.decode()
    assert "Look at this first" not in after
    assert "Mum did not know" in after


def test_nobody_marks_what_another_was_told(enter: Enter, school: School) -> None:
    enter("dsl")
    notice = tell(school=school, role="dsl", about="parent_unaware", says="Told.", alarm=True, by=TEST, now=at("9:05"))
    assert enter("office_admin").post(f"/s/primary/notices/{notice.public_id}/seen/").status_code == 404
    assert notice.people.get().seen_at is None


def test_a_notice_names_flagged_children_before_the_rest(school: School) -> None:
    pupils = [PupilFactory.create(school=school, first_name=name, last_name="Abel") for name in ("Ann", "Bea", "Cat", "Dan")]
    last = PupilFactory.create(school=school, first_name="Zoe", last_name="Zorn")
    PupilFlag.objects.create(pupil=last, kind=PupilFlag.Kind.CHILD_IN_NEED)
    assert named(school, [pupil.pk for pupil in [*pupils, last]]) == "Zoe Zorn, Ann Abel, Bea Abel and 2 more"


def test_a_case_does_not_name_children_of_other_homes(office: Client, school: School) -> None:
    ada, ben = pupil_with_contact(school, first_name="Ada"), pupil_with_contact(school, first_name="Benjamin")
    case = missing(school, ada)[0]
    tell(school=school, role="office_admin", about="nobody_to_text", says=f"No text reaches anybody for {ada} and {ben}: please call now.",
         pupils=[ada, ben], by=TEST, now=at("9:04"))  # fmt: skip
    page = office.get(f"/s/primary/cases/{case.pk}/").content.decode()
    assert f"There is nobody to text about an absent pupil. This was about {ada} and 1 more." in page
    assert "Benjamin" not in page
    assert f"to {Staff.objects.get()}" in page


def test_a_demo_school_says_so_to_everybody_and_its_clock_goes_on(enter: Enter, school: School) -> None:
    School.objects.update(is_demo=True, clock_from=at("9:00"), clock_shows=at("9:00"), clock_speed=5)
    teacher = enter("class_teacher")
    page = teacher.get("/s/primary/").content.decode()
    assert "Demo school." in page
    assert "Set the clock" not in page
    assert "Set the clock" in enter("office_admin").get("/s/primary/").content.decode()
    shows = int(at("9:25").timestamp() * 1000)
    assert f'data-clock="{shows}" data-clock-speed="5"' in page
    poll = teacher.get("/s/primary/notices/count/")
    assert 'id="demo-clock" data-part' in poll.content.decode()
    assert teacher.get("/s/primary/notices/count/", headers={"If-None-Match": poll["ETag"]}).status_code == 304
    School.objects.update(clock_speed=10)
    assert teacher.get("/s/primary/notices/count/", headers={"If-None-Match": poll["ETag"]}).status_code == 200
