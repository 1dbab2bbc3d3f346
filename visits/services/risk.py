"""Assessing the risk of a visit, and confirming that the school's own assessment was read."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, refuse_if
from homevisits.people.access import roles_of
from homevisits.people.models import Role, Staff
from homevisits.policy.values import Values
from safeguarding.models import HouseholdWarning
from safeguarding.services.warnings import change_warning, end_warning, warn

from ..models import HomeVisit, VisitMember, VisitRisk
from ..models.planning import RiskLevel
from ..risk_questions import AS_BEFORE, BY_CODE, STAFF_CONDITION, is_yes
from ..rules.common import clause, is_below, status_blocks
from ..rules.risk import FROM_VISIT, Answers, carried, current_risk, home_address, own_warning, risk_blocks, score_of
from ..rules.risk_lowered import newer_blocks, taken_back, taken_back_blocks
from ..scoring import Score, cell
from ..selectors.risk import approves
from .appointment_changes import withdraw
from .changes import plan_changed
from .common import locked, note
from .high_risk import decide_high_risk as decide_high_risk
from .risk_notices import tell_about, tell_taken_back

Status = HomeVisit.Status


def assess_risk(
    *,
    visit: HomeVisit,
    level: str,
    by: Staff,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
    actions: Mapping[str, Any] | None = None,
    hazards: Sequence[Mapping[str, Any]] = (),
    warnings: Mapping[str, Mapping[str, Any]] | None = None,
    vulnerable_persons: str = "",
    safeguarding_aware: bool | None = None,
    safe_word: str = "",
    new_risk: str = "",
    other_contact: str = "",
    lowered_because: str = "",
    based_on: int | None = None,
    token: uuid.UUID | None = None,
) -> VisitRisk:
    """Complete the visit's risk assessment, or amend it: an amended one voids approvals and keeps the earlier version (ATT-13).

    `level` may be higher than what the answers give, or lower with `lowered_because`, which the approver sees; empty takes what they
    give. What the assessment before found is taken back with `lowered_because` only. With `other_contact` it is decided not to visit
    (ATT-81). `based_on` is the number of the assessment that was on the page, 0 for none; None where nobody says.
    A token that came before changes nothing. Raises Blocked when it is incomplete, its level too low or another assessment came
    meanwhile, BadInput for an unknown level.
    """
    if level and level not in RiskLevel.values:
        raise BadInput(f"“{level}” is not a level of risk: low, medium or high.")
    with transaction.atomic():
        visit = locked(visit)
        if token and (before := VisitRisk.objects.filter(visit=visit, token=token).first()):
            return before
        earlier = current_risk(visit)
        said, done = _with_health(visit, earlier, answers, actions, by, now)
        given = Answers(said, done, list(hazards), warnings or {}, other_contact, lowered_because)
        values = visit.policy.values
        score = score_of(visit, values, given, now)
        refuse_if(newer_blocks(earlier, based_on, values))
        chosen = level or score.level
        refuse_if(risk_blocks(visit, values, chosen, given, now) + taken_back_blocks(earlier, chosen, given, values))
        lowered = is_below(chosen, score.level) or (earlier is not None and taken_back(earlier, chosen, said))
        risk = _replace(
            visit, given, score, _go_through(visit, given, by, now), by, now, level=chosen,
            lowered_because=lowered_because.strip() if lowered else "",
            vulnerable_persons=vulnerable_persons.strip(), safeguarding_aware=safeguarding_aware, new_risk=new_risk.strip(), token=token,
        )  # fmt: skip
        _keep_safe_word(visit, safe_word)
        _follow(visit, risk, earlier, other_contact.strip(), by, now)
    return risk


def _follow(visit: HomeVisit, risk: VisitRisk, earlier: VisitRisk | None, other_contact: str, by: Staff, now: datetime) -> None:
    """What a completed assessment brings with it."""
    _take_address(visit)
    _warn_for_next_time(visit, risk, by, now)
    plan_changed(visit, says="its risk was assessed again", by=by, now=now)
    note(visit, "risk_assessed", by=by, now=now, level=risk.level, risk=risk.pk)
    if other_contact:
        _do_not_visit(visit, other_contact, by, now)
    else:
        _tell(visit, visit.policy.values, risk, earlier, by, now)


def _replace(
    visit: HomeVisit, given: Answers, score: Score, gone_through: dict[str, dict[str, str]], by: Staff, now: datetime, **said: Any
) -> VisitRisk:
    """Keep the earlier assessment as replaced, and the new one as that which holds; the staff's health apart from the rest."""
    visit.risks.filter(replaced_at__isnull=True).update(replaced_at=now)
    return VisitRisk.objects.create(
        visit=visit, computed=score.level, because=list(score.because), form=visit.policy.values.risk_form,
        answers=_open_to_all(given.answers), actions=_open_to_all(given.actions), medical=_medical(given),
        hazards=_rated(given.hazards), warnings=gone_through, address=home_address(visit.household),
        pair=sorted(visit.members.values_list("staff_id", flat=True)), signed_as=_role_of(by, visit, now), at=now, by=by, **said,
    )  # fmt: skip


