"""Nobody but the safeguarding team finds any sign of a concern: the pages of everybody else are the same before and after it."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.people.models import Role, Staff
from homevisits.people.tests.factories import StaffFactory
from safeguarding.services.concern_decisions import add_action, decide
from safeguarding.services.concern_telling import tell_again
from safeguarding.services.concern_work import amend, take_up
from safeguarding.services.concerns import Mark, raise_concern
from visits.models import HomeVisit
from visits.tests.factories import NOW, a_school, a_visit, out_now

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CANARY = "CANARYWORD"
OTHERS = ("headteacher", "office_admin", "class_teacher", "senior_manager", "governor", "business_manager")
WITH_VISIT = ("visit", "visit_doorstep", "visit_form", "visit_outcomes")
WITH_PUPIL = ("pupil_detail", "pupil_file")
PAGES = ("school_home", "today", "visit_list", "visit_board", "pupil_list", "message_list", "notice_list", "notice_count", "concern_mine",
         "weekly_list", "engine_status", "audit_log")  # fmt: skip
# What differs from one answer to the next by itself.
CHANGING = re.compile(r'nonce[-=][^;\s>]+|value="[0-9a-zA-Z-]{30,}"|name="csrfmiddlewaretoken"[^>]*|ETag')


def pages(visit: HomeVisit, staff: Staff) -> dict[str, str]:
    """What somebody sees of the school, page by page."""
    client, pupil = Client(), visit.visit_pupils.get().pupil_id
    client.force_login(staff)
    asked: list[tuple[str, list[int]]] = (
        [(name, []) for name in PAGES] + [(name, [visit.pk]) for name in WITH_VISIT] + [(name, [pupil]) for name in WITH_PUPIL]
    )
    found = {}
    for name, args in asked:
        answer = client.get(reverse(name, args=[visit.school.slug, *args]))
        found[name] = CHANGING.sub("", f"{answer.status_code} {answer.content.decode()}")
    return found


@pytest.mark.clause("PRI-20", "MAT-14")
@pytest.mark.parametrize("role", OTHERS)
def test_the_pages_of_everybody_else_are_the_same(role: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    school = a_school("primary-procedures")
    dot = StaffFactory.create(school=school, roles=[Role.DSL], mobile="+447700900001", name="Dot Safe")
    tess = StaffFactory.create(school=school, roles=["visiting_staff"], name="Tess Teach")
    other = StaffFactory.create(school=school, roles=[role])
    visit = out_now(a_visit(school, purpose="attendance"))
    pupil = visit.visit_pupils.get().pupil
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        before = pages(visit, other)
        concern = raise_concern(
            school=school, pupil_ids=[pupil.pk], says=f"{CANARY} facts", words=f"{CANARY} words", place=f"{CANARY} place",
            marks=[Mark("front_nose", CANARY)], family=("unsafe", CANARY), visit_id=visit.pk, by=tess, now=NOW,
        )  # fmt: skip
        tell_again(NOW + timedelta(minutes=15))
        take_up(concern=concern, by=dot, now=NOW + timedelta(minutes=16))
        decide(concern=concern, kind="monitor", because=CANARY, by=dot, now=NOW + timedelta(minutes=17))
        add_action(concern=concern, says=CANARY, owner=dot, due_on=NOW.date(), by=dot, now=NOW + timedelta(minutes=17))
        amend(concern=concern, says=CANARY, words="", place="", seen_at=NOW, because=CANARY, by=dot, now=NOW + timedelta(minutes=18))
        after = pages(visit, other)
        of_the_team = pages(visit, dot)
    assert "A concern was raised" in of_the_team["notice_list"], "the team does"
    for name, page in after.items():
        assert CANARY not in page, name
        assert str(concern.reference) not in page, name
        assert f"/concerns/{concern.public_id}/" not in page, name
    assert [name for name in after if name != "audit_log" and after[name] != before[name]] == []
    assert "oncern.raised" not in after["audit_log"]
    assert "Concern raised" not in after["audit_log"]
    assert CANARY not in caplog.text
