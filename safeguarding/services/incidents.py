"""Incidents of visits: opened with what happened, completed as more is known, closed by a review."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms, tell
from homevisits.people.models import Role, School, Staff

from ..climbing import next_incident_telling
from ..incident_questions import answered, harm_said
from ..models import Incident, IncidentChange
from ..rules.incidents import review_blocks
from .concerns import raise_concern

WAITING = "incident_waiting"
# Every kind is told to the headteacher at once, but for the outcome "unsafe": that tells by itself.
TOLD = frozenset(Incident.Kind) - {Incident.Kind.UNSAFE}
CLAUSES = {Incident.Kind.PHYSICAL_INTERVENTION: "ATT-53"}  # else MAT-20: incidents are recorded at once


class MoreKnown(TypedDict, total=False):
    """What can be added to an incident until it is reviewed. `added` stands beside what happened, `note` takes its place."""

    added: str
    note: str
    details: dict[str, str]
    safe_place_at: datetime | None
    police_called_at: datetime | None
    police_reference: str
    police_not_called_because: str
    ambulance_called_at: datetime | None
    ambulance_reference: str
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
    police_not_called_because: str = "",
    ambulance_called_at: datetime | None = None,
    ambulance_reference: str = "",
    token: UUID | None = None,
    by: Staff,
    now: datetime,
) -> Incident:
    """Keep an incident of a visit, with the time of the event and of the record (MAT-20). Sent twice with one token it is one.

    `details`: answers to the questions of its kind, by their code. Physical intervention that hurt or distressed a child opens a concern
    (ATT-53). Raises BadInput for a kind that does not exist or a time that is still to come.
    """
    _check(kind, happened_at, (police_called_at, ambulance_called_at), now)
    with transaction.atomic():
        if token:  # two taps at once are one, the second waits for the first
            School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if token and (known := Incident.objects.filter(school=school, token=token).first()):
            return known
        incident = Incident.objects.create(
            school=school, kind=kind, happened_at=happened_at or now, at=now, by=by, note=note, visit_id=visit_id, token=token,
            details=dict(details or {}), police_called_at=police_called_at, police_reference=police_reference[:60],
            police_not_called_because=police_not_called_because[:300], ambulance_called_at=ambulance_called_at,
            ambulance_reference=ambulance_reference[:60], next_action_at=next_incident_telling(0, now),
        )  # fmt: skip
        incident.pupils.set(list(pupil_ids))
        record("safeguarding.incident.opened", by=by, now=now, school_id=school.pk, object_type="Incident", object_id=incident.pk)
        if kind in TOLD:
            tell(
                school=school, role=Role.HEADTEACHER, about="incident",
                says=f"An incident on a home visit: {incident.get_kind_display().lower()}.",
                link=f"/s/{school.slug}/incidents/{incident.public_id}/", pupils=list(pupil_ids), alarm=True,
                clause=CLAUSES.get(Incident.Kind(kind), "MAT-20"), by=by, now=now,
            )  # fmt: skip
        _concern_about_harm(incident, by, now)
    return incident


def _check(kind: str, happened_at: datetime | None, calls: Collection[datetime | None], now: datetime) -> None:
    if kind not in Incident.Kind.values:
        raise BadInput(f"“{kind}” is not a kind of incident.")
    if happened_at is not None and happened_at > now:
        raise BadInput("The time of the incident is still to come.")
    if any(at is not None and at > now for at in calls):
        raise BadInput("The call for help cannot be later than now.")


def _concern_about_harm(incident: Incident, by: Staff, now: datetime) -> None:
    """Force that hurt or distressed a child is a concern too, once: what was answered goes to the safeguarding team word for word."""
    if incident.concern_id or not harm_said(incident.kind, incident.details):
        return
    said = [f"{one.words} {words}" for one, words in answered(incident.kind, incident.details) if words]
    incident.concern = raise_concern(
        school=incident.school, pupil_ids=[pupil.pk for pupil in incident.pupils.all()], says="\n".join([incident.note, *said]).strip(),
        source="physical intervention on a visit", clause="ATT-53", seen_at=incident.happened_at, visit_id=incident.visit_id,
        link=f"/s/{incident.school.slug}/incidents/{incident.public_id}/", by=by, now=now,
    )  # fmt: skip
    incident.save(update_fields=["concern"])


def add_to_incident(*, incident: Incident, by: Staff, now: datetime, **more: Unpack[MoreKnown]) -> None:
    """Add what has become known; what stood there before is kept beside it, and said twice it stands once.

    Raises BadInput once it is reviewed: then nothing changes.
    """
    added = more.pop("added", "").strip()
    with transaction.atomic():
        row = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        if row.reviewed_at:
            raise BadInput("The incident is reviewed: record what is new as an incident of its own.")
        if added and not row.note.strip() and "note" not in more:
            more["note"], added = added, ""  # nobody had written what happened: these are the first words of it
        if added and row.changes.filter(by=by, after__added=added).exists():
            added = ""
        if "details" in more:
            more["details"] = {**row.details, **more["details"]}
        before, after = _as_kept(row, more)
        changed = [name for name, value in more.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, more[name])  # type: ignore[literal-required]  # the names are MoreKnown's
        row.save(update_fields=changed)
        if added:
            before, after, changed = {**before, "added": ""}, {**after, "added": added}, [*changed, "added"]
        if changed:
            IncidentChange.objects.create(incident=row, at=now, by=by, before=before, after=after)
            _concern_about_harm(row, by, now)
            record(
                "safeguarding.incident.added_to", by=by, now=now, school_id=row.school_id, object_type="Incident", object_id=row.pk,
                detail={"changed": sorted(changed)},
            )  # fmt: skip


def _as_kept(row: Incident, more: MoreKnown) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an addition changes, as plain values: before and after, the questions of the kind each by itself."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in more.items():
        was = getattr(row, name)
        pairs = [(code, was.get(code, ""), said) for code, said in value.items()] if isinstance(value, dict) else [(name, was, value)]
        for code, old, new in pairs:
            if old != new:
                before[code], after[code] = _plain(old), _plain(new)
    return before, after


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def review_incident(*, incident: Incident, review: str, policy_to_amend: bool, by: Staff, now: datetime) -> None:
    """Close an incident with what follows from it, and whether the policy needs amending (ATT-60).

    Raises Blocked while something that the policies ask for is missing, BadInput without words.
    """
    if not review.strip():
        raise BadInput("Say what follows from the incident, in a sentence.")
    with transaction.atomic():
        row = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        refuse_if(review_blocks(row))
        row.review, row.policy_to_amend, row.reviewed_by, row.reviewed_at, row.next_action_at = review, policy_to_amend, by, now, None
        row.save(update_fields=["review", "policy_to_amend", "reviewed_by", "reviewed_at", "next_action_at"])
        record("safeguarding.incident.reviewed", by=by, now=now, school_id=row.school_id, object_type="Incident", object_id=row.pk)
        link = f"/s/{row.school.slug}/incidents/{row.public_id}/"
        end_alarms(list(Notice.objects.filter(school=row.school_id, about="incident", link=link, done_at=None)), by=by, now=now)
        if not Incident.objects.filter(school=row.school_id, reviewed_at=None).exists():
            end_alarms(list(Notice.objects.filter(school=row.school_id, about=WAITING, done_at=None)), by=by, now=now)
        if policy_to_amend:
            tell(
                school=row.school, role=Role.HEADTEACHER, about="policy_to_amend", says="An incident asks for a change of the policy.",
                link=f"/s/{row.school.slug}/policy/", task=True, clause="ATT-60", by=by, now=now,
            )  # fmt: skip
