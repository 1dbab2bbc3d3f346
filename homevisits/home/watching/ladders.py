"""Whether every open case stands where its frozen policy says it should by now, and people heard of it."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from attendance.models import CallDue, ContactAttemptFor, Hold, SetAside, UnexplainedAbsence
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import Contact, NumberFault, PupilFlag
from visits.models import HomeVisit

from .look import CALL, DAY_END, FIRST_TEXT, VISIT, Found, Look, of_cases

ALMOST = timedelta(seconds=60)
RUNGS = {FIRST_TEXT: "first text", CALL: "call", VISIT: "home visit", DAY_END: "end of the school day"}


def rungs_not_taken(look: Look) -> Iterable[Found]:
    """Steps whose time has passed by more than the policy tolerates."""
    for case in look.open_cases:
        tolerated = timedelta(seconds=look.values(case).late_tolerance)
        for rung, name in RUNGS.items():
            if look.due(case, rung) + tolerated < look.now and not look.taken(case, rung):
                says = f"A step is late and was not taken: {name}."
                yield Found(case.school_id, "step_late", f"case {case.pk} {case.day} {rung}", says, (case.pupil_id,))


def cases_without_next_step(look: Look) -> Iterable[Found]:
    """Open cases that nothing would ever move on, although their day has not ended."""
    stuck = [case for case in look.open_cases if not case.next_action_at and not look.taken(case, DAY_END)]
    return of_cases("no_next_step", "An open case has no next step: nothing would move it on.", stuck)


def steps_put_off(look: Look) -> Iterable[Found]:
    """Cases whose next step waits for another instant than the policy's."""
    waiting = [case for case in look.open_cases if case.next_action_at and case.next_rung in RUNGS]
    wrong = [case for case in waiting if case.next_action_at and abs(case.next_action_at - look.due(case, case.next_rung)) > ALMOST]
    return of_cases("step_put_off", "The next step of a case waits for another time than the policy's.", wrong)


def texts_not_written(look: Look) -> Iterable[Found]:
    """Cases whose first text was due and taken, with a number that a text reaches, and no text to it."""
    cases = {case.pupil_id: case for case in look.climbed(FIRST_TEXT) if case.day == look.day}
    if not cases:
        return
    contacts = Contact.objects.filter(pupil__in=cases, restricted=False, gone=False).exclude(mobile="").order_by("priority")
    faulty = set(NumberFault.objects.filter(school__in=look.ids, cleared_at=None).values_list("school_id", "number"))
    restricted = set(_restricted_numbers(list(cases)))
    texts = Message.objects.filter(school__in=look.ids, day=look.day, template="first_day_absence")
    written = set(texts.values_list("school_id", "to"))
    told = set(Notice.objects.filter(school__in=look.ids, about="text_missed", pupils__in=cases).values_list("pupils", flat=True))
    seen: set[int] = set()
    for contact in contacts:
        case = cases[contact.pupil_id]
        if (case.school_id, contact.mobile) in faulty or (contact.pupil_id, contact.mobile) in restricted or contact.pupil_id in seen:
            continue
        seen.add(contact.pupil_id)
        if (case.school_id, contact.mobile) not in written and contact.pupil_id not in told:
            yield Found(
                case.school_id,
                "text_not_written",
                f"case {case.pk} {case.day}",
                "The first text of a case was never written.",
                (case.pupil_id,),
            )


def _restricted_numbers(pupils: list[int]) -> Iterable[tuple[int, str]]:
    for pupil, mobile, landline in Contact.objects.filter(pupil__in=pupils, restricted=True, gone=False).values_list(
        "pupil_id", "mobile", "landline"
    ):
        yield from ((pupil, number) for number in (mobile, landline) if number)


def calls_not_listed(look: Look) -> Iterable[Found]:
    """Cases whose calls are due, without a line on the day's call list."""
    listed = set(
        CallDue.objects.filter(school__in=look.ids).filter(day__gte=look.day - timedelta(days=7)).values_list("household_id", "day")
    )
    missing = [
        case for case in look.climbed(CALL) if (case.household_id, case.day) not in listed and case.day > look.day - timedelta(days=7)
    ]
    return of_cases("call_not_listed", "A call is due and does not stand on the call list.", missing)


