"""Who may see which allegation: the one place that says so. Pages, notices, counts and reminders all ask here (ATT-55, MAT-20).

About a member of staff: the headteacher, and the principal in the headteacher's place. About any of the heads, the chair of governors
alone and no other head: two heads of one school lead it together, and guidance sends what is about either to the chair. It stays with
the chair when that head has left, and goes to the chair when a colleague of whom there is a record becomes head. Nobody ever sees one
that is about themselves, whatever roles they hold; nor does it show in a count.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from homevisits.people.access import roles_held
from homevisits.people.matrix import HEADS
from homevisits.people.models import Role, School, Staff

from ..models import Allegation, AllegationEntry

CHAIR = Role.CHAIR_OF_GOVERNORS


def _about_head(school: School, day: date) -> Q:
    """Those about somebody who was head when it was written, or is one now."""
    heads = roles_held(school, HEADS, day).values("staff")
    return Q(for_chair=True) | Q(pk__in=Allegation.subjects.through.objects.filter(staff__in=heads).values("allegation"))


def seen_by(person: Staff, roles: Collection[str], school: School, day: date) -> QuerySet[Allegation]:
    """The school's allegations that this person may see with these roles, those not taken up first, then the newest."""
    found = Q(pk__in=[])
    if HEADS & set(roles):
        found |= ~_about_head(school, day)
    if CHAIR in roles:
        found |= _about_head(school, day)
    theirs = Allegation.subjects.through.objects.filter(staff=person).values("allegation")
    rows = Allegation.objects.filter(found, school=school).exclude(pk__in=theirs)
    return rows.select_related("by", "taken_up_by").prefetch_related("subjects").order_by("taken_up_at", "-at")


def readers(allegation: Allegation, day: date) -> list[Staff]:
    """Whoever may see it on a day, by name: whom its notices go to. Empty where the school has nobody in that place."""
    chair = Allegation.objects.filter(_about_head(allegation.school, day), pk=allegation.pk).exists()
    return _but(in_place(allegation.school, chair, day), list(allegation.subjects.all()))


def about_head(school: School, subjects: Collection[Staff], day: date) -> bool:
    """Whether one of them is a head on the day."""
    return roles_held(school, HEADS, day).filter(staff__in=[person.pk for person in subjects]).exists()


def in_place(school: School, chair: bool, day: date) -> list[Staff]:
    """Who holds the place that reads: the chair of governors, or the heads; by name."""
    held = roles_held(school, {CHAIR} if chair else HEADS, day).values("staff")
    return list(Staff.objects.filter(pk__in=held).order_by("name", "pk"))


def nobody_left(school: School, subjects: Collection[Staff], day: date) -> bool:
    """Whether it is about everybody who could read it, as about a head together with the chair of governors, or where nobody chairs."""
    chair = about_head(school, subjects, day)
    place = in_place(school, chair, day)
    return not _but(place, subjects) and (chair or bool(place))


def _but(people: Collection[Staff], subjects: Collection[Staff]) -> list[Staff]:
    about = {person.pk for person in subjects}
    return [person for person in people if person.pk not in about]


def waiting_for(person: Staff, roles: Collection[str], school: School, day: date) -> int:
    """How many of those that this person may see nobody has taken up."""
    return seen_by(person, roles, school, day).filter(taken_up_at__isnull=True).order_by().count()


def written_by(person: Staff, school: School) -> list[tuple[object, bool]]:
    """What a writer learns afterwards: when each arrived and whether it was taken up. Never whom it is about, nor a word of it."""
    rows = Allegation.objects.filter(by=person, school=school, source="").order_by("-at", "-pk")
    return [(at, taken is not None) for at, taken in rows.values_list("at", "taken_up_at")]


def standing(allegation: Allegation) -> QuerySet[AllegationEntry]:
    """What was done and decided, newest first, with what it replaces; those that were replaced come with the newer one."""
    return allegation.entries.select_related("by", "replaces", "replaces__by", "replaced_by").order_by("-happened_at", "-pk")
