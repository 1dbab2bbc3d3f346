"""Opening cases: for each pupil without a reason when the register has closed and has been taken (PRI-43)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import Entry, record_many
from homevisits.common.actors import Actor
from homevisits.common.clock import local_day
from homevisits.messaging.notices import tell
from homevisits.people.models import Pupil, PupilFlag, School
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import version_in_force

from .. import ladder
from ..codes import NO_REASON_YET, is_present
from ..models import CaseEvent, Mark, Register, UnexplainedAbsence
from ..models.registers import Session
from ..selectors.known import arrived_ids, explained_ids
from .locks import lock_school
from .names import named, today_link


def open_cases(
    *, school: School, registers: Sequence[Register], by: Actor, now: datetime, since: datetime | None = None
) -> list[UnexplainedAbsence]:
    """Open a case for each pupil of closed and taken `registers` of one day and session who has neither mark nor reason nor arrived.

    A case still open from an earlier session goes on: the new register adds to it and its ladder starts again for that day.
    No rung is due before `since`, which is when the registers had closed and were taken, unless it is given.
    """
    if not registers:
        return []
    with transaction.atomic():
        lock_school(school)
        day, session = registers[0].day, registers[0].session
        missing = _missing(school, registers, day, session)
        policy = version_in_force(school, day)
        since = since or due_from(registers, now)
        opened = _open_new(school, missing, policy, day, session, since, by, now)
        _go_on(school, missing, day, session, since, by, now)
        Register.objects.filter(pk__in=[register.pk for register in registers]).update(opened_cases_at=now, next_action_at=None)
        if opened:
            _tell_vulnerable(school, opened, policy, by, now)
            _tell_vanished(school, opened, day, session, by, now)
    return opened


def open_after_all(*, school: School, pupil: Pupil, by: Actor, now: datetime) -> list[UnexplainedAbsence]:
    """Open the case of a pupil whose reason or arrival was taken back after the register had been read without them.

    Its rungs are due from now: those whose time has passed are taken at the next knock and are not late. Answers with what it opened.
    """
    read = Register.objects.filter(
        school=school, day=local_day(now), class_name=pupil.class_name, closes_at__lte=now, opened_cases_at__isnull=False
    )
    latest = read.order_by("-closes_at").first()
    return open_cases(school=school, registers=[latest], by=by, now=now, since=now) if latest else []


def due_from(registers: Sequence[Register], now: datetime) -> datetime:
    """No rung is due before: the latest close among the registers, or the taking of one that was taken late."""
    return max(max(register.closes_at, register.taken_at or now) for register in registers)


def _missing(school: School, registers: Sequence[Register], day: date, session: str) -> list[Pupil]:
    """Pupils of these registers marked N, with no reason for the day and not arrived."""
    pupils = Pupil.objects.filter(
        school=school, class_name__in=[register.class_name for register in registers],
        marks__day=day, marks__session=session, marks__code=NO_REASON_YET,
    ).exclude(status=Pupil.Status.LEFT)  # fmt: skip
    known = explained_ids(school, day) | arrived_ids(school, day, session)
    return [pupil for pupil in pupils.select_related("household").order_by("pk") if pupil.pk not in known]


def climb_of(school: School, policy: PolicyVersion, day: date, session: str) -> ladder.Climb:
    """The instants of a session's ladder at this school under this version of the policy."""
    closes = school.am_closes if session == Session.AM else school.pm_closes
    return ladder.climb(policy.values, day, am_closes=school.am_closes, session_closes=closes)


def _open_new(
    school: School, missing: Iterable[Pupil], policy: PolicyVersion, day: date, session: str, since: datetime, by: Actor, now: datetime
) -> list[UnexplainedAbsence]:
    known = set(
        UnexplainedAbsence.objects.filter(school=school)
        .filter(Q(status="open") | Q(first_day=day, session=session))
        .values_list("pupil_id", flat=True)
    )
    first = climb_of(school, policy, day, session).rungs[ladder.FIRST_TEXT]
    cases = UnexplainedAbsence.objects.bulk_create(
        [
            UnexplainedAbsence(
                school=school, pupil=pupil, household=pupil.household, policy=policy, first_day=day, day=day, session=session,
                opened_at=now,
                due_from=since, next_rung=ladder.FIRST_TEXT, next_action_at=max(first, since),
            )
            for pupil in missing if pupil.pk not in known
        ]
    )  # fmt: skip
    _note(cases, "opened", by, now)
    record_many(
        [Entry("attendance.case.opened", "UnexplainedAbsence", str(case.pk)) for case in cases], by=by, now=now, school_id=school.pk
    )
    return cases


def _go_on(school: School, missing: Iterable[Pupil], day: date, session: str, since: datetime, by: Actor, now: datetime) -> None:
    """Start the ladder again, for this day, for cases still open from an earlier day."""
    cases = list(
        UnexplainedAbsence.objects.select_related("policy")
        .filter(school=school, status="open", day__lt=day, pupil__in=[pupil.pk for pupil in missing])
        .select_for_update(of=("self",))
    )
    for case in cases:
        case.day, case.session, case.due_from, case.hold, case.escalated_at = day, session, since, None, None
        case.next_rung = ladder.FIRST_TEXT
        case.next_action_at = max(climb_of(school, case.policy, day, session).rungs[ladder.FIRST_TEXT], since)
        case.save(update_fields=["day", "session", "due_from", "hold", "escalated_at", "next_rung", "next_action_at"])
    _note(cases, "another_day", by, now)
    record_many(
        [Entry("attendance.case.another_day", "UnexplainedAbsence", str(case.pk)) for case in cases], by=by, now=now, school_id=school.pk
    )


def _note(cases: Iterable[UnexplainedAbsence], what: str, by: Actor, now: datetime) -> None:
    CaseEvent.objects.bulk_create(
        [CaseEvent(case=case, at=now, what=what, by_id=by.pk, detail={"day": str(case.day), "session": case.session}) for case in cases]
    )


def _tell_vulnerable(school: School, cases: Iterable[UnexplainedAbsence], policy: PolicyVersion, by: Actor, now: datetime) -> None:
    """The DSL hears at once of an absent pupil with a flag that the policy names."""
    flags = policy.values.vulnerable_flags
    pupils = sorted(
        set(PupilFlag.objects.filter(pupil__in=[case.pupil_id for case in cases], kind__in=flags).values_list("pupil_id", flat=True))
    )
    if pupils:
        tell(
            school=school, role="dsl", about="vulnerable_absent", pupils=pupils, alarm=True,
            says=f"Absent without a reason: {named(school, pupils)}. The pupil's record carries a safeguarding flag.",
            link=today_link(school), clause=clause_for(policy.values.preset, "vulnerable_flags") or "", by=by, now=now,
        )  # fmt: skip


def _tell_vanished(school: School, cases: Sequence[UnexplainedAbsence], day: date, session: str, by: Actor, now: datetime) -> None:
    """A child who was in this morning and is not back after lunch is missing from school: people hear at once."""
    if session != Session.PM:
        return
    mornings = Mark.objects.filter(school=school, day=day, session=Session.AM, pupil__in=[case.pupil_id for case in cases])
    pupils = sorted(mark.pupil_id for mark in mornings if is_present(mark.code))
    for role in ("dsl", "pupil_support_lead", "office_admin") if pupils else ():
        tell(
            school=school, role=role, about="vanished_at_lunch", pupils=pupils, alarm=True,
            says=f"At school this morning and missing this afternoon: {named(school, pupils)}.", link=today_link(school), by=by, now=now,
        )  # fmt: skip
