"""One call, recorded: who, whom, when, the outcome, and what follows from it at once (PRI-33, PRI-34)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.messaging import outbox
from homevisits.messaging.notices import tell
from homevisits.people.models import Contact, NumberFault, Pupil, School, Staff
from homevisits.policy.clauses import clause_for

from ..models import AbsenceMessage, ContactAttempt, ContactAttemptFor, UnexplainedAbsence
from ..rules import call_blocks, message_blocks, person_blocks, undo_blocks
from .absences import log_absence
from .mis import suggest
from .names import named, today_link
from .rungs import Round, escalate

Outcome = ContactAttempt.Outcome


def record_call(
    *,
    school: School,
    pupil: Pupil,
    contact: Contact,
    outcome: str,
    by: Staff,
    now: datetime,
    code: str = "",
    said: str = "",
    number: str = "",
    explains: Sequence[Pupil] = (),
    token: uuid.UUID | None = None,
) -> ContactAttempt:
    """Record one attempt and do what it brings: a reason closes the pupil's case, no answer may escalate, a dead number is flagged.

    `number` (E.164) is the one that was rung, the contact's first when absent; `code` goes with the outcome `explained`, and
    `explains` names the children of the household whom the reason is for, only `pupil` when absent.
    Raises Blocked for a restricted contact or a pupil without an open case, BadInput for an outcome that does not exist, a number
    that is not the contact's, or a child of another household.
    """  # fmt: skip
    _check(pupil, contact, outcome, number, explains)
    day = local_day(now)
    with transaction.atomic():
        if token and (there := ContactAttempt.objects.filter(school=school, token=token).first()):
            return there
        cases = {case.pupil_id: case for case in _open_cases(school, pupil)}
        blocks = person_blocks(school, by, "record_call", now, "PRI-33") + call_blocks(cases.get(pupil.pk), contact, pupil)
        refuse_if(blocks + (message_blocks(code, None, day) if outcome == Outcome.EXPLAINED else []))
        number = number or contact.numbers[0]
        attempt = ContactAttempt.objects.create(
            school=school, household=pupil.household, contact=contact, number=number, day=day, outcome=outcome, said=said, at=now, by=by,
            token=token,
        )  # fmt: skip
        counted = [case for case in cases.values() if case.pupil_id in _pupils_with(school, pupil, number)]
        ContactAttemptFor.objects.bulk_create([ContactAttemptFor(attempt=attempt, case=case) for case in counted])
        record("attendance.call.recorded", by=by, now=now, school_id=school.pk, object_type="ContactAttempt", object_id=attempt.pk,
               detail={"pupil": pupil.pk, "contact": contact.pk, "outcome": outcome})  # fmt: skip
        for case in counted:
            suggest(
                case.pupil, school, day, "N", session=case.session, comment=f"Called {contact}: {Outcome(outcome).label.lower()}", now=now
            )
        if outcome == Outcome.EXPLAINED:
            log_absence(
                school=school, pupils=list(explains) or [pupil], channel=AbsenceMessage.Channel.CALL, code=code, reason=said[:300],
                contact=contact, by=by, now=now,
            )  # fmt: skip
        else:
            _consequences(school, pupil, contact, attempt, cases[pupil.pk], counted, by, now)
    return attempt


def _check(pupil: Pupil, contact: Contact, outcome: str, number: str, explains: Sequence[Pupil]) -> None:
    """Refuse what no page offers: an outcome, a number or a child that does not go with this call. Raises BadInput."""
    if outcome not in Outcome.values:
        raise BadInput(f"“{outcome}” is not an outcome of a call.")
    if number and number not in contact.numbers:
        raise BadInput(f"That is not a number of {contact}: the page shows an older one. Look again.")
    if any(one.household_id != pupil.household_id for one in explains):
        raise BadInput("A call explains children of one household only.")


def _open_cases(school: School, pupil: Pupil) -> list[UnexplainedAbsence]:
    """The household's open cases, locked."""
    cases = UnexplainedAbsence.objects.filter(school=school, household=pupil.household_id, status="open").order_by("pk")
    return list(cases.select_for_update(of=("self",)).select_related("policy", "pupil"))


def _pupils_with(school: School, pupil: Pupil, number: str) -> set[int]:
    """The pupils of the household for whom this number stands on file, unrestricted."""
    contacts = Contact.objects.filter(
        Q(mobile=number) | Q(landline=number), pupil__household=pupil.household_id, restricted=False, gone=False
    )
    return set(contacts.values_list("pupil_id", flat=True)) | {pupil.pk}


def _consequences(
    school: School, pupil: Pupil, contact: Contact, attempt: ContactAttempt, case: UnexplainedAbsence,
    counted: list[UnexplainedAbsence], by: Staff, now: datetime,
) -> None:  # fmt: skip
    if attempt.outcome in (Outcome.WRONG_NUMBER, Outcome.NUMBER_DEAD):
        _flag_number(school, attempt, by, now)
    if attempt.outcome == Outcome.UNAWARE:
        pupils = [one.pupil_id for one in counted]
        for role in ("dsl", "pupil_support_lead"):
            tell(
                school=school, role=role, about="parent_unaware", pupils=pupils, alarm=True, link=today_link(school),
                says=f"{contact} did not know that {named(school, pupils)} is not at school.",
                clause=clause_for(case.policy.preset, "call_at") or "", by=by, now=now,
            )  # fmt: skip
        return
    escalate(Round(school, case.policy, case.day, case.session, now), household_id=pupil.household_id)


def undo_call(*, school: School, attempt: ContactAttempt, by: Staff, now: datetime) -> None:
    """Take back a call that was tapped by mistake: it stays on the timeline and counts for nothing, its number works again.

    What it caused is not unsaid: people who were told and texts that went stay on the case. Raises Blocked when it is undone
    already, of an earlier day, or gave a reason (the reason is undone instead).
    """
    blocks = person_blocks(school, by, "record_call", now, "PRI-33") + undo_blocks(attempt.undone_at, attempt.day, local_day(now))
    if attempt.outcome == Outcome.EXPLAINED:
        blocks.append(Block("This call gave a reason: undo the reason under “Just logged”.", "PRI-32"))
    refuse_if(blocks)
    with transaction.atomic():
        if not ContactAttempt.objects.filter(school=school, pk=attempt.pk, undone_at=None).update(undone_at=now, undone_by=by):
            return
        # A fault that this call found goes with it; one that an earlier call found stays.
        faults = NumberFault.objects.filter(school=school, number=attempt.number, found_at=attempt.at, cleared_at=None)
        faults.update(cleared_at=now, cleared_by=by)
        record("attendance.call.undone", by=by, now=now, school_id=school.pk, object_type="ContactAttempt", object_id=attempt.pk)


def _flag_number(school: School, attempt: ContactAttempt, by: Staff, now: datetime) -> None:
    """A wrong or dead number gets no further text of any kind and waits for its correction."""
    NumberFault.objects.get_or_create(
        school=school, number=attempt.number, cleared_at=None, defaults={"kind": attempt.outcome, "found_at": now, "found_by": by}
    )
    outbox.cancel_to_numbers(school_id=school.pk, numbers=[attempt.number], now=now)
