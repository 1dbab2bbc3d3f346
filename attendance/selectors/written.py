"""Codes on their way into the information system."""

from django.db.models import Count, QuerySet

from homevisits.people.models import Pupil, School

from ..models import RemoteCode, RemotePupil, WriteBack, WriteBackAccount

State = WriteBack.State
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "failed": ("Not written: enter by hand", (State.FAILED,)),
    "under_way": ("On their way", (State.WAITING, State.SENDING, State.RETRYING, State.UNKNOWN)),
    "written": ("Accepted", (State.WRITTEN,)),
    "cancelled": ("Stopped or changed", (State.CANCELLED,)),
}


def rows_of(school: School, group: str) -> QuerySet[WriteBack]:
    """The marks of one group, the newest first. Raises KeyError for a group that is none."""
    found = WriteBack.objects.filter(school=school, state__in=GROUPS[group][1])
    return found.select_related("pupil", "queued_by").order_by("-queued_at", "-pk")


def counts(school: School) -> dict[str, int]:
    """How many marks each group holds."""
    found = dict(WriteBack.objects.filter(school=school).order_by().values_list("state").annotate(number=Count("pk")))
    return {group: sum(found.get(state, 0) for state in states) for group, (_, states) in GROUPS.items()}


def under_way(school: School) -> set[int]:
    """The entries that are on their way."""
    found = WriteBack.objects.filter(school=school, state__in=GROUPS["under_way"][1], entry__isnull=False)
    return {number for number in found.values_list("entry", flat=True) if number is not None}


def account_of(school: School) -> WriteBackAccount:
    """The school's account, an empty one where there is none yet."""
    return WriteBackAccount.objects.filter(school=school).select_related("changed_by").first() or WriteBackAccount(school=school)


def known_of(school: School) -> tuple[int, int, int]:
    """How many codes and pupils the connector knows, and how many pupils on roll it does not."""
    pupils = RemotePupil.objects.filter(pupil__school=school).count()
    unknown = Pupil.objects.filter(school=school, status=Pupil.Status.ON_ROLL, remote=None).count()
    return RemoteCode.objects.filter(school=school).count(), pupils, unknown
