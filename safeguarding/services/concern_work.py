"""What the safeguarding team does about a concern: takes it up, amends what it says, names other children, links it, closes it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.people.models import Pupil, School, Staff

from ..models import Concern, ConcernAmendment, ConcernLink, LeadAway, Referral
from ..rules.concerns import close_blocks, team_blocks, work_blocks
from ..selectors.concerns import additions, unsent_referrals
from .concern_history import note
from .concern_telling import end_telling
from .concerns import Mark, mark_row
from .referrals import record_act


def locked(concern: Concern) -> Concern:
    """The row, locked until the transaction ends."""
    return Concern.objects.select_for_update(of=("self",)).select_related("school").get(pk=concern.pk)


def take_up(*, concern: Concern, over: bool = False, by: Staff, now: datetime) -> None:
    """Take a concern up: nobody is told again. `over`: also where somebody else has it. Said again it changes nothing.

    Raises Blocked for those who are not of the team, and where somebody else took it up first.
    """
    with transaction.atomic():
        row = locked(concern)
        refuse_if(team_blocks(row, by, now))
        if row.taken_by_id == by.pk:
            return
        if row.taken_by is not None and not over:
            raise Blocked([Block(f"{row.taken_by.name} has taken it up already.")])
        _take(row, by, now)
        for more in additions(row):  # what its writer added stands beside it, and comes into the same hands
            if more.taken_at is None:
                _take(locked(more), by, now)


def read_addition(*, concern: Concern, by: Staff, now: datetime) -> None:
    """What a writer added is taken up by being read by whoever has the concern that it adds to; by others it is read as any concern."""
    if concern.adds_to is not None and concern.taken_at is None and concern.adds_to.taken_by_id == by.pk:
        take_up(concern=concern, by=by, now=now)


def _take(row: Concern, by: Staff, now: datetime) -> None:
    Concern.objects.filter(pk=row.pk).update(taken_at=row.taken_at or now, taken_by=by, next_action_at=None)
    note(row, "taken" if row.taken_by is None else "taken_over", by=by, now=now)
    end_telling(concern=row, by=by, now=now)
    _record("taken_up", row, by, now)


def amend(
    *, concern: Concern, says: str, words: str, place: str, seen_at: datetime, because: str, gone: Collection[int] = (),
    marks: Sequence[Mark] = (), token: UUID | None = None, by: Staff, now: datetime,
) -> ConcernAmendment:  # fmt: skip
    """Put right what a concern says, with the reason; what it said before stays, and is shown beside it.

    `gone`: the numbers of marks on the body that count no more, `marks`: new ones. Raises Blocked, and BadInput without facts or reason,
    for a time still to come, or a mark that is not one of this concern or was withdrawn already.
    """
    if not says.strip() or not because.strip():
        raise BadInput("Write what it is to say from now on, and why.")
    if seen_at > now:
        raise BadInput("That time is still to come.")
    with transaction.atomic():
        row = locked(concern)
        if token and (known := ConcernAmendment.objects.filter(concern=row, token=token).first()):
            return known
        refuse_if(work_blocks(row, by, now))
        made = ConcernAmendment.objects.create(
            concern=row, says=says.strip(), words=words, place=place.strip(), seen_at=seen_at, because=because.strip(), token=token, at=now,
            by=by,
        )  # fmt: skip
        _amend_marks(row, made, set(gone), marks)
        note(row, "amended", by=by, now=now, says=made.because)
        _record("amended", row, by, now)
    return made


def _amend_marks(row: Concern, made: ConcernAmendment, gone: set[int], marks: Sequence[Mark]) -> None:
    """No mark is changed or deleted: the amendment says which count no more, and which are new."""
    there = list(row.marks.filter(pk__in=gone, gone_by=None))
    if len(there) != len(gone):
        raise BadInput("One of these marks was withdrawn already. Look at the concern again.")
    made.marks_gone.set(there)
    for mark in marks:
        new = mark_row(row, mark)
        new.save()
        made.marks_added.add(new)


def change_pupils(
    *,
    concern: Concern,
    add: Collection[int] = (),
    remove: Collection[int] = (),
    because: str,
    referral: bool = False,
    by: Staff,
    now: datetime,
) -> None:
    """Name other children whom a concern is about, a sibling for instance, or take out one who was named by mistake; with the reason.

    `referral`: whoever it is about is named on its referrals that are not sent, too. Raises Blocked, and BadInput for children of another
    school, without a reason, or where nobody would be left.
    """
    if not because.strip():
        raise BadInput("Say why, in a sentence.")
    with transaction.atomic():
        row = locked(concern)
        refuse_if(work_blocks(row, by, now))
        there = set(row.pupils.values_list("pk", flat=True))
        new, gone = set(add) - there, set(remove) & there
        if Pupil.objects.filter(school=row.school, pk__in=new).count() != len(new):
            raise BadInput("Choose children of this school.")
        unsent = [each for each in unsent_referrals(row) if referral and (there | new) - gone - _named(each)]
        if not new and not gone and not unsent:
            raise BadInput("Choose whom to add or to take out.")
        if not (there | new) - gone and not row.others:
            raise BadInput("A concern is about at least one child.")
        row.pupils.add(*new)
        row.pupils.remove(*gone)
        for each in unsent:
            each.pupils.add(*((there | new) - gone))
            record_act("pupils_added", each, by, now)
        names = {pupil.pk: str(pupil) for pupil in Pupil.objects.filter(pk__in=new | gone)}
        said = [f"Now also about {names[pk]}." for pk in sorted(new)] + [f"No longer about {names[pk]}." for pk in sorted(gone)]
        said += ["Named on the referral too."] if unsent else []
        note(row, "pupils", by=by, now=now, says=f"{' '.join(said)} {because.strip()}")
        _record("pupils_changed", row, by, now, added=sorted(new), removed=sorted(gone))


def _named(referral: Referral) -> set[int]:
    return set(referral.pupils.values_list("pk", flat=True))


def link(*, concern: Concern, other: Concern, because: str, by: Staff, now: datetime) -> ConcernLink:
    """Say that two concerns of the school belong together. Said again it changes nothing. Raises Blocked and BadInput."""
    if other.pk == concern.pk or other.school_id != concern.school_id:
        raise BadInput("Choose another concern of this school.")
    with transaction.atomic():
        row = locked(concern)
        refuse_if(work_blocks(row, by, now))
        first, second = sorted((row.pk, other.pk))
        made, new = ConcernLink.objects.get_or_create(
            one_id=first, other_id=second, defaults={"because": because.strip()[:300], "at": now, "by": by}
        )
        if new:
            for each, to in ((row, other), (other, row)):
                note(each, "linked", by=by, now=now, says=f"{to.reference or ''} {because.strip()}".strip())
            _record("linked", row, by, now, to=other.pk)
    return made


def close(*, concern: Concern, outcome: str, by: Staff, now: datetime) -> None:
    """Close a concern with what came of it.

    Raises Blocked while a decision is missing or something is to be done, BadInput without words.
    """
    if not outcome.strip():
        raise BadInput("Say what came of it, in a sentence.")
    with transaction.atomic():
        row = locked(concern)
        refuse_if(close_blocks(row, by, now))
        Concern.objects.filter(pk=row.pk).update(closed_at=now)
        note(row, "closed", by=by, now=now, says=outcome.strip())
        _record("closed", row, by, now)


def reopen(*, concern: Concern, because: str, by: Staff, now: datetime) -> None:
    """Open a closed concern again, with the reason. Raises Blocked, and BadInput without a reason or for one that is open."""
    if not because.strip():
        raise BadInput("Say why it is opened again.")
    with transaction.atomic():
        row = locked(concern)
        refuse_if(team_blocks(row, by, now))
        if not Concern.objects.filter(pk=row.pk, closed_at__isnull=False).update(closed_at=None):
            raise BadInput("The concern is open.")
        note(row, "reopened", by=by, now=now, says=because.strip())
        _record("reopened", row, by, now)


def be_away(*, school: School, staff: Staff, first_day: date, last_day: date, by: Staff, now: datetime) -> LeadAway:
    """Say that one of the team is away from a day to another: the others cover. Raises BadInput for days that cannot be."""
    if last_day < first_day or last_day < local_day(now):
        raise BadInput("The last day lies before the first, or is over.")
    with transaction.atomic():
        LeadAway.objects.filter(school=school, staff=staff, last_day__gte=first_day, first_day__lte=last_day, ended_at=None).update(
            ended_at=now
        )
        row = LeadAway.objects.create(school=school, staff=staff, first_day=first_day, last_day=last_day, at=now, by=by)
        record("safeguarding.team.away", by=by, now=now, school_id=school.pk, object_type="staff", object_id=staff.pk)
    return row


def be_back(*, away: LeadAway, by: Staff, now: datetime) -> None:
    """They are back. Said again it changes nothing."""
    with transaction.atomic():
        if LeadAway.objects.filter(pk=away.pk, ended_at=None).update(ended_at=now):
            record("safeguarding.team.back", by=by, now=now, school_id=away.school_id, object_type="staff", object_id=away.staff_id)


def _record(what: str, row: Concern, by: Staff, now: datetime, **detail: object) -> None:
    record(
        f"safeguarding.concern.{what}",
        by=by,
        now=now,
        school_id=row.school_id,
        object_type="Concern",
        object_id=row.pk,
        detail=dict(detail),
    )
