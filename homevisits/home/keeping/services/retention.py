"""Deciding what becomes of records that have been kept long enough; holding them; keeping a kind longer."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from homevisits.audit.services import record
from homevisits.common.actors import Actor
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import LegalHold, Pupil, RetentionPeriod, RetentionReview, School, Staff

from ..due import ask_second, has_rows
from ..erase import ERASERS
from ..erasing import Erasing
from ..schedule import SCHEDULE, years_kept
from ..staff_rules import LOW_LEVEL

Decision = RetentionReview.Decision
MOST_YEARS = 100


def set_hold(*, pupil: Pupil, reason: str, token: uuid.UUID, by: Staff, now: datetime) -> LegalHold:
    """From now on nothing about this pupil is erased, until somebody lifts it. One page sent twice is one; a second hold is refused."""
    with transaction.atomic():
        _locked(pupil)
        known = LegalHold.objects.filter(token=token).first()
        if known is not None:
            return known
        if LegalHold.objects.filter(pupil=pupil, lifted_at=None).exists():
            raise Blocked([Block("There is a hold on this pupil’s records already.")])
        row = LegalHold.objects.create(school_id=pupil.school_id, pupil=pupil, reason=reason, set_at=now, set_by=by, token=token)
        _record("hold_set", pupil, by, now, hold=row.pk)
    return row


def lift_hold(*, hold: LegalHold, because: str, by: Staff, now: datetime) -> None:
    """End a hold, with the reason. Raises Blocked where it was lifted before."""
    with transaction.atomic():
        row = LegalHold.objects.select_for_update().select_related("pupil").get(pk=hold.pk)
        if row.lifted_at:
            raise Blocked([Block("The hold is lifted already.")])
        row.lifted_at, row.lifted_by, row.lifted_because = now, by, because
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        _record("hold_lifted", row.pupil, by, now, hold=row.pk)


def keep_longer(*, school: School, kind: str, years: int, why: str, by: Staff, now: datetime) -> RetentionPeriod:
    """Keep a kind longer than the schedule says. Raises BadInput for a shorter time, or more than a hundred years."""
    least = 0 if kind == LOW_LEVEL else SCHEDULE[kind].years
    if not least <= years <= MOST_YEARS:
        raise BadInput(f"Between {least} years, as the schedule says, and {MOST_YEARS}.")
    with transaction.atomic():
        row, _ = RetentionPeriod.objects.update_or_create(
            school=school, kind=kind, defaults={"years": years, "why": why, "at": now, "by": by}
        )
        record(
            "home.retention.period_set", by=by, now=now, school_id=school.pk, object_type="RetentionPeriod", object_id=row.pk,
            detail={"kind": kind, "years": years},
        )  # fmt: skip
    return row


def decision_blocks(review: RetentionReview, decision: str = Decision.DELETE) -> list[Block]:
    """Why a review's records cannot be erased now, in a way: keeping them on is always possible."""
    if review.decision:
        return [Block("It is decided already.")]
    blocks = []
    if LegalHold.objects.filter(pupil=review.pupil_id, lifted_at=None).exists():
        blocks.append(Block("There is a hold on this pupil’s records: nothing of them is erased until it is lifted."))
    if review.kind == "pupil":
        open_kinds = still_held(review.pupil)
        if open_kinds:
            blocks.append(Block(f"Other records of the pupil are still kept, and need a name to belong to: {_names(open_kinds)}."))
    elif decision == Decision.DELETE and SCHEDULE[review.kind].after:
        open_kinds = still_held(review.pupil, SCHEDULE[review.kind].after)
        if open_kinds:
            blocks.append(
                Block(f"What hangs on these records is still kept: {_names(open_kinds)}. Until it is erased they can be anonymised.")
            )
    return blocks


def still_held(pupil: Pupil, among: Collection[str] = ()) -> list[str]:
    """The kinds (of `among`, else all besides the pupil's record itself) of which there still are rows that no review has erased."""
    erased = set(RetentionReview.objects.filter(pupil=pupil, decision__in=("anonymise", "delete")).values_list("kind", flat=True))
    kinds = [kind for kind in among or SCHEDULE if kind not in ("pupil", *erased)]
    return [kind for kind in kinds if Pupil.objects.filter(has_rows(kind), pk=pupil.pk).exists()]


def _names(kinds: Collection[str]) -> str:
    return ", ".join(SCHEDULE[kind].words.lower() for kind in kinds)


