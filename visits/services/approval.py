"""Approving, declining, sending back: one decision at a time, on the row as it is now (R15).

`version` and `status` are what stood on the page that the person decided on: a visit that is another one by now is not decided about.
"""

from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Staff

from ..models import HomeVisit, VisitApproval
from ..rules.appointments import current
from ..rules.approval import approval_blocks, approver_roles, decision_blocks, given_roles, missing_roles, named, read_blocks, sentence
from ..rules.common import clause, status_blocks
from ..rules.risk import current_risk
from .appointment_changes import withdraw
from .changes import void_approvals
from .common import draft_letter, link_to, locked, note, pupils_of, visit_words

Status = HomeVisit.Status


def approve(*, visit: HomeVisit, by: Staff, now: datetime, version: int | None = None, status: str | None = None, says: str = "") -> bool:
    """Sign the visit in every role in which this person approves; whether it now has all approvals that the policy needs.

    The signature keeps name, role, time, the version signed and the sentence signed (ATT-33, ALT-12); `says` is what the approver adds.
    Raises Blocked with every rule that stands against it.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(read_blocks(visit, version, status) or approval_blocks(visit, by, now))
        given = given_roles(visit)
        mine = [role for role in approver_roles(visit.school, visit.policy.values, by, now) if role not in given]
        _sign(visit, mine, by, now)
        whole = not missing_roles(visit)
        if whole:
            visit.status = Status.APPROVED
            visit.save(update_fields=["status"])
            # A family that has been told the time needs no letter about it.
            if visit.announced and current(visit) is None:
                draft_letter(visit, "appointment", now)
        note(visit, "approved" if whole else "approved_in_part", by=by, now=now, says=says, roles=mine, version=visit.version)
        _tell(visit, f"approved{'' if whole else ', and waits for another approval'}", by, now)
    return whole


def _sign(visit: HomeVisit, roles: list[str], by: Staff, now: datetime) -> None:
    risk, signed = current_risk(visit), sentence(visit, roles)
    VisitApproval.objects.bulk_create(
        [
            VisitApproval(visit=visit, role=role, staff=by, name=by.name, risk=risk, version=visit.version, says=signed, at=now)
            for role in roles
        ]
    )


def decline(*, visit: HomeVisit, reason: str, by: Staff, now: datetime, version: int | None = None, status: str | None = None) -> None:
    """Decide that the visit is not made. Raises Blocked, or BadInput without a reason."""
    _decide(visit, Status.DECLINED, "declined", reason, by, now, (version, status))


def send_back(*, visit: HomeVisit, reason: str, by: Staff, now: datetime, version: int | None = None, status: str | None = None) -> None:
    """Send the visit back for changes. Raises Blocked, or BadInput without a reason."""
    _decide(visit, Status.SENT_BACK, "sent_back", reason, by, now, (version, status))


def _decide(visit: HomeVisit, to: str, what: str, reason: str, by: Staff, now: datetime, as_read: tuple[int | None, str | None]) -> None:
    if not reason.strip():
        raise BadInput("Please say why, in a sentence.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(read_blocks(visit, *as_read) or decision_blocks(visit, visit.policy.values, by, now) + status_blocks(visit, to))
        void_approvals(visit, now)
        visit.status = to
        visit.save(update_fields=["status"])
        roles = approver_roles(visit.school, visit.policy.values, by, now)
        note(visit, what, by=by, now=now, says=f"{reason.strip()} ({named(roles, 'and')})", version=visit.version)
        if to == Status.DECLINED:
            withdraw(visit=visit, why="The visit was declined", by=by, now=now)
        _tell(visit, "declined" if to == Status.DECLINED else "sent back for changes", by, now)


def _tell(visit: HomeVisit, decided: str, by: Staff, now: datetime) -> None:
    """Whoever asked for the visit and those who go hear what was decided; why stands on its page."""
    people = {member.staff_id: member.staff for member in visit.members.select_related("staff")}
    if visit.raised_by is not None:
        people.setdefault(visit.raised_by.pk, visit.raised_by)
    people.pop(by.pk, None)
    tell(
        school=visit.school, role="pair", about="visit_decided", says=f"{visit_words(visit, now)}: {decided} by {by.name}.",
        people=list(people.values()), pupils=pupils_of(visit), link=link_to(visit.school, visit),
        clause=clause(visit.policy.values, "approvers") or "", by=by, now=now,
    )  # fmt: skip
