"""What happened, read off the rows that the services wrote: the log of a rehearsal."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from attendance.ladder import late_seconds
from attendance.models import CallDue, CaseEvent, ContactAttempt, Hold, LadderStep, LateStep, SchoolDay, UnexplainedAbsence
from attendance.models.cases import Rung
from homevisits.common.clock import instant, local, local_day
from homevisits.common.errors import Block
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import Contact, Pupil, Staff
from safeguarding.models import AgencyTask, Concern, Incident, Referral
from visits.alarms import MISSED, WELLBEING
from visits.models import VisitAlarm, VisitEvent, VisitLetter
from visits.rules.closing import LEFT_BEHIND

from .cast import Cast

Entry = dict[str, Any]
FAMILY = ("first_day_absence", "first_day_absence_escalation", "all_clear")
ARRIVED = (Message.Status.ACCEPTED, Message.Status.DELIVERED, Message.Status.UNDELIVERED)


class Log:
    """Collects new rows after each event and knock, each once, as entries of the rehearsal language."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.entries: list[tuple[datetime, Entry]] = []
        self._seen: set[tuple[str, int]] = set()

    def collect(self) -> None:
        """Add entries for what has been written since the last look, in the order in which people would tell it."""
        for read in _READERS:
            for key, at, entry in read(self.cast):
                if key not in self._seen:
                    self._seen.add(key)
                    self.entries.append((at, entry))

    def refused(self, at: datetime, do: str, by: object, pupil: object, blocks: Iterable[Block]) -> None:
        """Add the refusal of an event."""
        entry: Entry = {"what": "refused", "do": do, "blocks": [{"clause": block.clause, "says": block.says} for block in blocks]}
        self.entries.append((at, entry | ({"by": str(by)} if by else {}) | ({"pupils": [str(pupil)]} if pupil else {})))

    def in_order(self) -> list[Entry]:
        """All entries by time, each beginning with `at` as local ISO time and `what`."""
        ordered = sorted(self.entries, key=lambda entry: entry[0])
        return [{"at": local(at).replace(microsecond=0).isoformat(), **entry} for at, entry in ordered]


# Acts on a visit that the log names; the others stand in its history only.
TOLD_OF_VISITS = ("raised", "planned", "approved", "declined", "sent_back", "stood_down", "departed", "returned")
# The notices that the language knows; of the others another entry tells (the alarm, the check-in), or they belong to later paperwork.
TOLD = (
    "vulnerable_absent", "register_not_taken", "nobody_to_text", "held", "text_failed", "text_missed", "no_response", "parent_unaware",
    "calls_not_made", "visit_needed", "stood_down", "no_answer", "child_not_seen", "child_alone", "unsafe", "family_declined",
    "referral_due", "concern", "still_missing",
)  # fmt: skip

# What a rung tells as it is taken.
TOLD_WITH = {"nobody_to_text": Rung.FIRST_TEXT, "visit_needed": Rung.WELFARE_VISIT, "still_missing": Rung.DAY_END}

Row = tuple[tuple[str, int], datetime, Entry]


def _refs(cast: Cast, kind: type, numbers: Iterable[int | None]) -> list[str]:
    """The refs of rows, each once, in the order of the scenario."""
    found = {ref for number in numbers if (ref := cast.ref(kind, number))}
    order = cast.pupils if kind is Pupil else cast.contacts if kind is Contact else cast.staff
    return [ref for ref in order if ref in found]


def _by(cast: Cast, number: int | None) -> Entry:
    ref = cast.ref(Staff, number)
    return {"by": ref} if ref else {}


def _late(due: datetime | None, at: datetime) -> Entry:
    seconds = late_seconds(due, at) if due else 0
    return {"late_seconds": seconds} if seconds else {}


def _closed_days(cast: Cast) -> Iterable[Row]:
    for day in SchoolDay.objects.filter(school=cast.school, is_open=False, next_action_at__isnull=True):
        yield ("day", day.pk), instant(day.day, cast.school.am_closes), {"what": "no_school", "reason": day.closed_because}


