"""Taking a rung for all cases of one school, day, session and policy version that are due at once."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common import sql as engine
from homevisits.messaging import outbox
from homevisits.messaging.models import Message
from homevisits.messaging.notices import tell
from homevisits.messaging.wording import render, wordings
from homevisits.people.models import Pupil, School
from homevisits.policy.clauses import clause_for
from homevisits.policy.models import PolicyVersion
from visits.services.child_checks import Wanted, raise_child_checks

from .. import ladder, sql
from ..models import CallDue, Hold, LateStep, UnexplainedAbsence
from ..models.cases import Rung
from .names import LADDER, named, plan_link, today_link
from .opening import climb_of


@dataclass
class Round:
    """One taking of one rung: what the statements need to know, and the claim that marks its cases."""

    school: School
    policy: PolicyVersion
    day: date
    session: str
    now: datetime

    def __post_init__(self) -> None:
        self.claim = uuid.uuid4()
        self.climb = climb_of(self.school, self.policy, self.day, self.session)
        self.values = self.policy.values

    @property
    def params(self) -> dict[str, Any]:
        """Parameters that every statement of the round may name."""
        return {
            "school": self.school.pk,
            "policy": self.policy.pk,
            "day": self.day,
            "session": self.session,
            "now": self.now,
            "claim": self.claim,
        }

    @cached_property
    def cases(self) -> list[UnexplainedAbsence]:
        """The cases of this round."""
        claimed = UnexplainedAbsence.objects.filter(school=self.school, status="open", day=self.day, claim=self.claim)
        return list(claimed.select_related("household").order_by("pk"))

    def goes_on(self, rung: str) -> bool:
        """Whether the rung after this one is due as well."""
        following = self.climb.next_after(rung)
        return following is not None and following[1] <= self.now

    def clause(self, setting: str) -> str:
        """The clause of the running policy behind a setting."""
        return clause_for(self.values.preset, setting) or ""

    def tell(self, role: str, about: str, says: str, pupils: list[int], setting: str, *, alarm: bool = False, link: str = "") -> None:
        """Tell a role something about pupils of this round."""
        tell(school=self.school, role=role, about=about, says=says, pupils=pupils, link=link or today_link(self.school),
             clause=self.clause(setting), alarm=alarm, by=LADDER, now=self.now)  # fmt: skip


def take_rung(work: Round, rung: str, *, only: int | None = None) -> int:
    """Take `rung` for the due cases of the round (or `only` that one): all of it or, on an error, nothing. How many were taken."""
    with transaction.atomic():
        following = work.climb.next_after(rung)
        rung_at = work.climb.rungs[rung]
        name, next_at = following or (None, work.now)
        count = engine.run(sql.take(rung=rung, next_rung=name, only=only), {**work.params, "next_at": next_at})
        if count:
            engine.run(sql.note_steps(), {**work.params, "rung": rung, "rung_at": rung_at})
            _note_late(work, rung)
            _TAKE[rung](work, count)
            record(f"attendance.ladder.{rung}", by=LADDER, now=work.now, school_id=work.school.pk,
                   detail={"day": str(work.day), "session": work.session, "cases": count, "claim": str(work.claim)})  # fmt: skip
    return count


def _note_late(work: Round, rung: str) -> None:
    """What the watcher finds: cases whose rung is taken later than the policy tolerates."""
    tolerated = work.now - timedelta(seconds=work.values.late_tolerance)
    if work.climb.rungs[rung] >= tolerated:
        return
    rows = engine.rows(
        f"SELECT c.pupil_id, {sql.due_of()} FROM {sql.CASES} c WHERE c.school_id = %(school)s AND c.day = %(day)s AND c.claim = %(claim)s "  # noqa: S608
        f"AND {sql.due_of()} < %(tolerated)s",
        {**work.params, "rung_at": work.climb.rungs[rung], "tolerated": tolerated},
    )
    if rows:
        due = min(_instant(row[1]) for row in rows)
        LateStep.objects.create(
            school=work.school,
            day=work.day,
            rung=rung,
            late_seconds=ladder.late_seconds(due, work.now),
            at=work.now,
            pupils=[row[0] for row in rows],
        )


def _instant(value: Any) -> datetime:
    """An instant as raw SQL answers it: SQLite gives text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _first_text(work: Round, count: int) -> None:
    if work.now >= work.climb.catch_up_until:
        _missed(work, [case.pupil_id for case in work.cases])
    else:
        hold = _brake(work, count)
        write_texts(work, "first_day_absence", held=hold is not None)
    _nobody_to_text(work)


