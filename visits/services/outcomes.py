"""What the visit found, and everything that follows from it at once (rehearsal.md, 10)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Pupil, Role, Staff
from homevisits.policy.values import Values
from safeguarding.models import Referral
from safeguarding.services import ask_to_tell_agencies, open_referral, raise_concern
from safeguarding.services.incidents import open_incident

from ..models import HomeVisit, VisitOutcome, VisitOutcomePupil
from ..purposes import CHILD_CHECK
from ..rules.common import clause
from ..rules.door import outcome_blocks
from .common import draft_letter, link_to, locked, note, pupils_of

Kind = VisitOutcome.Kind
SAYS = {
    "no_answer": "Nobody answered the door on a home visit.",
    "child_not_seen": "The child was not seen on a home visit.",
    "child_alone": "A child was found alone on a home visit.",
    "unsafe": "Staff left a home visit because it was not safe.",
    "family_declined": "A family declined a home visit.",
}


def record_outcome(
    *,
    visit: HomeVisit,
    kind: str,
    by: Staff,
    now: datetime,
    seen_by: str = "",
    note_text: str = "",
    pupil_ids: Collection[int] | None = None,
) -> VisitOutcome:
    """Record what the visit found, for all of its pupils or for some, and do what its clauses say.

    Raises Blocked when nobody has gone or for somebody who did not go, BadInput for an outcome or a pupil that is not the visit's.
    """
    if kind not in Kind.values:
        raise BadInput(f"“{kind}” is not an outcome of a visit.")
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(outcome_blocks(visit, by, now))
        pupils = pupils_of(visit) if pupil_ids is None else list(pupil_ids)
        if set(pupils) - set(pupils_of(visit)):
            raise BadInput("The outcome names a child whom the visit is not about.")
        outcome = VisitOutcome.objects.create(visit=visit, kind=kind, seen_by=seen_by, note=note_text, at=now, by=by)
        VisitOutcomePupil.objects.bulk_create([VisitOutcomePupil(outcome=outcome, pupil_id=pupil) for pupil in pupils])
        if visit.status == HomeVisit.Status.OUT:
            visit.status = HomeVisit.Status.DONE
            visit.save(update_fields=["status"])
        note(visit, f"found_{kind}"[:20], by=by, now=now, says=note_text, outcome=kind, pupils=pupils)
        _follow(visit, kind, pupils, by, now)
    return outcome


def _follow(visit: HomeVisit, kind: str, pupils: list[int], by: Staff, now: datetime) -> None:
    values = visit.policy.values
    welfare = visit.purpose == CHILD_CHECK
    for role in _WHO_HEARS.get(kind, ()):
        _tell(visit, role, kind, pupils, by, now)
    if kind == Kind.NO_ANSWER:
        draft_letter(visit, values.nobody_home_leaves, now)
        open_referral(
            school=visit.school, kind=Referral.Kind.EDUCATION_WELFARE_OFFICER, pupil_ids=pupils, repeat_minutes=values.referral_repeat,
            clause=clause(values, "referral_repeat") or "", by=by, now=now,
        )  # fmt: skip
    elif kind == Kind.CHILD_NOT_SEEN:
        raise_concern(
            school=visit.school, pupil_ids=pupils, says=SAYS[kind], source="visit outcome", clause="PRI-36", told=True, by=by, now=now
        )
    elif kind == Kind.UNSAFE:
        open_incident(school=visit.school, kind="unsafe", pupil_ids=pupils, visit_id=visit.pk, by=by, now=now)
    elif kind == Kind.CHILD_SEEN and welfare:
        draft_letter(visit, "protocol_letter", now)
    if welfare:
        ask_to_tell_agencies(school=visit.school, pupil_ids=pupils, by=by, now=now)


_WHO_HEARS: dict[str, tuple[str, ...]] = {
    Kind.NO_ANSWER: (Role.DSL,),
    Kind.CHILD_NOT_SEEN: (Role.DSL,),
    Kind.CHILD_ALONE: (Role.DSL, Role.HEADTEACHER),
    Kind.UNSAFE: (Role.HEADTEACHER,),
    Kind.FAMILY_DECLINED: (Role.DSL,),
}


def _tell(visit: HomeVisit, role: str, about: str, pupils: list[int], by: Staff, now: datetime) -> None:
    tell(
        school=visit.school, role=role, about=about, says=SAYS[about], pupils=pupils, link=link_to(visit.school, visit), alarm=True,
        clause=_clause_of(visit.policy.values, about), by=by, now=now,
    )  # fmt: skip


def _clause_of(values: Values, about: str) -> str:
    own = {"no_answer": "PRI-40", "child_not_seen": "PRI-36", "child_alone": "MAT-12", "unsafe": "PRI-25", "family_declined": "PRI-15"}
    return own.get(about, "")


def pupils_seen(visit_ids: Collection[int]) -> set[int]:
    """The pupils whom these visits have seen."""
    return set(
        Pupil.objects.filter(visit_outcomes__outcome__visit__in=list(visit_ids), visit_outcomes__outcome__kind=Kind.CHILD_SEEN).values_list(
            "pk", flat=True
        )
    )