def _case_events(cast: Cast) -> Iterable[Row]:
    events = CaseEvent.objects.filter(case__school=cast.school, what__in=("opened", "closed", "reopened")).select_related("case")
    for event in events.order_by("pk"):
        entry: Entry = {"what": f"case_{event.what}", "pupils": _refs(cast, Pupil, [event.case.pupil_id]), **_by(cast, event.by_id)}
        if event.what == "opened":
            registers = event.case.school.registers.filter(day=event.case.day, session=event.case.session)
            entry |= _late(max((max(row.closes_at, row.taken_at or row.closes_at) for row in registers), default=None), event.at)
        if event.what == "closed":
            entry["reason"] = event.detail.get("reason")
        yield ("case", event.pk), event.at, entry


def _holds(cast: Cast) -> Iterable[Row]:
    for hold in Hold.objects.filter(school=cast.school):
        cases = UnexplainedAbsence.objects.filter(hold=hold)
        pupils = _refs(cast, Pupil, cases.values_list("pupil_id", flat=True))
        yield ("held", hold.pk), hold.held_at, {"what": "held", "count": hold.count, "pupils": pupils}
        if hold.released_at:
            # The look comes right after the release: who is still open now is whose texts go.
            going = _refs(cast, Pupil, cases.filter(status="open").values_list("pupil_id", flat=True))
            entry = {"what": "released", "count": len(going), "pupils": going, **_by(cast, hold.released_by_id)}
            yield ("released", hold.pk), hold.released_at, entry


def _texts(cast: Cast) -> Iterable[Row]:
    texts = Message.objects.filter(school=cast.school, channel="text", template__in=FAMILY, status__in=[*ARRIVED, Message.Status.FAILED])
    for text in texts.prefetch_related("about").order_by("pk"):
        about = list(text.about.all())
        entry: Entry = {
            "what": "text_failed" if text.status == Message.Status.FAILED else "text_sent", "template": text.template,
            "to": cast.as_given.get(text.to, text.to), "contacts": _refs(cast, Contact, [row.contact_id for row in about]),
            "pupils": _refs(cast, Pupil, [row.pupil_id for row in about]),
        }  # fmt: skip
        at = text.finished_at or text.accepted_at or text.created_at
        yield ("text", text.pk), at, entry | (_late(text.due_at, at) if entry["what"] == "text_sent" else {})


def _calls_due(cast: Cast) -> Iterable[Row]:
    for call in CallDue.objects.filter(school=cast.school):
        cases = UnexplainedAbsence.objects.filter(school=cast.school, household=call.household_id, status="open")
        due = _step_due(cases, Rung.CALL, call.at)
        yield (
            ("call_due", call.pk),
            call.at,
            {"what": "call_due", "pupils": _refs(cast, Pupil, [case.pupil_id for case in cases]), **_late(due, call.at)},
        )


def _step_due(cases: Iterable[UnexplainedAbsence], rung: str, at: datetime) -> datetime | None:
    """When a rung taken at `at` was due; None when it was not this rung that was taken then."""
    step = LadderStep.objects.filter(case__in=list(cases), rung=rung, taken_at=at).order_by("due_at").first()
    return step.due_at if step else None


def _calls_made(cast: Cast) -> Iterable[Row]:
    for call in ContactAttempt.objects.filter(school=cast.school).prefetch_related("counts_for__case").order_by("pk"):
        entry = {
            "what": "call_made", "contact": cast.ref(Contact, call.contact_id), "outcome": call.outcome,
            "pupils": _refs(cast, Pupil, [row.case.pupil_id for row in call.counts_for.all()]), **_by(cast, call.by_id),
        }  # fmt: skip
        yield ("call_made", call.pk), call.at, entry


def _told(cast: Cast) -> Iterable[Row]:
    for notice in Notice.objects.filter(school=cast.school, about__in=TOLD).prefetch_related("pupils").order_by("pk"):
        pupils = _refs(cast, Pupil, [pupil.pk for pupil in notice.pupils.all()])
        entry: Entry = {"what": "told", "role": notice.role, "about": notice.about, **({"pupils": pupils} if pupils else {})}
        yield ("told", notice.pk), notice.at, entry | _late(_told_due(cast, notice), notice.at)


def _told_due(cast: Cast, notice: Notice) -> datetime | None:
    """When the policy wanted it told: with the rung that tells it, or when the register's grace was over."""
    if notice.about == "register_not_taken":
        return instant(local_day(notice.at), cast.school.am_closes) + timedelta(minutes=cast.policy.values.register_grace)
    if notice.about not in TOLD_WITH:
        return None
    steps = LadderStep.objects.filter(case__pupil__in=[pupil.pk for pupil in notice.pupils.all()], taken_at=notice.at)
    return steps.filter(rung=TOLD_WITH[notice.about]).order_by("due_at").values_list("due_at", flat=True).first()


