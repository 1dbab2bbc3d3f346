"""Closing: the report, and everything that a visit still owes."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.documents.models import Document
from homevisits.people.access import roles_held, roles_of, stand_ins
from homevisits.people.matrix import OFFICE
from homevisits.people.models import Role, Staff

from ..models import CheckIn, HomeVisit, VisitLetter, VisitOutcome, VisitOutcomePupil, VisitReport
from ..questions import NOBODY_MET, REASONED, report_questions
from .common import Status, clause
from .filled import needed_blocks

REPORT = {"attendance-officer": "ATT-40"}  # else MAT-20: a short report on every visit
PROTOCOL = "protocol_letter"
LEFT_BEHIND = ("letter_through_door", "calling_card", "parent_copy")
# What these say is that nobody came to the door.
NOBODY_CAME = ("letter_through_door", "calling_card")


def letter_blocks(visit: HomeVisit, kind: str, by: Staff, now: datetime) -> list[Block]:
    """Why this person neither sends nor discards a letter: the protocol letter is the designated person's (PRI-39).

    What is left at the home is recorded by those who were there too. Where nobody holds the policy's role the office acts.
    """
    values, day = visit.policy.values, local_day(now)
    roles, designated = roles_of(by, visit.school, day), stand_ins(values.designated_person)
    if kind == PROTOCOL and roles_held(visit.school, designated, day).exists():
        says = f"The protocol letter is sent by the designated person: {Role(values.designated_person).label.lower()}."
        return [] if designated & roles else [Block(says, clause(values, "designated_person"))]
    if OFFICE & roles or (kind in LEFT_BEHIND and visit.members.filter(staff=by).exists()):
        return []
    return [Block("The office sends letters; those who went say what they have left.")]


def went_blocks(letter: VisitLetter) -> list[Block]:
    """Why it cannot be said how a letter went: what goes to a family is kept as it went. What is left at a door may be written by hand."""
    if letter.discarded_at:
        return [Block("It was decided not to send this letter.")]
    if letter.kind in LEFT_BEHIND or (letter.document and letter.document.state == Document.State.FINAL):
        return []
    return [Block("Make the letter final first: what goes to a family is kept as it went.")]


def final_blocks(letter: VisitLetter) -> list[Block]:
    """Why a letter is not made final: it is, or it went without, or it is not sent at all."""
    if letter.document and letter.document.state == Document.State.FINAL:
        return [Block("The letter is final and does not change any more.")]
    if letter.sent_at:
        return [Block("The letter is recorded as sent or left: nothing of it changes any more.")]
    if letter.kind in NOBODY_CAME and somebody_met(letter.visit):
        return [Block("Somebody was met on this visit: no paper is made that says nobody came to the door.")]
    return [Block("It was decided not to send this letter.")] if letter.discarded_at else []


def somebody_met(visit: HomeVisit) -> bool:
    """Whether the family was met: somebody went inside, or what was found says so."""
    found = _found(visit)
    return visit.check_ins.filter(point=CheckIn.Point.INSIDE).exists() or bool(found and not NOBODY_MET & set(found))


def write_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot write the report."""
    blocks = []
    if not visit.members.filter(staff=by).exists() and not roles_of(by, visit.school, local_day(now)) & OFFICE:
        blocks.append(Block("Those who went write the report, or the office for them.", "MAT-20"))
    if visit.status not in (Status.OUT, Status.DONE):
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: there is no report to write."))
    return blocks


def closing_blocks(visit: HomeVisit, now: datetime) -> list[Block]:
    """Why the visit cannot be closed yet: people out, children without an outcome, things to be left or written."""
    if visit.status != Status.DONE:
        return [Block(f"The visit is “{Status(visit.status).label.lower()}”: it cannot be closed now.")]
    values = visit.policy.values
    blocks = []
    if visit.returned_at is None:
        blocks.append(Block("Not everybody is back.", clause(values, "check_in_points")))
    outcomes = VisitOutcome.objects.filter(visit=visit)
    said = VisitOutcomePupil.objects.filter(outcome__visit=visit)
    without = visit.visit_pupils.exclude(pupil__in=said.values("pupil")).select_related("pupil")
    blocks += [Block(f"Nobody has said what was found about {one.pupil}.", "PRI-36") for one in without]
    waiting = visit.letters.filter(kind__in=LEFT_BEHIND, ahead=False, sent_at__isnull=True, discarded_at__isnull=True)
    blocks += [
        Block(f"Record that the {letter.kind.replace('_', ' ')} was left.", clause(values, "nobody_home_leaves")) for letter in waiting
    ]
    blocks += needed_blocks(visit)
    if not outcomes.filter(kind__in=REASONED, note="").exists():
        return blocks
    return [*blocks, Block("The reason for ending the visit is still to be written.", clause(values, "cancellation_reason_to"))]


def hand_in_blocks(visit: HomeVisit, report: VisitReport | None) -> list[Block]:
    """Why the report is not complete."""
    values = visit.policy.values
    demanded = REPORT.get(values.preset, "MAT-20")
    if report is None or not report.text.strip():
        return [Block("The report is still to be written.", demanded)]
    blocks = []
    if values.preset == "attendance-officer" and not report.evaluation.strip():
        blocks.append(Block("The evaluation must be completed.", "ATT-40"))
    if report.entered is None:
        blocks.append(Block("Say whether you went inside.", "MAT-06"))
    blocks += [
        Block(f"Answer “{question.words}”", question.clause)
        for question in report_questions(values.preset, visit.purpose, _found(visit), entered=bool(report.entered))
        if question.required and not report.answers.get(question.code)
    ]
    return blocks


def _found(visit: HomeVisit) -> Collection[str]:
    return set(visit.outcomes.values_list("kind", flat=True))
