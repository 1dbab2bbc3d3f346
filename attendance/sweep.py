"""The sweep: finds what is due, takes it, and never lets one bad row stop the others (design.md, 7).

Beat only knocks. Whatever was missed is in the rows and is taken by the next knock, in order, each once.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet

from homevisits.audit.services import record
from homevisits.common import sql as engine
from homevisits.common.clock import local_day
from homevisits.common.deadlock import pass_on, retried
from homevisits.messaging.notices import tell
from homevisits.people.models import School
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import version_in_force

from . import ladder, sql
from .models import Hold, Register, SchoolDay, SetAside, UnexplainedAbsence
from .services import holds, opening, rungs
from .services.closing import close_cases, give_all_clear
from .services.day import prepare_day
from .services.names import LADDER, today_link

log = logging.getLogger(__name__)
TOGETHER = 10  # schools a commit
Group = tuple[int, date, str]  # the cases of one policy version, day and session


def sweep(real: datetime) -> int:
    """Take everything that is due at the instant `real`, each school by its own clock. How many schools had something due."""
    prepare_days(real)
    due = due_steps(real)
    for start in range(0, len(due), TOGETHER):
        # One durable commit for several schools: on a slow disk the commits are most of the tick. Each step keeps a savepoint of its own.
        retried(lambda: _together(due[start : start + TOGETHER], real))  # noqa: B023  # called before the loop goes on
    return len(due)


def _together(due: list[tuple[School, set[str]]], real: datetime) -> None:
    with transaction.atomic():
        for school, steps in due:
            sweep_school(school, school.at(real), steps)


def due_steps(real: datetime) -> list[tuple[School, set[str]]]:
    """The schools with something due, and which of `STEPS`: those on real time in one query, each demo school by the clock it has set."""
    found = _due_at(real)
    due = [(school, found[school.pk]) for school in School.objects.filter(pk__in=found, clock_from__isnull=True).order_by("pk")]
    for school in School.objects.filter(clock_from__isnull=False):
        steps = _due_at(school.at(real)).get(school.pk)
        if steps:
            due.append((school, steps))
    return due


def _due_at(now: datetime) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for school, step in engine.rows(sql.due_steps(), {"now": now}):
        found.setdefault(school, set()).add(step)
    return found


def next_due() -> datetime | None:
    """The earliest instant at which the ladder has something to do; None when nothing is waiting. It may have passed."""
    found = [
        UnexplainedAbsence.objects.filter(set_aside_at__isnull=True).aggregate(at=Min("next_action_at"))["at"],
        UnexplainedAbsence.objects.aggregate(at=Min("calls_check_at"))["at"],
        *(model.objects.aggregate(at=Min("next_action_at"))["at"] for model in (Register, Hold, SchoolDay)),
    ]
    return min((at for at in found if at), default=None)


def prepare_days(real: datetime) -> None:
    """Make today's rows for each school that has none yet."""
    for school in School.objects.exclude(school_days__day=local_day(real), clock_from__isnull=True):
        day = local_day(school.at(real))
        if not SchoolDay.objects.filter(school=school, day=day).exists():
            _guarded(
                school,
                "prepare_day",
                school.pk,
                real,
                partial(prepare_day, school=school, day=day, by=LADDER, now=school.at(real)),
            )


def sweep_school(school: School, now: datetime, due: Iterable[str]) -> None:
    """Take what is due at one school, in the order of STEPS. A step with nothing due costs nothing, unless one before it brought work."""
    wanted = set(due)
    for step, take in STEPS.items():
        if step in wanted:
            wanted |= take(school, now)


def _closed_days(school: School, now: datetime) -> set[str]:
    SchoolDay.objects.filter(school=school, is_open=False, next_action_at__lte=now).update(next_action_at=None)
    return set()


def _registers(school: School, now: datetime) -> set[str]:
    """Registers that have closed: those taken open their cases, the others are told after their grace."""
    due = list(Register.objects.filter(school=school, next_action_at__lte=now).order_by("day", "session", "closes_at"))
    taken: dict[tuple[object, ...], list[Register]] = {}
    for register in due:
        if register.taken_at:
            taken.setdefault((register.day, register.session, max(register.closes_at, register.taken_at)), []).append(register)
    for registers in taken.values():
        _guarded(
            school,
            "register",
            registers[0].pk,
            now,
            partial(opening.open_cases, school=school, registers=registers, by=LADDER, now=now),
        )
    untaken = [register for register in due if not register.taken_at]
    if untaken:
        _guarded(school, "register", untaken[0].pk, now, lambda: _not_taken(school, untaken, now))
    return {"rung"}


def _not_taken(school: School, registers: list[Register], now: datetime) -> None:
    """A register that is not taken at its close is told to the office after its grace, once."""
    with transaction.atomic():
        values = version_in_force(school, registers[0].day).values
        late: list[Register] = []
        for register in registers:
            until = ladder.calls_check_at(register.closes_at, register.closes_at, values.register_grace)
            register.next_action_at = None if now >= until else until
            if now >= until:
                register.told_not_taken_at = now
                late.append(register)
        Register.objects.bulk_update(registers, ["next_action_at", "told_not_taken_at"])
        if late:
            classes = ", ".join(sorted({register.class_name for register in late if register.class_name}))
            tell(
                school=school, role="office_admin", about="register_not_taken", link=today_link(school), alarm=True,
                says=f"The register {'of ' + classes + ' ' if classes else ''}has closed and is not taken: nobody of it can be texted.",
                clause=clause_for(values.preset, "register_grace") or "", by=LADDER, now=now,
            )  # fmt: skip
            record(
                "attendance.register.not_taken",
                by=LADDER,
                now=now,
                school_id=school.pk,
                detail={"registers": [register.pk for register in late]},
            )


