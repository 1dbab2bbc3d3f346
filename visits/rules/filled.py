"""Who writes in the form of a visit and when, when it is complete, and which visits cannot be closed without it."""

from collections.abc import Collection
from datetime import datetime

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import HEADS, OFFICE, SAFEGUARDING
from homevisits.people.models import Staff

from ..findings import MET
from ..models import Answer, AnswerConflict, FilledForm, FormSignature, HomeVisit
from ..prompt_answers import owed_with_prompts
from ..purposes import ATT, TUTORING
from ..questionnaires.defaults import asked_for
from ..questionnaires.definition import Definition, Section, missing
from ..signed import digest, signable
from .common import Status

PROMPTS = "PRI-22"
# While it is written; what comes after it is handed in is kept beside it.
WRITTEN_IN = frozenset({Status.APPROVED, Status.OUT, Status.DONE, Status.CLOSED, Status.STOOD_DOWN})


def went_or_office(visit: HomeVisit, by: Staff, now: datetime) -> bool:
    """Whether somebody goes on the visit, or keeps the school's papers."""
    return visit.members.filter(staff=by).exists() or bool(roles_of(by, visit.school, local_day(now)) & OFFICE)


def without_prompts(definition: Definition) -> Definition:
    """The questions without what is ticked with professional curiosity: no paper that others open or that leaves carries it (PRI-22)."""
    return Definition(definition.key, definition.title, tuple(one for one in definition.sections if one.clause != PROMPTS))


def readable(section: Section, visit: HomeVisit, person: Staff, roles: Collection[str], now: datetime) -> bool:
    """Whether somebody who may open the visit reads a section of its form.

    What was ticked with professional curiosity is for those who saw it, the safeguarding team and the head; another confidential section
    for those who went and the office.
    """
    if section.clause == PROMPTS:
        return visit.members.filter(staff=person).exists() or bool((SAFEGUARDING | HEADS) & set(roles))
    return not section.confidential or went_or_office(visit, person, now)


def answer_blocks(visit: HomeVisit, by: Staff, now: datetime) -> list[Block]:
    """Why this person cannot write in the form of this visit."""
    blocks = []
    if not went_or_office(visit, by, now):
        blocks.append(Block("Those who go write in the form, or the office for them.", "PRI-20"))
    if visit.status not in WRITTEN_IN:
        blocks.append(Block(f"The visit is “{Status(visit.status).label.lower()}”: there is no form to fill in."))
    return blocks


def may_write(visit: HomeVisit, by: Staff, now: datetime) -> bool:
    """Whether the visit has a form in which this person writes now."""
    return asked_for(visit.policy.preset, visit.purpose) is not None and not answer_blocks(visit, by, now)


def form_blocks(form: FilledForm, definition: Definition, answers: dict[str, object], *, reason: str, unsigned: str) -> list[Block]:
    """Why the form cannot be handed in: answers that differ or are missing, signatures that the policy asks for.

    `reason`: why answers are missing, for a visit that ended early; `unsigned`: why the parent did not sign (ATT-15).
    """
    if form.handed_in_at:
        return [Block("The form is handed in already.")]
    blocks = []
    differ = AnswerConflict.objects.filter(form=form, chosen_at=None).count()
    if differ:
        says = "Two answers to one question differ" if differ == 1 else f"The answers to {differ} questions differ"
        blocks.append(Block(f"{says}: choose which stands."))
    owed = [] if reason.strip() else missing(definition, answers)
    blocks += [Block(f"{section.title}: answer “{question.words}”, or say why it is open.", question.clause) for section, question in owed]
    # What a tick asks for is owed whatever else is left open.
    blocks += [Block(f"{section.title}: {question.words}", question.clause) for section, question in owed_with_prompts(definition, answers)]
    return blocks + signature_blocks(form, unsigned)


def signature_blocks(form: FilledForm, unsigned: str) -> list[Block]:
    """The signatures that the attendance officer's policy wants on the record of an appointment, under the answers that stand (ATT-15).

    Whatever the policy, a parent's name does not stand under answers that the parent has not seen without somebody saying why.
    """
    signed, holding = _signed_roles(form)
    staff, parent = FormSignature.Role.STAFF, FormSignature.Role.PARENT
    blocks = []
    if _wants_signatures(form):
        if staff not in signed:
            blocks.append(Block("One of the staff still has to sign.", "ATT-15"))
        elif staff not in holding:
            blocks.append(Block("Answers changed after the staff signed: one of the staff signs again.", "ATT-15"))
        if parent not in signed and not unsigned.strip():
            blocks.append(Block("A parent signs, or you say why not.", "ATT-15"))
    if parent in signed - holding and not unsigned.strip():
        says = "Answers changed after the parent signed: the parent signs again, or you say why not."
        blocks.append(Block(says, "ATT-15" if form.visit.policy.values.preset == ATT else None))
    return blocks


def _wants_signatures(form: FilledForm) -> bool:
    appointed = form.visit.appointments.exclude(state__in=["replaced", "withdrawn"]).exists()
    return form.visit.policy.values.preset == ATT and appointed


def _signed_roles(form: FilledForm) -> tuple[set[str], set[str]]:
    """In which roles somebody signed, and those whose signature stands under the answers as they are now."""
    rows = set(FormSignature.objects.filter(form=form).values_list("role", "sha256"))
    asked, values = form.version.asks, dict(Answer.objects.filter(form=form).values_list("code", "value"))
    holding = {role for role, sha256 in rows if sha256 == digest(asked, signable(asked, values, role))}
    return {role for role, _ in rows}, holding


def needed_blocks(visit: HomeVisit) -> list[Block]:
    """That the visit cannot be closed without its form. Where nobody was met there is none to fill in."""
    asked = asked_for(visit.policy.preset, visit.purpose)
    if asked is None or not asked.closes or not visit.outcomes.filter(kind__in=MET).exists():
        return []
    if FilledForm.objects.filter(visit=visit, handed_in_at__isnull=False).exists():
        return []
    what = "session record" if visit.purpose == TUTORING else "questionnaire"
    return [Block(f"The {what} is still to be filled in and handed in.", asked.closes)]
