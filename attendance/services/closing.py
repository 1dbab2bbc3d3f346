"""Closing a case, its consequences, and taking a closing back (rehearsal.md, 6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from homevisits.audit.services import Entry, record_many
from homevisits.common.actors import Actor
from homevisits.messaging import outbox
from homevisits.messaging.models import Message
from homevisits.people.models import NumberFault, School
from visits.services.child_checks import checks_of, stand_down

from .. import ladder
from ..models import CaseEvent, UnexplainedAbsence
from .opening import climb_of
from .visiting import visit_again

TEXTS = ("first_day_absence", "first_day_absence_escalation")
GOT_THERE = (Message.Status.ACCEPTED, Message.Status.DELIVERED, Message.Status.UNDELIVERED)
ON_THE_WAY = (Message.Status.SENDING, Message.Status.UNKNOWN)


def close_cases(
    *,
    school: School,
    case_ids: Iterable[int],
    reason: str,
    note: str = "",
    reporter_numbers: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> list[UnexplainedAbsence]:
    """Close open cases: texts not yet handed over are withdrawn, numbers texted get the all-clear, visits are stood down.

    `reporter_numbers` (E.164) are the reporter's own: they know already and get no all-clear. Answers with the cases closed here.
    """
    with transaction.atomic():
        # The case first, its messages after: whoever claims a message looks at it after this commit or has claimed it before (R5).
        cases = list(UnexplainedAbsence.objects.select_for_update().filter(school=school, pk__in=list(case_ids), status="open"))
        if not cases:
            return []
        UnexplainedAbsence.objects.filter(pk__in=[case.pk for case in cases]).update(
            status="closed", closed_reason=reason, closed_at=now, closed_by=by.pk, next_action_at=None, calls_check_at=None
        )
        CaseEvent.objects.bulk_create(
            [CaseEvent(case=case, at=now, what="closed", by_id=by.pk, note=note, detail={"reason": reason}) for case in cases]
        )
        acts = [Entry("attendance.case.closed", "UnexplainedAbsence", str(case.pk), {"reason": reason}) for case in cases]
        record_many(acts, by=by, now=now, school_id=school.pk)
        outbox.withdraw(school_id=school.pk, pupil_ids=[case.pupil_id for case in cases], now=now)
        give_all_clear(school, cases, reporter_numbers, by, now)
        _stand_down(school, cases, reason, by, now)
    return cases


def give_all_clear(
    school: School, cases: Sequence[UnexplainedAbsence], reporter_numbers: Collection[str], by: Actor, now: datetime
) -> None:
    """The all-clear to each number whose last case has closed; what is still on its way is looked at again when its fate is known."""
    wanted = [case for case in cases if case.policy.values.all_clear]
    texts = _texts_about(school, wanted)
    waiting = {pupil for _, status, pupil, _ in texts if status in ON_THE_WAY}
    UnexplainedAbsence.objects.filter(pk__in=[case.pk for case in wanted]).update(all_clear_due=False)
    UnexplainedAbsence.objects.filter(pk__in=[case.pk for case in wanted if case.pupil_id in waiting]).update(all_clear_due=True)
    numbers = {number for number, status, _, _ in texts if status in GOT_THERE} - set(reporter_numbers)
    numbers -= set(NumberFault.objects.filter(school=school, number__in=numbers, cleared_at__isnull=True).values_list("number", flat=True))
    told = _told(school, numbers, min((case.first_day for case in wanted), default=None))
    still_open = set(
        UnexplainedAbsence.objects.filter(
            school=school, status="open", pupil__in={pupil for pairs in told.values() for pupil, _ in pairs}
        ).values_list("pupil_id", flat=True)
    )
    for number in sorted(numbers):
        if not any(pupil in still_open for pupil, _ in told[number]):
            _put_all_clear(school, cases[0], number, told[number], by, now)


def _texts_about(school: School, cases: Iterable[UnexplainedAbsence]) -> list[tuple[str, str, int, int]]:
    """(number, status, pupil, message) of the ladder's texts about these cases since they opened."""
    since = {case.pupil_id: case.first_day for case in cases}
    rows = Message.objects.filter(school=school, channel="text", template__in=TEXTS, about__pupil__in=since).values_list(
        "to", "status", "about__pupil", "pk", "day"
    )
    return [(number, status, pupil, pk) for number, status, pupil, pk, day in rows if day >= since[pupil]]


