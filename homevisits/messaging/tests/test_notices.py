"""Telling staff: in the product always, by email or text as each chose, alarms by text whatever they chose."""

import pytest
from django.core import mail

from homevisits.messaging.delivery import deliver
from homevisits.messaging.models import Message, NoticeTo, SchoolAccount
from homevisits.messaging.notices import tell
from homevisits.people.models import School, Staff

from .factories import LADDER, NOW, make_pupil, make_school, make_staff

pytestmark = pytest.mark.django_db


def told(school: School, role: str = "office_admin", **more: object) -> list[tuple[str, str]]:
    """Tell the role, and answer the messages that went out: channel and address."""
    tell(school=school, role=role, about="held", says="Texts about Ada Example are held.", by=LADDER, now=NOW, **more)  # type: ignore[arg-type]
    return sorted(Message.objects.values_list("channel", "to"))


@pytest.mark.parametrize(
    ("chosen", "alarm", "channels"),
    [
        ("product", False, []),
        ("email", False, ["email"]),
        ("text", False, ["text"]),
        ("product", True, ["text"]),
        ("email", True, ["email", "text"]),
    ],
)
def test_as_each_chose(chosen: str, alarm: bool, channels: list[str]) -> None:
    school = make_school()
    olive = make_staff(school, "office_admin", notify_by=chosen, mobile="+447700900101")
    assert [channel for channel, _ in told(school, alarm=alarm)] == channels
    assert NoticeTo.objects.get().staff == olive


def test_what_goes_out_names_nobody() -> None:
    school = make_school()
    make_staff(school, "office_admin", notify_by="email")
    told(school, pupils=[make_pupil(school)], link="/s/x/")
    message = Message.objects.get()
    assert "Ada" not in message.body + message.subject
    assert "/s/x/" in message.body


def test_a_role_nobody_holds_is_told_all_the_same() -> None:
    school = make_school()
    told(school, "headteacher")
    assert school.notices.get().people.count() == 0


def test_deputies_hear_what_the_safeguarding_lead_hears() -> None:
    school = make_school()
    deputy = make_staff(school, "deputy_dsl")
    told(school, "dsl")
    assert NoticeTo.objects.get().staff == deputy


def test_the_pair_of_a_visit_is_told_by_name() -> None:
    school = make_school()
    pair = [make_staff(school, "visiting_staff") for _ in range(2)]
    make_staff(school, "visiting_staff")
    told(school, "pair", people=pair)
    assert {row.staff for row in NoticeTo.objects.all()} == set(pair)


def test_in_shadow_mode_staff_are_still_told(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    school = make_school(sending="shadow")
    SchoolAccount.objects.create(school=school, way="email")
    olive: Staff = make_staff(school, "office_admin", notify_by="email")
    told(school)
    deliver(now=NOW)
    assert [sent.to for sent in mail.outbox] == [[olive.email]]
    assert Message.objects.get().status == "accepted"
