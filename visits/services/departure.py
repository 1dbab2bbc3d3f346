"""Before the pair leaves: each one's answers to the checklist, what they take, how they travel, and falling ill."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.access import roles_of
from homevisits.people.matrix import allows
from homevisits.people.models import AlarmDevice, Role, Staff, Vehicle
from homevisits.people.services.off_visits import report_unwell

from ..models import DepartureCheck, HomeVisit, VisitItem
from ..rules.leaving import before_leaving_blocks, equipment_blocks, goes, lines_for, own_blocks
from .common import link_to, locked, note, pupils_of, visit_words
from .members import drop_from

Status = HomeVisit.Status
UNWELL = "ATT-82"


def answer_checklist(*, visit: HomeVisit, answers: Mapping[str, bool], by: Staff, now: datetime) -> None:
    """Keep one person's own answers, for the plan as it is now. A no is kept too: it blocks until it is a yes.

    Raises Blocked for somebody who does not go or once they have left, BadInput for a line that the checklist does not have.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(own_blocks(visit, by))
        asked = {line.code for line in lines_for(visit, by, now)}
        if set(answers) - asked:
            raise BadInput("The checklist has changed. Please look at it again.")
        for code, yes in answers.items():
            DepartureCheck.objects.update_or_create(
                visit=visit, staff=by, item=code, defaults={"yes": yes, "version": visit.version, "at": now}
            )
        wrong = sorted(code for code, yes in answers.items() if not yes)
        note(visit, "checklist", by=by, now=now, says="" if not wrong else f"{len(wrong)} answered no", no=wrong)


def answer_items(*, visit: HomeVisit, answers: Mapping[int, str], by: Staff, now: datetime) -> None:
    """Say of documents and preparation what became of them: taken, already sent, not needed; open ones do not block (PRI-08, MAT-15).

    Raises Blocked for somebody who neither goes nor plans, BadInput for an item of another visit or an unknown answer.
    """
    if set(answers.values()) - {*VisitItem.Answer.values, ""}:
        raise BadInput("Choose taken, already sent or not needed.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(_crew_blocks(visit, by, now) + before_leaving_blocks(visit))
        rows = {row.pk: row for row in visit.items.all()}
        if set(answers) - set(rows):
            raise BadInput("There is no such item on this visit's list.")
        changed = [rows[pk] for pk, said in answers.items() if rows[pk].answer != said]
        for row in changed:
            row.answer, row.answered_by, row.answered_at = VisitItem.Answer(answers[row.pk]) if answers[row.pk] else "", by, now
        VisitItem.objects.bulk_update(changed, ["answer", "answered_by", "answered_at"])
        if changed:
            note(visit, "items", by=by, now=now, says="; ".join(f"{row.what}: {row.get_answer_display()}" for row in changed)[:400])


@dataclass(frozen=True)
class Kit:
    """What they take and how they travel; a vehicle of the register or, in words, something else."""

    vehicle: Vehicle | None = None
    vehicle_words: str = ""
    device: AlarmDevice | None = None
    device_carrier: Staff | None = None
    safe_word: str = ""  # empty: the one that was agreed stays
    from_home: bool = False
    to_home: bool = False


def equip(*, visit: HomeVisit, kit: Kit, by: Staff, now: datetime) -> None:
    """Say what they take and how they travel, on the day; that is no change of what was approved.

    A vehicle out of insurance cannot be chosen (ATT-18), a device only for one of those who go (ATT-16). Raises Blocked for both, and for
    somebody who neither goes nor plans; BadInput for another school's vehicle or device.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(_crew_blocks(visit, by, now) + before_leaving_blocks(visit))
        if any(one is not None and one.school_id != visit.school_id for one in (kit.vehicle, kit.device)):
            raise BadInput("Choose from the school's own registers.")
        if kit.device_carrier is not None and not goes(visit, kit.device_carrier):
            raise BadInput("The alarm device is carried by one of those who go.")
        before = {(block.says, block.clause) for block in equipment_blocks(visit, now)}
        visit.vehicle, visit.vehicle_words = kit.vehicle, "" if kit.vehicle else kit.vehicle_words.strip()
        visit.device, visit.device_carrier = kit.device, kit.device_carrier
        visit.safe_word = kit.safe_word.strip() or visit.safe_word
        visit.from_home, visit.to_home = kit.from_home, kit.to_home
        # What was lacking before may lack still: only what this choice brings in is refused.
        refuse_if([block for block in equipment_blocks(visit, now) if (block.says, block.clause) not in before])
        visit.save(update_fields=["vehicle", "vehicle_words", "device", "device_carrier", "safe_word", "from_home", "to_home"])
        # Never the safe word itself: the trail is read by more people than the word is meant for.
        note(
            visit, "equipped", by=by, now=now, from_home=kit.from_home, to_home=kit.to_home,
            vehicle=kit.vehicle.pk if kit.vehicle else None, device=kit.device.pk if kit.device else None,
        )  # fmt: skip


def _crew_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    if goes(visit, by) or allows("plan_visit", roles_of(by, visit.school, local_day(now))):
        return []
    return [Block("Only those who go, or those who plan, say what is taken.")]


def say_unwell(*, visit: HomeVisit, by: Staff, now: datetime) -> None:
    """“I am unwell”: the person is off this and every other visit that waits, which go back to be planned (ATT-82).

    Raises Blocked for somebody who does not go, or once they have left.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(own_blocks(visit, by))
        report_unwell(school=visit.school, staff=by, symptoms_from=local_day(now), by=by, now=now)
        waiting = HomeVisit.objects.filter(
            school=visit.school_id, members__staff=by, departed_at=None, status__in=(Status.PLANNED, Status.APPROVED, Status.SENT_BACK)
        )
        ids = list(waiting.values_list("pk", flat=True))
        for one in HomeVisit.objects.filter(pk__in=ids).order_by("pk"):
            drop_from(one, now)
            note(one, "unwell", by=by, now=now)
            _tell_office(one, by, now)


def _tell_office(visit: HomeVisit, person: Staff, now: datetime) -> None:
    tell(
        school=visit.school, role=Role.OFFICE_ADMIN, about="unwell",
        says=f"{visit_words(visit, now)}: {person} is unwell and off the visit: find somebody else.",
        pupils=pupils_of(visit), link=link_to(visit.school, visit), clause=UNWELL, task=True, by=person, now=now,
    )  # fmt: skip
