"""Finding the pupil somebody rings about: two letters of a name, and everybody of the household."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from homevisits.common.clock import local
from homevisits.people.models import Contact, Pupil, School
from homevisits.people.selectors.pupils import search_pupils

from ..codes import CODES
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
    known: dict[int, list[str]]  # what stands already today, by pupil

    @property
    def standing(self) -> list[tuple[Any, list[str]]]:
        """The children of whom something is known already, with what."""
        return [(one, self.known[one.pk]) for one in [self.pupil, *self.siblings] if one.pk in self.known]


def picked(school: School, pupil_id: int, day: date) -> Picked | None:
    """What the log offers once a pupil is picked; None where it is not this school's."""
    pupil = _known(school, day).filter(pk=pupil_id).first()
    if pupil is None:
        return None
    siblings = _known(school, day).filter(household=pupil.household_id).exclude(pk=pupil.pk).order_by("first_name", "pk")
    # A restricted contact may well ring the school: they are listed, marked, and never rung back.
    callers = Contact.objects.filter(pupil=pupil, gone=False).order_by("priority", "pk")
    known = standing(school, [pupil.pk, *(one.pk for one in siblings)], day)
    return Picked(pupil, list(siblings), list(callers), known)


def standing(school: School, pupil_ids: Collection[int], day: date) -> dict[int, list[str]]:
    """What a new reason would meet, by pupil, in sentences: the reason that stands, an arrival, a visit under way."""
    found: dict[int, list[str]] = {}
    of_day: dict[str, Any] = {"school": school, "pupil__in": list(pupil_ids), "undone_at": None}
    reasons = AbsenceMessage.objects.filter(**of_day, first_day__lte=day, last_day__gte=day).order_by("at", "pk")
    latest = {message.pupil_id: message for message in reasons}
    for pk, message in latest.items():
        channel, words = message.get_channel_display(), message.reason or CODES[message.code].label
        found.setdefault(pk, []).append(f"{channel}, {_when(message.at, day)}, {words} ({message.code}). A new reason replaces it.")
    for arrival in Arrival.objects.filter(**of_day, day=day).order_by("at"):
        found.setdefault(arrival.pupil_id, []).append(
            f"At school since {_when(arrival.at, day)}. Log a reason only if they have left again."
        )
    cases = UnexplainedAbsence.objects.filter(school=school, pupil__in=list(pupil_ids), status="open", visit__isnull=False)
    for case in cases:
        found.setdefault(case.pupil_id, []).append("A home visit is under way. A reason stands it down.")
    return found


def _when(at: datetime, day: date) -> str:
    """`8:41`, with the day where it is another one."""
    shown = local(at)
    return f"{shown.hour}:{shown.minute:02d}" + ("" if shown.date() == day else f" on {shown.day} {shown:%B}")


def contact_of(school: School, pk: int | None, pupil_ids: Collection[int] = ()) -> Contact | None:
    """A contact of this school, of one of these pupils where they are given."""
    if pk is None:
        return None
    found = Contact.objects.filter(pupil__school=school, pk=pk)
    return (found.filter(pupil__in=list(pupil_ids)) if pupil_ids else found).select_related("pupil").first()


def callers_of(school: School, pupil_id: int) -> list[Contact]:
    """Everybody on file for a pupil, in the order in which they are rung; restricted ones too, to be shown as such."""
    return list(Contact.objects.filter(pupil__school=school, pupil=pupil_id, gone=False).order_by("priority", "pk"))
