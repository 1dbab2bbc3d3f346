"""Sending a pair at once in an emergency, and the look that somebody takes at it afterwards (domain: break-glass)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import mark_done, tell
from homevisits.people.models import AlarmDevice, Pupil, Role, School, Staff, Vehicle
from homevisits.people.school_calendar import next_school_day
from homevisits.policy.selectors import version_in_force

from ..models import BreakGlass, HomeVisit, VisitApproval, VisitMember, VisitPupil
from ..purposes import EMERGENCY
from ..rules import break_glass as rules
from ..rules.approval import role_words
from ..rules.common import AT_ONCE
from ..rules.leaving import equipment_blocks
from .changes import plan_changed
from .common import link_to, locked, note, pupils_of

REMIND_FROM = time(8)


@dataclass(frozen=True)
class Taken:
    """What they take along: the first of the pair carries the device."""

    device: AlarmDevice | None = None
    vehicle: Vehicle | None = None
    vehicle_words: str = ""
    safe_word: str = ""


BY = SystemJob("reviews of visits sent at once")


def go_now(
    *,
    school: School,
    pupils: Sequence[Pupil],
    pair: Sequence[Staff],
    due_back: datetime,
    reason: str,
    by: Staff,
    now: datetime,
    visit: HomeVisit | None = None,
    purpose: str = EMERGENCY,
    taken: Taken | None = None,
    token: UUID | None = None,
) -> HomeVisit:
    """Send a pair at once, to a visit that waits or to a new one. It is approved without assessment, weekly list and appointment.

    Headteacher, safeguarding team and office are told as an alarm, and it is reviewed the next school day. Raises Blocked for anybody
    who may not, a pair that may not go, or a time that has passed; BadInput without a reason or a pupil. The same `token` sends once.
    `taken`: device, vehicle and safe word, which the policy's rules for leaving go on asking for.
    """
    if not reason.strip():
        raise BadInput("Say why it cannot wait, in a sentence.")
    if not pupils and visit is None:
        raise BadInput("Say whom the visit is about.")
    with transaction.atomic():
        # Two taps at once send one: there may be no visit yet whose row the second could wait for.
        School.objects.select_for_update(no_key=True).get(pk=school.pk)
        sent = BreakGlass.objects.filter(visit__school=school, token=token).first() if token else None
        if sent is not None:
            return sent.visit
        visit = locked(visit) if visit else _new(school, pupils, purpose, reason.strip(), by, now)
        refuse_if(rules.who_blocks(visit, by, now))
        _give(visit, list(dict.fromkeys(pair)), due_back, reason, taken or Taken(), by, now)
        refuse_if(rules.go_blocks(visit, pair, due_back, by, now) + equipment_blocks(visit, now))
        _approve(visit, reason.strip(), token, by, now)
        _tell_all(visit, by, now)
    return visit


def _new(school: School, pupils: Sequence[Pupil], purpose: str, reason: str, by: Staff, now: datetime) -> HomeVisit:
    home = pupils[0].household
    visit = HomeVisit.objects.create(
        school=school, household=home, policy=version_in_force(school, local_day(now)), purpose=purpose, reason=reason, emergency=True,
        announced=False, unannounced_reason=reason, address=home.address, postcode=home.postcode, due_at=now, raised_at=now, raised_by=by,
    )  # fmt: skip
    VisitPupil.objects.bulk_create([VisitPupil(visit=visit, pupil=pupil) for pupil in dict.fromkeys(pupils)])
    note(visit, "raised", by=by, now=now, says=reason)
    return visit


def _give(visit: HomeVisit, pair: list[Staff], due_back: datetime, reason: str, taken: Taken, by: Staff, now: datetime) -> None:
    """Pair and times as they are to be; what is refused after is rolled back."""
    visit.members.exclude(staff__in=pair).delete()
    VisitMember.objects.bulk_create([VisitMember(visit=visit, staff=person) for person in pair], ignore_conflicts=True)
    visit.due_at, visit.due_back, visit.emergency = now, due_back, True
    visit.device, visit.device_carrier = taken.device or visit.device, pair[0] if pair and (taken.device or visit.device) else None
    visit.vehicle, visit.vehicle_words = taken.vehicle or visit.vehicle, taken.vehicle_words or visit.vehicle_words
    visit.safe_word = taken.safe_word or visit.safe_word
    if len(pair) == 1 and visit.policy.values.pair_override == "named_senior_and_reason":
        visit.override_by, visit.override_reason = by, reason
    visit.save()


def _approve(visit: HomeVisit, reason: str, token: UUID | None, by: Staff, now: datetime) -> None:
    role = rules.sending_role(visit.school, by, now)
    plan_changed(visit, says="a pair was sent at once", by=by, now=now)
    visit.status = HomeVisit.Status.APPROVED
    visit.save(update_fields=["status"])
    says = f"I send this pair at once, without risk assessment and approval, as {role_words(role).lower()}: {reason}"
    VisitApproval.objects.create(visit=visit, role=AT_ONCE, staff=by, name=by.name, version=visit.version, says=says, at=now)
    due = next_school_day(visit.school, local_day(now)) or local_day(now) + timedelta(days=1)
    BreakGlass.objects.create(visit=visit, role=role, reason=reason, token=token, at=now, by=by, review_due_on=due)
    note(visit, "sent_at_once", by=by, now=now, says=reason, role=role, review_due_on=due)


def _tell_all(visit: HomeVisit, by: Staff, now: datetime) -> None:
    pair = [member.staff for member in visit.members.select_related("staff").order_by("pk")]
    says = f"{by.name} sent {' and '.join(person.name for person in pair)} on a home visit at once, without approval."
    for role, people in ((Role.HEADTEACHER, None), (Role.DSL, None), (Role.OFFICE_ADMIN, None), ("pair", pair)):
        tell(
            school=visit.school, role=role, about="sent_at_once", says=says, people=people, pupils=pupils_of(visit),
            link=link_to(visit.school, visit), alarm=True, by=by, now=now,
        )  # fmt: skip


def review(*, visit: HomeVisit, says: str, by: Staff, now: datetime) -> BreakGlass:
    """Record the look that was taken at a visit sent at once, in words; ends its task.

    Raises Blocked for whoever sent it while somebody else may review, BadInput without words.
    """
    if not says.strip():
        raise BadInput("Say what you found: was it right to go at once, and what follows?")
    with transaction.atomic():
        visit = locked(visit)
        sent = BreakGlass.objects.select_for_update(of=("self",)).select_related("visit__school").filter(visit=visit).first()
        if sent is None:
            raise BadInput("This visit was not sent at once.")
        refuse_if(rules.review_blocks(sent, by, now))
        sent.reviewed_at, sent.reviewed_by, sent.review = now, by, says.strip()
        sent.save(update_fields=["reviewed_at", "reviewed_by", "review"])
        for notice in _tasks(visit):
            mark_done(notice=notice, by=by, now=now)
        note(visit, "sending_reviewed", by=by, now=now, says=says.strip())
    return sent


def _tasks(visit: HomeVisit) -> list[Notice]:
    open_ones = Notice.objects.filter(school=visit.school, about="sending_review", task=True, done_at__isnull=True)
    return list(open_ones.filter(link=link_to(visit.school, visit)))


def ask_for_reviews(now: datetime) -> int:
    """Ask for each review that is due, from 8:00 of its day and again every day until it is done; how many were asked for.

    `now` is the real time: each school goes by its own clock.
    """
    waiting = BreakGlass.objects.filter(reviewed_at__isnull=True).select_related("visit__school", "visit__policy")
    return sum(_ask(sent, sent.visit.school.at(now), BY) for sent in waiting.order_by("pk"))


def _ask(sent: BreakGlass, now: datetime, by: Actor) -> int:
    today = local_day(now)
    told_today = sent.told_at is not None and local_day(sent.told_at) >= today
    if today < sent.review_due_on or told_today or local(now).time() < REMIND_FROM:
        return 0
    with transaction.atomic():
        # Of two knocks at once one asks.
        if not BreakGlass.objects.filter(pk=sent.pk, told_at=sent.told_at, reviewed_at__isnull=True).update(told_at=now):
            return 0
        says = f"{sent.by.name} sent a pair on a home visit at once: review it and say in writing what you found."
        asked = Notice.objects.filter(about="sending_review", link=link_to(sent.visit.school, sent.visit), done_at__isnull=True)
        asked.update(done_at=now)  # the task of the day before gives way to today's
        for role in (Role.HEADTEACHER, Role.DSL):
            tell(
                school=sent.visit.school, role=role, about="sending_review", says=says, pupils=pupils_of(sent.visit), task=True,
                link=link_to(sent.visit.school, sent.visit), by=by, now=now,
            )  # fmt: skip
        note(sent.visit, "review_asked_for", by=by, now=now)
    return 1
