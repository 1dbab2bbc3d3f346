"""The school calendar changes: terms and closures."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit import services as audit
from homevisits.common import clock
from homevisits.common.actors import Actor, staff_id
from homevisits.common.errors import BadInput

from ..models import Closure, School, Term


def add_closure(*, school: School, day: date, kind: Closure.Kind, reason: str = "", by: Actor, now: datetime) -> Closure:
    """Write that the school has no pupils on `day`; entered again, the later reason and kind stand.

    It only writes the calendar. A closure on the morning itself is `attendance.services.registers.close_school`, which calls this
    and stands the day's ladder down. Raises BadInput for a weekend, which is closed anyhow.
    """
    if day.weekday() >= 5:
        raise BadInput("Saturdays and Sundays are closed anyhow. Choose a day from Monday to Friday.")
    with transaction.atomic():
        closure, _ = Closure.objects.update_or_create(
            school=school,
            day=day,
            defaults={"kind": kind, "reason": reason.strip(), "entered_at": now, "entered_by_id": staff_id(by)},
        )
        detail = {"day": day.isoformat(), "kind": str(kind), "reason": closure.reason}
        audit.record(
            "people.closure.added", by=by, now=now, school_id=school.pk, object_type="closure", object_id=closure.pk, detail=detail
        )
    return closure


def remove_closure(*, closure: Closure, by: Actor, now: datetime) -> None:
    """Take back a closure to come. Raises BadInput for today's or an earlier one: that day has been lived."""
    if closure.day <= clock.local_day(now):
        raise BadInput("A closure of today or before cannot be taken back.")
    with transaction.atomic():
        detail = {"day": closure.day.isoformat(), "kind": closure.kind}
        audit.record(
            "people.closure.removed",
            by=by,
            now=now,
            school_id=closure.school_id,
            object_type="closure",
            object_id=closure.pk,
            detail=detail,
        )
        closure.delete()


def save_term(*, school: School, name: str, starts_on: date, ends_on: date, term: Term | None = None, by: Actor, now: datetime) -> Term:
    """Enter a term, or change `term`; both days are included. Raises BadInput when it ends early or overlaps another."""
    if ends_on < starts_on:
        raise BadInput("The last day of the term must not come before its first day.")
    others = Term.objects.filter(school=school, starts_on__lte=ends_on, ends_on__gte=starts_on)
    overlap = (others.exclude(pk=term.pk) if term else others).first()
    if overlap:
        raise BadInput(f"These dates overlap with {overlap.name}. A half term is the gap between two terms.")
    term = term or Term(school=school)
    term.name, term.starts_on, term.ends_on = name.strip(), starts_on, ends_on
    with transaction.atomic():
        term.save()
        detail = {"name": term.name, "from": starts_on.isoformat(), "to": ends_on.isoformat()}
        audit.record("people.term.saved", by=by, now=now, school_id=school.pk, object_type="term", object_id=term.pk, detail=detail)
    return term


def remove_term(*, term: Term, by: Actor, now: datetime) -> None:
    """Take a term out of the calendar; when the last one goes every weekday counts as a school day again."""
    with transaction.atomic():
        detail = {"name": term.name, "from": term.starts_on.isoformat(), "to": term.ends_on.isoformat()}
        audit.record("people.term.removed", by=by, now=now, school_id=term.school_id, object_type="term", object_id=term.pk, detail=detail)
        term.delete()
