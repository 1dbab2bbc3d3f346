"""Whether every pair that is late from a visit has been missed, and somebody goes on being told.

Worked out from the frozen policy and the rows of the visit, never from the instant that the alarm itself has written down. And whether
whoever is out may be: approved as planned, by somebody who does not go.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max

from homevisits.messaging.models import Notice
from visits.models import AlarmAcknowledgement, HomeVisit, VisitAlarm, VisitApproval, WellbeingCheck
from visits.rules.annex import LEAVE
from visits.rules.common import AT_ONCE

from .look import Found, Look

CHECK_GRACE = timedelta(minutes=5)


def _out(look: Look) -> list[HomeVisit]:
    """Who is out."""
    found = HomeVisit.objects.filter(school__in=look.ids, departed_at__isnull=False, returned_at=None, due_back__isnull=False)
    return list(found.select_related("policy").prefetch_related("alarms"))


def _rests(visits: Iterable[HomeVisit]) -> dict[int, datetime]:
    """When somebody last took each visit's alarm on."""
    rows = AlarmAcknowledgement.objects.filter(visit__in=list(visits)).values("visit_id").annotate(at=Max("at"))
    return {row["visit_id"]: row["at"] for row in rows.order_by()}


def steps_not_raised(look: Look) -> Iterable[Found]:
    """Steps of the return alarm that are later than the policy tolerates, rests left out."""
    visits = _out(look)
    taken = _rests(visits)
    for visit in visits:
        values = visit.policy.values
        raised = {alarm.step for alarm in visit.alarms.all()}
        if visit.due_back is None:
            continue
        rested = taken[visit.pk] + timedelta(minutes=values.alarm_rest) if visit.pk in taken else visit.due_back
        for step, minutes in values.return_alarm_steps.items():
            due = max(visit.due_back + timedelta(minutes=minutes), rested)
            if step not in raised and due + timedelta(seconds=values.late_tolerance) < look.now:
                says = f"Staff are late from a visit, and a step of the alarm was not taken: {step.replace('_', ' ')}. Ring them now."
                yield Found(visit.school_id, "alarm_late", f"visit {visit.pk} {step}", says)


def alarms_fallen_silent(look: Look) -> Iterable[Found]:
    """Alarms that should have been told again by now and were not."""
    late = VisitAlarm.objects.filter(visit__school__in=look.ids, repeat_at__lt=look.before).select_related("visit")
    for alarm in late:
        says = "An alarm of a visit waits for somebody and is not told again. Look at the board now."
        yield Found(alarm.visit.school_id, "alarm_silent", f"alarm {alarm.pk}", says)


def alarms_nobody_heard(look: Look) -> Iterable[Found]:
    """Staff are late or have called for help, nobody has taken it on, and nothing would tell anybody again; or nobody was told at all."""
    visits = _out(look)
    taken = _rests(visits)
    for visit in visits:
        loud = [alarm for alarm in visit.alarms.all() if alarm.step == "help" or alarm.step in visit.policy.values.return_alarm_steps]
        last = max((alarm.heard_at for alarm in loud), default=None)
        if last is None or last > look.before or (visit.pk in taken and taken[visit.pk] >= last):
            continue
        if not any(alarm.repeat_at for alarm in loud):
            says = "Nobody deals with the alarm of a visit, and nothing would tell anybody again. Look at the board now."
            yield Found(visit.school_id, "alarm_forgotten", f"visit {visit.pk}", says)
    told = Notice.objects.filter(school__in=look.ids, about__in=("overdue", "help", "drill_overdue", "drill_help"))
    heard = set(told.filter(at__gte=look.now - timedelta(hours=24)).values_list("school_id", "at"))
    fresh = VisitAlarm.objects.filter(visit__school__in=look.ids, at__gte=look.now - timedelta(hours=24), at__lt=look.before)
    for alarm in fresh.exclude(step__startswith="missed_").exclude(step="wellbeing").select_related("visit"):
        if (alarm.visit.school_id, alarm.heard_at) not in heard:
            yield Found(alarm.visit.school_id, "alarm_untold", f"alarm {alarm.pk}", "An alarm of a visit was raised, and nobody was told.")