def calls_nobody_asked_after(look: Look) -> Iterable[Found]:
    """Calls not made within their grace, and nobody was told."""
    late = []
    for case in look.climbed(CALL):
        due = max(look.due(case, CALL), look.steps[(case.pk, case.day, CALL)])
        if due + timedelta(minutes=look.values(case).call_grace) < look.before and case.day == look.day:
            late.append(case)
    called = set(
        ContactAttemptFor.objects.filter(case__in=late, attempt__day=look.day, attempt__undone_at=None).values_list("case_id", flat=True)
    )
    told = set(
        Notice.objects.filter(school__in=look.ids, about="calls_not_made", at__gte=look.now - timedelta(hours=24)).values_list(
            "pupils", flat=True
        )
    )
    silent = [case for case in late if case.pk not in called and case.pupil_id not in told]
    return of_cases("calls_not_told", "Nobody has rung about a child, and nobody was told so.", silent)


def visits_missing(look: Look) -> Iterable[Found]:
    """Cases past the welfare visit's time without a visit, or whose visit was stood down although the child is still missing."""
    cases = look.climbed(VISIT)
    stood_down = set(
        HomeVisit.objects.filter(pk__in=[case.visit_id for case in cases if case.visit_id], status="stood_down").values_list(
            "pk", flat=True
        )
    )
    yield from of_cases("visit_missing", "A home visit is due and was not raised.", [case for case in cases if not case.visit_id])
    gone = [case for case in cases if case.visit_id in stood_down]
    yield from of_cases("visit_stood_down", "A home visit is stood down although its child is still missing.", gone)


def people_not_told(look: Look) -> Iterable[Found]:
    """Steps that should have told people and did not: the visit that is needed, the child still missing, the flagged child."""
    since = look.now - timedelta(hours=24)
    rows = Notice.objects.filter(school__in=look.ids, at__gte=since, about__in=("visit_needed", "still_missing", "vulnerable_absent"))
    told = set(rows.values_list("about", "pupils"))
    for rung, about in ((VISIT, "visit_needed"), (DAY_END, "still_missing")):
        silent = [
            case for case in look.climbed(rung) if look.steps[(case.pk, case.day, rung)] > since and (about, case.pupil_id) not in told
        ]
        yield from of_cases(f"{about}_untold", f"Nobody was told: {RUNGS[rung]} of an open case.", silent)
    fresh = {case.pupil_id: case for case in look.open_cases if since < case.opened_at < look.before}
    for pupil, kind in PupilFlag.objects.filter(pupil__in=fresh).values_list("pupil_id", "kind"):
        if kind in look.values(fresh[pupil]).vulnerable_flags and ("vulnerable_absent", pupil) not in told:
            yield from of_cases(
                "vulnerable_untold", "A child with a safeguarding flag is missing, and the safeguarding lead was not told.", [fresh[pupil]]
            )


def holds_nobody_heard_of(look: Look) -> Iterable[Found]:
    """Texts are held and nobody was told; or are held though no brake is on; or a brake outlived its time."""
    holds = list(Hold.objects.filter(school__in=look.ids, day=look.day))
    told = list(Notice.objects.filter(school__in=look.ids, about="held").values_list("school_id", "at"))
    for hold in holds:
        if hold.next_action_at and not any(school == hold.school_id and at >= hold.held_at for school, at in told):
            yield Found(hold.school_id, "hold_untold", f"hold {hold.pk}", "Texts are held, and nobody was told.")
        if hold.next_action_at and hold.ends_at < look.before:
            yield Found(hold.school_id, "hold_outlived", f"hold {hold.pk}", "Texts are still held though it is too late to send them.")
    braking = {hold.school_id for hold in holds if hold.next_action_at}
    held = Message.objects.filter(school__in=look.ids, status="held").exclude(school__in=braking)
    for school in sorted(set(held.values_list("school_id", flat=True))):
        yield Found(school, "held_without_hold", f"day {look.day}", "Texts are held though no brake is on: nothing would let them go.")


def aside_in_silence(look: Look) -> Iterable[Found]:
    """Cases set aside without a row that tells people why."""
    cases = UnexplainedAbsence.objects.filter(school__in=look.ids, status="open").exclude(set_aside_at=None)
    known = set(SetAside.objects.filter(school__in=look.ids, what__startswith="case:").values_list("row_id", flat=True))
    return of_cases("set_aside_untold", "A case was set aside, and nobody was told.", [case for case in cases if case.pk not in known])


def cases_left_behind(look: Look) -> Iterable[Found]:
    """Cases still open from an earlier day that today's register should have taken up again."""
    old = UnexplainedAbsence.objects.filter(school__in=look.open_days, status="open", day__lt=look.day)
    marked = old.filter(
        Q(pupil__marks__day=look.day, pupil__marks__code="N", pupil__marks__recorded_at__lt=look.before),
        school__registers__day=look.day, school__registers__closes_at__lt=look.before, school__registers__opened_cases_at__lt=look.before,
    ).distinct()  # fmt: skip
    return of_cases("left_behind", "A child is missing again today, but the case still stands at an earlier day.", marked)