def _missed(work: Round, pupils: list[int]) -> None:
    """Too late to text (R4): people are told instead."""
    says = f"It is too late to text the families of {named(work.school, pupils)}: nobody was texted this morning. Calls and visits go on."
    for role in ("office_admin", "senior_manager"):
        work.tell(role, "text_missed", says, pupils, "text_catch_up_until", alarm=True)


def _brake(work: Round, due: int) -> Hold | None:
    """The hold that these cases come under: the one that holds already, or a new one when they are too many to be true."""
    hold = Hold.objects.filter(school=work.school, day=work.day, session=work.session, next_action_at__isnull=False).first()
    if hold is None:
        roll = work.school.roll_declared or Pupil.objects.filter(school=work.school).exclude(status=Pupil.Status.LEFT).count()
        if not ladder.brake_needed(due, roll=roll, share=work.values.hold_share, minimum=work.values.hold_minimum):
            return None
        hold = Hold.objects.create(
            school=work.school, day=work.day, session=work.session, held_at=work.now, count=due, ends_at=work.climb.catch_up_until,
            next_action_at=work.climb.catch_up_until,
        )  # fmt: skip
        says = f"{due} pupils of {roll} are absent without a reason. The texts are held until somebody has looked: is the register right?"
        for role in ("office_admin", "senior_manager"):
            work.tell(role, "held", says, [case.pupil_id for case in work.cases], "hold_share", alarm=True)
    UnexplainedAbsence.objects.filter(school=work.school, status="open", day=work.day, claim=work.claim).update(hold=hold)
    return hold


def write_texts(work: Round, template: str, *, held: bool, due_at: datetime | None = None) -> None:
    """One text a number about the round's cases, in the outbox; held ones wait for the brake. Rehearsal.md, 2 and 4."""
    said = wordings(work.school, template)
    text = said[""]
    escalation = template != "first_day_absence"
    # The children's names come in by the statement, everything else here.
    fields = {**_fields(work), "children": "((children))"}
    body, subject = render(text.body, fields), render(text.subject, fields)
    params = {
        **work.params, "template": template, "body": body, "subject": subject, "phone": fields["phone"], "school_name": fields["school"],
        "deadline": fields["deadline"], "day_text": str(work.day),
        "rung_at": due_at or work.climb.rungs[Rung.FIRST_TEXT], "status": Message.Status.HELD if held else Message.Status.WAITING,
        "next_attempt_at": None if held else work.now, "give_up_at": work.climb.give_up_at(work.now), "miss_at": work.climb.catch_up_until,
    }  # fmt: skip
    engine.run(sql.write_texts(escalation=escalation), params)
    engine.run(sql.note_about(escalation=escalation), params)
    outbox.say_in_their_language(school=work.school, day=work.day, template=template, created_at=work.now, wordings=said)


def _fields(work: Round) -> dict[str, str]:
    return {**outbox.common_fields(work.school), "deadline": work.values.reporting_deadline.strftime("%H:%M")}


def _nobody_to_text(work: Round) -> None:
    """Nobody a text reaches: the household is on the call list at once and the office is told."""
    rows = engine.rows(sql.nobody_to_text(), work.params)
    if rows:
        CallDue.objects.bulk_create(
            [
                CallDue(school=work.school, household_id=household, day=work.day, at=work.now)
                for household in sorted({row[2] for row in rows})
            ],
            ignore_conflicts=True,
        )
        pupils = [row[1] for row in rows]
        work.tell(
            "office_admin",
            "nobody_to_text",
            f"No text reaches anybody for {named(work.school, pupils)}: please call now.",
            pupils,
            "first_text_at",
        )


