"""A guarded role, or a way into the account of whoever holds one, takes two: one asks, another agrees, and all who hold one are told."""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if

from ..models import GuardedRequest, School, Staff
from ..rules import may_agree, may_ask
from ..selectors.guarded import open_requests
from .second_factor import reset_after_agreement
from .staff import end_agreed_role, give_agreed_role, rename, taken

Kind = GuardedRequest.Kind


def ask(
    *, school: School, staff: Staff, kind: str, role: str = "", ends_on: date | None = None, email: str = "", by: Staff, now: datetime
) -> GuardedRequest:
    """Ask for it; asked again while it waits, the last one counts. Raises Blocked, or BadInput for an address that cannot be had.

    What is asked is bound to the sign-in as it stands: another address or second step, and nobody can agree to it any more.
    """
    email = email.strip().lower()
    with transaction.atomic():
        refuse_if(may_ask(by, school, kind, role, staff, clock.local_day(now)))
        if kind == Kind.ADDRESS and taken(email, staff):
            raise BadInput("Somebody else signs in with this email address.")
        staff.refresh_from_db(fields=["email"])
        given = {"ends_on": ends_on, "email": email, "asked_by_id": by.pk, "signs_in_with": staff.email, "second_step": _second_step(staff)}
        waits = GuardedRequest.objects.select_for_update().filter(school=school, staff=staff, kind=kind, role=role, decided_at=None).first()
        if waits and all(getattr(waits, name) == value for name, value in given.items()):
            row = waits
        else:
            if waits:  # a page that shows the earlier one must not agree to this one
                _decide(waits, False, by, now)
            row = GuardedRequest(school=school, staff=staff, kind=Kind(kind), role=role, **given)
        row.asked_at = now
        row.save()
        _record("people.guarded.asked", row, by, now)
    return row


def agree(*, request: GuardedRequest, by: Staff, now: datetime) -> GuardedRequest:
    """Agree, and it is done. Raises Blocked for whoever may not, and for what no longer waits."""
    with transaction.atomic():
        row = _waiting(request, now)
        refuse_if(blocks_to_agree(row, by, now))
        _decide(row, True, by, now)
        if row.kind == Kind.ROLE:
            give_agreed_role(staff=row.staff, school=row.school, role=row.role, ends_on=row.ends_on, by=by, now=now)
        elif row.kind == Kind.END:
            end_agreed_role(staff=row.staff, school=row.school, role=row.role, last_day=row.ends_on or clock.local_day(now), by=by, now=now)
        elif row.kind == Kind.RESET:
            reset_after_agreement(staff=row.staff, school=row.school, by=by, now=now)
        else:
            rename(staff=row.staff, school=row.school, name=row.staff.name, email=row.email, by=by, now=now)
    return row


def refuse(*, request: GuardedRequest, by: Staff, now: datetime) -> GuardedRequest:
    """Refuse it, or take back what one asked for oneself. Raises Blocked for what no longer waits."""
    with transaction.atomic():
        row = _waiting(request, now)
        if by.pk != row.asked_by_id:
            refuse_if(_blocks(row, by, now))
        _decide(row, False, by, now)
    return row


def note_reason(*, staff: Staff, school: School, role: str, reason: str, by: Actor, now: datetime) -> None:
    """Why whoever runs the installation gave or ended a guarded role."""
    with transaction.atomic():
        audit.record(
            "people.guarded.on_the_server", by=by, now=now, school_id=school.pk, object_type="staff", object_id=staff.pk,
            detail={"role": role, "reason": reason},
        )  # fmt: skip


def blocks_to_agree(row: GuardedRequest, by: Staff, now: datetime) -> list[Block]:
    """Why somebody may not agree to what waits: what they may not, and that the sign-in is another than when it was asked."""
    return _blocks(row, by, now) + _other_sign_in(row)


def _blocks(row: GuardedRequest, by: Staff, now: datetime) -> list[Block]:
    return may_agree(by, row.school, row.asked_by, row.kind, row.role, row.staff, clock.local_day(now))


def _other_sign_in(row: GuardedRequest) -> list[Block]:
    """Nothing is agreed to for a sign-in that is another than when it was asked; an end opens nothing, a role asks for the same step."""
    same_step = row.kind != Kind.ROLE or _second_step(row.staff) == row.second_step
    if row.kind == Kind.END or (row.staff.email == row.signs_in_with and same_step):
        return []
    return [Block(f"The address or the second step of {row.staff.name} was changed since this was asked. It has to be asked anew.")]


def _second_step(staff: Staff) -> str:
    """The second steps of a person as one text: another app or key gives another. Recovery codes are no step of their own."""
    steps = Authenticator.objects.filter(user=staff).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return ",".join(str(pk) for pk in steps.order_by("pk").values_list("pk", flat=True))[:200]


def _waiting(request: GuardedRequest, now: datetime) -> GuardedRequest:
    GuardedRequest.objects.select_for_update().filter(pk=request.pk).first()
    row = open_requests(request.school, now).filter(pk=request.pk).first()
    if row is None:
        raise Blocked([Block("That no longer waits: somebody decided, or it is older than a fortnight.")])
    return row


def _decide(row: GuardedRequest, agreed: bool, by: Staff, now: datetime) -> None:
    row.decided_by, row.decided_at, row.agreed = by, now, agreed
    row.save(update_fields=["decided_by", "decided_at", "agreed"])
    _record("people.guarded.agreed" if agreed else "people.guarded.refused", row, by, now)


def _record(act: str, row: GuardedRequest, by: Staff, now: datetime) -> None:
    detail = {"request": row.pk, "kind": row.kind, "role": row.role, "asked_by": row.asked_by_id, "signs_in_with": row.signs_in_with}
    audit.record(act, by=by, now=now, school_id=row.school_id, object_type="staff", object_id=row.staff_id, detail=detail)