def mark_stale(visit: HomeVisit, *, because: str, by: Staff, now: datetime) -> None:
    """Circumstances changed: the assessment must be gone through again before approval or departure. Nothing without an assessment."""
    with transaction.atomic():
        visit = locked(visit)
        if visit.risks.filter(replaced_at__isnull=True, stale_at__isnull=True).update(stale_at=now, stale_because=because[:300]):
            note(visit, "risk_stale", by=by, now=now, says=because)


def confirm_read(*, visit: HomeVisit, by: Staff, now: datetime) -> None:
    """One of those who go confirms, for themselves, that they read the school's own assessment (ATT-81). Raises Blocked for others."""
    with transaction.atomic():
        visit = locked(visit)
        member = VisitMember.objects.filter(visit=visit, staff=by).first()
        refuse_if(read_blocks(visit, by))
        assert member is not None
        member.assessment_read_at = now
        member.save(update_fields=["assessment_read_at"])
        note(visit, "assessment_read", by=by, now=now)


def read_blocks(visit: HomeVisit, by: Staff) -> list[Block]:
    """Why this person cannot confirm having read the school's assessment for this visit."""
    if visit.members.filter(staff=by).exists():
        return []
    return [Block("Each of those who go confirms it for themselves.", clause(visit.policy.values, "risk_form"))]


def _with_health(
    visit: HomeVisit,
    earlier: VisitRisk | None,
    answers: Mapping[str, Any] | None,
    actions: Mapping[str, Any] | None,
    by: Staff,
    now: datetime,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers and actions; what others who go said of their health stays, unread, when somebody amends who may not read it (ATT-81).

    A no of one's own never takes away another's yes, and a yes is added to it; whoever approves may set it right.
    """
    said, done = dict(answers or {}), dict(actions or {})
    kept = earlier.medical.get(STAFF_CONDITION, {}) if earlier else {}
    told_by = set(kept.get("by") or ([earlier.by_id] if earlier else []))
    going = set(visit.members.values_list("staff_id", flat=True))
    anothers = is_yes(kept.get("answer")) and bool((told_by & going) - {by.pk}) and not approves(visit, by, now)
    mine = said.get(STAFF_CONDITION)
    words, action = [str(said.get(f"{STAFF_CONDITION}_what") or "")], [str(done.get(STAFF_CONDITION) or "")]
    said[f"{STAFF_CONDITION}_by"] = [by.pk]
    if mine == AS_BEFORE or anothers:
        more = is_yes(mine)
        words = [kept.get("says", ""), *(words if more else [])]
        action = [kept.get("action", ""), *(action if more else [])]
        said[STAFF_CONDITION] = kept.get("answer")
        said[f"{STAFF_CONDITION}_by"] = sorted(told_by | ({by.pk} if more else set()))
    if STAFF_CONDITION in said:
        said[f"{STAFF_CONDITION}_what"], done[STAFF_CONDITION] = "; ".join(filter(None, words)), "; ".join(filter(None, action))
    return said, done


def _open_to_all(said: Mapping[str, Any]) -> dict[str, Any]:
    return {code: answer for code, answer in said.items() if not code.startswith(STAFF_CONDITION)}


def _medical(given: Answers) -> dict[str, Any]:
    """What is said of the staff's health, kept apart: only those who approve read it."""
    if STAFF_CONDITION not in given.answers:
        return {}
    return {
        STAFF_CONDITION: {
            "answer": given.answers[STAFF_CONDITION],
            "says": str(given.answers.get(f"{STAFF_CONDITION}_what") or ""),
            "action": str(given.actions.get(STAFF_CONDITION) or ""),
            "by": list(given.answers.get(f"{STAFF_CONDITION}_by") or []),
        }
    }


def _rated(hazards: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "level": cell(str(row["severity"]), str(row["likelihood"]))} for row in hazards]


