"""Notes and exports of chronologies, and what is to be entered in the school's own safeguarding system. For the safeguarding team."""

from uuid import UUID

from django.db.models import Count, QuerySet

from homevisits.people.models import Pupil, School

from ..models import ChronologyExport, ChronologyNote, SystemEntry


def note_of(pupil: Pupil, note_id: UUID) -> ChronologyNote | None:
    """One note about a pupil; None where there is none."""
    found = ChronologyNote.objects.filter(school=pupil.school_id, pupils=pupil, public_id=note_id)
    return found.select_related("by", "school", "replaces", "replaced_by").prefetch_related("pupils").first()


def exports_of(pupil: Pupil, limit: int = 20) -> list[ChronologyExport]:
    """Who took a pupil's chronology out, the last first."""
    found = ChronologyExport.objects.filter(school=pupil.school_id, pupil=pupil).select_related("by")
    return list(found.order_by("-at", "-pk")[:limit])


def system_entries(school: School, state: str = "") -> QuerySet[SystemEntry]:
    """What is on the list, the oldest first; what is done with, the newest first."""
    found = SystemEntry.objects.filter(school=school).select_related("pupil__school", "changed_by")
    order = ("queued_at", "pk") if state == SystemEntry.State.TO_ENTER else ("-changed_at", "-pk")
    return (found.filter(state=state) if state else found).order_by(*order)


def system_entry(school: School, entry_id: UUID) -> SystemEntry | None:
    """One entry of the list; None where it is another school's."""
    return SystemEntry.objects.filter(school=school, public_id=entry_id).select_related("pupil__school", "changed_by").first()


def system_counts(school: School) -> dict[str, int]:
    """How many stand in each state, those with none too."""
    found = dict(SystemEntry.objects.filter(school=school).order_by().values_list("state").annotate(number=Count("pk")))
    return {state: found.get(state, 0) for state in SystemEntry.State.values}
