"""A register is taken, amended, or has nothing to take because the school closed."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput
from homevisits.messaging import outbox
from homevisits.people.models import Pupil, School

from ..codes import CODES, explains, is_present
from ..models import Hold, Register, SchoolDay, UnexplainedAbsence
from . import closing
from .day import add_registers, prepare_day
from .marks import MarkGiven, keep_marks
from .opening import open_cases

Closed = UnexplainedAbsence.Closed


def take_register(
    *,
    school: School,
    day: date,
    session: str,
    marks: Mapping[int, MarkGiven],
    class_names: Collection[str] | None,
    source: str,
    by: Actor,
    now: datetime,
) -> list[Register]:
    """Take the registers of one session: marks by pupil number; `class_names` None means the classes of the marked pupils.

    Registers that have closed open their cases at once, the others at their close. Marks that say more than before put open
    cases right. Where nobody says which classes are complete, one of whose pupils not even half have a mark is not taken: nobody has
    looked through it yet; of a class that is taken, pupils without a mark are shown to the office. A register of a day that is over is
    kept and opens nothing: nobody is texted or visited about yesterday. Answers with the registers that are taken.
    Raises BadInput for a code that does not exist, a day to come, or one on which the school is closed.
    """
    if day > local_day(now):
        raise BadInput(f"{day:%-d %B %Y} is to come: a register is taken on its day.")
    wrong = sorted({given.code for given in marks.values()} - set(CODES))
    if wrong:
        raise BadInput(f"“{wrong[0]}” is not an attendance code.")
    with transaction.atomic():
        if not prepare_day(school=school, day=day, by=by, now=now).is_open:
            raise BadInput(f"The school is closed on {day:%-d %B %Y}: there is no register to take.")
        keep_marks(school=school, marks={(pupil, day, session): given for pupil, given in marks.items()}, why=source, by=by, now=now)
        classes = set(class_names) if class_names is not None else _looked_through(school, day, session, _classes_of(school, marks))
        add_registers(school, day, session, classes)  # of a class that came since the day was prepared
        registers = list(Register.objects.select_for_update().filter(school=school, day=day, session=session, class_name__in=classes))
        over = day < local_day(now)
        for register in registers:
            register.taken_at, register.taken_by_id = register.taken_at or now, by.pk
            register.next_action_at = None if over or register.opened_cases_at else max(register.closes_at, now)
        Register.objects.bulk_update(registers, ["taken_at", "taken_by", "next_action_at"])
        record("attendance.register.taken", by=by, now=now, school_id=school.pk,
               detail={"day": str(day), "session": session, "registers": [register.pk for register in registers],
               "source": source})  # fmt: skip
        _put_right(school, day, session, marks, by, now)
        closed = [register for register in registers if register.closes_at <= now and not over]
        open_cases(school=school, registers=closed, by=by, now=now)
    return registers


def _looked_through(school: School, day: date, session: str, classes: Collection[str]) -> set[str]:
    """Of these classes those in which at least half of the pupils on roll have a mark of the session."""
    on_roll = Pupil.objects.filter(school=school, class_name__in=list(classes)).exclude(status=Pupil.Status.LEFT)
    marked = Count("pk", filter=Q(marks__day=day, marks__session=session), distinct=True)
    counts = on_roll.order_by().values("class_name").annotate(pupils=Count("pk", distinct=True), marked=marked)
    return {row["class_name"] for row in counts if row["marked"] * 2 >= row["pupils"]}


def _classes_of(school: School, pupil_ids: Collection[int]) -> set[str]:
    return set(Pupil.objects.filter(school=school, pk__in=list(pupil_ids)).values_list("class_name", flat=True))


def _put_right(school: School, day: date, session: str, marks: Mapping[int, MarkGiven], by: Actor, now: datetime) -> None:
    """Open cases whose pupil the register now marks as present, or away for a reason, close."""
    cases = UnexplainedAbsence.objects.filter(school=school, status="open", pupil__in=list(marks))
    arrived = [case.pk for case in cases if is_present(marks[case.pupil_id].code)]
    explained = [case.pk for case in cases if explains(marks[case.pupil_id].code)]
    closing.close_cases(school=school, case_ids=arrived, reason=Closed.ARRIVED, note="Marked present in the register", by=by, now=now)
    closing.close_cases(school=school, case_ids=explained, reason=Closed.MARKED, note="The register gives a reason", by=by, now=now)


def close_school(*, school: School, day: date, reason: str, by: Actor, now: datetime) -> None:
    """The school closes for the day, perhaps this very morning: nobody is missing, nothing more is sent (R9).

    Waiting and held texts are cancelled, open cases of the day close, registers ask for nothing. The calendar's Closure row is
    `people`'s; call this with it.
    """
    with transaction.atomic():
        prepare_day(school=school, day=day, by=by, now=now)
        SchoolDay.objects.filter(school=school, day=day).update(is_open=False, closed_because=reason, next_action_at=None)
        Register.objects.filter(school=school, day=day).update(next_action_at=None)
        cases = UnexplainedAbsence.objects.filter(school=school, status="open", day=day)
        pupils = list(cases.values_list("pupil_id", flat=True))
        outbox.withdraw(school_id=school.pk, pupil_ids=pupils, now=now)
        closing.close_cases(school=school, case_ids=[case.pk for case in cases], reason=Closed.SCHOOL_CLOSED, note=reason, by=by, now=now)
        Hold.objects.filter(school=school, day=day).update(next_action_at=None)
        record("attendance.school.closed", by=by, now=now, school_id=school.pk, detail={"day": str(day), "reason": reason})
