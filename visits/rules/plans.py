"""The plan: purpose and its questions, times, vehicle, device, safe word; and what of it the approver should see."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from homevisits.common import said
from homevisits.common.clock import local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.models import Staff

from ..models import HomeVisit
from ..models.planning import RiskLevel
from ..purposes import BY_CODE, EMERGENCY, OTHER, TRANSPORT, purposes_of, words_of
from ..states import PENDING, PLANNABLE
from .common import RANK, Status, clause, status_blocks
from .hours import hours_blocks, hours_cautions
from .unannounced import raised_by_ladder, unannounced_blocks, unannounced_cautions

# Rules without a setting: the clause of the running preset that demands it.
PURPOSE = {"academy-trust": "MAT-03", "alternative-provision": "ALT-10", "secondary": "SEC-01"}
# How a pair travels without a vehicle of the register.
ON_FOOT = ("On foot", "By bus, tram or train", "By taxi", "By bicycle")
# Further ahead the year was mistyped.
AHEAD = timedelta(days=366)
# Two visits to one home within so long are looked at together.
TWICE_WITHIN = timedelta(days=7)


def purpose_blocks(visit: HomeVisit) -> list[Block]:
    """Why the purpose is not clear: none, another one without its words, or a question of its own not answered."""
    demanded = PURPOSE.get(visit.policy.values.preset, "ALT-10")
    if not visit.purpose:
        return [Block("A visit needs a purpose.", demanded)]
    if visit.purpose == OTHER and not visit.purpose_words.strip():
        return [Block("Another purpose needs its words.", demanded)]
    blocks = []
    purpose = BY_CODE.get(visit.purpose)
    for question in purpose.questions if purpose and not raised_by_ladder(visit) else ():
        if question.required and not str(visit.purpose_answers.get(question.code, "")).strip():
            blocks.append(Block(f"“{purpose.words if purpose else ''}” needs an answer: {question.words}", demanded))
    if visit.policy.values.preset == "academy-trust" and not raised_by_ladder(visit):
        blocks += _necessity_blocks(visit)
    return blocks


def _necessity_blocks(visit: HomeVisit) -> list[Block]:
    """Whether the visit is needed, why not at school, and whom to see (MAT-10); nobody can be asked to school in an emergency."""
    asked = {"Say why the visit is needed.": visit.reason, "Say whom the visit is to see.": visit.whom_to_see}
    if visit.purpose != EMERGENCY and not visit.emergency:
        asked["Say why the parents cannot come to school instead."] = visit.why_not_at_school
    return [Block(says, "MAT-10") for says, answer in asked.items() if not answer.strip()]


def request_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why this cannot be asked for as it stands. What belongs to the plan (pair, hours) is asked when it is planned."""
    values = visit.policy.values
    blocks = purpose_blocks(visit)
    if visit.purpose and visit.purpose not in {one.code for one in purposes_of(values.preset)}:
        says = f"The policy has no visits for this: {words_of(visit.purpose).lower()}."
        blocks.append(Block(says, PURPOSE.get(values.preset, "ALT-10")))
    return blocks + _far_blocks(visit, now) + unannounced_blocks(visit, now) + joint_blocks(visit)


def _far_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    return [Block("The visit would be more than a year ahead: check the year.")] if visit.due_at > now + AHEAD else []


def joint_blocks(visit: HomeVisit) -> list[Block]:
    """What a visit together with another agency needs: whose worker, how to reach them, and that both protocols are followed (SEC-03)."""
    if not any((visit.joint_agency, visit.joint_worker, visit.joint_worker_contact, visit.joint_protocol_confirmed)):
        return []
    named = visit.joint_agency.strip() and visit.joint_worker.strip() and visit.joint_worker_contact.strip()
    blocks = [] if named else [Block("A joint visit names the agency, its worker and how to reach them.", "SEC-03")]
    if not visit.joint_protocol_confirmed:
        blocks.append(Block("A joint visit follows both organisations’ protocols: confirm it.", "SEC-03"))
    return blocks


def plannable_blocks(visit: HomeVisit) -> list[Block]:
    """Why nothing can be planned any more."""
    if visit.status in PLANNABLE:
        return []
    return [Block(f"The visit is “{Status(visit.status).label.lower()}” and cannot be planned.")]


