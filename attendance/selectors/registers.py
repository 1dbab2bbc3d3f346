"""The day's registers by class: when they close, whether they are taken, what they say."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from homevisits.people.models import Pupil, School

from ..codes import NO_REASON_YET, is_present
from ..models import AbsenceMessage, Mark, Register
from ..models.registers import Session
from .known import arrived_ids, explained_ids


@dataclass(frozen=True)
class RegisterRow:
    """One register with its marks in figures."""

    register: Register
    pupils: int
    present: int
    unexplained: int
    explained: int

    @property
    def unmarked(self) -> int:
        """Pupils of the class without a mark."""
        return max(0, self.pupils - self.present - self.unexplained - self.explained)


def registers_of(school: School, day: date) -> list[RegisterRow]:
    """The day's registers, morning first, in six queries."""
    registers = list(Register.objects.filter(school=school, day=day).select_related("taken_by").order_by("session", "class_name"))
    on_roll = Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL)
    known, there = explained_ids(school, day), {session: arrived_ids(school, day, session) for session in Session.values}
    sizes = dict(on_roll.values_list("class_name").annotate(Count("pk")).order_by())
    marks: dict[tuple[str, str], Counter[str]] = {}
    for session, name, code, pupil in Mark.objects.filter(school=school, day=day).values_list(
        "session", "pupil__class_name", "code", "pupil_id"
    ):
        marks.setdefault((session, name), Counter())[_kind(code, arrived=pupil in there[session], explained=pupil in known)] += 1
    return [_row(register, sizes, marks.get((register.session, register.class_name), Counter())) for register in registers]


def _kind(code: str, *, arrived: bool, explained: bool) -> str:
    """What a mark counts as: an N with a reason or an arrival logged since is no longer without a reason."""
    if code == NO_REASON_YET:
        return "present" if arrived else "explained" if explained else "unexplained"
    return "present" if is_present(code) else "explained"


def _row(register: Register, sizes: dict[str, int], marks: Counter[str]) -> RegisterRow:
    return RegisterRow(register, sizes.get(register.class_name, 0), marks["present"], marks["unexplained"], marks["explained"])


def register_of(school: School, pk: int) -> Register | None:
    """One register of this school."""
    return Register.objects.filter(school=school, pk=pk).select_related("taken_by").first()


@dataclass(frozen=True)
class PupilMark:
    """A pupil of a class with the mark as it stands, and what is known already."""

    pupil: Pupil
    code: str
    known: str


def pupils_to_mark(register: Register) -> list[PupilMark]:
    """The pupils of a register by name; a reason known already is offered as the code."""
    on_roll = Pupil.objects.filter(school=register.school_id, class_name=register.class_name, status=Pupil.Status.ON_ROLL)
    pupils = list(on_roll.order_by("last_name", "first_name", "pk"))
    marks = dict(
        Mark.objects.filter(pupil__in=pupils, day=register.day, session=register.session).values_list("pupil_id", "code").order_by()
    )
    reasons = AbsenceMessage.objects.filter(
        pupil__in=pupils, first_day__lte=register.day, last_day__gte=register.day, undone_at=None
    ).order_by("at")
    known = dict(reasons.values_list("pupil_id", "code"))
    present = "/" if register.session == Session.AM else "\\"
    return [PupilMark(pupil, marks.get(pupil.pk, known.get(pupil.pk, present)), known.get(pupil.pk, "")) for pupil in pupils]
