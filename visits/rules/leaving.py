"""Leaving: what must be there before the pair departs. The page, the service, the rehearsal and the office's check-in all ask here."""

from collections.abc import Sequence
from datetime import datetime

from homevisits.common.clock import instant, local_day
from homevisits.common.errors import Block, Caution
from homevisits.people.matrix import HEADS, SAFEGUARDING, allows
from homevisits.people.models import Staff

from .. import checklist
from ..models import DepartureCheck, HomeVisit
from .annex import annex_blocks, annex_checklist
from .appointments import asked_blocks, told_cautions
from .approval import approver_roles
from .common import Status, clause
from .people import mobile_blocks, pair_blocks
from .risk import is_first_visit, risk_ready_blocks
from .weekly import weekly_blocks

# Rules without a setting: the clause of the running preset that demands it, else the first policy's.
BRIEFING = {"alternative-provision": "ALT-20", "academy-trust": "MAT-15"}
BRIEFED = "PRI-17"


def departure_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why nobody can leave for this visit yet: everything at once, so that it can be put right in one go."""
    values = visit.policy.values
    pair = pair_of(visit)
    if visit.departed_at:
        return [Block("They have departed already.")]
    if visit.status != Status.APPROVED:
        says = Block("The visit is not approved: nobody leaves yet.", clause(values, "approvers"))
        return [says, *mobile_blocks(pair, values)]
    blocks = pair_blocks(visit, visit.school, visit.policy, pair, visit.purpose, visit.due_back, now)
    blocks += risk_ready_blocks(visit, now) + annex_blocks(visit, now) + weekly_blocks(visit, now) + mobile_blocks(pair, values)
    blocks += equipment_blocks(visit, now) + asked_blocks(visit) + briefing_blocks(visit) + checklist_blocks(visit, now)
    return list(dict.fromkeys(blocks))


def departure_cautions(visit: HomeVisit) -> list[Caution]:
    """What those who go have to know before they leave, and that stops nothing: a family that nobody has told."""
    return [] if visit.departed_at or visit.status != Status.APPROVED else told_cautions(visit)


def pair_of(visit: HomeVisit) -> list[Staff]:
    """Those who go, in the order in which they were chosen."""
    return [member.staff for member in visit.members.select_related("staff").order_by("pk")]


def equipment_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """What is not there to leave with: the alarm device and its carrier, an insured vehicle, the safe word."""
    values, blocks = visit.policy.values, []
    if values.man_down_device_required:
        blocks += _device_blocks(visit)
    blocks += _vehicle_blocks(visit, now)
    if values.safe_word_required and not visit.safe_word.strip():
        blocks.append(Block("No safe word is agreed for this visit.", clause(values, "safe_word_required")))
    return blocks


def _device_blocks(visit: HomeVisit) -> list[Block]:
    demanded = clause(visit.policy.values, "man_down_device_required")
    if visit.device is None or visit.device.retired_at is not None:
        return [Block("No alarm device is assigned to this visit.", demanded)]
    if visit.device_carrier_id not in set(visit.members.values_list("staff_id", flat=True)):
        return [Block("Nobody of those who go is named as the carrier of the alarm device.", demanded)]
    return []


def _vehicle_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    demanded = clause(visit.policy.values, "vehicle_register_required")
    if visit.vehicle is None:
        if visit.policy.values.vehicle_register_required and not visit.vehicle_words.strip():
            return [Block("Choose the vehicle from the register, or say how they travel.", demanded)]
        return []
    if visit.vehicle.retired_at is not None:
        return [Block(f"{visit.vehicle} is no longer in the register of vehicles.", demanded)]
    if visit.vehicle.insured_until is None or visit.vehicle.insured_until < local_day(now):
        return [Block(f"{visit.vehicle} is out of insurance.", demanded)]
    return []


def briefing_blocks(visit: HomeVisit) -> list[Block]:
    """Who has not acknowledged the briefing as the plan is now: a changed plan asks again (ALT-20)."""
    demanded = BRIEFING.get(visit.policy.values.preset, BRIEFED)
    blocks = []
    for member in visit.members.select_related("staff").order_by("pk"):
        if member.briefed_version != visit.version:
            again = " since the plan changed" if member.briefed_version else ""
            blocks.append(Block(f"{member.staff} has not acknowledged the briefing{again}.", demanded))
    return blocks


def checklist_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """What stands against leaving on the departure checklist: answered no, or not answered for the plan as it is now."""
    blocks = []
    for person in pair_of(visit):
        said = answers_of(visit, person)
        asked = lines_for(visit, person, now)
        blocks += [Block(line.no.format(person), line.clause) for line in asked if said.get(line.code) is False]
        open_ones = [line for line in asked if line.code not in said]
        if open_ones:
            first = open_ones[0].words
            more = f" and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
            blocks.append(Block(f"{person} has not answered the departure checklist: “{first}”{more}.", open_ones[0].clause))
    return blocks


def answers_of(visit: HomeVisit, person: Staff) -> dict[str, bool]:
    """What a person has answered on the checklist, for the version of the plan that holds now."""
    rows = DepartureCheck.objects.filter(visit=visit, staff=person, version=visit.version)
    return dict(rows.values_list("item", "yes"))


def lines_for(visit: HomeVisit, person: Staff, now: datetime) -> Sequence[checklist.Line]:
    """The lines that a person answers before this visit."""
    values = visit.policy.values
    trip = checklist.Trip(
        first_visit=is_first_visit(visit), carries_device=visit.device_carrier_id == person.pk, after_another=been_out(visit, person, now),
        safe_word=bool(visit.safe_word),
        annex=[checklist.Line(code, words, "{} answered no: " + words, "ATT-72") for code, words in annex_checklist(visit, now)],
    )  # fmt: skip
    return checklist.lines(values.preset, values.identification, values.man_down_device_required, values.safe_word_required, trip)


def been_out(visit: HomeVisit, person: Staff, now: datetime) -> bool:
    """Whether the person has been on another visit today: hands are washed in between (ATT-82)."""
    midnight = instant(local_day(now), datetime.min.time())
    return HomeVisit.objects.filter(members__staff=person, departed_at__gte=midnight, departed_at__lte=now).exclude(pk=visit.pk).exists()


def goes(visit: HomeVisit, person: Staff) -> bool:
    """Whether the person is one of those who go."""
    return visit.members.filter(staff=person).exists()


def own_blocks(visit: HomeVisit, person: Staff) -> list[Block]:
    """Why this person cannot acknowledge the briefing or answer the checklist: each does so for themselves, before leaving."""
    if not goes(visit, person):
        return [Block("Each of those who go answers for themselves.", BRIEFING.get(visit.policy.values.preset, BRIEFED))]
    return before_leaving_blocks(visit)


def before_leaving_blocks(visit: HomeVisit) -> list[Block]:
    """Why the visit is not one that still is to leave."""
    if visit.departed_at or visit.status not in (Status.PLANNED, Status.APPROVED):
        return [Block(f"The visit is “{Status(visit.status).label.lower()}”: nobody is about to leave for it.")]
    return []


def may_read(visit: HomeVisit, person: Staff, roles: Sequence[str] | frozenset[str]) -> bool:
    """Whether the person may open the checklist and choose what is taken: those who go, and the office."""
    return allows("approve_visit", roles) or goes(visit, person)


def reads_briefing(visit: HomeVisit, person: Staff, roles: Sequence[str] | frozenset[str], now: datetime) -> bool:
    """Whether the person reads the briefing with what is known of the home: of those who may prepare the visit, those whose work it is.

    They go, approve by the policy, are of the safeguarding team or head, asked for the visit, planned it, or are its responsible contact.
    """
    if goes(visit, person) or not allows("approve_visit", roles):
        return goes(visit, person)
    concerned = {visit.raised_by_id, visit.base_contact_id} | set(visit.events.filter(what="planned").values_list("by", flat=True))
    if (SAFEGUARDING | HEADS) & set(roles) or person.pk in concerned:
        return True
    return bool(approver_roles(visit.school, visit.policy.values, person, now))