def propose(*, review: RetentionReview, decision: str, reason: str, by: Staff, now: datetime) -> RetentionReview:
    """Propose to erase what two people must agree on; a second person is told, and nothing goes. Raises as `decide` does."""
    _check_way(review, decision)
    with transaction.atomic():
        row = RetentionReview.objects.select_for_update(of=("self",)).select_related("school", "pupil").get(pk=review.pk)
        refuse_if(decision_blocks(row, decision))
        if row.proposed:
            raise Blocked([Block("It is proposed already: a second person agrees, or keeps the records.")])
        row.proposed, row.proposed_reason, row.proposed_at, row.proposed_by = decision, reason, now, by
        row.save(update_fields=["proposed", "proposed_reason", "proposed_at", "proposed_by"])
        _record_decision(row, "proposed", by, now)
        ask_second(row, by=by, now=now)
    return row


def decide(
    *, review: RetentionReview, decision: str, reason: str, keep_until: date | None = None, by: Staff, now: datetime
) -> RetentionReview:
    """Keep until a day, anonymise or delete. A hold wins over everything; where two must agree, this is the second.

    What was erased is hashed and counted; the counts stay as figures, with the decision. Raises Blocked, and BadInput for a day not to
    come or a way that the kind does not have.
    """
    if decision == Decision.KEEP and (keep_until is None or keep_until <= local_day(now)):
        raise BadInput("Say until which day to come it is kept.")
    if decision != Decision.KEEP:
        _check_way(review, decision)
    erasing: Erasing | None = None
    try:
        with transaction.atomic():
            pupil = _locked(review.pupil)
            row = RetentionReview.objects.select_for_update().get(pk=review.pk)
            blocks = decision_blocks(row, decision)
            refuse_if([block for block in blocks if decision != Decision.KEEP or row.decision])
            if decision != Decision.KEEP:
                refuse_if(second_blocks(row, decision, by))
            row.decision, row.reason, row.decided_at, row.decided_by = decision, reason, now, by
            row.keep_until = keep_until if decision == Decision.KEEP else None
            if decision != Decision.KEEP:
                row.rule = rule_words(row)
                erasing = Erasing(pupil, row.kind)
                ERASERS[row.kind](erasing, delete=decision == Decision.DELETE)
                row.gone, row.left, row.sha256 = dict(erasing.gone), dict(erasing.left), erasing.sha256
            row.save()
            _record_decision(row, row.decision, by, now)
    except (ProtectedError, IntegrityError) as why:
        raise Blocked([Block("Something else still refers to these records. Nothing was erased; tell whoever runs the product.")]) from why
    if erasing is not None:
        erasing.forget_files()
    return row


def _check_way(review: RetentionReview, decision: str) -> None:
    if decision not in SCHEDULE[review.kind].ways:
        raise BadInput("That cannot be done with this kind of record.")


def second_blocks(review: RetentionReview, decision: str, by: Staff) -> list[Block]:
    """Why this person cannot erase it: where two must agree, it is another who proposed the same."""
    if not SCHEDULE[review.kind].two:
        return []
    if not review.proposed:
        return [Block("Two people decide this: propose it first, and a second person agrees.")]
    if review.proposed_by_id == by.pk:
        return [Block("You proposed it: somebody else agrees.")]
    return [] if review.proposed == decision else [Block("Something else was proposed: agree to that, or keep the records.")]


def rule_words(review: RetentionReview) -> str:
    """The rule as it stands now for this school: “25 years from the date of birth”."""
    own = dict(RetentionPeriod.objects.filter(school=review.school_id).values_list("kind", "years"))
    return f"{years_kept(review.kind, own)} years from {SCHEDULE[review.kind].since}"


def _locked(pupil: Pupil) -> Pupil:
    """The pupil, locked: a hold and an erasing never pass each other."""
    return Pupil.objects.select_for_update().select_related("household").get(pk=pupil.pk)


def _record_decision(row: RetentionReview, what: str, by: Actor, now: datetime) -> None:
    object_type = "RetentionReviewApart" if SCHEDULE[row.kind].apart else "RetentionReview"
    detail = {"pupil": row.pupil_id, "kind": row.kind, "gone": row.gone, "left": row.left, "sha256": row.sha256, "until": row.keep_until}
    act = f"home.retention.{what}"
    record(act, by=by, now=now, school_id=row.school_id, object_type=object_type, object_id=row.pk, detail=detail)


def _record(act: str, pupil: Pupil, by: Actor, now: datetime, **detail: object) -> None:
    record(f"home.retention.{act}", by=by, now=now, school_id=pupil.school_id, object_type="pupil", object_id=pupil.pk, detail=detail)
