"""The watcher: looks at everything that should have happened, tells people of what did not, and says when all is well."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.messaging.heartbeat import Part, beat
from homevisits.messaging.notices import tell
from homevisits.people.models import School

from .models import OF_THE_TEAM, WatchFinding
from .watching import ladders, mornings, outbox, readers, returns, safeguarding, trail
from .watching.look import Found, Look

log = logging.getLogger(__name__)
WATCHER = SystemJob("The watcher")
TO_THE_HEAD, TO_THE_LEAD = ("audit", "nobody_reads"), (OF_THE_TEAM,)

CHECKS: Sequence[Callable[[Look], Iterable[Found]]] = (
    mornings.days_not_prepared,
    mornings.days_without_registers,
    mornings.closed_days_that_run,
    mornings.registers_not_seen_to,
    mornings.schools_without_policy,
    mornings.missing_without_case,
    mornings.texts_on_closed_days,
    ladders.rungs_not_taken,
    ladders.cases_without_next_step,
    ladders.steps_put_off,
    ladders.texts_not_written,
    ladders.calls_not_listed,
    ladders.calls_nobody_asked_after,
    ladders.visits_missing,
    ladders.people_not_told,
    ladders.holds_nobody_heard_of,
    ladders.aside_in_silence,
    ladders.cases_left_behind,
    outbox.restored,
    outbox.stuck,
    outbox.about_closed_cases,
    outbox.sent_twice,
    outbox.to_whom_it_must_not,
    outbox.sent_in_shadow,
    outbox.failed_in_silence,
    outbox.all_clears_forgotten,
    returns.steps_not_raised,
    returns.alarms_fallen_silent,
    returns.alarms_nobody_heard,
    returns.checks_nobody_missed,
    returns.alarms_switched_off,
    returns.ended_with_somebody_out,
    returns.out_without_approval,
    readers.nobody_reads,
    safeguarding.not_told_again,
)


def watch(real: datetime) -> list[Found]:
    """Look at every school by its own clock, keep what was found, tell people of what is new; answers with all that is wrong now.

    Raises whatever a check raises: a watcher that cannot look must not say that all is well (R7).
    """
    found = [one for look in looks(real) for check in CHECKS for one in check(look)]
    found += trail.trail_broken(real)
    _keep(found, real)
    if all(one.kind.startswith(OF_THE_TEAM) for one in found):
        beat(Part.WELL, real)  # who asks from outside must not learn that something waits for the safeguarding team
    return found


def looks(real: datetime) -> list[Look]:
    """The schools on real time together, each demo school by the clock that it has set."""
    schools = list(School.objects.select_related("trust"))
    live = {school.pk: school for school in schools if school.clock_from is None}
    own = [Look({school.pk: school}, school.at(real)) for school in schools if school.clock_from is not None]
    return ([Look(live, real)] if live else []) + own


def _keep(found: Iterable[Found], real: datetime) -> None:
    """Write down what is new, close what is gone, and tell each school once of each kind that is new."""
    now_wrong = {(one.school_id, one.kind, one.key): one for one in found}
    with transaction.atomic():
        known = {(row.school_id, row.kind, row.key): row for row in WatchFinding.objects.select_for_update().filter(gone_at=None)}
        gone = [row.pk for key, row in known.items() if key not in now_wrong]
        WatchFinding.objects.filter(pk__in=gone).update(gone_at=real)
        new = [one for key, one in now_wrong.items() if key not in known]
        if not new:
            return
        schools = School.objects.in_bulk({one.school_id for one in new if one.school_id})
        WatchFinding.objects.bulk_create(
            [
                WatchFinding(school_id=one.school_id, kind=one.kind, key=one.key, says=one.says, pupils=list(one.pupils),
                             found_at=schools[one.school_id].at(real) if one.school_id else real)
                for one in new
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        for school_id, kind in sorted({(one.school_id or 0, one.kind) for one in new}):
            _tell(schools.get(school_id), kind, [one for one in new if (one.school_id or 0, one.kind) == (school_id, kind)], real)


def _tell(school: School | None, kind: str, found: Sequence[Found], real: datetime) -> None:
    log.error("The watcher found %s: %s of school %s", len(found), kind, school.pk if school else "none")
    if school is None:
        record(f"home.watch.{kind}", by=WATCHER, now=real, detail={"keys": [one.key for one in found]})
        return
    now = school.at(real)
    pupils = sorted({pupil for one in found for pupil in one.pupils})
    more = f" ({len(found)} times)" if len(found) > 1 else ""
    role = "headteacher" if kind.startswith(TO_THE_HEAD) else "dsl" if kind.startswith(TO_THE_LEAD) else "office_admin"
    place = "concerns" if role == "dsl" else "status"
    tell(
        school=school, role=role, about="watch_found", pupils=pupils,
        says=f"{found[0].says}{more} Please look, and act by hand where it matters.", link=f"/s/{school.slug}/{place}/", alarm=True,
        by=WATCHER, now=now,
    )  # fmt: skip
    record(f"home.watch.{kind}", by=WATCHER, now=now, school_id=school.pk, detail={"keys": [one.key for one in found]})
