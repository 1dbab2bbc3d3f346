"""Whether the day was prepared, registers were seen to, and every child without a reason has a case."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from django.db.models import Exists, OuterRef

from attendance.models import AbsenceMessage, Arrival, Mark, Register, SchoolDay, UnexplainedAbsence
from homevisits.messaging.models import Message
from homevisits.people.models import Closure, School
from homevisits.policy.selectors import find_version_in_force

from .look import LADDER_TEXTS, Found, Look, on_clock

AFTER_MIDNIGHT = timedelta(minutes=5)


def days_not_prepared(look: Look) -> Iterable[Found]:
    """Schools without a row for today."""
    if look.now < on_clock(look.day, time(0)) + AFTER_MIDNIGHT:
        return
    there = set(SchoolDay.objects.filter(school__in=look.ids, day=look.day).values_list("school_id", flat=True))
    for school in look.schools.values():
        if school.pk not in there and school.created_at < look.before:
            yield Found(school.pk, "day_not_prepared", f"day {look.day}", "Today is not prepared: no register would open a case.")


def days_without_registers(look: Look) -> Iterable[Found]:
    """School days that ask for no register at all."""
    with_registers = set(Register.objects.filter(school__in=look.ids, day=look.day).values_list("school_id", flat=True))
    for school in sorted(look.open_days - with_registers):
        yield Found(school, "no_registers", f"day {look.day}", "Today is a school day, but no register is expected.")


def closed_days_that_run(look: Look) -> Iterable[Found]:
    """The calendar says closed, the day runs as if it were open."""
    closures = Closure.objects.filter(day=look.day, entered_at__lt=look.before).values_list("school_id", flat=True)
    for school in sorted(look.open_days.intersection(closures)):
        yield Found(school, "closed_but_open", f"day {look.day}", "The school is closed today, but the morning runs as on a school day.")


def registers_not_seen_to(look: Look) -> Iterable[Found]:
    """Registers that closed and were taken without being looked through, and untaken ones nobody was told of."""
    # A day that the school closed asks for no register, also not for one that had been taken before.
    closed = SchoolDay.objects.filter(school=OuterRef("school"), day=OuterRef("day"), is_open=False)
    past = Register.objects.filter(
        ~Exists(closed), school__in=look.open_days, day__lte=look.day, day__gt=look.day - timedelta(days=7), closes_at__lt=look.before
    )
    for register in past.filter(opened_cases_at=None, taken_at__lt=look.before):
        yield Found(
            register.school_id, "register_not_read", f"register {register.pk}", "A register was taken, but its cases were not opened."
        )
    for register in past.filter(taken_at=None, told_not_taken_at=None, day=look.day):
        grace = _register_grace(look.schools[register.school_id], look.day)
        if grace is not None and register.closes_at + grace < look.before:
            yield Found(register.school_id, "register_not_told", f"register {register.pk}", "A register is not taken, and nobody was told.")


def _register_grace(school: School, day: date) -> timedelta | None:
    version = find_version_in_force(school, day)
    return timedelta(minutes=version.values.register_grace) if version else None


def schools_without_policy(look: Look) -> Iterable[Found]:
    """A school day without a policy in force: nothing can run."""
    for number in sorted(look.open_days):
        if find_version_in_force(look.schools[number], look.day) is None:
            yield Found(number, "no_policy", f"day {look.day}", "No policy is in force: nothing runs by itself today.")


def missing_without_case(look: Look) -> Iterable[Found]:
    """Pupils marked N in a register that closed and was taken, with no reason, not arrived, and no case."""
    read = {
        (register.school_id, register.session, register.class_name)
        for register in Register.objects.filter(
            school__in=look.open_days, day=look.day, closes_at__lt=look.before, taken_at__lt=look.before
        )
    }
    marks = Mark.objects.filter(school__in=look.open_days, day=look.day, code="N", recorded_at__lt=look.before).exclude(
        pupil__status="left"
    )
    wanted = [
        (mark.pupil_id, mark.session, mark.school_id)
        for mark in marks.select_related("pupil")
        if (mark.school_id, mark.session, mark.pupil.class_name) in read
    ]
    if not wanted:
        return
    accounted = _accounted_for(look)
    for pupil, session, school in wanted:
        if (pupil, session) not in accounted:
            yield Found(
                school,
                "no_case",
                f"pupil {pupil} {look.day} {session}",
                "A child is marked absent without a reason and has no case.",
                (pupil,),
            )


def _accounted_for(look: Look) -> set[tuple[int, str]]:
    """(pupil, session) of today with a reason, an arrival, or a case."""
    both = ("AM", "PM")
    reasons = AbsenceMessage.objects.filter(school__in=look.ids, first_day__lte=look.day, last_day__gte=look.day, undone_at=None)
    found = {(pupil, session) for pupil in reasons.values_list("pupil_id", flat=True) for session in both}
    noon = on_clock(look.day, time(12))
    for pupil, at in Arrival.objects.filter(school__in=look.ids, day=look.day, undone_at=None).values_list("pupil_id", "at"):
        found |= {(pupil, session) for session in (both if at >= noon else ("AM",))}
    cases = UnexplainedAbsence.objects.filter(school__in=look.ids)
    found |= {(pupil, session) for pupil in cases.filter(status="open").values_list("pupil_id", flat=True) for session in both}
    return found | set(cases.filter(day=look.day).values_list("pupil_id", "session"))


def texts_on_closed_days(look: Look) -> Iterable[Found]:
    """Texts to families that wait on a day without school."""
    closed = SchoolDay.objects.filter(school__in=look.ids, day=look.day, is_open=False).values("school")
    texts = Message.objects.filter(school__in=closed, day=look.day, template__in=LADDER_TEXTS, status__in=("held", "waiting", "retrying"))
    for text in texts:
        yield Found(text.school_id, "text_on_closed_day", f"message {text.pk}", "A text to a family waits on a day without school.")
