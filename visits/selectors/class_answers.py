"""What the class teacher reads of a visit's form (PRI-27): what helps the child to settle, never a confidential part, nothing else."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from homevisits.common.clock import local_day
from homevisits.people.access import roles_held
from homevisits.people.models import Pupil, Role, School, Staff

from ..models import FilledForm, HomeVisit
from ..purposes import IN_YEAR, INDUCTION
from .filled import Part, parts_of

CLAUSE = "PRI-27"
SETTLING = (INDUCTION, IN_YEAR)


@dataclass(frozen=True)
class ForClass:
    """One child's answers for the teacher."""

    form: FilledForm
    pupils: list[Pupil]
    parts: list[Part]


def parts_for_class(school: School, teacher: Staff, visit_id: int, now: datetime) -> ForClass | None:
    """The answers of a visit about children of this teacher's class; None where there are none for them."""
    form = _theirs(school, teacher, now).filter(visit=visit_id).first()
    if form is None:
        return None
    parts = [
        part
        for part in parts_of(form.version.asks, form)
        if not part.section.confidential or any(question.clause == CLAUSE for question in part.section.questions)
    ]
    return ForClass(form, [one.pupil for one in form.visit.visit_pupils.select_related("pupil")], parts)


def for_teacher(school: School, teacher: Staff, now: datetime) -> list[tuple[FilledForm, str]]:
    """(form, names of the children) that this teacher may read, the newest first."""
    forms = _theirs(school, teacher, now).prefetch_related("visit__visit_pupils__pupil").order_by("-handed_in_at", "-pk")
    return [(form, ", ".join(str(one.pupil) for one in form.visit.visit_pupils.all())) for form in forms]


def in_school(school: School, visit_id: int) -> bool:
    """Whether the school has such a visit at all."""
    return HomeVisit.objects.filter(school=school, pk=visit_id).exists()


def _theirs(school: School, teacher: Staff, now: datetime) -> QuerySet[FilledForm]:
    held = roles_held(school, {Role.CLASS_TEACHER}, local_day(now)).filter(staff=teacher).exclude(class_name="")
    forms = FilledForm.objects.filter(visit__school=school, visit__purpose__in=SETTLING, handed_in_at__isnull=False)
    classes = held.values("class_name")
    return forms.filter(visit__visit_pupils__pupil__class_name__in=classes).select_related("visit__school", "version").distinct()
