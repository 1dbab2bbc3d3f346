"""The report that closes a visit: kept as a draft while it is written, handed in once, chased while it is owed."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import instant, local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging.notices import tell
from homevisits.people.models import Role, School, Staff
from homevisits.people.school_calendar import school_day_status
from homevisits.policy.values import Values

from ..letters.kinds import PARENT_COPY
from ..models import HomeVisit, VisitFeedback, VisitReport
from ..rules.closing import closing_blocks, hand_in_blocks, write_blocks
from .common import draft_letter, link_to, locked, note, pupils_of, visit_words

CHASER = SystemJob("the chaser of reports")
# How long after the return a report may take before it is asked for the first time; then each school day.
GRACE = timedelta(hours=2)
NINE = time(9)
Status = HomeVisit.Status


def save_draft(
    *, visit: HomeVisit, text: str, evaluation: str, entered: bool | None, child_present: bool | None, answers: Mapping[str, object],
    by: Staff, now: datetime,
) -> VisitReport:  # fmt: skip
    """Keep the report as far as it is written. Raises Blocked for somebody else's visit, BadInput once it is handed in."""
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(write_blocks(visit, by, now))
        report = VisitReport.objects.filter(visit=visit).first() or VisitReport(visit=visit)
        if report.handed_in_at:
            raise BadInput("The report is handed in and no longer changes.")
        report.text, report.evaluation, report.entered, report.child_present = text, evaluation, entered, child_present
        report.answers, report.saved_at, report.saved_by = dict(answers), now, by
        report.save()
        record("visits.report.saved", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
    return report


def hand_in(*, visit: HomeVisit, by: Staff, now: datetime) -> None:
    """Hand the report in and close the visit; where the policy sends the form to the safeguarding office, it is told (MAT-13).

    Raises Blocked with everything that is still owed.
    """
    with transaction.atomic():
        visit = locked(visit)
        report = VisitReport.objects.filter(visit=visit).first()
        refuse_if(write_blocks(visit, by, now) + closing_blocks(visit, now) + hand_in_blocks(visit, report))
        assert report is not None
        report.handed_in_at, report.handed_in_by = now, by
        report.save(update_fields=["handed_in_at", "handed_in_by"])
        visit.status, visit.closed_at = Status.CLOSED, now
        visit.save(update_fields=["status", "closed_at"])
        note(visit, "closed", by=by, now=now)
        if visit.policy.values.nobody_home_leaves == PARENT_COPY and not visit.drill:
            draft_letter(visit, PARENT_COPY, now)  # one for the parents, given or posted (MAT-31)
        if visit.policy.values.preset == "academy-trust":
            tell(
                school=visit.school, role=Role.DSL, about="report_in",
                says=f"{visit_words(visit, now)}: the form of the home visit has been handed in.",
                task=True,
                pupils=pupils_of(visit), link=link_to(visit.school, visit), clause="MAT-13", by=by, now=now,
            )  # fmt: skip


def give_feedback(*, visit: HomeVisit, felt_safe: bool | None, text: str, by: Staff, now: datetime) -> VisitFeedback:
    """Say how the visit was for oneself; said again, the last word counts (ALT-40). Raises BadInput for somebody who did not go."""
    with transaction.atomic():
        visit = locked(visit)
        if not visit.departed_at or not visit.members.filter(staff=by).exists():
            raise BadInput("Those who went on the visit say how it was.")
        given, _ = VisitFeedback.objects.update_or_create(visit=visit, staff=by, defaults={"felt_safe": felt_safe, "text": text, "at": now})
        record("visits.feedback.given", by=by, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
    return given


def chase_reports(real: datetime) -> int:
    """Ask for the reports that are owed: two hours after the return, then every school day at nine. How many were asked for."""
    asked = 0
    for school in School.objects.filter(visits__status=Status.DONE).distinct():
        now = school.at(real)
        for visit in _owed(school, now):
            asked += _chase(visit, now)
    return asked


def _owed(school: School, now: datetime) -> list[HomeVisit]:
    day = local_day(now)
    done = HomeVisit.objects.filter(school=school, status=Status.DONE, drill=False, returned_at__lte=now - GRACE)
    first = Q(chased_at__isnull=True)
    if now >= instant(day, NINE) and school_day_status(school, day)[0]:
        # Whoever was asked today already is not asked again at nine.
        first |= Q(chased_at__lt=instant(day, time.min))
    return list(done.filter(first).select_related("policy", "school", "household").order_by("pk"))


def _chase(visit: HomeVisit, now: datetime) -> bool:
    with transaction.atomic():
        again = visit.chased_at
        if not HomeVisit.objects.filter(pk=visit.pk, status=Status.DONE, chased_at=again).update(chased_at=now):
            return False
        pair = [member.staff for member in visit.members.select_related("staff")]
        ask = {"school": visit.school, "about": "report_owed", "link": link_to(visit.school, visit), "by": CHASER, "now": now}
        says, demanded = f"{visit_words(visit, now)}: the report is still to be handed in.", demanded_by(visit.policy.values)
        tell(role="pair", people=pair, says=says, clause=demanded, **ask)  # type: ignore[arg-type]  # the rest of the arguments
        if again:
            tell(role=Role.OFFICE_ADMIN, says=says, clause=demanded, **ask)  # type: ignore[arg-type]
        record("visits.report.chased", by=CHASER, now=now, school_id=visit.school_id, object_type="HomeVisit", object_id=visit.pk)
    return True


def demanded_by(values: Values) -> str:
    """The clause that demands the report, or has it chased."""
    return "ATT-40" if values.preset == "attendance-officer" else "MAT-13" if values.preset == "academy-trust" else "MAT-20"
