"""The infection-control annex (ATT-70 to ATT-74): nothing of it is asked, blocked or shown unless it is switched on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.common.said import day as said_day
from homevisits.people.models import School, Staff
from homevisits.people.selectors.registers import is_unwell
from homevisits.policy.values import InfectionAnnex, Values

from ..models import AnnexVersion, HomeVisit, Isolation
from ..purposes import TRANSPORT
from .common import Status, sent_at_once, words

# The role under which the headteacher's leave stands among a visit's approvals: void like them when the plan changes.
LEAVE = "infection_annex"
LIFT_REASONS = {"unavoidable": "The lift is unavoidable", "at_risk": "The pupil would be at risk of harm without it"}
LIFT_MEASURES = "Strict measures are taken: windows open, face coverings, as far apart as the car allows, the car cleaned after"
CHECKLIST = (
    ("annex_covering", "A face covering for each, worn at the home and not thrown away there"),
    ("annex_hygiene", "Hand gel and tissues: hands clean before and after, coughs caught"),
)


@dataclass(frozen=True)
class Annex:
    """The annex as it is in force: the version, and its two numbers."""

    version: AnnexVersion
    isolation_days: int
    distance_metres: int


def annex_values(values: Values) -> InfectionAnnex | None:
    """The policy's annex, None where it has none."""
    return values.infection_annex


def last_version(school: School) -> AnnexVersion | None:
    """The newest version, whether it is on, ended or has expired."""
    return AnnexVersion.objects.filter(school=school).select_related("by").order_by("-at", "-pk").first()


def annex_on(school: School, values: Values, day: date) -> Annex | None:
    """The annex in force on `day`; None while it is off, after its last day, and where the policy has none."""
    version = last_version(school) if values.infection_annex else None
    if version is None or not version.on or (version.expires_on is not None and version.expires_on < day):
        return None
    return Annex(version, version.isolation_days, version.distance_metres)


def isolation_days(school: School, values: Values, day: date) -> int:
    """How many days symptoms keep a member of staff off visits: 0 while the annex is off (for registers.is_unwell)."""
    annex = annex_on(school, values, day)
    return annex.isolation_days if annex else 0


def keeper_blocks(values: Values, roles: Collection[str]) -> list[Block]:
    """Why a person with these roles cannot switch on, change or end the annex (ATT-74)."""
    if values.infection_annex is None:
        return [Block("The policy has no infection-control annex.")]
    keeper = values.infection_annex["changed_by"]
    return [] if keeper in roles else [Block(f"Only the {words([keeper])} decides about the infection-control annex.", "ATT-74")]


def day_of(visit: HomeVisit) -> date:
    """The day on which the visit is made."""
    return local_day(visit.arrive_at or visit.due_at)


def annex_of(visit: HomeVisit, now: datetime) -> Annex | None:
    """The annex that counts for a visit: in force now, and still on the day of the visit."""
    values = visit.policy.values
    if annex_on(visit.school, values, local_day(now)) is None:
        return None
    return annex_on(visit.school, values, max(day_of(visit), local_day(now)))


def annex_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """What the annex holds against approving the visit and leaving on it; nothing while it is off."""
    annex = annex_of(visit, now)
    if annex is None or sent_at_once(visit):
        return []
    blocks = []
    if not visit.remote_contact_why_not.strip():
        blocks.append(Block("Say why contact with the family cannot be remote.", "ATT-70"))
    keeper = (visit.policy.values.infection_annex or {"changed_by": "headteacher"})["changed_by"]
    if not visit.approvals.filter(role=LEAVE, voided_at__isnull=True).exists():
        blocks.append(Block(f"While the infection-control annex is on, the {words([keeper])} approves each visit.", "ATT-70"))
    return blocks + _isolation_blocks(visit, now) + _unwell_blocks(visit, annex, now) + _lift_blocks(visit)


def _isolation_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    day = max(day_of(visit), local_day(now))
    found = Isolation.objects.filter(pupil__visit_pupils__visit=visit, until__gte=day, ended_at__isnull=True).select_related("pupil")
    return [
        Block(f"{one.pupil} isolates until {said_day(one.until, local_day(now))}: no visit before that has passed.", "ATT-70")
        for one in found
    ]


def _unwell_blocks(visit: HomeVisit, annex: Annex, now: datetime) -> list[Block]:
    day = max(day_of(visit), local_day(now))
    members = visit.members.select_related("staff").order_by("pk")
    return [off_block(member.staff) for member in members if is_unwell(member.staff, day, annex.isolation_days)]


def off_block(person: Staff) -> Block:
    """That somebody is off visits while the annex is on; what they have is not said. The rules of the pair say it in the same words."""
    says = "is off visits on that day: another takes over, or the visit waits for the isolation to end or a negative test."
    return Block(f"{person} {says}", "ATT-71")


def _lift_blocks(visit: HomeVisit) -> list[Block]:
    """A lift in a staff car needs one of the two reasons, and its measures (ATT-72)."""
    if not asks_lift(visit):
        return []
    answers = visit.purpose_answers
    if answers.get("lift_reason") in LIFT_REASONS and answers.get("lift_measures") is True:
        return []
    says = "No lift in a staff car, unless it is unavoidable or the pupil would be at risk of harm, and then with strict measures."
    return [Block(says, "ATT-72")]


def asks_lift(visit: HomeVisit) -> bool:
    """Whether the visit gives a pupil a lift in a car of a member of staff; the school's minibus is none."""
    return visit.purpose == TRANSPORT and not (visit.vehicle is not None and visit.vehicle.owner_id is None)


def annex_checklist(visit: HomeVisit, now: datetime) -> list[tuple[str, str]]:
    """The lines (code, words) that the annex adds to the departure checklist (ATT-72); none while it is off."""
    return list(CHECKLIST) if annex_of(visit, now) else []


def door_guide(visit: HomeVisit, now: datetime) -> list[str]:
    """What the guide at the door says while the annex is on, with its distance (ATT-72, ATT-73); nothing while it is off."""
    annex = annex_of(visit, now)
    if annex is None:
        return []
    metres = f"{annex.distance_metres} metre{'' if annex.distance_metres == 1 else 's'}"
    return [
        "Wear the face covering at the home. Take it away with you.",
        f"Keep {metres} from others. Where that is impossible: side by side, with little time face to face or close.",
        "Outside where that is possible and safe. Inside: windows open where reasonable.",
        "Positive handling only if it is safe and proportionate.",
        "You fall ill: go home at once and tell the headteacher as soon as you can.",
    ]


def leave_blocks(visit: HomeVisit, values: Values, roles: Collection[str], now: datetime) -> list[Block]:
    """Why a person with these roles cannot give the headteacher's leave for a visit while the annex is on."""
    blocks = keeper_blocks(values, roles)
    if annex_of(visit, now) is None:
        blocks.append(Block("The infection-control annex is off: nothing is asked."))
    if visit.status not in (Status.RAISED, Status.PLANNED, Status.SENT_BACK, Status.APPROVED):
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: there is nothing to decide."))
    if not visit.remote_contact_why_not.strip():
        blocks.append(Block("First whoever asks for the visit says why contact cannot be remote.", "ATT-70"))
    return blocks
