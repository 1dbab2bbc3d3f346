"""Staff come, hold roles from one day to another, and leave."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.common.phone import takes_texts

from ..models import Role, School, Staff, StaffRole
from ..rules import leaves_a_reader, leaves_someone_in_charge, may_change_account, may_give
from ..selectors.staff import staff_in
from .sessions import end_sessions


@dataclass(frozen=True)
class Added:
    """Who was added, and whether the account is a new one (else they had one, from another school or before)."""

    staff: Staff
    new_account: bool


def add_staff(
    *, school: School, name: str, email: str, role: str, class_name: str = "",
    starts_on: date | None = None, ends_on: date | None = None, by: Actor, now: datetime,
) -> Added:  # fmt: skip
    """Give a person an account and a first role; an address that has an account gets the role there, with its name as it is.

    The account has no password: the invitation leads to setting one. Done twice it is done once. Raises Blocked when `by` may not
    give the role, BadInput when it ends before it starts.
    """
    email = email.strip().lower()
    with transaction.atomic():
        staff = Staff.objects.filter(email__iexact=email).first()
        refuse_if(may_give(by, school, [role], staff, clock.local_day(now)))
        new = staff is None
        if staff is None:
            staff = Staff.objects.create_user(email, name=name.strip())
            _record("people.staff.added", staff, school, {"email": email}, by, now)
        elif not staff.is_active:
            _come_back(staff, school, by, now)
        give_role(
            staff=staff, school=school, role=role, class_name=class_name, starts_on=starts_on, ends_on=ends_on, by=by, now=now
        )  # fmt: skip
    return Added(staff, new)


def give_role(
    *, staff: Staff, school: School, role: str, class_name: str = "",
    starts_on: date | None = None, ends_on: date | None = None, by: Actor, now: datetime,
) -> StaffRole:  # fmt: skip
    """Let a person hold a role in a school, both days included; given again, its dates and class are the new ones.

    Raises Blocked when `by` may not give it, BadInput when it ends before it starts.
    """
    if starts_on and ends_on and ends_on < starts_on:
        raise BadInput("The last day must not come before the first day.")
    refuse_if(may_give(by, school, [role], staff, clock.local_day(now)))
    wanted = {"class_name": class_name.strip(), "starts_on": starts_on, "ends_on": ends_on}
    return _write_role(staff, school, role, wanted, by, now)


def give_agreed_role(*, staff: Staff, school: School, role: str, ends_on: date | None, by: Staff, now: datetime) -> StaffRole:
    """The role that one person asked for and `by` has agreed to: `services.guarded` has seen to both."""
    return _write_role(staff, school, role, {"class_name": "", "starts_on": None, "ends_on": ends_on}, by, now)


def _write_role(staff: Staff, school: School, role: str, wanted: dict[str, Any], by: Actor, now: datetime) -> StaffRole:
    with transaction.atomic():
        today, ends_on = clock.local_day(now), wanted["ends_on"]
        held = StaffRole.objects.select_for_update().filter(staff=staff, school=school, role=role).first()
        if held and ends_on:
            refuse_if(leaves_someone_in_charge(school, [held], today))
        if not staff.is_active and (ends_on is None or ends_on >= today):
            _come_back(staff, school, by, now)
        given = {**wanted, "held_until": None}
        row, _ = StaffRole.objects.update_or_create(staff=staff, school=school, role=Role(role), defaults=given)
        _record("people.role.given", staff, school, {"role": role, **wanted}, by, now)
    return row


class NobodyReads(Blocked):
    """Nobody would be left who reads concerns, or what is said about a head; said again with `nobody_reads`, it is done all the same."""


def end_role(*, role: StaffRole, last_day: date, nobody_reads: bool = False, by: Actor, now: datetime) -> None:
    """Let a role in a school end after `last_day`. Raises Blocked when `by` may not or nobody would be left in charge, NobodyReads."""
    _end([role], last_day, nobody_reads, by, now)


def end_agreed_role(*, staff: Staff, school: School, role: str, last_day: date, by: Staff, now: datetime) -> None:
    """The end that one person asked for and `by` has agreed to: `services.guarded` has seen to both. Raises Blocked where it has ended."""
    with transaction.atomic():
        row = (
            StaffRole.objects.select_for_update()
            .filter(staff=staff, school=school, role=role)
            .exclude(ends_on__lt=clock.local_day(now))
            .first()
        )
        if row is None:
            raise Blocked([Block(f"{staff.name} holds the role no longer.")])
        _write_end(row, school, last_day, by, now)


def leave(*, staff: Staff, school: School, last_day: date, nobody_reads: bool = False, by: Actor, now: datetime) -> None:
    """Let a person leave a school after `last_day`: every role ends, and with the last one anywhere the account closes.

    A last day before today ends their access at once, and any session with it. Raises Blocked as `end_role` does, and for a person
    who has no role of this school's own.
    """
    with transaction.atomic():
        roles = list(StaffRole.objects.select_for_update().filter(staff=staff, school=school))
        if not roles:
            raise Blocked([Block("This person’s role comes from the trust, not from this school.")])
        today = clock.local_day(now)
        _end([role for role in roles if role.ends_on is None or role.ends_on > last_day], last_day, nobody_reads, by, now)
        _record("people.staff.left", staff, school, {"last_day": last_day}, by, now)
        still = StaffRole.objects.filter(staff=staff).exclude(ends_on__lt=today)
        if last_day < today and not still.exists() and not staff.is_superuser:
            staff.is_active = False
            staff.save(update_fields=["is_active"])
            end_sessions(staff=staff, by=by, now=now, school=school)


def _end(roles: list[StaffRole], last_day: date, nobody_reads: bool, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        today = clock.local_day(now)
        lost = leaves_a_reader(roles[0].school, roles, last_day) if roles and roles[0].school and isinstance(by, Staff) else []
        for role in roles:
            school = role.school
            if school is None:
                raise Blocked([Block("A role that comes from the trust is ended by the trust.")])
            refuse_if(may_give(by, school, [role.role], role.staff, today, ending=not _lengthens(role, last_day, today)))
            refuse_if(leaves_someone_in_charge(school, roles, today))
            _write_end(role, school, last_day, by, now)
        if lost and not nobody_reads:  # after the other rules: only somebody who may end it learns that they can insist
            raise NobodyReads(lost)


def _write_end(role: StaffRole, school: School, last_day: date, by: Actor, now: datetime) -> None:
    """The end in the row and the trail. One at once ends the access today, and says that today the person had the role."""
    today = clock.local_day(now)
    held = (role.starts_on is None or role.starts_on <= today) and (role.ends_on is None or role.ends_on >= today)
    role.held_until = today if held and last_day == end_of_yesterday(now) else None
    role.ends_on = last_day
    if role.starts_on and role.starts_on > (role.held_until or last_day):
        role.starts_on = last_day
    role.save(update_fields=["starts_on", "ends_on", "held_until"])
    detail: dict[str, object] = {"role": role.role, "last_day": role.last_day, "at_once": role.held_until is not None}
    _record("people.role.ended", role.staff, school, detail, by, now)


def _lengthens(role: StaffRole, last_day: date, today: date) -> bool:
    """Whether a new last day lets a role hold on a day on which it would not have held: that is giving it, whatever it is called."""
    if role.ends_on and last_day > role.ends_on:
        return True
    return bool(role.starts_on and role.starts_on > last_day >= today)


def change_account(*, staff: Staff, school: School, name: str, email: str, by: Actor, now: datetime) -> str:
    """Correct a person's name or email address; answers the address before. Raises Blocked or BadInput (address taken)."""
    refuse_if(may_change_account(by, staff, school, clock.local_day(now)))
    return rename(staff=staff, school=school, name=name, email=email, by=by, now=now)


