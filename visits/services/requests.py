"""Asking for a visit (ALT-03), withdrawing the request, and a family that refuses before anybody goes (PRI-15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from homevisits.common.actors import Actor
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.access import roles_of
from homevisits.people.matrix import allows
from homevisits.people.models import Pupil, Role, School, Staff
from homevisits.policy.selectors import version_in_force

from ..models import HomeVisit, VisitItem, VisitPupil
from ..purposes import BY_CODE, CHILD_CHECK, INDUCTION
from ..rules.plans import refused_blocks, request_blocks, withdraw_blocks
from ..states import PENDING
from .appointment_changes import refuse_with_visit, withdraw
from .changes import void_approvals
from .common import link_to, locked, note, pupils_of, visit_words

Status = HomeVisit.Status
# From the school to the door, where nobody has said how long it takes.
TRAVEL = timedelta(minutes=15)
REFUSAL = {INDUCTION: "The family would rather not have an induction visit. That is their choice; nothing else follows from it."}


@dataclass(frozen=True)
class Asked:
    """What somebody asks for. Times are aware; `arrive_at` is the time at the door."""

    pupils: Sequence[Pupil]
    purpose: str
    reason: str
    arrive_at: datetime
    purpose_words: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    emergency: bool = False
    why_not_at_school: str = ""
    whom_to_see: str = ""
    announced: bool = True
    unannounced_reason: str = ""
    asked_by_agency: str = ""
    length_minutes: int | None = None
    place: str = ""
    documents: Sequence[str] = ()
    preparation: Sequence[str] | None = None  # None: what the purpose always prepares (PRI-08)
    joint_agency: str = ""
    joint_worker: str = ""
    joint_worker_contact: str = ""
    joint_protocol_confirmed: bool = False
    follow_up_of: HomeVisit | None = None
    token: UUID | None = None


def request_visit(*, school: School, asked: Asked, by: Staff, now: datetime) -> HomeVisit:
    """Ask for a visit to one household; the same page sent twice asks once and answers the same visit.

    Raises Blocked with every rule against it (ALT-10, MAT-02, SEC-05 …), BadInput for what cannot be: no child, two homes, a time past.
    """
    token = asked.token or uuid4()
    _check(school, asked, by, now)
    try:
        with transaction.atomic():
            earlier = HomeVisit.objects.filter(token=token, school=school).first()
            return earlier or _raise(school, asked, token, by, now)
    except IntegrityError:
        earlier = HomeVisit.objects.filter(token=token, school=school).first()
        if earlier is None:
            raise Blocked([Block("This family has an open visit to check that an absent child is safe.", "PRI-35")]) from None
        return earlier


def _check(school: School, asked: Asked, by: Staff, now: datetime) -> None:
    if not allows("request_visit", roles_of(by, school, local_day(now))):
        raise Blocked([Block("Only staff of the school ask for a visit.", "ALT-03")])
    if not asked.pupils:
        raise BadInput("Choose the child whom the visit is about.")
    if len({pupil.household_id for pupil in asked.pupils}) > 1 or any(pupil.school_id != school.pk for pupil in asked.pupils):
        raise BadInput("A visit is to one home: choose children of one household.")
    if not asked.reason.strip():
        raise BadInput("Say why the visit is needed.")
    if asked.arrive_at < now:
        raise BadInput("The time of the visit has passed already.")


def _raise(school: School, asked: Asked, token: UUID, by: Staff, now: datetime) -> HomeVisit:
    policy, home = version_in_force(school, local_day(now)), asked.pupils[0].household
    visit = HomeVisit(
        school=school, household=home, policy=policy, purpose=asked.purpose, purpose_words=asked.purpose_words.strip(),
        purpose_answers={code: str(answer).strip() for code, answer in asked.answers.items() if str(answer).strip()},
        emergency=asked.emergency, reason=asked.reason.strip(), why_not_at_school=asked.why_not_at_school.strip(),
        whom_to_see=asked.whom_to_see.strip(), announced=asked.announced,
        unannounced_reason="" if asked.announced else asked.unannounced_reason.strip(), asked_by_agency=asked.asked_by_agency.strip(),
        joint_agency=asked.joint_agency.strip(), joint_worker=asked.joint_worker.strip(),
        joint_worker_contact=asked.joint_worker_contact.strip(), joint_protocol_confirmed=asked.joint_protocol_confirmed,
        address=home.address, postcode=home.postcode, place=asked.place.strip(), arrive_at=asked.arrive_at,
        due_at=max(asked.arrive_at - TRAVEL, now), length_minutes=asked.length_minutes or policy.values.standard_length,
        follow_up_of=asked.follow_up_of, token=token, raised_at=now, raised_by=by,
    )  # fmt: skip
    refuse_if(request_blocks(visit, now))
    visit.save()
    VisitPupil.objects.bulk_create([VisitPupil(visit=visit, pupil=pupil) for pupil in dict.fromkeys(asked.pupils)])
    _list_items(visit, asked)
    note(visit, "raised", by=by, now=now, says=visit.reason, purpose=visit.purpose, pupils=pupils_of(visit))
    return visit


def _list_items(visit: HomeVisit, asked: Asked) -> None:
    """What to take (MAT-15) and to prepare (PRI-08)."""
    known = BY_CODE.get(asked.purpose)
    preparation = asked.preparation if asked.preparation is not None else known.preparation if known else ()
    kinds = ((VisitItem.Kind.DOCUMENT, asked.documents), (VisitItem.Kind.PREPARATION, preparation))
    rows = [
        VisitItem(visit=visit, kind=kind, what=what.strip()[:200]) for kind, whats in kinds for what in dict.fromkeys(whats) if what.strip()
    ]
    VisitItem.objects.bulk_create(rows, ignore_conflicts=True)


def answer_item(*, item: VisitItem, answer: str, by: Staff, now: datetime) -> None:
    """Say of something to take or prepare that it is taken, sent already, or not needed. Raises BadInput for another answer."""
    if answer not in VisitItem.Answer.values:
        raise BadInput("Choose one of: taken, already sent, not needed.")
    with transaction.atomic():
        visit = locked(item.visit)
        VisitItem.objects.filter(pk=item.pk).update(answer=answer, answered_by=by, answered_at=now)
        note(visit, "item_answered", by=by, now=now, says=f"{item.what}: {VisitItem.Answer(answer).label.lower()}", item=item.pk)


def withdraw_request(*, visit: HomeVisit, reason: str, by: Staff, now: datetime) -> None:
    """Withdraw a request that is no longer needed; who was to go and the office hear it. Raises Blocked, or BadInput without a reason."""
    if not reason.strip():
        raise BadInput("Say why the visit is withdrawn.")
    with transaction.atomic():
        visit = locked(visit)
        runs_visits = allows("plan_visit", roles_of(by, visit.school, local_day(now)))
        refuse_if(withdraw_blocks(visit, by, runs_visits))
        _end(visit, Status.STOOD_DOWN, now)
        note(visit, "withdrawn", by=by, now=now, says=reason.strip())
        withdraw(visit=visit, why="The visit is withdrawn", by=by, now=now)
        _tell_those_concerned(visit, "visit_withdrawn", "the visit is withdrawn.", by, now)


def family_refuses(*, visit: HomeVisit, reason: str, by: Actor, now: datetime) -> None:
    """Record that the family refuses before anybody goes: the visit ends as refused and the safeguarding team hears it at once (PRI-15).

    The reason may stay empty: a family need not give one. Raises Blocked when staff have set off or the visit has ended.
    """
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(refused_blocks(visit))
        _end(visit, Status.REFUSED, now)
        note(visit, "family_refused", by=by, now=now, says=reason.strip())
        refuse_with_visit(visit=visit, words=reason, by=by, now=now)
        refused = REFUSAL.get(visit.purpose, "the family refuses the visit.")
        tell(
            school=visit.school, role=Role.DSL, about="family_declined",
            says=f"{visit_words(visit, now)}: {refused}",
            pupils=pupils_of(visit), link=link_to(visit.school, visit), clause="PRI-15", alarm=visit.purpose == CHILD_CHECK, by=by, now=now,
        )  # fmt: skip
        _tell_those_concerned(visit, "visit_withdrawn", "the visit is not made, the family refuses it.", by, now)


def _end(visit: HomeVisit, to: str, now: datetime) -> None:
    assert visit.status in {*PENDING, Status.MEETING}
    void_approvals(visit, now)
    visit.status = to
    visit.save(update_fields=["status"])


def _tell_those_concerned(visit: HomeVisit, about: str, says: str, by: Actor, now: datetime) -> None:
    """Those who were to go, who need not set off."""
    pair = [member.staff for member in visit.members.select_related("staff")]
    if pair:
        tell(
            school=visit.school, role="pair", about=about, says=f"{visit_words(visit, now)}: {says}", pupils=pupils_of(visit), people=pair,
            link=link_to(visit.school, visit), by=by, now=now,
        )  # fmt: skip
