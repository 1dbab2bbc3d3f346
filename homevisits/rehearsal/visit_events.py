"""What can happen to a visit in a scenario, each through the service that a screen would use."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from attendance.models import UnexplainedAbsence
from homevisits.common.clock import instant
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.models import Pupil
from safeguarding.services.agencies import mark_agency_told
from safeguarding.services.concerns import raise_concern
from safeguarding.services.referrals import mark_referral_sent
from visits.alarms import LATE_DELAY
from visits.models import CheckIn, HomeVisit
from visits.purposes import CHILD_CHECK
from visits.rules.check_ins import first_due
from visits.rules.weekly import week_of, weekly_blocks
from visits.selectors.weekly import signature
from visits.services import alarm, approval, letters, out, outcomes, planning, risk, weekly
from visits.states import PENDING, PLANNABLE

from . import assessing
from .carried import a_reason, what_is_asked
from .leaving import confirm_appointment, make_ready_to_leave
from .scenario import wall
from .stage import Stage

Given = Mapping[str, Any]
THROUGH_THE_DOOR = "letter_through_door"


def _open_visit(stage: Stage, pupil: Pupil) -> HomeVisit | None:
    """The open visit of a pupil: somebody is out on it, or it is still to come; else the last one."""
    visits = list(HomeVisit.objects.filter(visit_pupils__pupil=pupil).order_by("-pk"))
    out_on = [visit for visit in visits if visit.departed_at and not visit.returned_at]
    to_come = [visit for visit in visits if visit.status in PENDING]
    return next(iter(out_on + to_come + visits), None)


def _visit(stage: Stage, given: Given) -> HomeVisit:
    visit = _open_visit(stage, stage.cast.pupil(given.get("pupil")))
    if visit is None:
        raise Blocked([Block("There is no visit to this pupil.")])
    return visit


def _plan_visit(stage: Stage, given: Given, now: datetime) -> None:
    cast, pupil = stage.cast, stage.cast.pupil(given.get("pupil"))
    visit = _open_visit(stage, pupil)
    if visit and visit.status not in PENDING and visit.status not in PLANNABLE:
        visit = None
    pair = [cast.person(ref) for ref in given.get("pair") or []]
    purpose, unannounced = str(given.get("purpose") or ""), str(given.get("unannounced_reason") or "")
    if visit is None and not purpose and UnexplainedAbsence.objects.filter(pupil=pupil, status="open").exists():
        purpose = CHILD_CHECK  # of a child who is missing there is nothing else to ask first
    with transaction.atomic():
        visit = planning.plan_visit(
            school=cast.school, pupil=pupil, visit=visit, pair=pair,
            due_back=instant(stage.scenario.day, wall(given.get("due_back"), "due_back")), by=cast.person(given.get("by")), now=now,
            purpose=purpose, unannounced_reason=a_reason(cast.policy.values, unannounced),
            plan=what_is_asked(cast, visit, purpose, pair),
        )  # fmt: skip
        assessing.assess_again(visit, cast.person(given.get("by")), now)
        assessing.read(visit, now)


def _assess_risk(stage: Stage, given: Given, now: datetime) -> None:
    visit = _visit(stage, given)
    assessing.assess(
        visit, level=str(given.get("level")), by=stage.cast.person(given.get("by")), now=now,
        given=given.get("answers") or {}, actions=given.get("actions") or {},
    )  # fmt: skip
    assessing.read(visit, now)


def _safeguarding_decision(stage: Stage, given: Given, now: datetime) -> None:
    risk.decide_high_risk(
        visit=_visit(stage, given), decision=str(given.get("decision")), reason=str(given.get("reason") or "Decided in the rehearsal"),
        by=stage.cast.person(given.get("by")), now=now,
        other_contact=assessing.FILLED if given.get("decision") == "do_not_visit" else "",
    )  # fmt: skip


def _approve(stage: Stage, given: Given, now: datetime) -> None:
    approval.approve(visit=_visit(stage, given), by=stage.cast.person(given.get("by")), now=now)


def _decline(stage: Stage, given: Given, now: datetime) -> None:
    reason = str(given.get("reason") or "Declined in the rehearsal")
    approval.decline(visit=_visit(stage, given), reason=reason, by=stage.cast.person(given.get("by")), now=now)


def _return_visit(stage: Stage, given: Given, now: datetime) -> None:
    reason = str(given.get("reason") or "Sent back in the rehearsal")
    approval.send_back(visit=_visit(stage, given), reason=reason, by=stage.cast.person(given.get("by")), now=now)


def _check_in(stage: Stage, given: Given, now: datetime) -> None:
    with transaction.atomic():
        if given.get("point") == CheckIn.Point.DEPARTED:
            _sign_weekly_list(stage, _visit(stage, given), now)
            make_ready_to_leave(_visit(stage, given), now)
            confirm_appointment(_visit(stage, given), stage.cast.person(given.get("by")), now)
        _check_point(stage, given, now)


def _sign_weekly_list(stage: Stage, visit: HomeVisit, now: datetime) -> None:
    """A weekly list that the policy wants signed is signed; taken back with a departure that is refused."""
    if visit.status != HomeVisit.Status.APPROVED or not weekly_blocks(visit, now):
        return
    head, week = stage.cast.head(), week_of(visit, now)
    if signature(stage.cast.school, week) is None:
        weekly.sign_list(school=stage.cast.school, week=week, by=head, now=now)
    if weekly_blocks(visit, now):
        weekly.sign_visit(visit=visit, by=head, now=now)


def _check_point(stage: Stage, given: Given, now: datetime) -> None:
    adult = given.get("adult_present")
    # The adult of a scenario is a parent and invites them in, unless the event says otherwise.
    out.check_in(
        visit=_visit(stage, given), point=str(given.get("point")), by=stage.cast.person(given.get("by")), now=now,
        adult_present=None if adult is None else adult is True, parent_present=given.get("parent_present", adult) is True,
        invited_by=str(given.get("invited_by") or ("A parent" if adult is True else "")),
    )  # fmt: skip


def _delay(stage: Stage, given: Given, now: datetime) -> None:
    minutes = given.get("minutes")
    if not isinstance(minutes, int):
        raise BadInput(f"“{minutes}” is not a number of minutes.")
    visit, by = _visit(stage, given), stage.cast.person(given.get("by"))
    if first_due(visit, now) is None:
        out.delay(visit=visit, minutes=minutes, by=by, now=now)
        return
    # Late, it needs a reason, which the language has no word for, and the pair says it by the hour.
    for part in [LATE_DELAY] * (minutes // LATE_DELAY) + [minutes % LATE_DELAY]:
        if part:
            out.delay(visit=visit, minutes=part, by=by, now=now, says="Given in the rehearsal")


def _help(stage: Stage, given: Given, now: datetime) -> None:
    alarm.call_for_help(visit=_visit(stage, given), by=stage.cast.person(given.get("by")), now=now)


def _acknowledge(stage: Stage, given: Given, now: datetime) -> None:
    alarm.acknowledge(visit=_visit(stage, given), by=stage.cast.person(given.get("by")), now=now)


def _outcome(stage: Stage, given: Given, now: datetime) -> None:
    pupils = given.get("pupils")
    outcomes.say_found(
        visit=_visit(stage, given), kind=str(given.get("kind")), by=stage.cast.person(given.get("by")), now=now,
        seen_by=str(given.get("by_whom_seen") or ""), pupil_ids=[stage.cast.pupil(ref).pk for ref in pupils] if pupils else None,
    )  # fmt: skip


def _letter_sent(stage: Stage, given: Given, now: datetime) -> None:
    visit, kind = _visit(stage, given), str(given.get("kind"))
    if kind == THROUGH_THE_DOOR and not visit.letters.filter(kind=kind).exists():
        # Where nobody is home some policies leave a calling card, or the parents' copy, in place of the letter.
        kind = visit.policy.values.nobody_home_leaves
    letters.mark_letter_sent(visit=visit, kind=kind, by=stage.cast.person(given.get("by")), now=now)


def _referral_sent(stage: Stage, given: Given, now: datetime) -> None:
    cast = stage.cast
    mark_referral_sent(
        school=cast.school,
        pupil_id=cast.pupil(given.get("pupil")).pk,
        kind=str(given.get("kind")),
        by=cast.person(given.get("by")),
        now=now,
    )


def _agency_told(stage: Stage, given: Given, now: datetime) -> None:
    cast = stage.cast
    mark_agency_told(
        school=cast.school,
        pupil_id=cast.pupil(given.get("pupil")).pk,
        agency=str(given.get("kind")),
        by=cast.person(given.get("by")),
        now=now,
    )


def _concern(stage: Stage, given: Given, now: datetime) -> None:
    cast = stage.cast
    raise_concern(
        school=cast.school,
        pupil_ids=[cast.pupil(given.get("pupil")).pk],
        says=str(given.get("says") or ""),
        by=cast.person(given.get("by")),
        now=now,
    )


VISIT_ACTS: dict[str, Callable[[Stage, Given, datetime], None]] = {
    "plan_visit": _plan_visit,
    "assess_risk": _assess_risk,
    "safeguarding_decision": _safeguarding_decision,
    "approve": _approve,
    "decline": _decline,
    "return_visit": _return_visit,
    "check_in": _check_in,
    "delay": _delay,
    "help": _help,
    "acknowledge": _acknowledge,
    "outcome": _outcome,
    "letter_sent": _letter_sent,
    "referral_sent": _referral_sent,
    "agency_told": _agency_told,
    "concern": _concern,
}
