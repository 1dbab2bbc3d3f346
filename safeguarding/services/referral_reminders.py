"""Telling again of what is not sent, not answered, or not said to an agency; who is told climbs with the waiting (PRI-40, PRI-41)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import local_day
from homevisits.common.said import count
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School

from ..models import AgencyTask, Referral
from ..rules.referrals import ABOUT_STAFF
from ..selectors.allegations import readers
from .referrals import ABOUT_STAFF_DUE, DUE, UNANSWERED, link_to, record_act

REMINDERS = SystemJob("Safeguarding reminders")
# Whom else a waiting referral reaches, at which reminder: not what it is or whom it is about, only that somebody has to be rung.
CLIMBS = {3: Role.SENIOR_MANAGER, 6: Role.DEPUTY_HEADTEACHER}
# From this reminder on it goes by text and by email.
EVERY_WAY = 3
A_DAY = timedelta(days=1)


def remind_of_referrals(real: datetime) -> int:
    """Tell again of referrals that are not sent, or not answered by their day, each school by its own clock. How many were told."""
    told = 0
    # One statement while nothing is due. A school with a clock of its own may be anywhere: its referrals are looked at by that clock.
    own_clock = Q(school__clock_from__isnull=False)
    waiting = Referral.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False)
    for referral in waiting.select_related("school", "allegation").order_by("pk"):
        now = referral.school.at(real)
        if referral.next_action_at is not None and referral.next_action_at <= now:
            told += _remind(referral.school, referral, now)
    return told


def _remind(school: School, referral: Referral, now: datetime) -> bool:
    step = A_DAY if referral.sent_at else timedelta(minutes=referral.repeat_minutes)
    assert referral.next_action_at is not None
    # Kept to the referral's own rhythm; what an outage swallowed is told once.
    following = referral.next_action_at + step * ((now - referral.next_action_at) // step + 1)
    with transaction.atomic():
        claimed = Referral.objects.filter(pk=referral.pk, next_action_at=referral.next_action_at).update(
            next_action_at=following, reminders=referral.reminders + 1
        )
        if not claimed:
            return False
        referral.reminders += 1
        if referral.kind == ABOUT_STAFF:
            _tell_of_lado(school, referral, now)
        elif referral.sent_at:
            _tell_unanswered(school, referral, now)
        else:
            _tell_unsent(school, referral, now)
        record_act("reminded", referral, REMINDERS, now)
    return True


def _tell_unsent(school: School, referral: Referral, now: datetime) -> None:
    pupils = [pupil.pk for pupil in referral.pupils.all()]
    for role in (Role.DSL, Role.HEADTEACHER):
        tell(
            school=school, role=role, about=DUE, says=f"The referral to {referral.to_words} is not sent yet.", pupils=pupils,
            link=link_to(referral), alarm=True, every_way=referral.reminders >= EVERY_WAY, clause=referral.clause, by=REMINDERS, now=now,
        )  # fmt: skip
    if climbed := CLIMBS.get(referral.reminders):
        tell(
            school=school, role=climbed, about="referral_stuck", alarm=True, every_way=True, clause=referral.clause, by=REMINDERS, now=now,
            says="A referral waits to be sent, and nobody of the safeguarding team has sent it. Find one of them, or the headteacher.",
        )  # fmt: skip


def _tell_unanswered(school: School, referral: Referral, now: datetime) -> None:
    """The safeguarding team rings them; from the second day on the headteacher knows too."""
    pupils = [pupil.pk for pupil in referral.pupils.all()]
    for role in (Role.DSL, Role.HEADTEACHER) if referral.reminders > 1 else (Role.DSL,):
        tell(
            school=school, role=role, about=UNANSWERED, pupils=pupils, link=link_to(referral), alarm=True, by=REMINDERS, now=now,
            says=f"The referral to {referral.to_words} was to be acknowledged by now. Ring them.", clause=referral.clause,
        )  # fmt: skip


def _tell_of_lado(school: School, referral: Referral, now: datetime) -> None:
    """Only those who may see the allegation, by name, and nothing of what it is."""
    people = readers(referral.allegation, local_day(now)) if referral.allegation else []
    tell(
        school=school, role="named", about=ABOUT_STAFF_DUE, says="A staff matter waits for you.", people=people, link=link_to(referral),
        alarm=True, clause="ATT-55", by=REMINDERS, now=now,
    )  # fmt: skip


def remind_of_agencies(real: datetime) -> int:
    """Tell again of agencies of a family that nobody has told, once for all that are due in a school. How many schools were told."""
    own_clock = Q(school__clock_from__isnull=False)
    waiting = AgencyTask.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False, told_at__isnull=True)
    due: dict[School, list[int]] = {}
    for task in waiting.select_related("school").order_by("pk"):
        if task.next_action_at and task.next_action_at <= task.school.at(real):
            due.setdefault(task.school, []).append(task.pk)
    return sum(_remind_of_agencies(school, tasks, school.at(real)) for school, tasks in due.items())


def _remind_of_agencies(school: School, ids: list[int], now: datetime) -> bool:
    with transaction.atomic():
        claimed = AgencyTask.objects.filter(pk__in=ids, next_action_at__lte=now, told_at__isnull=True).update(next_action_at=now + A_DAY)
        if not claimed:
            return False
        tell(
            school=school, role=Role.DSL, about="agencies_to_tell", link=f"/s/{school.slug}/referrals/", clause="PRI-41", by=REMINDERS,
            now=now,
            says=f"{count(claimed, 'agency', 'agencies').capitalize()} of families have not been made aware yet.",
        )  # fmt: skip
        record("safeguarding.agency.reminded", by=REMINDERS, now=now, school_id=school.pk, detail={"tasks": ids})
    return True


def next_due() -> datetime | None:
    """The earliest instant at which a referral is told again; None when none waits."""
    at: datetime | None = Referral.objects.aggregate(at=Min("next_action_at"))["at"]
    return at
