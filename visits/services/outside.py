"""What the family says while staff are on the way or at the door: the office takes it, those who are out hear it at once."""

from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.messaging.notices import tell
from homevisits.people.models import Role

from ..models import HomeVisit
from ..rules.appointments import REFUSES, telling_clause
from .common import link_to, pupils_of, visit_words


def tell_pair(visit: HomeVisit, about: str, says: str, by: Actor, now: datetime, *, clause: str = "", alarm: bool = False) -> None:
    """Tell those who go what the family says, with the visit that it is about."""
    pair = [member.staff for member in visit.members.select_related("staff").order_by("pk") if member.staff_id != by.pk]
    if pair:
        tell(
            school=visit.school, role="pair", about=about, says=f"{visit_words(visit, now)}: {says}", people=pair, pupils=pupils_of(visit),
            link=link_to(visit.school, visit), clause=clause or telling_clause(visit.policy.values), alarm=alarm, by=by, now=now,
        )  # fmt: skip


def refused_outside(visit: HomeVisit, by: Actor, now: datetime) -> None:
    """The family says no while staff are out: nobody goes in, staff hear it by text, the safeguarding team is told (PRI-15)."""
    says = "The family says no to the visit. Nobody goes in: say that the family declined, and come back."
    tell_pair(visit, "appointment_refused", says, by, now, clause=REFUSES, alarm=True)
    tell(
        school=visit.school, role=Role.DSL, about="family_declined", pupils=pupils_of(visit), link=link_to(visit.school, visit),
        says=f"{visit_words(visit, now)}: the family says no to the visit, staff are out.", clause=REFUSES, by=by, now=now,
    )  # fmt: skip
