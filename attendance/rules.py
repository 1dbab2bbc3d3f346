"""When something about a case can be done, and why not: sentences for the user with the clause behind them.

Buttons, services, the API, the command line and the rehearsal all ask these.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from homevisits.common.clock import local_day
from homevisits.common.errors import Block
from homevisits.people.access import roles_of
from homevisits.people.matrix import allows, roles_for
from homevisits.people.models import Contact, Pupil, Role, School, Staff
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import version_in_force

from .codes import CODES, explains
from .models import Hold, UnexplainedAbsence

LONGEST = timedelta(days=186)  # a last day beyond it is a slip of the year: nobody would look for the child


def person_blocks(school: School, staff: Staff, act: str, now: datetime, clause: str | None = None) -> list[Block]:
    """Why this person may not do `act` of the permission matrix in this school."""
    if allows(act, roles_of(staff, school, local_day(now))):
        return []
    may = ", ".join(sorted(Role(role).label.lower() for role in roles_for(act)))
    return [Block(f"This is not yours to do here. It can be done by: {may}.", clause)]


def release_blocks(school: School, staff: Staff, hold: Hold | None, now: datetime) -> list[Block]:
    """Why the brake cannot be released now by this person."""
    clause = clause_for(version_in_force(school, local_day(now)).preset, "hold_share")
    if hold is None:
        return [Block("No texts are held now.", clause)]
    return person_blocks(school, staff, "release_hold", now, clause)


def call_blocks(case: UnexplainedAbsence | None, contact: Contact, pupil: Pupil) -> list[Block]:
    """Why this contact cannot be called about this pupil now."""
    blocks = []
    if contact.restricted:
        blocks.append(Block(f"{contact} is restricted and is never called, texted or visited."))
    if contact.pupil_id != pupil.pk and contact.pupil.household_id != pupil.household_id:
        blocks.append(Block(f"{contact} is not a contact of this family."))
    if contact.gone:
        blocks.append(Block(f"{contact} is no longer a contact of this family."))
    if not contact.numbers:
        blocks.append(Block(f"There is no number for {contact}."))
    if case is None or case.status != UnexplainedAbsence.Status.OPEN:
        blocks.append(Block(f"{pupil} has no open case: there is nothing to call about."))
    return blocks


def message_blocks(code: str, until: date | None, day: date) -> list[Block]:
    """Why an absence message with this code and last day cannot be right."""
    blocks = []
    if code not in CODES or not explains(code) or not CODES[code].choosable:
        blocks.append(Block(f"“{code}” is not a code that a reason leads to. Choose one from the list."))
    if until is not None and until < day:
        blocks.append(Block("The last day of the absence is before today."))
    if until is not None and until > day + LONGEST:
        blocks.append(Block(f"The last day of the absence is more than six months away ({until.day} {until:%B %Y}): check the year."))
    return blocks


def undo_blocks(undone_at: datetime | None, day: date, today: date) -> list[Block]:
    """Why something logged cannot be undone."""
    if undone_at:
        return [Block("This is undone already.")]
    return [] if day >= today else [Block("This is of an earlier day: put it right in the information system.")]


def clause(policy: PolicyVersion, setting: str) -> str | None:
    """The clause of a version's preset behind a setting."""
    return clause_for(policy.preset, setting)


@dataclass(frozen=True)
class Act:
    """Something that can, or cannot, be done about a case: its name, its button, and what blocks it."""

    name: str
    label: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def can(self) -> bool:
        """Whether nothing blocks it."""
        return not self.blocks


def open_blocks(case: UnexplainedAbsence) -> list[Block]:
    """Why nothing more can be done about a case that is closed."""
    if case.status == UnexplainedAbsence.Status.OPEN:
        return []
    return [Block(f"The case is closed: {UnexplainedAbsence.Closed(case.closed_reason).label.lower()}.")]


def ring_blocks(case: UnexplainedAbsence) -> list[Block]:
    """Why nobody can be rung about a case."""
    contacts = list(Contact.objects.filter(pupil=case.pupil_id, gone=False))
    if any(not contact.restricted and contact.numbers for contact in contacts):
        return []
    says = "Everybody on file is restricted or has no number: nobody may be rung." if contacts else "There is nobody on file to ring."
    return [Block(says, clause(case.policy, "call_at"))]


def correct_blocks(case: UnexplainedAbsence, reached: int, corrected: bool) -> list[Block]:
    """Why no correction can be sent: `reached` numbers have accepted a text that may be wrong, `corrected` says that they were told."""
    is_open = case.status == UnexplainedAbsence.Status.OPEN
    if corrected:
        return [Block("The all-clear has been taken back already." if is_open else "A correction has gone out already.")]
    if is_open and not reached:
        says = "The case is open and no all-clear has gone out: there is nothing to take back."
        return [Block(f"{says} If the child is not missing, log the reason or the arrival first.")]
    return [] if reached else [Block("No text about this case has reached anybody: there is nothing to put right.")]


def possible(case: UnexplainedAbsence, staff: Staff, now: datetime, *, reached: int = 0, corrected: bool = False) -> list[Act]:
    """Everything that could be done about a case, with what blocks it now: the one source for buttons and services.

    `reached` and `corrected` are what `services.corrections.reached` answers.
    """
    school, shut = case.school, open_blocks(case)

    def person(act: str, demands: str | None = None) -> list[Block]:
        return person_blocks(school, staff, act, now, demands)

    hold = case.hold if case.hold_id and not shut else None
    acts = [
        Act("log_absence", "Log the reason", person("log_absence", "PRI-30") + shut),
        Act("arrived", "Arrived at school", person("log_absence", "PRI-32") + shut),
        Act("record_call", "Record a call", person("record_call", "PRI-33") + (shut or ring_blocks(case))),
        Act(
            "correct",
            "Take back the all-clear" if not shut else "Send a correction",
            person("retry_message") + correct_blocks(case, reached, corrected),
        ),
    ]
    if hold and hold.next_action_at:
        acts.append(Act("release_hold", "Send the held texts", release_blocks(school, staff, hold, now)))
    if case.status == UnexplainedAbsence.Status.CLOSED and case.closed_reason in _UNDOABLE:
        acts.append(Act("undo", "Undo what closed it", person("log_absence") + undo_blocks(None, case.day, local_day(now))))
    return acts


_UNDOABLE = (UnexplainedAbsence.Closed.EXPLAINED, UnexplainedAbsence.Closed.ARRIVED)
