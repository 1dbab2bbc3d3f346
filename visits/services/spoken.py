"""Who was spoken to at the door, as it was then (MAT-11), and what they were told first (MAT-17)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Contact, Role, Staff

from ..heard import heard, in_words, late
from ..models import HomeVisit, SpokenTo
from ..rules.door import spoken_blocks
from .common import link_to, locked, note, pupils_of, visit_words


def record_spoken(
    *,
    visit: HomeVisit,
    by: Staff,
    now: datetime,
    contact: Contact | None = None,
    name: str = "",
    relation: str = "",
    delegated: bool = False,
    delegated_by: Contact | None = None,
    told_notes: bool = False,
    told_sharing: bool = False,
    token: UUID | None = None,
    received: datetime | None = None,
) -> SpokenTo:
    """Record who was spoken to, checked against the contacts with parental responsibility. The same `token` twice is one.

    Somebody without it and not `delegated` was told nothing of the purpose. A restricted person is told to the safeguarding team.
    `received`: when it came in, where it was said without network at `now`.
    Raises Blocked by a rule, BadInput without a name or for a contact of another family.
    """
    with transaction.atomic():
        visit = locked(visit)
        if token and (known := SpokenTo.objects.filter(visit=visit, token=token).first()):
            return known
        theirs = contacts_of(visit)
        if {one.pk for one in (contact, delegated_by) if one} - {one.pk for one in theirs}:
            raise BadInput("Choose somebody of this family.")
        called = contact.name if contact else name.strip()
        if not called:
            raise BadInput("Enter the name of whom you spoke to, or say who they are.")
        same = [one for one in theirs if _same_name(one.name, called)]
        responsible = any(one.parental_responsibility for one in same)
        refuse_if(spoken_blocks(visit, delegated and not responsible, delegated_by, by, now))
        row = SpokenTo.objects.create(
            visit=visit, contact=contact or next(iter(same), None), name=called[:150], relation=(relation.strip() or _relation(same))[:80],
            parental_responsibility=responsible, delegated_by=delegated_by.name[:150] if delegated and delegated_by else "",
            restricted=any(one.restricted for one in same), told_notes=told_notes, told_sharing=told_sharing, token=token, at=now, by=by,
            received_at=late(now, received),
        )  # fmt: skip
        note(visit, "spoken_to", by=by, now=now, received=received, says=words_of(row), spoken=row.pk)
        if row.restricted:
            _warn(visit, row)
    return row


def contacts_of(visit: HomeVisit) -> list[Contact]:
    """The contacts of the visit's pupils, by priority; restricted ones among them, since one may open the door."""
    found = Contact.objects.filter(pupil__visit_pupils__visit=visit, gone=False).select_related("pupil")
    return list(found.order_by("restricted", "priority", "pk"))


def words_of(row: SpokenTo) -> str:
    """Who it was, in what standing."""
    standing = "with parental responsibility" if row.parental_responsibility else "without parental responsibility, told nothing of why"
    if row.delegated_by:
        standing = f"authorised by {row.delegated_by}"
    if row.restricted:
        standing = f"RESTRICTED, {standing}"
    return f"{row.name}{f' ({row.relation})' if row.relation else ''}: {standing}"


def _same_name(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _relation(same: list[Contact]) -> str:
    return next((one.relationship for one in same if one.relationship), "")


def _warn(visit: HomeVisit, row: SpokenTo) -> None:
    then, now = f" That was at {in_words(row.at, row.received_at)}." if row.received_at else "", heard(row.at, row.received_at)
    tell(
        school=visit.school, role=Role.DSL, about="restricted_met",
        says=f"{visit_words(visit, now)}: a restricted person was met.{then}",
        alarm=True,
        pupils=pupils_of(visit), link=link_to(visit.school, visit), clause="MAT-11", by=row.by, now=now,
    )  # fmt: skip