def plan_ready_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why the plan cannot be approved as it stands: purpose, times, going unannounced, hours, vehicle, device, safe word."""
    blocks = purpose_blocks(visit) + joint_blocks(visit) + _far_blocks(visit, now)
    if visit.due_back is None:
        blocks.append(Block("There is no time at which they are due back."))
    elif visit.due_back <= now:
        blocks.append(Block("The time due back has passed already."))
    elif visit.due_back <= visit.due_at:
        blocks.append(Block("They are due back before they set off."))
    blocks += unannounced_blocks(visit, now) + hours_blocks(visit, now)
    return blocks + vehicle_blocks(visit) + device_blocks(visit) + safe_word_blocks(visit) + transport_blocks(visit)


def vehicle_blocks(visit: HomeVisit) -> list[Block]:
    """Why they cannot go so: an uninsured vehicle (ATT-18, ALT-25), or one that no register has where the policy keeps one."""
    values, setting = visit.policy.values, clause(visit.policy.values, "vehicle_register_required")
    vehicle, day = visit.vehicle, local_day(visit.due_at)
    if vehicle is not None:
        if vehicle.school_id != visit.school_id or vehicle.retired_at:
            return [Block("That vehicle is not on the school’s register.", setting)]
        if vehicle.insured_until is None or vehicle.insured_until < day:
            return [Block(f"{vehicle} is not insured on that day and cannot be taken.", setting)]
        return []
    if values.vehicle_register_required and visit.vehicle_words not in ON_FOOT:
        return [Block("Choose a vehicle of the register, or say how they go without one.", setting)]
    return []


def device_blocks(visit: HomeVisit) -> list[Block]:
    """What is missing about the alarm device: which, carried by a named one of those who go (ATT-16)."""
    values, setting = visit.policy.values, clause(visit.policy.values, "man_down_device_required")
    if not values.man_down_device_required and visit.device is None:
        return []
    if visit.device is None or visit.device_carrier is None:
        return [Block("Say which alarm device is carried, and by whom of those who go.", setting)]
    blocks = []
    if not visit.members.filter(staff=visit.device_carrier).exists():
        blocks.append(Block("The alarm device is carried by one of those who go.", setting))
    if visit.device.school_id != visit.school_id or visit.device.retired_at:
        blocks.append(Block("That alarm device is no longer used.", setting))
    elif _taken(visit).filter(device=visit.device).exists():
        blocks.append(Block(f"{visit.device} is on another visit at that time.", setting))
    return blocks


def safe_word_blocks(visit: HomeVisit) -> list[Block]:
    """That a safe word is agreed, where the policy wants one (MAT-21)."""
    if not visit.policy.values.safe_word_required or visit.safe_word.strip():
        return []
    return [Block("Agree a safe word for this visit.", clause(visit.policy.values, "safe_word_required"))]


def transport_blocks(visit: HomeVisit) -> list[Block]:
    """What taking a pupil somewhere needs: the minibus, a named driver, and another member of staff (ATT-52)."""
    if visit.purpose != TRANSPORT or visit.policy.values.preset != "attendance-officer":
        return []
    blocks = []
    if visit.vehicle is None or not visit.vehicle.minibus:
        blocks.append(Block("A pupil is taken in the minibus: choose it.", "ATT-52"))
    drivers = visit.members.filter(driver=True).count()
    if drivers != 1:
        blocks.append(Block("Say who drives the minibus.", "ATT-52"))
    if visit.members.count() < 2:
        blocks.append(Block("Besides the driver a second member of staff goes.", "ATT-52"))
    return blocks


def _taken(visit: HomeVisit) -> QuerySet[HomeVisit]:
    """Other visits of the school that overlap with this one."""
    live = HomeVisit.objects.filter(school=visit.school_id, status__in=(Status.PLANNED, Status.APPROVED, Status.OUT), returned_at=None)
    return live.filter(due_at__lt=visit.due_back or visit.due_at, due_back__gt=visit.due_at).exclude(pk=visit.pk)


def lone_risk_blocks(visit: HomeVisit) -> list[Block]:
    """One person alone goes only where the risk is low enough (ALT-23, SEC-02); not assessed yet, approval asks."""
    values, risk = visit.policy.values, visit.risks.filter(replaced_at__isnull=True).first()
    if risk is None or visit.members.count() != 1 or RANK[RiskLevel(risk.level)] <= RANK[RiskLevel(values.lone_visit_max_risk)]:
        return []
    says = f"One person alone goes only where the risk is {values.lone_visit_max_risk}."
    return [Block(says, clause(values, "lone_visit_max_risk"))]


def _twice_cautions(visit: HomeVisit, now: datetime) -> list[Caution]:
    """That staff go to this home twice within some days: one visit may do for both, and no family is called on more than needed."""
    near = (visit.due_at - TWICE_WITHIN, visit.due_at + TWICE_WITHIN)
    same = HomeVisit.objects.filter(school=visit.school_id, household=visit.household_id, status__in=PENDING, drill=False)
    others = same.filter(due_at__range=near).exclude(pk=visit.pk).order_by("due_at", "pk")
    return [
        Caution(f"Another visit to this home is open: {words_of(one.purpose).lower()}, {said.when(one.due_at, now)}.") for one in others[:3]
    ]


def plan_cautions(visit: HomeVisit, now: datetime) -> list[Caution]:
    """What stops nothing and the approver should see: unannounced, hours, going alone, a vehicle that another pair has, a visit twice."""
    values = visit.policy.values
    found = unannounced_cautions(visit, now) + (hours_cautions(visit, now) if visit.due_back else [])
    if visit.override_by and visit.members.count() == 1:
        says = f"One person goes alone. {visit.override_by} lets them, because: {visit.override_reason}"
        found.append(Caution(says, clause(values, "pair_override")))
    if visit.vehicle and _taken(visit).filter(vehicle=visit.vehicle).exists():
        found.append(Caution(f"{visit.vehicle} is on another visit at that time."))
    return found + _twice_cautions(visit, now)


def withdraw_blocks(visit: HomeVisit, by: Staff, runs_visits: bool) -> list[Block]:
    """Why this person cannot withdraw the request now."""
    if raised_by_ladder(visit):
        return [Block("The morning raised this visit: it stands down once the child is accounted for.", "PRI-35")]
    if visit.raised_by_id != by.pk and not runs_visits:
        return [Block("Whoever asked for the visit, or the office, withdraws it.")]
    return _still_to_come(visit, Status.STOOD_DOWN)


def refused_blocks(visit: HomeVisit) -> list[Block]:
    """Why it is too late to record that the family refuses: then it is an outcome of the visit (PRI-15)."""
    return _still_to_come(visit, Status.REFUSED)


def _still_to_come(visit: HomeVisit, to: str) -> list[Block]:
    if visit.departed_at:
        return [Block("They have set off: say what the visit found instead.")]
    return status_blocks(visit, to)