def _told(school: School, numbers: Collection[str], since: object) -> dict[str, list[tuple[int, int | None]]]:
    """For each number the (pupil, contact) pairs that accepted texts since a day were about."""
    told: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    if numbers:
        rows = Message.objects.filter(
            school=school, channel="text", template__in=TEXTS, to__in=numbers, status__in=GOT_THERE, day__gte=since
        ).values_list("to", "about__pupil", "about__contact")
        for number, pupil, contact in rows.distinct():
            told[number].append((pupil, contact))
    return told


def _put_all_clear(
    school: School, case: UnexplainedAbsence, number: str, about: Sequence[tuple[int, int | None]], by: Actor, now: datetime
) -> None:
    climb = climb_of(school, case.policy, case.day, case.session)
    # Once a number and day, and once more after each that was taken back: who heard that there is no news hears when there is.
    of_day = Message.objects.filter(school=school, day=case.day, to=number)
    again = of_day.filter(template="all_clear_withdrawn").count() + of_day.filter(template="all_clear", status="cancelled").count()
    outbox.put(
        school=school, day=case.day, template="all_clear", to=number, language=_language(school, number, case),
        purpose=f"{case.day}:all_clear:{number}" + (f":{again}" if again else ""), fields={},
        about=list(about),
        due_at=now, give_up_at=climb.give_up_at(now), miss_at=max(climb.rungs[ladder.DAY_END], now), by=by, now=now,
    )  # fmt: skip


def _language(school: School, number: str, case: UnexplainedAbsence) -> str:
    """The language in which the number was texted first: what follows is said in the same."""
    texts = Message.objects.filter(school=school, to=number, template__in=TEXTS, day__gte=case.first_day)
    return texts.order_by("pk").values_list("language", flat=True).first() or ""


def _stand_down(school: School, cases: Sequence[UnexplainedAbsence], reason: str, by: Actor, now: datetime) -> None:
    """Stand down the visits whose cases are all closed, whether the ladder raised them or somebody planned them before it did."""
    checks = checks_of(school=school, pupil_ids=[case.pupil_id for case in cases])
    about = {pupil for pupils in checks.values() for pupil in pupils}
    missing = set(UnexplainedAbsence.objects.filter(school=school, pupil__in=about, status="open").values_list("pupil_id", flat=True))
    done = [visit for visit, pupils in checks.items() if not pupils & missing]
    if done:
        words = UnexplainedAbsence.Closed(reason).label.lower()
        stand_down(school=school, visit_ids=done, because=f"every child is accounted for ({words}).", by=by, now=now)


def reopen_case(*, school: School, case: UnexplainedAbsence, note: str, by: Actor, now: datetime) -> None:
    """Open a closed case again where it stood: rungs already taken stay taken, the next ones follow their times.

    Raises nothing: what was sent meanwhile stays sent and is on the case, where it can be put right. A rung whose time passed
    while the case was closed is taken at the next knock and is not late. A visit that was stood down is raised anew.
    """
    with transaction.atomic():
        climb = climb_of(school, case.policy, case.day, case.session)
        taken = dict(case.steps.filter(day=case.day).values_list("rung", "taken_at"))
        ahead = [rung for rung in ladder.ORDER if rung not in taken]
        case.calls_check_at = _calls_check_again(case, taken.get(ladder.CALL), climb, now)
        case.status, case.closed_reason, case.closed_at, case.closed_by = "open", "", None, None
        case.due_from = max(now, case.due_from)
        case.next_rung = ahead[0] if ahead else ""
        case.next_action_at = max(climb.rungs[ahead[0]], case.due_from) if ahead else None
        case.all_clear_due = False
        case.save()
        CaseEvent.objects.create(case=case, at=now, what="reopened", by_id=by.pk, note=note)
        outbox.restore(school_id=school.pk, pupil_id=case.pupil_id, day=case.day, now=now)
        outbox.withdraw_all_clears(school_id=school.pk, pupil_id=case.pupil_id, day=case.day, now=now)
        record_many([Entry("attendance.case.reopened", "UnexplainedAbsence", str(case.pk))], by=by, now=now, school_id=school.pk)
        visit_again(school=school, case=case, by=by, now=now)


def _calls_check_again(case: UnexplainedAbsence, call_due: datetime | None, climb: ladder.Climb, now: datetime) -> datetime | None:
    """When somebody must have rung, unless that was looked at before the case closed."""
    grace = case.policy.values.call_grace
    if call_due is None or (case.closed_at and ladder.calls_check_at(call_due, climb.rungs[ladder.CALL], grace) <= case.closed_at):
        return None
    return ladder.calls_check_at(max(now, call_due), climb.rungs[ladder.CALL], grace)
