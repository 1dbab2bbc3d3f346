"""Raising concerns."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School, Staff

from ..models import Concern


def raise_concern(
    *,
    school: School,
    pupil_ids: Collection[int],
    says: str,
    source: str = "",
    clause: str = "",
    told: bool = False,
    seen_at: datetime | None = None,
    link: str = "",
    by: Staff,
    now: datetime,
) -> Concern:
    """Write a concern and tell the safeguarding team at once, without its content.

    `told` says that the act which causes it has told them already: one act, one notice. `seen_at`: when it was seen, where it was
    written without network and arrives now. `link`: the page on which the safeguarding team reads what belongs to it.
    """
    with transaction.atomic():
        concern = Concern.objects.create(school=school, says=says, source=source[:60], seen_at=seen_at or now, at=now, by=by)
        concern.pupils.set(list(pupil_ids))
        if not told:
            tell(
                school=school, role=Role.DSL, about="concern", says="A concern was raised. Please look at it now.", link=link,
                pupils=list(pupil_ids), alarm=True, task=True, clause=clause, by=by, now=now,
            )  # fmt: skip
        record("safeguarding.concern.raised", by=by, now=now, school_id=school.pk, object_type="Concern", object_id=concern.pk)
    return concern
