"""Finding the pupil somebody rings about: two letters of a name, and everybody of the household."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from homevisits.people.models import Contact, Pupil, School
from homevisits.people.selectors.pupils import search_pupils

from ..models import AbsenceMessage, Arrival, UnexplainedAbsence

MOST = 8


def search(school: School, text: str, day: date, most: int = MOST) -> list[Any]:
    """Pupils whose names begin with the words typed, the best first, with what is known of them today; none for under two letters."""
    ids = [pupil.pk for pupil in search_pupils(school, text, most)]
    known = _known(school, day).in_bulk(ids) if ids else {}
    return [known[pk] for pk in ids if pk in known]


def _known(school: School, day: date) -> QuerySet[Pupil, Any]:
    """Pupils on roll with `is_open`, `is_known` and `has_arrived` of the day."""
    reasons = AbsenceMessage.objects.filter(pupil=OuterRef("pk"), first_day__lte=day, last_day__gte=day, undone_at=None)
    return Pupil.objects.filter(school=school).exclude(status=Pupil.Status.LEFT).annotate(
        is_open=Exists(UnexplainedAbsence.objects.filter(pupil=OuterRef("pk"), status="open")),
        is_known=Exists(reasons),
        has_arrived=Exists(Arrival.objects.filter(pupil=OuterRef("pk"), day=day, undone_at=None)),
    )  # fmt: skip


def pupils_of(school: School, ids: Collection[int], day: date) -> list[Any]:
    """Pupils of this school by number, with what is known of them today; others are left out."""
    return list(_known(school, day).filter(pk__in=list(ids)).order_by("last_name", "first_name", "pk"))


@dataclass(frozen=True)
class Picked:
    """A pupil who was picked, the other children of the household, and who may be ringing."""

    pupil: Any
    siblings: list[Any]
    callers: list[Contact]


def picked(school: School, pupil_id: int, day: date) -> Picked | None:
    """What the log offers once a pupil is picked; None where it is not this school's."""
    pupil = _known(school, day).filter(pk=pupil_id).first()
    if pupil is None:
        return None
    siblings = _known(school, day).filter(household=pupil.household_id).exclude(pk=pupil.pk).order_by("first_name", "pk")
    # A restricted contact may well ring the school: they are listed, marked, and never rung back.
    callers = Contact.objects.filter(pupil=pupil, gone=False).order_by("priority", "pk")
    return Picked(pupil, list(siblings), list(callers))


def contact_of(school: School, pk: int | None, pupil_ids: Collection[int] = ()) -> Contact | None:
    """A contact of this school, of one of these pupils where they are given."""
    if pk is None:
        return None
    found = Contact.objects.filter(pupil__school=school, pk=pk)
    return (found.filter(pupil__in=list(pupil_ids)) if pupil_ids else found).select_related("pupil").first()


def callers_of(school: School, pupil_id: int) -> list[Contact]:
    """Everybody on file for a pupil, in the order in which they are rung; restricted ones too, to be shown as such."""
    return list(Contact.objects.filter(pupil__school=school, pupil=pupil_id, gone=False).order_by("priority", "pk"))
