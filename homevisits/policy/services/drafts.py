"""A draft is made from the version in force, changed, and thrown away or signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import School, Trust

from .. import permissions
from ..control import control_of
from ..kinds import to_json
from ..models import PolicyVersion
from ..numbers import next_major, next_minor
from ..selectors import draft_of, find_version_in_force, trust_version_in_force
from ..settings_schema import setting
from ..values import BadSetting, differences, values_of
from .common import lead_role_for, locked_draft, owner_of, record_on

DETAILS = ("title", "owner", "lead_role", "published", "created_on", "effective_from", "next_review_on", "references", "binds_schools")


@transaction.atomic
def draft_version(
    *, school: School | None = None, trust: Trust | None = None, preset: str | None = None, by: Actor, now: datetime
) -> PolicyVersion:
    """A new draft: a copy of what is in force (a school's first one copies its trust's), or of a preset when one is named.

    Numbered 1.1 after 1.0, 2.0 with another preset. Raises Blocked when there is a draft already or the person may not,
    BadInput when there is nothing to copy.
    """
    owner = owner_of(school, trust)
    today = clock.local_day(now)
    permissions.refuse_unless(by, owner, permissions.EDIT, today)
    if existing := draft_of(owner):
        raise Blocked([Block(f"There is a draft already: version {existing.number}. Finish or discard it first.", "PRI-42")])
    base = find_version_in_force(owner, today) if isinstance(owner, School) else trust_version_in_force(owner, today)
    if preset is None and base is None:
        raise BadInput("Choose the preset to start from.")
    refuse_if(_binding_blocks(owner, base))
    own = base is not None and base.school_id == (school.pk if school else None)
    draft = _new(preset, base, next_major(owner) if preset else next_minor(owner), own)
    draft.school, draft.trust = school, trust
    draft.created_on = draft.created_on or today
    draft.lead_role = lead_role_for(owner, draft.lead_role)
    draft.prepared_by_id, draft.prepared_at = staff_id(by), now
    draft.save()
    record_on(
        draft, "policy_drafted", by=by, now=now, detail={"preset": draft.preset, "from": base.number if base and not preset else None}
    )
    return draft


def _new(preset: str | None, base: PolicyVersion | None, number: str, own: bool) -> PolicyVersion:
    """An unsaved draft. What a version says about itself as a document is copied from the owner's own one alone."""
    if preset is None and base is not None:
        draft = PolicyVersion(preset=base.preset, changes=base.changes, references=base.references, title=base.title, number=number)
        for name in (*DETAILS, "reviewed_by", "reviewed_on") if own else ():
            if name != "effective_from":
                setattr(draft, name, getattr(base, name))
        return draft
    values_of(preset or "", {})
    shipped = control_of(preset or "")
    return PolicyVersion(preset=preset or "", owner=shipped.owner, lead_role=shipped.lead_role, published=shipped.published, number=number)


def _binding_blocks(owner: School | Trust, base: PolicyVersion | None) -> list[Block]:
    """A school whose trust binds it cannot have its own: it would never take effect (MAT-04)."""
    if isinstance(owner, School) and base is not None and base.trust_id is not None and base.binds_schools:
        return [Block(f"{base.trust} sets one policy for all its schools. Ask the trust to change it.", "MAT-04")]
    return []


def change_setting(*, version: PolicyVersion, setting: str, value: Any, by: Actor, now: datetime) -> PolicyVersion:
    """Change one setting of a draft. See `change_settings`."""
    return change_settings(version=version, changes={setting: value}, by=by, now=now)


@transaction.atomic
def change_settings(*, version: PolicyVersion, changes: Mapping[str, Any], by: Actor, now: datetime) -> PolicyVersion:
    """Change settings of a draft together; the preset's own value takes a change back. Signatures given so far are void.

    Raises BadSetting with the sentence and changes nothing when one is wrong; Blocked when it is no draft or the person may not.
    """
    draft = locked_draft(version)
    permissions.refuse_unless(by, draft.school or owner_of(None, draft.trust), permissions.EDIT, clock.local_day(now))
    for name in changes:
        _known(name)
    old = draft.values
    new = values_of(draft.preset, {**draft.changes, **{name: to_json(value) for name, value in changes.items()}})
    draft.changes = differences(draft.preset, new)
    draft.save(update_fields=["changes"])
    changed = {
        name: [to_json(getattr(old, name)), to_json(getattr(new, name))] for name in changes if getattr(old, name) != getattr(new, name)
    }
    if changed:
        _void_signatures(draft, by=by, now=now)
        record_on(draft, "policy_changed", by=by, now=now, detail={"changed": changed})
    return draft


@transaction.atomic
def set_details(*, version: PolicyVersion, by: Actor, now: datetime, **details: Any) -> PolicyVersion:
    """Change what stands on a draft besides its settings: any of `DETAILS`. Signatures given so far are void.

    Raises BadInput for a first day in the past, or for a school's version that would bind schools.
    """
    draft = locked_draft(version)
    today = clock.local_day(now)
    permissions.refuse_unless(by, draft.school or owner_of(None, draft.trust), permissions.EDIT, today)
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise BadInput(f"{', '.join(sorted(unknown))} cannot be changed here.")
    effective = details.get("effective_from")
    if effective and effective < today:
        raise BadInput("A policy cannot take effect in the past. Give today or a later day.")
    if details.get("binds_schools") and draft.trust_id is None:
        raise BadInput("Only a trust's policy can bind its schools.")
    changed = sorted(name for name, value in details.items() if getattr(draft, name) != value)
    if not changed:
        return draft
    for name in changed:
        setattr(draft, name, details[name])
    draft.save(update_fields=changed)
    _void_signatures(draft, by=by, now=now)
    record_on(draft, "policy_details_changed", by=by, now=now, detail={"changed": changed})
    return draft


@transaction.atomic
def discard_draft(*, version: PolicyVersion, by: Actor, now: datetime) -> None:
    """Throw a draft away, with what signatures it had. Its number is free again; the audit trail keeps what was in it."""
    draft = locked_draft(version)
    permissions.refuse_unless(by, draft.school or owner_of(None, draft.trust), permissions.EDIT, clock.local_day(now))
    record_on(draft, "policy_draft_discarded", by=by, now=now, detail={"preset": draft.preset, "changes": draft.changes})
    draft.signatures.all().delete()
    draft.delete()


def _known(name: str) -> None:
    try:
        setting(name)
    except KeyError as error:
        raise BadSetting(name, f"“{name}” is not a setting of the policy.") from error


def _void_signatures(draft: PolicyVersion, *, by: Actor, now: datetime) -> None:
    """Nobody has signed what was changed after they signed."""
    roles = list(draft.signatures.values_list("role", flat=True))
    if roles:
        draft.signatures.all().delete()
        record_on(draft, "policy_signatures_void", by=by, now=now, detail={"roles": roles})
