"""A case's timeline: everything that happened about it, from every table, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch

from homevisits.common.clock import instant
from homevisits.common.phone import shown
from homevisits.messaging.models import DeliveryEvent, Message, Notice
from homevisits.messaging.notices import HEADLINES
from homevisits.messaging.wording import TITLES
from homevisits.people.models import Contact, Role
from visits.models import VisitEvent

from ..models import AbsenceMessage, Arrival, ContactAttempt, LadderStep, UnexplainedAbsence
from ..models.cases import Rung
from .facts import FAMILY_TEXTS
from .replies import replies_about


@dataclass(frozen=True)
class Entry:
    """One line: when, what, who, in which words, its state (shapes.STATES), and what followed from it."""

    at: datetime
    title: str
    by: str = ""
    text: str = ""
    state: str = ""
    parts: list[str] = field(default_factory=list)
    undo: tuple[str, int] | None = None  # (name of the address, number of the row)


def timeline(case: UnexplainedAbsence) -> list[Entry]:
    """Everything about a case, newest first."""
    found = [
        *_events(case), *_steps(case), *_texts(case), *_calls(case), *_reasons(case), *_arrivals(case), *_told(case), *_visit(case),
        *_replies(case),
    ]  # fmt: skip
    order = {id(entry): place for place, entry in enumerate(found)}
    return sorted(found, key=lambda entry: (entry.at, order[id(entry)]), reverse=True)


_EVENTS = {
    "opened": ("Absent without a reason", "open"),
    "another_day": ("Absent again: the steps begin afresh", "open"),
    "closed": ("Case closed", "done"),
    "reopened": ("Case opened again", "open"),
    "corrected": ("Correction sent", "open"),
    "all_clear_back": ("All-clear taken back", "due"),
    "aside_dealt": ("A step was taken by hand", "done"),
}


def _events(case: UnexplainedAbsence) -> Iterable[Entry]:
    for event in case.events.select_related("by"):
        title, state = _EVENTS.get(event.what, (event.what.replace("_", " ").capitalize(), ""))
        if event.what == "closed" and event.detail.get("reason"):
            title = f"Case closed: {UnexplainedAbsence.Closed(event.detail['reason']).label.lower()}"
        yield Entry(event.at, title, str(event.by) if event.by else "by itself", event.note, state)


_STEPS = {
    Rung.FIRST_TEXT: "Time of the first text",
    Rung.CALL: "Time to call",
    Rung.WELFARE_VISIT: "Time of the home visit",
    Rung.DAY_END: "The school day ended without news",
}


def _steps(case: UnexplainedAbsence) -> Iterable[Entry]:
    for step in LadderStep.objects.filter(case=case):
        late = int((step.taken_at - step.due_at).total_seconds())
        text = f"{late // 60} minutes late" if late >= 120 else ""
        yield Entry(step.taken_at, _STEPS[Rung(step.rung)], "by itself", text, "due" if late >= 120 else "")


def _texts(case: UnexplainedAbsence) -> Iterable[Entry]:
    messages = Message.objects.filter(
        school=case.school_id, day__gte=case.first_day, day__lte=case.day, template__in=FAMILY_TEXTS, about__pupil=case.pupil_id
    ).distinct()
    events = Prefetch("events", DeliveryEvent.objects.order_by("at", "pk"))
    for message in messages.prefetch_related(events, "about__contact"):
        who = {str(about.contact) for about in message.about.all() if about.contact and about.pupil_id == case.pupil_id}
        parts = [f"{_wall(event.at)} {Message.Status(event.status).label}{_detail(event.detail)}" for event in message.events.all()]
        status = Message.Status(message.status)
        title = f"{TITLES.get(message.template, message.template)} to {', '.join(sorted(who)) or shown(message.to)}: {status.label.lower()}"
        yield Entry(message.created_at, title, f"{shown(message.to)}, by text", message.body, _FATE.get(status, "open"), parts)


def _detail(detail: str) -> str:
    return f": {detail}" if detail and not detail.startswith("Written by") else ""


_FATE = {
    Message.Status.DELIVERED: "done",
    Message.Status.ACCEPTED: "done",
    Message.Status.HELD: "held",
    Message.Status.CANCELLED: "resting",
    Message.Status.SHADOW: "resting",
    Message.Status.FAILED: "due",
    Message.Status.UNDELIVERED: "due",
    Message.Status.MISSED: "due",
    Message.Status.UNKNOWN: "due",
}


def _calls(case: UnexplainedAbsence) -> Iterable[Entry]:
    attempts = ContactAttempt.objects.filter(counts_for__case=case).select_related("contact", "by", "undone_by")
    for attempt in attempts:
        outcome = ContactAttempt.Outcome(attempt.outcome)
        state = "done" if outcome == ContactAttempt.Outcome.EXPLAINED else "due" if outcome == ContactAttempt.Outcome.UNAWARE else ""
        undo = None if attempt.undone_at or outcome == ContactAttempt.Outcome.EXPLAINED else ("undo_call", attempt.pk)
        yield Entry(
            attempt.at, f"Called {attempt.contact}: {outcome.label.lower()}", f"{attempt.by}, {shown(attempt.number)}", attempt.said, state,
            undo=undo,
        )  # fmt: skip
        if attempt.undone_at:
            yield Entry(attempt.undone_at, f"Taken back: the call to {attempt.contact}", _by(attempt.undone_by), "", "open")


def _reasons(case: UnexplainedAbsence) -> Iterable[Entry]:
    messages = AbsenceMessage.objects.filter(pupil=case.pupil_id, first_day__lte=case.day, last_day__gte=case.first_day)
    for message in messages.select_related("by", "undone_by", "contact"):
        who = str(message.contact) if message.contact else message.caller
        title = f"Reason logged: {message.get_channel_display().lower()}{', ' + who if who else ''}, code {message.code}"
        until = f"until {message.last_day:%A} {message.last_day.day} {message.last_day:%B}" if message.last_day > message.first_day else ""
        undo = None if message.undone_at else ("undo_absence", message.pk)
        yield Entry(message.at, title, _by(message.by), " ".join(filter(None, [message.reason, until])), "done", undo=undo)
        if message.undone_at:
            yield Entry(message.undone_at, "Reason undone", _by(message.undone_by), message.undone_because, "open")


def _arrivals(case: UnexplainedAbsence) -> Iterable[Entry]:
    arrivals = Arrival.objects.filter(pupil=case.pupil_id, day__gte=case.first_day, day__lte=case.day).select_related("by", "undone_by")
    for arrival in arrivals:
        undo = None if arrival.undone_at else ("undo_arrival", arrival.pk)
        yield Entry(arrival.at, f"Arrived at school, code {arrival.code}", _by(arrival.by), "", "done", undo=undo)
        if arrival.undone_at:
            yield Entry(arrival.undone_at, "Arrival undone", _by(arrival.undone_by), "", "open")


def _told(case: UnexplainedAbsence) -> Iterable[Entry]:
    end = instant(case.day + timedelta(days=1), time(0))
    notices = Notice.objects.filter(school=case.school_id, pupils=case.pupil_id, at__gte=case.opened_at - timedelta(minutes=5), at__lt=end)
    together: dict[tuple[datetime, str], list[Notice]] = {}
    for notice in notices.prefetch_related("people__staff", "pupils"):
        together.setdefault((notice.at, notice.says), []).append(notice)
    for (at, _), same in together.items():
        roles = ", ".join(_role(notice.role) for notice in same)
        names = ", ".join(dict.fromkeys(str(person.staff) for notice in same for person in notice.people.all()))
        yield Entry(at, f"Told: {roles}", f"to {names}" if names else "nobody holds this role", _said_here(same[0], case))


def _said_here(notice: Notice, case: UnexplainedAbsence) -> str:
    """What was told, as it may stand on this child's page: a sentence that names children of other homes only by its matter."""
    others = [pupil for pupil in notice.pupils.all() if pupil.household_id != case.household_id]
    if not others:
        return notice.says
    matter = HEADLINES.get(notice.about, "Staff were told something about several pupils.")
    return f"{matter} This was about {case.pupil} and {len(notice.pupils.all()) - 1} more."


def _role(role: str) -> str:
    return str(dict(Role.choices).get(role, role.replace("_", " "))).lower()


def _visit(case: UnexplainedAbsence) -> Iterable[Entry]:
    for event in VisitEvent.objects.filter(visit=case.visit_id) if case.visit_id else ():
        yield Entry(event.at, f"Home visit: {event.what.replace('_', ' ')}", event.by_name, event.note, "open")


def _replies(case: UnexplainedAbsence) -> Iterable[Entry]:
    contacts: Iterable[Any] = Contact.objects.filter(pupil=case.pupil_id, gone=False)
    numbers = {number: str(contact) for contact in contacts for number in contact.numbers}
    for text in replies_about(case.school, set(numbers), case.first_day):
        how = f"{text.dealt_by}: {text.dealt_how}" if text.dealt_at else "nobody has dealt with it yet"
        state = "" if text.dealt_at else "due"
        yield Entry(text.received_at, f"Text from {numbers[text.number]}", shown(text.number), text.body, state, [how])


def _by(staff: Any) -> str:
    return str(staff) if staff else "from the information system"


def _wall(at: datetime) -> str:
    from homevisits.common.clock import local

    shown_at = local(at)
    return f"{shown_at.hour}:{shown_at.minute:02d}"
