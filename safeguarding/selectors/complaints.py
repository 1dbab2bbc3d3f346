"""Who keeps which complaint: leaders, and the chair of governors where it is about a head. Nobody sees one about themselves (ATT-56)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from homevisits.people.access import roles_held
from homevisits.people.matrix import HEADS, LEADERS
from homevisits.people.models import Role, School, Staff

from ..models import Complaint

CHAIR = Role.CHAIR_OF_GOVERNORS


def _about_head(school: School, day: date) -> Q:
    heads = roles_held(school, HEADS, day).values("staff")
    return Q(pk__in=Complaint.subjects.through.objects.filter(staff__in=heads).values("complaint"))


def seen_by(person: Staff, roles: Collection[str], school: School, day: date) -> QuerySet[Complaint]:
    """The school's complaints that this person keeps, the open ones first by when they are to be answered.

    One that is an allegation is not among them: it went on to that record, which fewer people see.
    """
    found = Q(pk__in=[])
    if LEADERS & set(roles):
        found |= ~_about_head(school, day)
    if CHAIR in roles:
        found |= _about_head(school, day)
    theirs = Complaint.subjects.through.objects.filter(staff=person).values("complaint")
    rows = Complaint.objects.filter(found, school=school, allegation__isnull=True).exclude(pk__in=theirs)
    return rows.select_related("by", "handler").prefetch_related("subjects").order_by("-closed_at", "answer_by", "pk")


def nobody_left(school: School, subjects: Collection[Staff], day: date) -> bool:
    """Whether it complains of everybody who could keep it, as of a head together with the chair of governors, or where nobody chairs."""
    about = {person.pk for person in subjects}
    chair = roles_held(school, HEADS, day).filter(staff__in=about).exists()
    place = set(roles_held(school, {CHAIR} if chair else LEADERS, day).values_list("staff", flat=True))
    return place <= about and (chair or bool(place))


def keepers(complaint: Complaint, day: date) -> list[Staff]:
    """Whoever may keep it on a day, by name: whom it is told, and who can look into it. Never one of whom it complains."""
    chair = Complaint.objects.filter(_about_head(complaint.school, day), pk=complaint.pk).exists()
    held = roles_held(complaint.school, {CHAIR} if chair else LEADERS, day).values("staff")
    return list(Staff.objects.filter(pk__in=held).exclude(pk__in=complaint.subjects.values("pk")).order_by("name", "pk"))