def taken(email: str, staff: Staff) -> bool:
    """Whether somebody else signs in with an address."""
    return Staff.objects.filter(email__iexact=email).exclude(pk=staff.pk).exists()


def rename(*, staff: Staff, school: School, name: str, email: str, by: Actor, now: datetime) -> str:
    """The same once a rule has let it: the caller has asked. Raises BadInput."""
    email = email.strip().lower()
    with transaction.atomic():
        if taken(email, staff):
            raise BadInput("Somebody else signs in with this email address.")
        before, name_before, name = staff.email, staff.name, " ".join(name.split())
        detail: dict[str, object] = {"email": email, "email_before": before}
        if name != name_before:
            if _is_of_another(name, staff, school):
                raise BadInput(NAME_OF_ANOTHER)
            staff.names_before = [*staff.names_before, {"name": name_before, "until": now.isoformat()}]
            detail |= {"name": name, "name_before": name_before}
        staff.name, staff.email = name, email
        staff.save(update_fields=["name", "names_before", "email"])
        _record("people.staff.changed", staff, school, detail, by, now)
    return before


NAME_OF_ANOTHER = (
    "Somebody else in the school has, or had, this name, and what is written says who wrote it by name. Add what tells them apart, such as "
    "a middle name."
)


def _is_of_another(name: str, staff: Staff, school: School) -> bool:
    """Whether a name reads as that of somebody else who works or worked in the school, now or before a correction."""
    for other in staff_in(school).exclude(pk=staff.pk):
        if _reads_as(name) in {_reads_as(each) for each in (other.name, *(before["name"] for before in other.names_before))}:
            return True
    return False


def _reads_as(name: str) -> str:
    """A name without case, accents, signs and spaces."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def choose_notices(*, staff: Staff, notify_by: str, mobile: str, now: datetime) -> None:
    """A person chooses how they are told besides in the product. `mobile` is E.164 or empty. Raises BadInput without a number for texts."""
    if mobile and not takes_texts(mobile):
        raise BadInput("Enter a mobile number: a text does not reach this one.")
    if notify_by == Staff.NotifyBy.TEXT and not mobile:
        raise BadInput("Enter your mobile number to be told by text.")
    with transaction.atomic():
        staff.notify_by, staff.mobile = Staff.NotifyBy(notify_by), mobile
        staff.save(update_fields=["notify_by", "mobile"])
        _record("people.staff.notices_chosen", staff, None, {"notify_by": notify_by, "has_mobile": bool(mobile)}, staff, now)


def set_duty(*, role: StaffRole, on_duty: bool, by: Actor, now: datetime) -> None:
    """Say whether a senior manager is on duty. Raises BadInput for another role."""
    if role.role != Role.SENIOR_MANAGER:
        raise BadInput("Only senior managers are on or off duty.")
    with transaction.atomic():
        role.on_duty = on_duty
        role.save(update_fields=["on_duty"])
        _record("people.duty.changed", role.staff, role.school, {"on_duty": on_duty}, by, now)


def end_of_yesterday(now: datetime) -> date:
    """The last day of somebody whose access ends at once."""
    return clock.local_day(now) - timedelta(days=1)


def _come_back(staff: Staff, school: School, by: Actor, now: datetime) -> None:
    """Somebody who left is added again. Their old password does not come back with them: the invitation sets a new one."""
    staff.is_active = True
    staff.set_unusable_password()
    staff.save(update_fields=["is_active", "password"])
    _record("people.staff.came_back", staff, school, {}, by, now)


def _record(act: str, staff: Staff, school: School | None, detail: dict[str, object], by: Actor, now: datetime) -> None:
    audit.record(act, by=by, now=now, school_id=school.pk if school else None, object_type="staff", object_id=staff.pk, detail=detail)