def _go_through(visit: HomeVisit, given: Answers, by: Staff, now: datetime) -> dict[str, dict[str, str]]:
    """Change or end the home's warnings as was decided, leave the confirmed; what was decided, by the warning that holds now."""
    kept: dict[str, dict[str, str]] = {}
    for warning in carried(visit, now):
        decision, says = given.warnings[str(warning.pk)]["decision"], str(given.warnings[str(warning.pk)].get("says") or "")
        if decision == "ended":
            end_warning(warning=warning, by=by, now=now)
        elif decision == "changed":
            warning = change_warning(warning=warning, says=says, expires_on=warning.expires_on, source=_source(visit, now), by=by, now=now)
        kept[str(warning.pk)] = {"decision": decision}
    return kept


def _warn_for_next_time(visit: HomeVisit, risk: VisitRisk, by: Staff, now: datetime) -> None:
    """Keep what was found for whoever goes next; what this visit's earlier assessment found and this one does not is ended."""
    there_now = HouseholdWarning.objects.filter(household=visit.household, visit_id=visit.pk, ended_at__isnull=True)
    own = {one.about: one for one in there_now if own_warning(visit, one)}
    known = {one.about for one in carried(visit, now)}
    for code, question in BY_CODE.items():
        if not question.warns_for:
            continue
        says = str(risk.answers.get(f"{code}_what") or risk.actions.get(code) or question.words)
        until = local_day(now) + timedelta(days=question.warns_for)
        there = own.get(code)
        if not is_yes(risk.answers.get(code)):
            if there is not None and code in risk.answers:
                end_warning(warning=there, by=by, now=now)
        elif there is None and code not in known:
            warn(household=visit.household, about=code, says=says, source=_source(visit, now), visit_id=visit.pk, expires_on=until,
                 by=by, now=now)  # fmt: skip
        elif there is not None and there.says != says:
            change_warning(warning=there, says=says, expires_on=until, by=by, now=now)


def _source(visit: HomeVisit, now: datetime) -> str:
    day = local_day(visit.arrive_at or visit.due_at)
    return f"{FROM_VISIT}{day.day} {day:%B %Y}"


def _role_of(by: Staff, visit: HomeVisit, now: datetime) -> str:
    roles = roles_of(by, visit.school, local_day(now))
    return next((str(role.label) for role in Role if role in roles), "")


def _take_address(visit: HomeVisit) -> None:
    """Each home is assessed for itself: the visit goes to the address that was assessed."""
    home = visit.household
    if (visit.address, visit.postcode) != (home.address, home.postcode):
        visit.address, visit.postcode = home.address, home.postcode
        visit.save(update_fields=["address", "postcode"])


def _keep_safe_word(visit: HomeVisit, safe_word: str) -> None:
    if safe_word.strip():
        visit.safe_word = safe_word.strip()[:40]
        visit.save(update_fields=["safe_word"])


def _tell(visit: HomeVisit, values: Values, risk: VisitRisk, earlier: VisitRisk | None, by: Staff, now: datetime) -> None:
    """The safeguarding team hears of a high risk, and whoever keeps the school's assessment of a new one; once, not at each amendment."""
    if risk.level == RiskLevel.HIGH and values.high_risk_needs_safeguarding_decision and (not earlier or earlier.level != risk.level):
        says = "The risk of a home visit is high: decide whether to visit, to meet at school, or not to visit."
        tell_about(visit, Role.DSL, "high_risk", says, "high_risk_needs_safeguarding_decision", by=by, now=now)
    back = taken_back(earlier, risk.level, risk.answers) if earlier else []
    if back:
        tell_taken_back(visit, f"{risk.by}: {' and '.join(back)}. Why not now: {risk.lowered_because}", by=by, now=now)
    if risk.new_risk and values.school_assessment_by and (not earlier or earlier.new_risk != risk.new_risk):
        says = "A home visit brings a risk that the school’s own assessment does not have: amend it first."
        tell_about(visit, values.school_assessment_by, "new_risk", says, "school_assessment_by", by=by, now=now)


def _do_not_visit(visit: HomeVisit, other_contact: str, by: Staff, now: datetime) -> None:
    refuse_if(status_blocks(visit, Status.NOT_VISITING))
    visit.status = Status.NOT_VISITING
    visit.save(update_fields=["status"])
    withdraw(visit=visit, why="It was decided not to visit", by=by, now=now)
    note(visit, "not_visiting", by=by, now=now, says=f"Used instead: {other_contact}")
