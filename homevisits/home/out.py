"""The alarms of visits at the top of every page, for whoever works at the office; the pair itself learns nothing of a silent one."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse

from homevisits.people.matrix import OFFICE
from homevisits.people.models import School, Staff
from visits.models import VisitAlarm, VisitMember

from .engine import Alarm

SAYS = {"help": "ask for help", "wellbeing": "nobody recorded that they are well"}


def help_of(school: School, person: Staff, visit_id: int) -> str:
    """The address of a visit's call for help while this person is out on it; empty for everybody else. One query."""
    out = VisitMember.objects.filter(visit__school=school, visit=visit_id, staff=person, returned_at=None)
    waits = out.filter(visit__departed_at__isnull=False, visit__returned_at=None).exists()
    return reverse("visit_help", args=[school.slug, visit_id]) if waits else ""


def alarms(school: School, person: Staff, roles: Collection[str]) -> list[Alarm]:
    """One line a visit that waits for somebody, calls for help first. One query while nothing waits."""
    waiting = VisitAlarm.objects.filter(visit__school=school, repeat_at__isnull=False).exclude(visit__members__staff=person)
    if not OFFICE.intersection(roles):
        waiting = waiting.filter(Q(visit__base_contact=person))
    lines: dict[int, tuple[bool, Alarm]] = {}
    for alarm in waiting.select_related("visit").prefetch_related("visit__members__staff", "visit__acknowledgements__by").order_by("pk"):
        visit, help_asked = alarm.visit, alarm.step == "help"
        if visit.pk in lines and not help_asked:
            continue
        names = " and ".join(member.staff.name for member in visit.members.all())
        kept = "are kept from leaving" if alarm.kept_from_leaving else SAYS.get(alarm.step, "")
        says = kept or ("have not checked in" if alarm.step.startswith("missed_") else "are not back")
        title = f"{'DRILL: ' if visit.drill else ''}{names} {says}" if alarm.step != "wellbeing" else f"{names}: {says}"
        url = reverse("visit_alarm", args=[school.slug, visit.pk])
        taker = max((row for row in visit.acknowledgements.all() if row.at >= alarm.heard_at), key=lambda row: row.at, default=None)
        text = f"{taker.by.name} deals with it. It is not over." if taker else "Nobody deals with it yet."
        lines[visit.pk] = (not help_asked, Alarm(title, text, url, "Open the alarm" if taker else "Deal with it"))
    return [line for _, line in sorted(lines.values(), key=lambda pair: pair[0])]
