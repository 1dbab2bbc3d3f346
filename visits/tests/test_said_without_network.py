"""What was said without network: recorded with its real time, once; refused, it is kept and told."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homevisits.audit.models import AuditEvent
from homevisits.messaging.models import Notice
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import ContactFactory, PupilFactory, StaffFactory
from safeguarding.models import Concern, Referral
from visits.models import ArrivedAct, HomeVisit
from visits.selectors.arrivals import refused
from visits.services.climbing import sweep_alarms
from visits.services.out import check_in

from .factories import NOW, a_school, a_visit, approved, at_the_door, out_now, ready_to_leave, week_signed
from .tablets import Tablet, address, states

pytestmark = pytest.mark.django_db


def at(minutes: float) -> datetime:
    """So many minutes after ten."""
    return NOW + timedelta(minutes=minutes)


def pair_of(visit: HomeVisit) -> list[Staff]:
    """Those who go."""
    return [member.staff for member in visit.members.select_related("staff").order_by("pk")]


@pytest.fixture
def visit() -> HomeVisit:
    """An announced visit of the officer policy with its mother on file, out since ten, due back at eleven."""
    school = a_school("primary-procedures")
    pupil = PupilFactory.create(school=school)
    ContactFactory.create(pupil=pupil, name="Mo Example", parental_responsibility=True, relationship="Mother")
    return out_now(a_visit(school, pupil=pupil, purpose="attendance"))


INSIDE = {"point": "inside", "adult_present": "true", "invited_by": "Mo Example"}


def test_every_kind_keeps_its_real_time_and_when_it_came_in(visit: HomeVisit) -> None:
    tess, _ = pair_of(visit)
    mother = visit.visit_pupils.get().pupil.contacts.get()
    tablet = Tablet(visit, tess)
    tablet.say(at(2), "check_in", point="arrived")
    tablet.say(at(3), "parents_late")
    tablet.say(at(5), "spoken", who=str(mother.pk), told_notes="on")
    tablet.say(at(6), "check_in", **INSIDE)
    tablet.say(at(9), "delay", minutes="20", says="They make tea")
    tablet.say(at(11), "end_at_home", at_home="yes")
    tablet.say(at(12), "outcome", outcome="completed", note="All well")
    tablet.say(at(22), "length_seen")
    tablet.say(at(30), "say_no")
    tablet.say(at(31), "check_in", point="left_property")
    answers = tablet.send(at(40))
    assert states(answers) == ["done"] * 10, answers
    visit.refresh_from_db()
    assert [(row.point, row.at, row.received_at) for row in visit.check_ins.order_by("at")] == [
        ("arrived", at(2), at(40)), ("inside", at(6), at(40)), ("left_property", at(31), at(40)),
    ]  # fmt: skip
    spoken, outcome, delay = visit.spoken_to.get(), visit.outcomes.get(), visit.delays.get()
    assert (spoken.at, outcome.at, delay.at) == (at(5), at(12), at(9))
    assert spoken.received_at == outcome.received_at == delay.received_at == at(40)
    assert (visit.parents_late_word_at, visit.due_back) == (at(3), at(80))
    assert visit.members.get(staff=tess).arrived_at == at(2)
    assert visit.members.get(staff=tess).returned_at == at(31), "the visit ends at home"
    assert set(visit.events.filter(at__gte=at(1)).values_list("received_at", flat=True)) == {at(40)}
    trail = AuditEvent.objects.filter(act="visits.check_in").order_by("pk")
    assert {event.at for event in trail} == {at(40)}, "the audit says when it was written"
    assert [event.detail["happened_at"][:16] for event in trail] == ["2026-11-24 10:02", "2026-11-24 10:06", "2026-11-24 10:31"]
    assert list(visit.arrived_acts.values_list("state", "data").distinct()) == [("done", {})]


def test_sent_twice_it_is_recorded_once(visit: HomeVisit) -> None:
    tablet = Tablet(visit, pair_of(visit)[0])
    for kind, data in (
        ("check_in", {"point": "arrived"}),
        ("delay", {"minutes": "5"}),
        ("help", {}),
        ("outcome", {"outcome": "completed"}),
    ):
        tablet.say(at(2), kind, **data)
    first, again = tablet.send(at(40)), tablet.send(at(45))
    assert states(first) == ["done"] * 4
    assert states(again) == ["again"] * 4
    assert [one["says"] for one in again] == [one["says"] for one in first]
    counts = (visit.check_ins.count(), visit.delays.count(), visit.alarms.filter(step="help").count(), visit.outcomes.count())
    assert counts == (1, 1, 1, 1)
    assert visit.arrived_acts.count() == 4


def test_what_the_page_took_already_is_not_taken_again_from_the_queue(visit: HomeVisit) -> None:
    tess = pair_of(visit)[0]
    tablet = Tablet(visit, tess)
    token = tablet.say(at(2), "check_in", point="arrived")
    client = Client()
    with time_machine.travel(at(2), tick=False):
        client.force_login(tess)
        client.post(reverse("visit_check_in", args=[visit.school.slug, visit.pk]), {"token": token, "point": "arrived"})
    assert states(tablet.send(at(40))) == ["done"]
    row = visit.check_ins.get()
    assert (row.at, row.received_at) == (at(2), None)


@pytest.mark.parametrize("wrong", [timedelta(hours=-30), timedelta(days=800)])
def test_a_tablet_with_a_wrong_clock(visit: HomeVisit, wrong: timedelta) -> None:
    tablet = Tablet(visit, pair_of(visit)[0], wrong)
    tablet.say(at(2), "check_in", point="arrived")
    tablet.send(at(40))
    assert visit.check_ins.get().at == at(2)


def test_never_before_the_visit_was_raised(visit: HomeVisit) -> None:
    HomeVisit.objects.filter(pk=visit.pk).update(raised_at=at(-30), departed_at=at(-30))
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(-5000), "check_in", point="arrived")
    tablet.send(at(40))
    assert visit.check_ins.get().at == at(-30)


def test_a_school_with_a_clock_of_its_own(visit: HomeVisit) -> None:
    # Real ten o'clock is nine there, and it runs three times as fast.
    School.objects.filter(pk=visit.school_id).update(is_demo=True, clock_from=at(0), clock_shows=at(-60), clock_speed=3)
    HomeVisit.objects.filter(pk=visit.pk).update(departed_at=at(-90), raised_at=at(-90))
    tablet = Tablet(HomeVisit.objects.get(pk=visit.pk), pair_of(visit)[0])
    tablet.say(at(10), "check_in", point="arrived")
    tablet.send(at(20))
    row = visit.check_ins.get()
    assert (row.at, row.received_at) == (at(-30), at(0))


def test_leaving_that_comes_in_late_counts_from_the_real_time() -> None:
    visit = ready_to_leave(week_signed(approved(a_visit(a_school("attendance-officer")))))
    HomeVisit.objects.filter(pk=visit.pk).update(due_back=at(30))
    tess, ted = pair_of(visit)
    tablet = Tablet(visit, tess)
    tablet.say(at(3), "check_in", point="departed")
    assert states(tablet.send(at(50))) == ["done"]
    visit.refresh_from_db()
    assert (visit.status, visit.departed_at, visit.due_back) == ("out", at(3), at(30))
    assert visit.alarm_at is not None
    assert visit.alarm_at <= at(50), "what was due meanwhile is raised at once"
    told = Notice.objects.get(about="departed", role="office_admin")
    assert told.at == at(50)
    assert "at 10:03, heard at 10:50" in told.says
    # The other one said so a minute earlier, and that comes in later still: the earlier time stands, nobody is told twice.
    other = Tablet(visit, ted)
    other.say(at(2), "check_in", point="departed")
    assert states(other.send(at(55))) == ["done"]
    visit.refresh_from_db()
    assert visit.departed_at == at(2)
    assert Notice.objects.filter(about="departed", role="office_admin").count() == 1


def test_a_refused_act_is_kept_shown_and_told(visit: HomeVisit) -> None:
    tess = pair_of(visit)[0]
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    tablet = Tablet(visit, tess)
    tablet.say(at(2), "check_in", point="arrived")
    token = tablet.say(at(3), "check_in", point="inside", adult_present="false", invited_by="Gran Example")
    answers = tablet.send(at(40))
    assert states(answers) == ["done", "refused"]
    assert answers[1]["says"] == "Nobody goes in unless an adult is present."
    row = visit.arrived_acts.get(token=token)
    assert (row.state, row.clause, row.data["invited_by"]) == ("refused", answers[1]["clause"], ["Gran Example"])
    assert not visit.check_ins.filter(point="inside").exists()
    notice = Notice.objects.get(about="late_refused")
    assert "10:03, heard at 10:40: Nobody goes in unless an adult is present." in notice.says
    assert "Gran" not in notice.says
    assert states(tablet.send(at(41))) == ["again", "refused"]
    assert Notice.objects.filter(about="late_refused").count() == 1
    dealt = reverse("visit_arrived_seen", args=[visit.school.slug, visit.pk, row.pk])
    client = Client()
    with time_machine.travel(at(45), tick=False):
        for person, says, code in ((tess, "No", 422), (office, "", 422), (office, "Rang them", 302), (office, "Twice", 302)):
            client.force_login(person)
            assert client.post(dealt, {"says": says}).status_code == code
    row.refresh_from_db()
    notice.refresh_from_db()
    assert (row.seen_at, row.seen_by, row.seen_says) == (at(45), office, "Rang them")
    assert notice.done_at == at(45)


def test_what_is_said_with_network_is_refused_as_its_page_does_and_nobody_is_told(visit: HomeVisit) -> None:
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(3), "outcome", outcome="child_alone", emergency="yes")
    tablet.say(at(3), "check_in", point="inside", adult_present="false")
    tablet.say(at(3), "check_in", point="arrived")
    answers = tablet.send(at(3))
    assert states(answers) == ["refused", "refused", "done"]
    assert answers[0]["says"] == "Answer the question “What did you find?”. Enter when you called 999."
    assert (visit.check_ins.get().received_at, visit.arrived_acts.count()) == (None, 1)
    assert not Notice.objects.filter(about="late_refused").exists()


def test_a_departure_that_cannot_be_recorded_is_an_alarm() -> None:
    visit = a_visit()
    senior = StaffFactory.create(school=visit.school, roles=["senior_manager"])
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(3), "check_in", point="departed")
    assert states(tablet.send(at(40))) == ["refused"]
    notice = Notice.objects.get(about="late_refused", role="senior_manager")
    assert notice.alarm
    assert "The visit is not approved" in notice.says
    assert list(notice.people.values_list("staff", flat=True)) == [senior.pk]


def test_what_waited_for_the_other_tablet_is_recorded_when_that_comes_in() -> None:
    visit = ready_to_leave(week_signed(approved(a_visit(a_school("attendance-officer")))))
    tess, ted = pair_of(visit)
    first, second = Tablet(visit, tess), Tablet(visit, ted)
    first.say(at(12), "check_in", point="arrived")
    second.say(at(1), "check_in", point="departed")
    assert states(first.send(at(30))) == ["refused"]
    assert Notice.objects.get(about="late_refused").done_at is None
    assert states(second.send(at(40))) == ["done"]
    row = visit.check_ins.get(point="arrived")
    assert (row.at, row.by, row.received_at) == (at(12), tess, at(40))
    assert not visit.arrived_acts.filter(state="refused").exists()
    assert Notice.objects.get(about="late_refused").done_at == at(40)


@pytest.mark.clause("PRI-25")
def test_help_that_comes_in_late_alarms_at_once_and_says_when_it_was_pressed(visit: HomeVisit) -> None:
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(2), "check_in", point="arrived")
    tablet.say(at(4), "help", kept_from_leaving="on", location="The garage")
    assert states(tablet.send(at(40))) == ["done", "done"]
    alarm = visit.alarms.get(step="help")
    assert (alarm.at, alarm.received_at, alarm.repeat_at) == (at(4), at(40), at(45))
    notice = Notice.objects.get(about="help", role="office_admin")
    assert notice.at == at(40)
    assert "Pressed without network at 10:04, heard at 10:40." in notice.says


def test_help_is_not_held_up_by_a_departure_that_is_still_on_the_other_tablet() -> None:
    visit = ready_to_leave(week_signed(approved(a_visit(a_school("attendance-officer")))))
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(12), "help")
    assert states(tablet.send(at(30))) == ["done"]
    assert "Nobody has heard that they left." in Notice.objects.get(about="help", role="office_admin").says


@pytest.mark.clause("ATT-12")
def test_missed_check_ins_stay_on_record_and_late_news_settles_no_more_than_it_says() -> None:
    visit = out_now(a_visit(a_school("attendance-officer"), purpose="attendance"))
    HomeVisit.objects.filter(pk=visit.pk).update(arrive_at=at(5), length_minutes=15)
    visit = out_now(visit)
    sweep_alarms(at(45))
    missed = set(visit.alarms.values_list("step", flat=True))
    assert {"missed_arriving", "missed_left_property"} <= missed
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(6), "check_in", point="arrived")
    tablet.send(at(50))
    loud = dict(visit.alarms.values_list("step", "repeat_at"))
    assert loud["missed_arriving"] is None
    assert loud["missed_left_property"] is not None, "that they arrived does not say that they left"
    assert set(loud) == missed
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(20), "check_in", point="left_property")
    tablet.send(at(52))
    assert not visit.alarms.filter(repeat_at__isnull=False).exists()


@pytest.mark.clause("ALT-24")
def test_a_delay_said_in_time_counts_as_in_time_and_what_was_raised_stays(visit: HomeVisit) -> None:
    sweep_alarms(at(66))
    raised = list(visit.alarms.values_list("step", "repeat_at"))
    assert raised
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(50), "delay", minutes="30")
    assert states(tablet.send(at(70))) == ["done"], "no reason is asked of what was said in time"
    visit.refresh_from_db()
    assert visit.due_back == at(90)
    assert list(visit.alarms.values_list("step", "repeat_at")) == raised, "the alarm waits for a person, or for their return"


def test_back_in_time_but_heard_late_ends_the_alarm_and_says_since_when(visit: HomeVisit) -> None:
    StaffFactory.create(school=visit.school, roles=["office_admin"])
    sweep_alarms(at(66))
    for tablet, minute in zip((Tablet(visit, one) for one in pair_of(visit)), (55, 57), strict=True):
        tablet.say(at(minute), "check_in", point="returned")
        tablet.send(at(72))
    visit.refresh_from_db()
    assert (visit.returned_at, visit.alarm_at) == (at(57), None)
    assert visit.alarms.exists()
    assert not visit.alarms.filter(repeat_at__isnull=False).exists()
    assert "are back since 10:57" in Notice.objects.get(about="alarm_over").says


@pytest.mark.clause("PRI-40")
def test_what_others_do_about_an_outcome_is_due_from_when_it_came_in(visit: HomeVisit) -> None:
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(2), "outcome", outcome="no_answer", note="No lights", left="yes")
    assert states(tablet.send(at(40))) == ["done"]
    assert Referral.objects.get().opened_at == at(40)
    notice = Notice.objects.get(about="no_answer")
    assert notice.at == at(40)
    assert "That was at 10:02, heard at 10:40." in notice.says


@pytest.mark.clause("PRI-22")
def test_signs_of_harm_raise_their_concern_and_refused_are_told_to_the_safeguarding_team(visit: HomeVisit) -> None:
    StaffFactory.create(school=visit.school, roles=["dsl"])
    tess = pair_of(visit)[0]
    signs = {"signs": ["marks", "home"], "signs_words": "A bruise", "family_told": "told"}
    tablet = Tablet(visit, tess)
    tablet.say(at(2), "outcome", outcome="completed", **signs)
    assert states(tablet.send(at(40))) == ["done"]
    assert "10:02, heard at 10:40" in Concern.objects.get().says
    tablet = Tablet(visit, tess)
    tablet.say(at(3), "outcome", outcome="parents_absent", **signs)
    assert states(tablet.send(at(41))) == ["refused"]
    assert Notice.objects.filter(about="late_refused", role="dsl").exists()


def test_who_may_send_and_what_is_no_queue(visit: HomeVisit) -> None:
    other = a_visit(visit.school)
    stranger = StaffFactory.create(school=visit.school, roles=["line_manager"])
    sent: Any = json.dumps({"sent_at": at(5).isoformat(), "acts": []})
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(at(5), tick=False):
        assert Client().post(address(visit), sent, content_type="application/json").status_code == 401
        client.force_login(pair_of(visit)[0])
        assert client.post(address(visit), sent, content_type="application/json").status_code == 403, "a page of ours sends its token"
        for person, where, code in ((stranger, visit, 404), (pair_of(visit)[0], other, 404), (pair_of(visit)[0], visit, 200)):
            client = Client()
            client.force_login(person)
            assert client.post(address(where), sent, content_type="application/json").status_code == code
        for wrong in ("", "[]", "{", '{"acts": [1]}', '{"sent_at": "x", "acts": [{"token": "1"}]}'):
            assert client.post(address(visit), wrong, content_type="application/json").status_code == 400
    assert not ArrivedAct.objects.exists()


def test_a_kind_or_a_field_that_does_not_exist_loses_nothing(visit: HomeVisit) -> None:
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(2), "dance", words="a\x00b")
    tablet.say(at(3), "check_in", point="moon")
    tablet.say(at(4), "outcome", outcome="moon")
    assert states(tablet.send(at(40))) == ["refused"] * 3
    assert visit.arrived_acts.get(kind="dance").data == {"words": ["ab"]}


def test_said_for_them_by_the_office_meanwhile(visit: HomeVisit) -> None:
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    check_in(visit=visit, point="returned", by=office, now=at(50))
    tablet = Tablet(visit, pair_of(visit)[0])
    tablet.say(at(10), "check_in", point="arrived")
    tablet.say(at(45), "check_in", point="returned")
    assert states(tablet.send(at(60))) == ["done", "done"]
    visit.refresh_from_db()
    assert visit.members.get(staff=pair_of(visit)[0]).returned_at == at(45)
    assert visit.returned_at == at(50)
    assert visit.events.filter(what="returned").count() == 1


def test_at_the_door_as_it_was_then(visit: HomeVisit) -> None:
    """What comes in late is measured against what had happened by then, not against what came in before it."""
    door = at_the_door(a_visit(a_school("academy-trust"), purpose="attendance"), arrived=None)
    tess, ted = pair_of(door)
    HomeVisit.objects.filter(pk=door.pk).update(departed_at=at(0))
    second = Tablet(door, ted)
    second.say(at(9), "check_in", point="arrived")
    second.send(at(30))
    first = Tablet(door, tess)
    first.say(at(4), "check_in", point="arrived")
    first.say(at(5), "check_in", **INSIDE)
    first.say(at(10), "check_in", **INSIDE)
    answers = first.send(at(40))
    assert states(answers) == ["done", "refused", "done"]
    assert "Wait outside until everyone has arrived." in answers[1]["says"]


def test_of_a_refused_form_the_office_reads_that_it_was_refused_and_not_what_was_answered(visit: HomeVisit) -> None:
    tess = pair_of(visit)[0]
    office = StaffFactory.create(school=visit.school, roles=["office_admin"])
    rows = [
        ArrivedAct.objects.create(
            visit=visit, by=tess, kind=kind, token=uuid4(), happened_at=at(3), received_at=at(40), state=ArrivedAct.State.REFUSED,
            says="It cannot be kept.", data=data,
        )
        for kind, data in (
            ("answers", {"section": ["prompts"], "base-curiosity": ["0"], "curiosity": ["marks"], "curiosity_what": ["A bruise"]}),
            ("sign", {"role": ["parent"], "version": ["1"], "name": ["Mo"], "drawn": ["{}"], "signed": ['{"curiosity": ["marks"]}']}),
        )
    ]  # fmt: skip
    of_answers, of_signature = refused(visit, office, {"office_admin"})
    assert (of_answers.act, of_answers.lines, of_answers.hidden) == (rows[0], [], True)
    assert sorted(of_signature.lines) == [("Name", "Mo"), ("Role", "parent")]
    assert ("Curiosity what", "A bruise") in refused(visit, tess, {"visiting_staff"})[0].lines
