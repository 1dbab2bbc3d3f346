"""The briefing on one page: everything that who goes has to know, put together from the records that others keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from homevisits.common.clock import local_day
from homevisits.people.access import holders, roles_of
from homevisits.people.matrix import HEADS
from homevisits.people.models import Agency, Contact, Pupil, Role, Staff
from safeguarding.models import HouseholdWarning
from safeguarding.selectors.warnings import warnings_for

from ..hazards import ANIMAL_CONTROLS
from ..models import HomeVisit, VisitItem, VisitMember, VisitRisk
from ..purposes import BY_CODE, words_of
from ..risk_questions import is_yes
from ..risk_questions import words_of as question_words
from ..rules.annex import door_guide
from ..rules.risk import current_risk
from .risk import Seen, hazards_of

ANIMALS = "animals"
# An address on a map that the reader opens by a click; nothing is fetched from there.
MAP = "https://www.openstreetmap.org/search?query="
WHAT_IF = (
    (
        "You are threatened, or it does not feel safe",
        "Leave at once for a safe place, then ring the school. In danger ring 999.",
    ),
    (
        "The child is alone at home",
        "Do not go in. Ring the school at once: safeguarding lead and headteacher decide. In danger ring 999.",
    ),
    ("No adult is there", "Nobody goes in. Stay at the door and ring the school."),
    ("Nobody answers", "Ring the school, leave what the policy says, and come back."),
    ("You fall ill", "End the visit, tell the other one and ring the school."),
)


@dataclass(frozen=True)
class Hazard:
    """Something to be careful about, what is done about it, and where it comes from."""

    what: str
    says: str
    measure: str = ""
    source: str = ""


@dataclass(frozen=True)
class Child:
    """One pupil of the visit with what who goes must know."""

    pupil: Pupil
    needs: list[tuple[str, str]]
    agencies: list[Agency]
    flags: list[str]


@dataclass(frozen=True)
class Briefing:
    """What the page and the PDF show."""

    visit: HomeVisit
    purpose: str
    children: list[Child]
    background: list[tuple[str, str]]
    address: str
    map_url: str
    geo: str
    members: list[VisitMember]
    contacts: list[Contact]
    restricted: list[Contact]
    risk: VisitRisk | None
    hazards: list[Hazard]
    warnings: list[HouseholdWarning]
    animal_controls: Sequence[str]
    guide: Sequence[str]
    items: list[VisitItem]
    office: list[Staff]
    whole: bool  # False: something of its risk is for others
    what_if: Sequence[tuple[str, str]] = WHAT_IF


def briefing(visit: HomeVisit, now: datetime, seen: Seen) -> Briefing:
    """The briefing of a visit as its records stand now, with as much of its risk as its reader may see (selectors.risk.seen)."""
    home, risk = visit.household, current_risk(visit)
    pupils = [one.pupil for one in visit.visit_pupils.select_related("pupil").order_by("pk")]
    contacts = list(Contact.objects.filter(pupil__in=pupils, gone=False).order_by("priority", "pk"))
    warnings = list(warnings_for(home, local_day(now))) if seen.warnings else []
    hazards = _hazards(visit, risk) if risk and seen.assessment else []
    calls = [call for call in visit.agreement_calls.order_by("-at") if call.animals]
    hazards += [Hazard("Said when the visit was agreed", call.animals, source=str(call.contact)) for call in calls[:1]]
    found = bool(seen.assessment and risk and is_yes(risk.answers.get(ANIMALS)))
    animals = bool(calls) or any(one.about == ANIMALS for one in warnings) or found
    where = visit.where or home.line
    return Briefing(
        visit=visit, purpose=words_of(visit.purpose, visit.purpose_words), children=[_child(pupil) for pupil in pupils],
        background=_background(visit), address=where, map_url=MAP + quote_plus(where),
        geo=f"geo:{home.latitude},{home.longitude}" if home.latitude is not None and home.longitude is not None and not visit.place else "",
        members=list(visit.members.select_related("staff").order_by("pk")), contacts=[one for one in contacts if not one.restricted],
        restricted=[one for one in contacts if one.restricted], risk=risk, hazards=hazards, warnings=warnings,
        animal_controls=ANIMAL_CONTROLS if animals else (), guide=door_guide(visit, now), items=list(visit.items.order_by("kind", "pk")),
        office=_who_to_ring(visit, now), whole=seen.warnings and seen.assessment,
    )  # fmt: skip


def _child(pupil: Pupil) -> Child:
    """Medical needs, behaviour and SEND, each said even where nothing is on file: silence would read as nothing to know (ALT-30)."""
    needs = [("Medical needs", pupil.medical), ("Behaviour", pupil.behaviour), ("Special needs and disabilities", pupil.send_needs)]
    return Child(
        pupil, needs, list(pupil.agencies.order_by("name")), [str(flag.get_kind_display()) for flag in pupil.flags.order_by("kind")]
    )


def _background(visit: HomeVisit) -> list[tuple[str, str]]:
    """The subject, the family and its circumstances (MAT-15): why, what was answered, what the household's notes say."""
    known = BY_CODE.get(visit.purpose)
    questions = {question.code: question.words for question in (known.questions if known else ())}
    said = [(questions.get(code, code.replace("_", " ").capitalize()), str(answer)) for code, answer in visit.purpose_answers.items()]
    rows = [("Why", visit.reason), ("Why not at school", visit.why_not_at_school), *said, ("The family", visit.household.notes)]
    return [(words, text) for words, text in rows if text]


def _hazards(visit: HomeVisit, risk: VisitRisk) -> list[Hazard]:
    """The hazards that the assessment found, with their measures. The staff's own health is not among them."""
    found = [
        Hazard(question_words(code), str(risk.answers.get(f"{code}_what") or ""), str(risk.actions.get(code) or ""), "Risk assessment")
        for code, answer in risk.answers.items()
        if not code.endswith("_what") and is_yes(answer) and risk.actions.get(code)
    ]
    for row, controls in hazards_of(visit, risk):
        there = "; ".join(words for words, in_place, _ in controls if in_place)
        found.append(
            Hazard(row["hazard"].replace("_", " ").capitalize(), row["rated"], there or "No control is in place yet", "Hazard matrix")
        )
    if risk.new_risk:
        found.append(Hazard("New risk", risk.new_risk, "", "Risk assessment"))
    return found


def _who_to_ring(visit: HomeVisit, now: datetime) -> list[Staff]:
    """Whom to ring besides the school's own number: the senior manager, then the safeguarding lead, those with a mobile."""
    day = local_day(now)
    people = [*holders(visit.school, Role.SENIOR_MANAGER, day), *holders(visit.school, Role.DSL, day)]
    return [person for person in dict.fromkeys(people) if person.mobile][:4]


def knows_safe_word(visit: HomeVisit, person: Staff, now: datetime) -> bool:
    """Whether the safe word is shown to this person: those who go, and those whom the alarm reaches (MAT-21)."""
    if visit.members.filter(staff=person).exists():
        return True
    return bool(roles_of(person, visit.school, local_day(now)) & {Role.OFFICE_ADMIN, Role.SENIOR_MANAGER, *HEADS})