def checks_nobody_missed(look: Look) -> Iterable[Found]:
    """Checks that the responsible contact should have made, not made, and no alarm says so (ALT-13)."""
    open_ones = WellbeingCheck.objects.filter(
        visit__school__in=look.ids, visit__returned_at=None, visit__departed_at__isnull=False, done_at=None,
        due_at__lt=look.before - CHECK_GRACE,
    )  # fmt: skip
    for check in open_ones.select_related("visit__policy").prefetch_related("visit__alarms", "visit__acknowledgements"):
        rest = timedelta(minutes=check.visit.policy.values.alarm_rest)
        resting = any(row.at + rest > look.before for row in check.visit.acknowledgements.all())
        if not resting and not any(alarm.step == "wellbeing" for alarm in check.visit.alarms.all()):
            says = "Nobody recorded that staff on a visit are well, and no alarm was raised. Ring them now."
            yield Found(check.visit.school_id, "check_late", f"check {check.pk}", says)


def alarms_switched_off(look: Look) -> Iterable[Found]:
    """Staff are out, a step of the alarm is still to come, and the visit waits for no instant: nothing would ever raise it."""
    off = HomeVisit.objects.filter(
        school__in=look.ids, departed_at__lt=look.before, returned_at=None, alarm_at=None, due_back__isnull=False
    )
    for visit in off.select_related("policy").prefetch_related("alarms"):
        if set(visit.policy.values.return_alarm_steps) - {alarm.step for alarm in visit.alarms.all()}:
            says = "The return alarm of a visit is switched off while staff are out. Watch the time they are due back yourselves."
            yield Found(visit.school_id, "alarm_off", f"visit {visit.pk}", says)


def ended_with_somebody_out(look: Look) -> Iterable[Found]:
    """A visit counts as back, which ends its alarm, and somebody of the pair is not."""
    back = HomeVisit.objects.filter(school__in=look.ids, departed_at__isnull=False, returned_at__isnull=False)
    # A day's worth: what is older was told of when it was new, and the table grows.
    for visit in back.filter(
        returned_at__gte=look.now - timedelta(days=1), returned_at__lt=look.before, members__returned_at=None
    ).distinct():
        says = "A visit counts as back, and somebody who went on it has not checked in as back. Ring them now."
        yield Found(visit.school_id, "not_all_back", f"visit {visit.pk}", says)


def out_without_approval(look: Look) -> Iterable[Found]:
    """Staff are out on a visit that nobody had approved as it was planned when they left, or that one of themselves has approved."""
    out = HomeVisit.objects.filter(school__in=look.ids, drill=False, departed_at__lt=look.before, returned_at=None)
    for visit in out.select_related("policy").prefetch_related("approvals", "members"):
        held = [one for one in visit.approvals.all() if one.role != LEAVE and _held(one, visit)]
        if {one.staff_id for one in held} & {one.staff_id for one in visit.members.all()}:
            says = "Somebody is out on a visit that they have approved themselves. Look at who approved it."
            yield Found(visit.school_id, "approved_own_visit", f"visit {visit.pk}", says)
        given, asked = {one.role for one in held}, set(visit.policy.values.approvers)
        whole = AT_ONCE in given or (asked <= given if visit.policy.values.approvals_needed == "all" else asked & given)
        if not whole:
            says = "Staff are out on a visit that was not approved as it is planned. Look at it now."
            yield Found(visit.school_id, "out_unapproved", f"visit {visit.pk}", says)


def _held(approval: VisitApproval, visit: HomeVisit) -> bool:
    """Whether an approval held when they left; what changed after that voids it, and calls nobody back."""
    if approval.voided_at is None:
        return approval.version == visit.version
    return visit.departed_at is not None and approval.voided_at >= visit.departed_at
