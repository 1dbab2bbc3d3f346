"""The watcher against twenty and more seeded corruptions: on a healthy morning it finds nothing, each corruption it finds (R8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from attendance.models import CallDue, Hold, LadderStep, Register, SchoolDay, UnexplainedAbsence
from attendance.services.registers import close_school
from attendance.tests.mornings import BY, Morning
from homevisits.audit import triggers
from homevisits.audit.models import AuditEvent
from homevisits.audit.services import record
from homevisits.home.models import WatchFinding
from homevisits.home.watch import watch
from homevisits.messaging import outbox
from homevisits.messaging.heartbeat import beats
from homevisits.messaging.models import Message, MessageAbout, Notice
from homevisits.people.models import Closure, Contact, NumberFault, PupilFlag, StaffRole
from homevisits.people.tests.factories import StaffFactory
from safeguarding.models import Concern, Incident, Referral
from safeguarding.services.incidents import open_incident
from safeguarding.tests.factories import a_concern
from safeguarding.tests.referral_factories import a_referral_in

pytestmark = pytest.mark.django_db
Corruption = Callable[[Morning], object]


def texts(morning: Morning) -> "Message":
    return Message.objects.filter(school=morning.school, template="first_day_absence").earliest("pk")


def cases(morning: Morning):  # type: ignore[no-untyped-def]
    return UnexplainedAbsence.objects.filter(school=morning.school)


def unsent(morning: Morning, **more: object) -> int:
    return Message.objects.filter(pk=texts(morning).pk).update(
        **{"status": "waiting", "next_attempt_at": morning.at("10:05"), "handed_at": None, "finished_at": None, **more}
    )


def put_again(morning: Morning) -> None:
    first = texts(morning)
    about = [(row.pupil_id, row.contact_id) for row in first.about.all()]
    values = {"school": morning.school, "day": first.day, "template": first.template, "to": first.to, "purpose": "again", "about": about}
    outbox.put(**values, due_at=morning.at("10:00"), by=BY, now=morning.at("10:05"))  # type: ignore[arg-type]


def restrict(morning: Morning) -> None:
    first = texts(morning)
    Contact.objects.create(pupil=morning.missing[0], name="Kept Away", restricted=True, landline=first.to)


def fault(morning: Morning) -> None:
    NumberFault.objects.create(
        school=morning.school, number=texts(morning).to, kind="number_dead", found_at=morning.at("09:10"),
        found_by=morning.staff["office_admin"],
    )  # fmt: skip


def hold(morning: Morning, **more: object) -> None:
    values = {"held_at": morning.at("09:15"), "count": 2, "ends_at": morning.at("12:30"), "next_action_at": morning.at("12:30"), **more}
    Hold.objects.create(school=morning.school, day=morning.day, session="AM", **values)


def alter_the_trail(morning: Morning, place: int = 0) -> None:
    """Change what was written since the last look, or the event of a place."""
    record("test.done", by=BY, now=morning.at("10:10"), school_id=morning.school.pk)
    place = place or AuditEvent.objects.filter(chain=morning.school.pk).count()
    triggers.remove(connection)
    AuditEvent.objects.filter(chain=morning.school.pk, place=place).update(act="nothing.happened")
    triggers.install(connection)


def close_case(morning: Morning, **more: object) -> object:
    return (
        cases(morning)
        .filter(pupil=morning.missing[0])
        .update(status="closed", closed_reason="explained", closed_at=morning.at("09:50"), next_action_at=None, **more)
    )


CORRUPTIONS: dict[str, tuple[str, Corruption]] = {
    "a case whose next step was put off to tomorrow": (
        "step_put_off", lambda m: cases(m).update(next_action_at=m.at("11:30") + timedelta(days=1))),
    "a case without a next step": ("no_next_step", lambda m: cases(m).update(next_action_at=None)),
    "a call that was never taken": ("step_late", lambda m: LadderStep.objects.filter(case__school=m.school, rung="call_at").delete()),
    "a case that vanished": ("no_case", lambda m: cases(m).filter(pupil=m.missing[1]).delete()),
    "a closed case whose text still waits": ("text_about_closed", lambda m: (unsent(m), close_case(m))),
    "a message past due that does not move": ("message_stuck", lambda m: unsent(m, next_attempt_at=m.at("09:15"))),
    "a lease that nobody took up": (
        "lease_expired", lambda m: unsent(m, status="sending", lease="0" * 32, lease_until=m.at("09:20"), next_attempt_at=m.at("09:20"))),
    "a message that waits for no time": ("message_stranded", lambda m: unsent(m, next_attempt_at=None)),
    "a message that was never given up": ("message_overdue", lambda m: unsent(m, miss_at=m.at("10:00"))),
    "a text that was doubled": ("text_twice", put_again),
    "a text to a restricted number": ("text_to_restricted", restrict),
    "a text to a number known to be dead": ("text_to_faulty", fault),
    "a text that was never written": ("text_not_written", lambda m: (MessageAbout.objects.all().delete(), Message.objects.all().delete())),
    "a call that is not listed": ("call_not_listed", lambda m: CallDue.objects.all().delete()),
    "calls not made, and nobody told": (
        "calls_not_told", lambda m: (cases(m).update(calls_check_at=None), Notice.objects.filter(about="calls_not_made").delete())),
    "a hold nobody heard of": ("hold_untold", hold),
    "a hold that outlived its time": ("hold_outlived", lambda m: hold(m, ends_at=m.at("10:00"))),
    "texts held without a hold": ("held_without_hold", lambda m: unsent(m, status="held", next_attempt_at=None)),
    "a failed text in silence": ("failure_untold", lambda m: unsent(m, status="failed", next_attempt_at=None, finished_at=m.at("09:50"))),
    "a text that left in shadow mode": ("sent_in_shadow", lambda m: type(m.school).objects.filter(pk=m.school.pk).update(sending="shadow")),
    "a day that nobody prepared": (
        "day_not_prepared", lambda m: SchoolDay.objects.filter(school=m.school).update(day=m.day - timedelta(days=1))),
    "a day without registers": ("no_registers", lambda m: Register.objects.all().delete()),
    "a closed day that runs": (
        "closed_but_open",
        lambda m: Closure.objects.create(school=m.school, day=m.day, kind="closed", reason="Snow", entered_at=m.at("09:10"))),
    "a text on a closed day": (
        "text_on_closed_day", lambda m: (unsent(m), SchoolDay.objects.filter(school=m.school).update(is_open=False))),
    "a register that was never read": ("register_not_read", lambda m: Register.objects.filter(session="AM").update(opened_cases_at=None)),
    "an untaken register nobody was told of": (
        "register_not_told",
        lambda m: Register.objects.filter(session="AM").update(taken_at=None, opened_cases_at=None, next_action_at=None)),
    "a case set aside in silence": ("set_aside_untold", lambda m: cases(m).update(set_aside_at=m.at("10:00"))),
    "a flagged child, and the safeguarding lead not told": (
        "vulnerable_untold", lambda m: PupilFlag.objects.create(pupil=m.missing[0], kind="child_protection_plan")),
    "an all-clear that was forgotten": ("all_clear_forgotten", lambda m: close_case(m, all_clear_due=True)),
    "the last safeguarding lead gone": (
        "nobody_reads_concerns", lambda m: StaffRole.objects.filter(role="dsl").update(ends_on=m.day - timedelta(days=1))),
    "a concern that is not told again": (
        "safeguarding_silent", lambda m: Concern.objects.filter(pk=a_concern(m.school, now=m.at("09:30")).pk).update(next_action_at=None)),
    "an incident that is not told again": (
        "safeguarding_silent", lambda m: Incident.objects.filter(pk=an_incident(m).pk).update(next_action_at=None)),
    "a referral that is not told again": (
        "safeguarding_silent",
        lambda m: Referral.objects.filter(pk=a_referral_in(m.school, now=m.at("09:30")).pk).update(next_action_at=None)),
    "an audit row that was altered": ("audit_broken", alter_the_trail),
    "an audit trail without its guard": ("audit_unguarded", lambda m: take_a_guard_away()),
}  # fmt: skip
LATER: dict[str, tuple[str, Corruption]] = {
    "a visit that is missing": ("visit_missing", lambda m: cases(m).update(visit=None)),
    "a visit stood down though the child is missing": (
        "visit_stood_down", lambda m: m.school.visits.update(status="stood_down")),
    "a visit nobody was told of": ("visit_needed_untold", lambda m: Notice.objects.filter(about="visit_needed").delete()),
}  # fmt: skip


def an_incident(morning: Morning) -> Incident:
    """One of an early visit."""
    by = morning.staff["senior_manager"]
    return open_incident(school=morning.school, kind="animals", note="A dog.", by=by, now=morning.at("07:30"))


def take_a_guard_away() -> None:
    """Updates of events are no longer refused. (Without the guards that move the chain's head nothing can be written at all.)"""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER audit_no_change ON audit_auditevent")
        else:
            cursor.execute("DROP TRIGGER audit_no_update")


@pytest.fixture
def morning() -> Morning:
    made = Morning(missing=2, present=8)
    made.take_register()
    made.run("09:00", "10:10")
    return made


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_seeded_corruption_is_found_and_told_once(morning: Morning, name: str) -> None:
    found_and_told(morning, "10:10", *CORRUPTIONS[name])
    triggers.install(connection)


@pytest.mark.parametrize("name", LATER)
def test_a_seeded_corruption_of_a_visit_is_found_and_told_once(morning: Morning, name: str) -> None:
    morning.run("11:20", "11:40")
    found_and_told(morning, "11:40", *LATER[name])


def found_and_told(morning: Morning, wall: str, kind: str, corrupt: Corruption) -> None:
    assert watch(morning.at(wall)) == []
    corrupt(morning)
    found = watch(morning.at(wall) + timedelta(seconds=30))
    assert kind in {one.kind for one in found}
    watch(morning.at(wall) + timedelta(seconds=60))
    assert WatchFinding.objects.filter(kind=kind, gone_at=None).exists()
    if kind != "audit_unguarded":  # of no school
        told = Notice.objects.filter(about="watch_found", alarm=True, says__startswith=next(one.says for one in found if one.kind == kind))
        assert told.count() == 1


def test_that_something_waits_for_the_team_stands_on_no_other_screen(morning: Morning, client: Client) -> None:
    Concern.objects.filter(pk=a_concern(morning.school, now=morning.at("09:30")).pk).update(next_action_at=None)
    now = morning.at("10:10")
    assert [one.kind for one in watch(now)] == ["safeguarding_silent"]
    assert beats()["well"] == now
    head = StaffFactory.create(school=morning.school, roles=["headteacher"])
    client.force_login(head)
    with time_machine.travel(now, tick=False):
        for name in ("today", "engine_status", "audit_log", "notice_list", "school_home"):
            seen = client.get(reverse(name, args=[morning.school.slug]), follow=True).content.decode()
            assert "waits for the safeguarding team" not in seen, name
            assert "The watcher found" not in seen, name


def test_a_healthy_day_has_no_finding_at_any_minute() -> None:
    morning = Morning(missing=3, present=20)
    morning.take_register()
    for minute in range(8 * 60, 17 * 60, 1):
        wall = f"{minute // 60:02}:{minute % 60:02}"
        if wall == "13:10":
            morning.take_afternoon_register()
        morning.knock(wall)
        if minute % 5 == 1:
            assert watch(morning.at(wall)) == [], wall
    assert not Notice.objects.filter(about="watch_found").exists()


def test_what_is_put_right_is_gone(morning: Morning) -> None:
    case = morning.case()
    UnexplainedAbsence.objects.filter(pk=case.pk).update(next_action_at=None)
    assert watch(morning.at("10:11"))
    UnexplainedAbsence.objects.filter(pk=case.pk).update(next_action_at=case.next_action_at)
    assert watch(morning.at("10:12")) == []
    assert not WatchFinding.objects.filter(gone_at=None).exists()
    assert beats()["well"] == morning.at("10:12")


def test_an_old_row_of_the_trail_that_is_altered_is_found_within_a_day(morning: Morning) -> None:
    assert watch(morning.at("10:10")) == []
    alter_the_trail(morning, place=2)
    assert "audit_broken" in {one.kind for one in watch(morning.at("10:11") + timedelta(days=1))}


def test_a_day_that_the_school_closed_leaves_no_finding_behind() -> None:
    morning = Morning(missing=2, present=8)
    morning.take_register("08:50")
    close_school(school=morning.school, day=morning.day, reason="Burst pipe", by=BY, now=morning.at("08:55"))
    morning.knock("09:00")
    assert watch(morning.at("09:30")) == []
    later = morning.at("09:30") + timedelta(days=1)
    morning.day += timedelta(days=1)
    morning.knock("09:29")
    assert "register_not_read" not in {found.kind for found in watch(later)}
