"""Whether the family was told of a concern, and why not (PRI-26)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.errors import BadInput
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, Staff

from ..models import Concern, FamilyTold
from .concern_telling import page_of

Told = FamilyTold.Told


def say_family_told(
    *, concerns: Sequence[Concern], told: str, why: str = "", link: str = "", by: Staff, now: datetime, received: datetime | None = None
) -> list[FamilyTold]:
    """Record for concerns of one act whether the family was told the three things, or why not.

    Not told because that could put the child at risk: the safeguarding team is alerted at once, once an act, without the reason.
    Saying the same again changes nothing. Raises BadInput for another answer.
    """
    if told not in Told.values:
        raise BadInput("Say whether the family was told.")
    why, made, alarming = why.strip(), [], False
    with transaction.atomic():
        for concern in concerns:
            last = FamilyTold.objects.filter(concern=concern).order_by("-pk").first()
            if last is None or (last.told, last.why) != (told, why):
                made.append(FamilyTold.objects.create(concern=concern, told=told, why=why, at=now, by=by))
                alarming = alarming or (told == Told.UNSAFE and (last is None or last.told != Told.UNSAFE))
        if alarming:
            pupils = sorted({pupil.pk for row in made for pupil in row.concern.pupils.all()})
            tell(
                school=made[0].concern.school, role=Role.DSL, about="family_not_told", alarm=True, task=True, pupils=pupils,
                link=link or page_of(made[0].concern),
                says="A family was not told of a concern, because that could put the child at risk. Speak with the staff now.",
                clause="PRI-26", by=by, now=received or now,
            )  # fmt: skip
        for row in made:
            record("safeguarding.concern.family_told", by=by, now=received or now, school_id=row.concern.school_id,
                   object_type="Concern", object_id=row.concern_id)  # fmt: skip
    return made
