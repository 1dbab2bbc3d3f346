"""Who is told what of a visit's form: answers that differ, what came in too late, answers for the class teacher."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local_day
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms, tell
from homevisits.people.access import roles_held
from homevisits.people.models import Role, School, Staff

from ..models import AnswerConflict, FilledForm, HomeVisit
from ..purposes import IN_YEAR, INDUCTION
from .common import link_to, pupils_of, visit_words

CLASSES = SystemJob("the answers for class teachers")
# Purposes whose answers the class teacher reads (PRI-27).
SETTLING = (INDUCTION, IN_YEAR)


def tell_of_differences(form: FilledForm, before: int, *, by: Staff, now: datetime) -> None:
    """Tell those who went that a person has to choose, when the first difference comes; the office too once the form is handed in."""
    if before or not AnswerConflict.objects.filter(form=form, chosen_at=None).exists():
        return
    visit, link = form.visit, f"{link_to(form.visit.school, form.visit)}form/differences/"
    pair = [member.staff for member in visit.members.select_related("staff")]
    says = f"{visit_words(visit, now)}: two answers in the form differ. Both are kept: choose which stands."
    about = "answers_late" if form.handed_in_at else "answers_differ"
    tell(
        school=visit.school, role="pair", people=pair, about=about, says=says, task=True, pupils=pupils_of(visit), link=link, by=by, now=now
    )
    if form.handed_in_at:
        says = f"{visit_words(visit, now)}: something came in for the form after it was handed in. It is kept beside it."
        tell(
            school=visit.school,
            role=Role.OFFICE_ADMIN,
            about=about,
            says=says,
            task=True,
            pupils=pupils_of(visit),
            link=link,
            by=by,
            now=now,
        )


def end_of_differences(form: FilledForm, *, by: Staff, now: datetime) -> None:
    """Once nothing differs any more nobody is asked to choose."""
    if AnswerConflict.objects.filter(form=form, chosen_at=None).exists():
        return
    link = f"{link_to(form.visit.school, form.visit)}form/differences/"
    asked = Notice.objects.filter(school=form.visit.school, about__in=["answers_differ", "answers_late"], link=link, done_at=None)
    end_alarms(list(asked), by=by, now=now)


def class_teachers(visit: HomeVisit, now: datetime) -> list[Staff]:
    """Who teaches the classes of the visit's pupils."""
    classes = {name for name in visit.visit_pupils.values_list("pupil__class_name", flat=True) if name}
    held = roles_held(visit.school, {Role.CLASS_TEACHER}, local_day(now)).filter(class_name__in=classes)
    return list(Staff.objects.filter(pk__in=held.values("staff")).order_by("name", "pk"))


def tell_class(form: FilledForm, *, by: Actor, now: datetime) -> bool:
    """Tell the class teacher that the answers are there; False while nobody is known who teaches the child."""
    visit = form.visit
    teachers = class_teachers(visit, now)
    if not teachers:
        return False
    with transaction.atomic():
        tell(
            school=visit.school, role=Role.CLASS_TEACHER, people=teachers, about="settling_answers", pupils=pupils_of(visit),
            says=f"{visit_words(visit, now)}: what helps the child to settle is there to read.",
            link=f"{link_to(visit.school, visit)}form/for-class/", clause="PRI-27", by=by, now=now,
        )  # fmt: skip
        form.class_told_at = now
        form.save(update_fields=["class_told_at"])
        record("visits.form.class_told", by=by, now=now, school_id=visit.school_id, object_type="FilledForm", object_id=form.pk)
    return True


def say_nobody_teaches(form: FilledForm, *, by: Actor, now: datetime) -> None:
    """Ask the office for the child's class: its teacher reads the answers before the child starts (PRI-27)."""
    visit = form.visit
    tell(
        school=visit.school, role=Role.OFFICE_ADMIN, about="no_class_teacher", pupils=pupils_of(visit), task=True, clause="PRI-27",
        says=f"{visit_words(visit, now)}: no class with a teacher is on file. The class teacher is told as soon as there is one.",
        link=link_to(visit.school, visit), by=by, now=now,
    )  # fmt: skip


def tell_classes(real: datetime) -> int:
    """Tell the teachers of children who had none when the form was handed in. How many forms were told of."""
    told = 0
    waiting = Q(class_told_at=None, handed_in_at__isnull=False, visit__purpose__in=SETTLING)
    for school in School.objects.filter(visits__filled__in=FilledForm.objects.filter(waiting)).distinct():
        told += sum(tell_class(form, by=CLASSES, now=school.at(real)) for form in _waiting(school, waiting))
    return told


def _waiting(school: School, waiting: Q) -> Sequence[FilledForm]:
    forms = FilledForm.objects.filter(waiting, visit__school=school).select_related("visit__school", "visit__household")
    return list(forms.order_by("pk"))
