"""Welfare visits that the first-day ladder raises, and stands down again when the child is accounted for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import Entry, record_many
from homevisits.common.actors import Actor
from homevisits.messaging.notices import tell
from homevisits.people.models import Household, Role, School, Staff

from ..models import HomeVisit, VisitApproval, VisitEvent, VisitPupil, VisitUntried
from ..purposes import CHILD_CHECK
from ..states import PENDING
from .appointment_changes import withdraw


@dataclass
class Wanted:
    """One household whose child nobody has accounted for."""

    household: Household
    policy_id: int
    pupil_ids: list[int] = field(default_factory=list)
    untried: list[int] = field(default_factory=list)


def raise_child_checks(
    *, school: School, wanted: Sequence[Wanted], reason: str, due_at: datetime, by: Actor, now: datetime
) -> dict[int, HomeVisit]:
    """Raise one unannounced welfare visit a household (PRI-35), with the case as its reason (SEC-05).

    A household whose visit is still to come gets its pupils added to that one. Answers with the visit of each household number.
    """
    with transaction.atomic():
        households = [want.household.pk for want in wanted]
        pending = HomeVisit.objects.filter(school=school, household__in=households, purpose=CHILD_CHECK, status__in=PENDING)
        visits = {visit.household_id: visit for visit in pending.select_for_update()}
        new = [_visit(school, want, reason, due_at, by, now) for want in wanted if want.household.pk not in visits]
        HomeVisit.objects.bulk_create(new)
        visits |= {visit.household_id: visit for visit in new}
        VisitPupil.objects.bulk_create(
            [VisitPupil(visit=visits[want.household.pk], pupil_id=pupil) for want in wanted for pupil in want.pupil_ids],
            ignore_conflicts=True,
        )
        VisitUntried.objects.bulk_create(
            [VisitUntried(visit=visits[want.household.pk], contact_id=contact) for want in wanted for contact in want.untried],
            ignore_conflicts=True,
        )
        _note(new, "raised", reason, by, now)
        _audit(school, new, "visits.visit.raised", by, now)
    return visits


def checks_of(*, school: School, pupil_ids: Iterable[int]) -> dict[int, set[int]]:
    """The welfare visits about any of these pupils that have no outcome yet, each with all of its pupils."""
    pending = HomeVisit.objects.filter(school=school, purpose=CHILD_CHECK, status__in=PENDING)
    of_these = pending.filter(visit_pupils__pupil__in=list(pupil_ids)).values_list("pk", flat=True)
    checks: dict[int, set[int]] = defaultdict(set)
    for visit, pupil in VisitPupil.objects.filter(visit__in=list(of_these)).values_list("visit_id", "pupil_id"):
        checks[visit].add(pupil)
    return checks


def stand_down(*, school: School, visit_ids: Iterable[int], because: str, by: Actor, now: datetime) -> list[HomeVisit]:
    """Stand down the visits that have no outcome yet and tell those concerned (rehearsal.md, 6). Answers with the visits stood down."""
    with transaction.atomic():
        visits = list(HomeVisit.objects.filter(school=school, pk__in=list(visit_ids), status__in=PENDING).select_for_update())
        if not visits:
            return []
        HomeVisit.objects.filter(pk__in=[visit.pk for visit in visits]).update(status=HomeVisit.Status.STOOD_DOWN)
        _note(visits, "stood_down", because, by, now)
        for visit in HomeVisit.objects.filter(pk__in=[visit.pk for visit in visits], appointments__isnull=False).distinct():
            withdraw(visit=visit, why=because, by=by, now=now)
        _audit(school, visits, "visits.visit.stood_down", by, now)
        pupils = list(VisitPupil.objects.filter(visit__in=visits).values_list("pupil_id", flat=True))
        for role, people in _concerned(visits).items():
            tell(
                school=school, role=role, about="stood_down", says=f"The home visit is stood down: {because}", pupils=pupils, people=people,
                link=f"/s/{school.slug}/today/", clause="PRI-35", by=by, now=now,
            )  # fmt: skip
    return visits


def _concerned(visits: Sequence[HomeVisit]) -> dict[str, list[Staff] | None]:
    """Who hears of a stand-down: the office, the pair where there is one, and the role that approved."""
    pair = list(Staff.objects.filter(visits__visit__in=visits).distinct())
    approved = VisitApproval.objects.filter(visit__in=visits, voided_at__isnull=True).values_list("role", flat=True)
    told: dict[str, list[Staff] | None] = {"pair": pair} if pair else {}
    told[Role.OFFICE_ADMIN] = None
    for role in sorted(set(approved)):
        told[Role.SENIOR_MANAGER if role == "senior_manager_on_duty" else role] = None
    return told


def _visit(school: School, want: Wanted, reason: str, due_at: datetime, by: Actor, now: datetime) -> HomeVisit:
    return HomeVisit(
        school=school, household=want.household, policy_id=want.policy_id, purpose=CHILD_CHECK, reason=reason, announced=False,
        unannounced_reason=reason, address=want.household.address, postcode=want.household.postcode, due_at=due_at, raised_at=now,
        raised_by_id=by.pk,
    )  # fmt: skip


def _note(visits: Iterable[HomeVisit], what: str, note: str, by: Actor, now: datetime) -> None:
    VisitEvent.objects.bulk_create(
        [VisitEvent(visit=visit, at=now, what=what, by_id=by.pk, by_name=by.name, note=note) for visit in visits]
    )


def _audit(school: School, visits: Iterable[HomeVisit], act: str, by: Actor, now: datetime) -> None:
    record_many([Entry(act, "HomeVisit", str(visit.pk)) for visit in visits], by=by, now=now, school_id=school.pk)