def _visits(cast: Cast) -> Iterable[Row]:
    events = VisitEvent.objects.filter(visit__school=cast.school, what__in=TOLD_OF_VISITS).select_related("visit").order_by("pk")
    for event in events:
        visit = event.visit
        pupils = _refs(cast, Pupil, visit.visit_pupils.values_list("pupil_id", flat=True))
        entry: Entry = {"what": f"visit_{event.what}", "pupils": pupils, **_by(cast, event.by_id)}
        if pair := _refs(cast, Staff, visit.members.values_list("staff_id", flat=True)):
            entry["pair"] = pair
        if event.what == "raised":
            entry["untried"] = _refs(cast, Contact, visit.untried.values_list("contact_id", flat=True))
            entry |= _late(_step_due(visit.cases.all(), Rung.WELFARE_VISIT, event.at), event.at)
        yield ("visit", event.pk), event.at, entry


def _alarms(cast: Cast) -> Iterable[Row]:
    # Missed check-ins are alarms of their own; the log names the steps of the return alarm and calls for help.
    climbing = VisitAlarm.objects.filter(visit__school=cast.school).exclude(step__startswith=MISSED).exclude(step=WELLBEING)
    for alarm in climbing.select_related("visit").order_by("due_at", "pk"):
        pupils = _refs(cast, Pupil, alarm.visit.visit_pupils.values_list("pupil_id", flat=True))
        if alarm.late_seconds:
            yield (
                ("alarm_late", alarm.pk),
                alarm.at,
                {"what": "late", "rung": alarm.step, "late_seconds": alarm.late_seconds, "pupils": pupils},
            )
        entry = {"what": "alarm", "step": alarm.step, "pupils": pupils, **_by(cast, alarm.by_id), **_late(alarm.due_at, alarm.at)}
        yield ("alarm", alarm.pk), alarm.at, entry


def _safeguarding(cast: Cast) -> Iterable[Row]:
    def pupils(row: Concern | Referral | AgencyTask | Incident) -> list[str]:
        return _refs(cast, Pupil, [pupil.pk for pupil in row.pupils.all()])

    for concern in Concern.objects.filter(school=cast.school):
        yield ("concern", concern.pk), concern.at, {"what": "concern_opened", "pupils": pupils(concern), **_by(cast, concern.by_id)}
    for referral in Referral.objects.filter(school=cast.school):
        yield ("referral", referral.pk), referral.opened_at, {"what": "referral_opened", "kind": referral.kind, "pupils": pupils(referral)}
    for incident in Incident.objects.filter(school=cast.school):
        entry = {"what": "incident_opened", "kind": incident.kind, "pupils": pupils(incident), **_by(cast, incident.by_id)}
        yield ("incident", incident.pk), incident.at, entry
    for task in AgencyTask.objects.filter(school=cast.school):
        yield ("agency", task.pk), task.opened_at, {"what": "agency_task", "kind": task.agency, "pupils": pupils(task)}
    for letter in VisitLetter.objects.filter(visit__school=cast.school, ahead=False):
        about = _refs(cast, Pupil, letter.visit.visit_pupils.values_list("pupil_id", flat=True))
        # The language has one word for what is left at the door, whichever paper the policy leaves there (nobody_home_leaves).
        kind = "letter_through_door" if letter.kind in LEFT_BEHIND else letter.kind
        yield ("letter", letter.pk), letter.drafted_at, {"what": "letter_drafted", "kind": kind, "pupils": about}


def _late_steps(cast: Cast) -> Iterable[Row]:
    for step in LateStep.objects.filter(school=cast.school):
        entry = {"what": "late", "rung": step.rung, "late_seconds": step.late_seconds, "pupils": _refs(cast, Pupil, step.pupils)}
        yield ("late", step.pk), step.at, entry


_READERS: Sequence[Callable[[Cast], Iterable[Row]]] = (
    _closed_days, _case_events, _late_steps, _holds, _calls_made, _calls_due, _texts, _visits, _alarms, _safeguarding, _told,
)  # fmt: skip
