"""The plan and the risk of a visit as lines to read: what an approver signs, and what changed since somebody last decided."""

from dataclasses import dataclass
from datetime import datetime

from homevisits.common.actors import Actor
from homevisits.common.clock import local

from .models import HomeVisit, VisitVersion
from .purposes import words_of
from .risk_words import lines as risk_lines


@dataclass(frozen=True)
class Change:
    """A line that is not what it was."""

    words: str
    before: str
    after: str


def lines(visit: HomeVisit) -> dict[str, str]:
    """What is planned and how risky it is, as {words: value shown}; staff medical answers are never among them."""
    risk = visit.risks.filter(replaced_at__isnull=True).first()
    return {**plan_lines(visit), **(risk_lines(risk) if risk else {"Risk": "Not assessed"})}


def plan_lines(visit: HomeVisit) -> dict[str, str]:
    """What is planned, as {words: value shown}."""
    members = visit.members.select_related("staff").order_by("pk")
    return {
        "Purpose": words_of(visit.purpose, visit.purpose_words),
        "Why": visit.reason,
        "Announced": "Yes" if visit.announced else f"No: {visit.unannounced_reason}",
        "Where": visit.where,
        "Sets off": _when(visit.due_at),
        "At the door": _when(visit.arrive_at),
        "Due back": _when(visit.due_back),
        "Length": f"{visit.length_minutes} minutes",
        "Who goes": "; ".join(f"{member.staff.name}{f' ({member.task})' if member.task else ''}" for member in members),
        "With another agency": ", ".join(filter(None, [visit.joint_agency, visit.joint_worker])),
        "By": str(visit.vehicle) if visit.vehicle else visit.vehicle_words,
    }


def _when(at: datetime | None) -> str:
    return f"{local(at):%A %-d %B, %H:%M}" if at else ""


def keep_version(visit: HomeVisit, *, by: Actor, now: datetime) -> None:
    """Count the visit's version up and keep how it reads now. Call it, under the lock, whenever plan or risk change."""
    visit.version += 1
    visit.save(update_fields=["version"])
    VisitVersion.objects.create(visit=visit, number=visit.version, at=now, by_id=by.pk, plan=lines(visit))


def changes_since(visit: HomeVisit, number: int) -> list[Change]:
    """What reads differently now from version `number`; nothing when that version was not kept."""
    then = VisitVersion.objects.filter(visit=visit, number=number).first()
    if then is None:
        return []
    before, now = then.plan, lines(visit)
    every = dict.fromkeys([*now, *before])
    pairs = [(words, str(before.get(words, "")), now.get(words, "")) for words in every]
    return [Change(words, was, reads) for words, was, reads in pairs if was != reads]
