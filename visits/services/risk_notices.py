"""Telling staff about a visit: the notice with its pupils, its page and its clause."""

from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.messaging.notices import tell
from homevisits.people.models import Role

from ..models import HomeVisit
from ..rules.common import clause
from .common import link_to, pupils_of, visit_words


def tell_about(visit: HomeVisit, role: str, about: str, says: str, setting: str, *, by: Actor, now: datetime) -> None:
    """A task for the holders of a role, with the clause behind `setting`."""
    tell(
        school=visit.school, role=role, about=about,
        says=f"{visit_words(visit, now)}: {says}",
        pupils=pupils_of(visit), link=link_to(visit.school, visit), task=True,
        clause=clause(visit.policy.values, setting) or "", by=by, now=now,
    )  # fmt: skip


def tell_taken_back(visit: HomeVisit, says: str, *, by: Actor, now: datetime) -> None:
    """The safeguarding team hears that an assessment took back what the one before found (PRI-12)."""
    tell(
        school=visit.school, role=Role.DSL, about="risk_lowered", says=says[:400], pupils=pupils_of(visit),
        link=link_to(visit.school, visit), by=by, now=now,
        clause=clause(visit.policy.values, "high_risk_needs_safeguarding_decision") or "",
    )  # fmt: skip
