"""A preset taken on as it stands, for set-up."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.people.models import School, Trust

from ..control import control_of
from ..models import PolicySignature, PolicyVersion
from ..numbers import next_major
from ..values import differences, values_of
from .common import lead_role_for, owner_of, record_on


@transaction.atomic
def adopt_preset(
    *,
    school: School | None = None,
    trust: Trust | None = None,
    preset: str,
    changes: Mapping[str, Any] | None = None,
    effective_from: date | None = None,
    signed: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime,
) -> PolicyVersion:
    """An agreed version of a preset with `changes`, in force from today or `effective_from`: for set-up, the demo and rehearsals.

    `signed` records who had signed it on paper: role -> name. Without, its page says that nobody has; a policy that people sign
    here goes through `draft_version` and `sign`.
    Raises BadInput when a change is wrong, or unless exactly one of school and trust is given.
    """
    owner = owner_of(school, trust)
    values = values_of(preset, changes or {})
    today = clock.local_day(now)
    shipped = control_of(preset)
    version = PolicyVersion.objects.create(
        school=school, trust=trust, number=next_major(owner), preset=preset, changes=differences(preset, values),
        status=PolicyVersion.Status.AGREED, owner=shipped.owner, published=shipped.published,
        lead_role=lead_role_for(owner, shipped.lead_role),
        created_on=today, agreed_on=today,
        effective_from=effective_from or today, prepared_by_id=staff_id(by), prepared_at=now,
    )  # fmt: skip
    PolicySignature.objects.bulk_create(
        PolicySignature(version=version, role=role, name=name, signed_on=today, signed_at=now, recorded_by_id=staff_id(by))
        for role, name in (signed or {}).items()
    )
    record_on(
        version, "policy_adopted", by=by, now=now, detail={"preset": preset, "changes": version.changes, "signed": sorted(signed or {})}
    )
    return version