def _holds(school: School, now: datetime) -> set[str]:
    """The brake's end: what is still held is too late."""
    for hold in Hold.objects.filter(school=school, next_action_at__lte=now):
        _guarded(school, "hold", hold.pk, now, partial(holds.expire, hold=hold, by=LADDER, now=now))
    return set()


def _rungs(school: School, now: datetime) -> set[str]:
    """Every rung that is due, from the lowest: whoever is behind is taken up several at once."""
    waiting, taken = _waiting(school, now), set()
    for rung in ladder.ORDER:
        behind = [_rung(school, rung, group, now) for group in waiting.get(rung, ())]
        if behind:
            taken.add(rung)
        if any(behind):
            waiting = _waiting(school, now)
    return {"calls"} if ladder.CALL in taken else set()


def _due_cases(school: School, now: datetime) -> QuerySet[UnexplainedAbsence]:
    return UnexplainedAbsence.objects.filter(school=school, status="open", next_action_at__lte=now, set_aside_at__isnull=True)


def _waiting(school: School, now: datetime) -> dict[str, list[Group]]:
    """The groups of due cases that stand before each rung."""
    found: dict[str, list[Group]] = {}
    rows: Any = _due_cases(school, now).values_list("next_rung", "policy_id", "day", "session").distinct()
    for rung, *group in sorted(rows):
        found.setdefault(rung, []).append((group[0], group[1], group[2]))
    return found


def _rung(school: School, rung: str, group: Group, now: datetime) -> bool:
    """Take one rung for a group of due cases; where the group fails, case by case, and set aside what fails by itself.

    Whether the next rung may be due for them as well.
    """
    policy_id, day, session = group
    try:
        work = rungs.Round(school, PolicyVersion.objects.get(pk=policy_id), day, session, now)
        rungs.take_rung(work, rung)
        return work.goes_on(rung)
    except Exception as error:
        pass_on(error)
        log.exception("Rung %s of school %s failed as a whole; taking its cases one by one", rung, school.pk)
        due = _due_cases(school, now).filter(next_rung=rung, policy=policy_id, day=day, session=session)
        for case_id in list(due.values_list("pk", flat=True)):
            _one(school, case_id, group, rung, now)
        return True


def _one(school: School, case_id: int, group: Group, rung: str, now: datetime) -> None:
    policy_id, day, session = group
    try:
        rungs.take_rung(rungs.Round(school, PolicyVersion.objects.get(pk=policy_id), day, session, now), rung, only=case_id)
    except Exception as error:
        pass_on(error)
        log.exception("Case %s set aside at rung %s", case_id, rung)
        set_aside(school, f"case:{rung}", case_id, error, now)
        UnexplainedAbsence.objects.filter(pk=case_id).update(set_aside_at=now)


def _guarded(school: School, what: str, row_id: int, now: datetime, act: Callable[[], object]) -> None:
    """Do a step; a fault is told to people and stops nothing else. The step stays due and is tried again at the next knock."""
    try:
        with transaction.atomic():
            act()
    except Exception as error:
        pass_on(error)
        log.exception("Step %s of school %s failed", what, school.pk)
        set_aside(school, what, row_id, error, now)


def set_aside(school: School, what: str, row_id: int, error: Exception, now: datetime) -> None:
    """Write down a row that the engine could not take and tell the office, once a row."""
    with transaction.atomic():
        _, made = SetAside.objects.get_or_create(
            school=school, what=what, row_id=row_id, dealt_at=None, defaults={"at": now, "error": f"{type(error).__name__}: {error}"}
        )
        if made:
            tell(
                school=school, role="office_admin", about="set_aside", alarm=True, task=True, link=today_link(school),
                says="One step of the morning could not be taken by itself. Please look at the case and act by hand.", by=LADDER, now=now,
            )  # fmt: skip
            record("attendance.set_aside", by=LADDER, now=now, school_id=school.pk, object_type=what, object_id=row_id)


def _children_seen(school: School, now: datetime) -> set[str]:
    """A visit saw the child: that is contact, and the case closes."""
    _guarded(school, "child_seen", school.pk, now, lambda: _close_seen(school, now))
    return {"all_clear"}


def _close_seen(school: School, now: datetime) -> None:
    seen = [row[0] for row in engine.rows(sql.seen_cases(), {"school": school.pk})]
    if seen:
        close_cases(
            school=school, case_ids=seen, reason=UnexplainedAbsence.Closed.CHILD_SEEN, note="Seen on a home visit", by=LADDER, now=now
        )


def _calls(school: School, now: datetime) -> set[str]:
    """Cases for whom nobody has rung within the grace."""
    _guarded(school, "check_calls", school.pk, now, lambda: rungs.check_calls(school, now))
    return set()


def _all_clears(school: School, now: datetime) -> set[str]:
    """Cases that closed while a text was on its way: the all-clear once its fate is known."""
    _guarded(school, "all_clear", school.pk, now, lambda: _give_late_all_clears(school, now))
    return set()


def _give_late_all_clears(school: School, now: datetime) -> None:
    cases = list(UnexplainedAbsence.objects.filter(school=school, all_clear_due=True, status="closed").select_related("policy"))
    if cases:
        with transaction.atomic():
            give_all_clear(school, cases, (), LADDER, now)


# In the order in which they are taken. Each answers with the later steps that it may have brought work.
STEPS: dict[str, Callable[[School, datetime], set[str]]] = {
    "school_day": _closed_days,
    "register": _registers,
    "seen": _children_seen,
    "hold": _holds,
    "rung": _rungs,
    "calls": _calls,
    "all_clear": _all_clears,
}
