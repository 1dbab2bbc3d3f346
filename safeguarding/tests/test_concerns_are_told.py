"""A concern reaches the safeguarding team at once and again until one of them takes it up; nobody else learns of it."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from homevisits.common.clock import instant
from homevisits.common.errors import BadInput, Blocked
from homevisits.messaging.models import Message, Notice
from homevisits.messaging.selectors import messages_of, notices_for, unseen_count
from homevisits.people.models import Pupil, School, Staff
from homevisits.people.tests.factories import PupilFactory
from safeguarding.climbing import next_telling, tells_head
from safeguarding.models import Concern
from safeguarding.services.concern_telling import next_due, tell_again
from safeguarding.services.concern_work import be_away, be_back, take_up
from safeguarding.services.concerns import Mark, raise_concern

from .factories import NOW, a_concern

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.mark.clause("ATT-54", "ALT-34")
def test_lead_and_deputy_are_told_at_once_without_a_word_of_it(school: School, dot: Staff, dan: Staff, tess: Staff, ada: Pupil) -> None:
    concern = a_concern(school, by=tess, pupils=[ada], says="CANARY bruise", words="CANARY he hit me")
    notice = Notice.objects.get(about="concern")
    assert {row.staff for row in notice.people.all()} == {dot, dan}
    assert (notice.at, notice.link, notice.task) == (NOW, f"/s/{school.slug}/concerns/{concern.public_id}/", True)
    text = Message.objects.get(to=dot.mobile)
    for said in (notice.says, text.body, text.subject):
        assert not any(word in said for word in ("CANARY", "Ada", "Tess"))


@pytest.mark.clause("ATT-54")
def test_it_is_told_again_until_one_takes_it_up_and_climbs_to_the_head(school: School, dot: Staff, head: Staff, tess: Staff) -> None:
    concern = a_concern(school, by=tess)
    told = []
    for minute in range(1, 61):
        if tell_again(NOW + minute * MINUTE):
            told.append(minute)
    assert told == [15, 30, 45, 60]
    to_head = Notice.objects.filter(role="headteacher", about="concern_waiting")
    assert [notice.at for notice in to_head.order_by("at")] == [NOW + minute * MINUTE for minute in (30, 45, 60)]
    for notice in to_head:
        assert concern.pupils.get().last_name not in notice.says
        assert (list(notice.pupils.all()), notice.link) == ([], "")
    assert tell_again(NOW + 60 * MINUTE) == 0, "the same instant again tells nobody twice"
    take_up(concern=concern, by=dot, now=NOW + 61 * MINUTE)
    assert tell_again(NOW + timedelta(days=1)) == 0
    assert not Notice.objects.filter(about__in=("concern", "concern_waiting"), done_at=None).exists()
    assert next_due() is None


def test_several_that_wait_are_one_telling(school: School, dot: Staff, tess: Staff) -> None:
    for _ in range(3):
        a_concern(school, by=tess)
    assert tell_again(NOW + 15 * MINUTE) == 3
    assert [notice.says for notice in Notice.objects.filter(about="concern_waiting")] == ["3 concerns wait, and nobody has taken them up."]


def test_the_pace_is_quick_in_danger_and_lets_people_sleep_without() -> None:
    day = date(2026, 11, 24)
    assert next_telling(0, True, instant(day, time(23))) == instant(day, time(23, 5))
    assert next_telling(0, False, instant(day, time(10))) == instant(day, time(10, 15))
    assert next_telling(4, False, instant(day, time(10))) == instant(day, time(11))
    assert next_telling(0, False, instant(day, time(20, 50))) == instant(day + timedelta(days=1), time(7))
    assert next_telling(4, False, instant(day, time(5))) == instant(day, time(7))
    assert [tells_head(number) for number in (1, 2)] == [False, True]


@pytest.mark.clause("ATT-54")
def test_an_empty_team_reaches_the_headteacher(school: School, head: Staff, tess: Staff, dot: Staff, dan: Staff) -> None:
    a_concern(school, by=tess)
    assert not Notice.objects.filter(about="concern_nobody").exists()
    rows = [be_away(school=school, staff=one, first_day=NOW.date(), last_day=NOW.date(), by=dot, now=NOW) for one in (dot, dan)]
    concern = a_concern(school, by=tess, says="CANARY")
    notice = Notice.objects.get(about="concern_nobody")
    assert [row.staff for row in notice.people.all()] == [head]
    assert "CANARY" not in notice.says
    a_concern(school, by=tess)
    assert Notice.objects.filter(about="concern_nobody").count() == 1, "asked once, not at each concern"
    be_back(away=rows[1], by=dan, now=NOW)
    take_up(concern=concern, by=dan, now=NOW)


def test_only_the_team_takes_up_and_only_one_of_them(school: School, dot: Staff, dan: Staff, tess: Staff, head: Staff) -> None:
    concern = a_concern(school, by=tess)
    for other in (tess, head):
        with pytest.raises(Blocked):
            take_up(concern=concern, by=other, now=NOW)
    take_up(concern=concern, by=dot, now=NOW)
    with pytest.raises(Blocked, match="Dot Safe"):
        take_up(concern=concern, by=dan, now=NOW)
    take_up(concern=concern, by=dan, over=True, now=NOW + MINUTE)
    concern.refresh_from_db()
    assert (concern.taken_by, concern.taken_at) == (dan, NOW)
    assert [event.what for event in concern.events.order_by("pk")] == ["raised", "taken", "taken_over"]


def test_what_is_wrong_changes_nothing_and_the_same_page_twice_is_one(school: School, tess: Staff, ada: Pupil) -> None:
    token = uuid4()
    first, second = (a_concern(school, by=tess, pupils=[ada], token=token) for _ in range(2))
    assert first == second
    assert Notice.objects.filter(about="concern").count() == 1
    stranger = PupilFactory.create()
    for more in ({"pupils": [stranger]}, {"marks": [Mark("tail")]}, {"seen_at": NOW + MINUTE}):
        with pytest.raises(BadInput):
            a_concern(school, by=tess, **more)
    assert Concern.objects.count() == 1


def test_a_message_about_it_stands_in_no_list(school: School, dot: Staff, tess: Staff) -> None:
    a_concern(school, by=tess)
    assert Message.objects.filter(school=school).exists()
    assert not messages_of(school).exists()


def test_who_has_left_the_team_reads_of_it_no_more(school: School, dot: Staff, tess: Staff) -> None:
    a_concern(school, by=tess)
    assert (notices_for(dot, school, NOW).count(), unseen_count(dot, school)) == (1, 1)
    dot.roles.update(role="class_teacher")
    assert (notices_for(dot, school, NOW).count(), unseen_count(dot, school)) == (0, 0)


def test_what_arrives_late_keeps_both_times(school: School, dot: Staff, tess: Staff, ada: Pupil) -> None:
    written = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    concern = raise_concern(school=school, pupil_ids=[ada.pk], says="Cold, no coat.", written_at=written, by=tess, now=NOW)
    assert (concern.seen_at, concern.written_at, concern.at) == (written, written, NOW)
    assert Notice.objects.get(about="concern").at == NOW
