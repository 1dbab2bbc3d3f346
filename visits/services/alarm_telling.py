"""Whom each step of an alarm reaches, and what they read."""

from collections.abc import Collection, Iterable
from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.common.clock import local, local_day
from homevisits.messaging.models import Notice, NoticeTo
from homevisits.messaging.notices import end_alarms, tell
from homevisits.people import access
from homevisits.people.models import Role, Staff

from .. import alarms
from ..heard import in_words
from ..models import HomeVisit, VisitAlarm
from ..rules.common import clause
from .alarm_words import about, marked, names_of, where_of
from .common import link_to

PAIR, CONTACT = "pair", "base_contact"
# Whom a step of the alarm reaches; those of the steps before it have been told and are told again while nobody has taken it on.
REACHES: dict[str, tuple[str, ...]] = {
    "staff": (PAIR,), "office": (Role.OFFICE_ADMIN,), "senior_manager": (Role.SENIOR_MANAGER,), "headteacher": (Role.HEADTEACHER,),
    "police_prompt": (Role.HEADTEACHER, Role.SENIOR_MANAGER, Role.OFFICE_ADMIN),
    alarms.HELP: (Role.OFFICE_ADMIN, Role.SENIOR_MANAGER, Role.HEADTEACHER, Role.DSL),
    alarms.WELLBEING: (Role.OFFICE_ADMIN, Role.SENIOR_MANAGER),
}  # fmt: skip
POINT_WORDS = {"arriving": "that they were about to arrive", "arrived": "that they had arrived", "left_property": "that they had left"}


def alarm_page(visit: HomeVisit) -> str:
    """Path of the page on which an alarm is taken on."""
    return f"{link_to(visit.school, visit)}alarm/"


def tell_alarm(visit: HomeVisit, alarm: VisitAlarm, by: Actor, now: datetime, steps: Collection[str] = ()) -> None:
    """Tell everybody whom the alarm reaches, each once: in the product, by text, and by email. `steps`: earlier ones whose people hear it
    again. Nobody who is out hears of a silent alarm."""
    out = {member.staff_id: member.staff for member in visit.members.select_related("staff")}
    seen: set[int] = set(out) if alarm.covert else set()
    for role in _roles(visit, [*steps, alarm.step]):
        people = [one for one in _holders(visit, role, list(out.values()), now) if one.pk not in seen]
        seen |= {one.pk for one in people}
        if role == PAIR and not people:
            continue
        tell(
            school=visit.school, role=role, about=about(visit, _code(alarm.step)), says=_says(visit, alarm, role), alarm=True,
            every_way=True, people=people, link=link_to(visit.school, visit) if role == PAIR else alarm_page(visit),
            clause=_clause(visit, alarm), by=by, now=now,
        )  # fmt: skip


def tell_over(visit: HomeVisit, says: str, by: Actor, now: datetime) -> None:
    """An all-clear to everybody whom an alarm of the visit that is now over was told, by text and email too; those notices are done.

    While they are out, staff who are not back are still that: only the calls for help are over then.
    """
    codes = [about(visit, code) for code in ("help", *(("overdue", "check_in_missed", "wellbeing_missed") if visit.returned_at else ()))]
    raised = Notice.objects.filter(school=visit.school_id, alarm=True, about__in=codes, link=alarm_page(visit), done_at=None)
    seen = set(visit.members.values_list("staff_id", flat=True))
    told: dict[str, list[Staff]] = {}
    for row in NoticeTo.objects.filter(notice__in=raised).select_related("notice", "staff").order_by("pk"):
        if row.staff_id not in seen:
            seen.add(row.staff_id)
            told.setdefault(row.notice.role, []).append(row.staff)
    end_alarms(list(raised), by=by, now=now)
    for role, people in told.items():
        tell(
            school=visit.school, role=role, about=about(visit, "alarm_over"), says=marked(visit, f"It is over. {says}"), every_way=True,
            people=people, link=link_to(visit.school, visit), clause="PRI-25", by=by, now=now,
        )  # fmt: skip


def _roles(visit: HomeVisit, steps: Iterable[str]) -> list[str]:
    """The roles that the steps reach, each once; the responsible contact gets every alarm (ALT-13)."""
    roles = [role for step in steps for role in REACHES.get(step, (Role.OFFICE_ADMIN,))]
    return list(dict.fromkeys([*roles, *([CONTACT] if visit.base_contact_id else [])]))


def _holders(visit: HomeVisit, role: str, out: list[Staff], now: datetime) -> list[Staff]:
    if role == PAIR:
        return out
    if role == CONTACT:
        return [visit.base_contact] if visit.base_contact else []
    return list(access.holders(visit.school, role, local_day(now)))


def _code(step: str) -> str:
    """The code of the notice: a call for help, a missed check-in, a missed check, or staff who are not back."""
    if step.startswith(alarms.MISSED):
        return "check_in_missed"
    return {alarms.HELP: "help", alarms.WELLBEING: "wellbeing_missed"}.get(step, "overdue")


def _clause(visit: HomeVisit, alarm: VisitAlarm) -> str:
    if alarm.covert:
        return "MAT-21"
    if alarm.step == alarms.HELP:
        return "MAT-25" if alarm.kept_from_leaving else "PRI-25"
    if alarm.step == alarms.WELLBEING:
        return "ALT-13"
    setting = "check_in_points" if alarm.step.startswith(alarms.MISSED) else "return_alarm_steps"
    return clause(visit.policy.values, setting) or ""


def _says(visit: HomeVisit, alarm: VisitAlarm, role: str) -> str:
    names, where = names_of(visit), alarm.location or where_of(visit)
    due = f"{local(visit.due_back):%-H:%M}" if visit.due_back else "no time agreed"
    again = "" if not alarm.repeats else "Still nobody has taken this on. "
    if again and alarm.step == alarms.HELP and visit.acknowledgements.filter(at__gte=alarm.heard_at).exists():
        again = "Still nobody has said that it is over. "
    if alarm.covert:
        says = f"{names}: the safe word was used, help is needed at {where}. Do not let them or anybody near them notice."
    elif alarm.step == alarms.HELP:
        kept = " They are kept from leaving." if alarm.kept_from_leaving else ""
        pressed = f" Pressed without network at {in_words(alarm.at, alarm.received_at)}." if alarm.received_at else ""
        gone = "" if visit.departed_at else " Nobody has heard that they left."
        says = f"{names} ask for help at {where}.{kept}{pressed}{gone}"
    elif alarm.step.startswith(alarms.MISSED):
        says = f"{names} have not said {POINT_WORDS.get(alarm.step.removeprefix(alarms.MISSED), 'where they are')}. Ring them."
    elif alarm.step == alarms.WELLBEING:
        says = f"Nobody has recorded at the agreed time that {names} are well. Ring them, and their responsible contact."
    elif role == PAIR:
        says = f"You were due back at {due}. Check in, or say that you are delayed."
    else:
        says = f"{names} are not back from a home visit to {where}. They were due back at {due}."
        if alarm.step == "police_prompt":
            says += " Decide now about the police, and write the decision down."
    return marked(visit, f"{again}{says}")