def _call(work: Round, count: int) -> None:
    engine.run(sql.list_calls(), work.params)
    check_at = ladder.calls_check_at(work.now, work.climb.rungs[Rung.CALL], work.values.call_grace)
    UnexplainedAbsence.objects.filter(school=work.school, status="open", day=work.day, claim=work.claim).update(calls_check_at=check_at)
    escalate(Round(work.school, work.policy, work.day, work.session, work.now), due_at=work.climb.rungs[Rung.CALL])


def escalate(work: Round, *, household_id: int | None = None, due_at: datetime | None = None) -> None:
    """Where every first-priority contact has failed: the pupil support lead is told and the escalation text goes, once (PRI-34)."""
    households = f"AND household_id = {int(household_id)}" if household_id else ""
    if not engine.run(sql.claim_unanswered(households=households), work.params):
        return
    pupils = [case.pupil_id for case in work.cases]
    says = f"Nobody of the first contacts has answered about {named(work.school, pupils)}."
    work.tell("pupil_support_lead", "no_response", says, pupils, "call_at")
    if work.now >= work.climb.catch_up_until:
        _missed(work, pupils)
        return
    held = (
        any(case.hold_id for case in work.cases)
        and Hold.objects.filter(school=work.school, day=work.day, session=work.session, next_action_at__isnull=False).exists()
    )
    write_texts(work, "first_day_absence_escalation", held=held, due_at=due_at or work.now)


def check_calls(school: School, now: datetime) -> None:
    """Tell of the open cases for whom nobody has rung within the call's grace (call_grace)."""
    with transaction.atomic():
        claim = uuid.uuid4()
        params = {"school": school.pk, "now": now, "claim": claim}
        if not engine.run(sql.claim_calls_check(), params):
            return
        pupils = [row[0] for row in engine.rows(sql.uncalled(), params)]
        if not pupils:
            return
        policy = UnexplainedAbsence.objects.filter(school=school, claim=claim, pupil__in=pupils).select_related("policy")[0].policy
        for role in ("pupil_support_lead", "senior_manager"):
            tell(
                school=school, role=role, about="calls_not_made", pupils=pupils, says=f"Nobody has rung yet about {named(school, pupils)}.",
                link=today_link(school), clause=clause_for(policy.values.preset, "call_grace") or "", by=LADDER, now=now,
            )  # fmt: skip
        record("attendance.ladder.call_grace", by=LADDER, now=now, school_id=school.pk, detail={"pupils": pupils})


def _welfare_visit(work: Round, count: int) -> None:
    untried: dict[int, list[int]] = {}
    for household, contact in engine.rows(sql.untried(), work.params):
        untried.setdefault(household, []).append(contact)
    wanted: dict[int, Wanted] = {}
    for case in work.cases:
        want = wanted.setdefault(case.household_id, Wanted(case.household, work.policy.pk, untried=untried.get(case.household_id, [])))
        want.pupil_ids.append(case.pupil_id)
    reason = "Absent without a reason, and no contact by the time that the policy sets for a home visit."
    visits = raise_child_checks(school=work.school, wanted=list(wanted.values()), reason=reason, due_at=work.now, by=LADDER, now=work.now)
    for case in work.cases:
        case.visit = visits[case.household_id]
    UnexplainedAbsence.objects.bulk_update(work.cases, ["visit"], batch_size=500)
    pupils = [case.pupil_id for case in work.cases]
    says = f"A home visit is needed for {named(work.school, pupils)}."
    link = plan_link(work.school, [visit.pk for visit in visits.values()])
    for role in ("pupil_support_lead", "senior_manager", "dsl"):
        work.tell(role, "visit_needed", says, pupils, "welfare_visit_at", alarm=True, link=link)


def _day_end(work: Round, count: int) -> None:
    pupils = [case.pupil_id for case in work.cases]
    for role in ("dsl", "headteacher"):
        work.tell(role, "still_missing", f"The school day has ended and nobody has accounted for {named(work.school, pupils)}.", pupils,
                  "school_day_ends", alarm=True)  # fmt: skip


_TAKE: dict[str, Callable[[Round, int], None]] = {
    Rung.FIRST_TEXT: _first_text,
    Rung.CALL: _call,
    Rung.WELFARE_VISIT: _welfare_visit,
    Rung.DAY_END: _day_end,
}
