"""Incidents of visits: opened with what happened, completed as more is known, closed by a review."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School, Staff

from ..models import Incident
from ..rules.incidents import review_blocks

# A threat, violence or an injury is told to the headteacher at once; the outcome "unsafe" tells by itself.
TOLD = (Incident.Kind.THREAT, Incident.Kind.VIOLENCE, Incident.Kind.KEPT_FROM_LEAVING, Incident.Kind.ANIMALS,
        Incident.Kind.STAFF_INJURY, Incident.Kind.STAFF_ILLNESS, Incident.Kind.OTHER)  # fmt: skip


class MoreKnown(TypedDict, total=False):
    """What can be added to an incident until it is reviewed."""

    note: str
    safe_place_at: datetime | None
    police_called_at: datetime | None
    police_reference: str
    police_not_called_because: str
    support_offered: bool | None
    injury_report: str


def open_incident(
    *,
    school: School,
    kind: str,
    pupil_ids: Collection[int] = (),
    note: str = "",
    happened_at: datetime | None = None,
    visit_id: int | None = None,
    details: Mapping[str, str] | None = None,
    police_called_at: datetime | None = None,
    police_reference: str = "",
    token: UUID | None = None,
    by: Staff,
    now: datetime,
) -> Incident:
    """Keep an incident of a visit, with the time of the event and of the record (MAT-20). Sent twice with one token it is one.

    Raises BadInput for a kind that does not exist or a time that is still to come.
    """
    if kind not in Incident.Kind.values:
        raise BadInput(f"“{kind}” is not a kind of incident.")
    if happened_at is not None and happened_at > now:
        raise BadInput("The time of the incident is still to come.")
    if police_called_at is not None and police_called_at > now:
        raise BadInput("The call to the police cannot be later than now.")
    with transaction.atomic():
        if token:  # two taps at once are one, the second waits for the first
            School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if token and (known := Incident.objects.filter(school=school, token=token).first()):
            return known
        incident = Incident.objects.create(
            school=school, kind=kind, happened_at=happened_at or now, at=now, by=by, note=note, visit_id=visit_id, token=token,
            details=dict(details or {}), police_called_at=police_called_at, police_reference=police_reference[:60],
        )  # fmt: skip
        incident.pupils.set(list(pupil_ids))
        record("safeguarding.incident.opened", by=by, now=now, school_id=school.pk, object_type="Incident", object_id=incident.pk)
        if kind in TOLD:
            tell(
                school=school, role=Role.HEADTEACHER, about="incident",
                says=f"An incident on a home visit: {incident.get_kind_display().lower()}.",
                link=f"/s/{school.slug}/incidents/{incident.pk}/", pupils=list(pupil_ids), alarm=True, clause="MAT-20", by=by, now=now,
            )  # fmt: skip
    return incident


def add_to_incident(*, incident: Incident, by: Staff, now: datetime, **more: Unpack[MoreKnown]) -> None:
    """Add what has become known. Raises BadInput once it is reviewed: what was reviewed no longer changes."""
    with transaction.atomic():
        row = Incident.objects.select_for_update().get(pk=incident.pk)
        if row.reviewed_at:
            raise BadInput("The incident is reviewed: record what is new as an incident of its own.")
        changed = [name for name, value in more.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, more[name])  # type: ignore[literal-required]  # the names are MoreKnown's
        row.save(update_fields=changed)
        if changed:
            record(
                "safeguarding.incident.added_to", by=by, now=now, school_id=row.school_id, object_type="Incident", object_id=row.pk,
                detail={"changed": sorted(changed)},
            )  # fmt: skip


def review_incident(*, incident: Incident, review: str, policy_to_amend: bool, by: Staff, now: datetime) -> None:
    """Close an incident with what follows from it, and whether the policy needs amending (ATT-60).

    Raises Blocked while something that the policies ask for is missing, BadInput without words.
    """
    if not review.strip():
        raise BadInput("Say what follows from the incident, in a sentence.")
    with transaction.atomic():
        row = Incident.objects.select_for_update().get(pk=incident.pk)
        refuse_if(review_blocks(row))
        row.review, row.policy_to_amend, row.reviewed_by, row.reviewed_at = review, policy_to_amend, by, now
        row.save(update_fields=["review", "policy_to_amend", "reviewed_by", "reviewed_at"])
        record("safeguarding.incident.reviewed", by=by, now=now, school_id=row.school_id, object_type="Incident", object_id=row.pk)
        if policy_to_amend:
            tell(
                school=row.school, role=Role.HEADTEACHER, about="policy_to_amend", says="An incident asks for a change of the policy.",
                link=f"/s/{row.school.slug}/policy/", task=True, clause="ATT-60", by=by, now=now,
            )  # fmt: skip
