"""Switching the infection-control annex on, changing and ending it; what it asks of a visit; pupils who isolate."""

from datetime import date, datetime

from django.db import transaction

from homevisits.audit.services import record
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, refuse_if
from homevisits.messaging import outbox
from homevisits.messaging.models import Message
from homevisits.messaging.notices import tell
from homevisits.people.access import roles_held, roles_of
from homevisits.people.matrix import STAFF
from homevisits.people.models import Contact, Pupil, School, Staff
from homevisits.people.selectors.pupils import faults_of
from homevisits.policy.selectors import version_in_force

from ..models import AnnexVersion, HomeVisit, Isolation, VisitApproval
from ..rules.annex import LEAVE, LIFT_REASONS, annex_on, asks_lift, keeper_blocks, leave_blocks
from ..states import PENDING
from .changes import plan_changed
from .common import locked, note

ON, OFF = "The infection-control annex is on.", "The infection-control annex has ended."


def set_annex(
    *,
    school: School,
    on: bool,
    by: Staff,
    now: datetime,
    isolation_days: int | None = None,
    distance_metres: int | None = None,
    expires_on: date | None = None,
    words: str = "",
    based_on: int | None = None,
) -> AnnexVersion:
    """Switch the annex on, change it, or end it: a version each, told to staff and to families with a visit planned (ATT-74).

    Numbers that are not given are those of the policy. `based_on`: the number of the version on the page, 0 for none.
    Raises Blocked for anybody but whom the policy names, BadInput for numbers or a day that cannot be.
    """
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        day = local_day(now)
        values = version_in_force(school, day).values
        refuse_if(keeper_blocks(values, roles_of(by, school, day)))
        last = AnnexVersion.objects.filter(school=school).order_by("-at", "-pk").first()
        if based_on is not None and based_on != (last.pk if last else 0):
            raise BadInput("The annex was changed meanwhile. Open it afresh and look at it first.")
        if not on and annex_on(school, values, day) is None:
            raise BadInput("The annex is off already.")
        policy = values.infection_annex
        assert policy is not None
        days = policy["isolation_days"] if isolation_days is None else isolation_days
        metres = policy["distance_metres"] if distance_metres is None else distance_metres
        _check(on, days, metres, expires_on, day)
        row = AnnexVersion.objects.create(
            school=school, on=on, isolation_days=days, distance_metres=metres, expires_on=expires_on if on else None, words=words.strip(),
            at=now, by=by,
        )  # fmt: skip
        record(
            "visits.annex.changed", by=by, now=now, school_id=school.pk, object_type="AnnexVersion", object_id=row.pk,
            detail={"on": on, "isolation_days": days, "distance_metres": metres, "expires_on": str(row.expires_on or "")},
        )  # fmt: skip
        _tell_staff(row, by, now)
        _tell_families(row, by, now)
    return row


def _check(on: bool, days: int, metres: int, expires_on: date | None, today: date) -> None:
    if not 1 <= days <= 60:
        raise BadInput("Isolation: enter 1 to 60 days.")
    if not 1 <= metres <= 10:
        raise BadInput("Distance: enter 1 to 10 metres.")
    if on and expires_on is not None and expires_on < today:
        raise BadInput("The day until which it counts has passed.")


def said_of(row: AnnexVersion) -> str:
    """What staff and families read of a version."""
    until = f" It counts until {row.expires_on.day} {row.expires_on:%B %Y}." if row.expires_on else ""
    return " ".join(filter(None, [(ON if row.on else OFF) + until, row.words]))


def _tell_staff(row: AnnexVersion, by: Staff, now: datetime) -> None:
    held = roles_held(row.school, STAFF, local_day(now))
    people = list(Staff.objects.filter(pk__in=held.values("staff_id")).order_by("pk"))
    tell(
        school=row.school, role="staff", about="annex_changed", says=said_of(row), people=people, clause="ATT-74",
        link=f"/s/{row.school.slug}/visits/infection/", by=by, now=now,
    )  # fmt: skip


def _tell_families(row: AnnexVersion, by: Staff, now: datetime) -> None:
    """One message a number or address to the first contacts of every pupil whom an open visit is about."""
    pupils = Pupil.objects.filter(visit_pupils__visit__school=row.school, visit_pupils__visit__status__in=PENDING).distinct()
    told: dict[tuple[str, str], list[Contact]] = {}
    for pupil in pupils:
        for contact, channel, to in _first_contacts(row.school, pupil):
            told.setdefault((channel, to), []).append(contact)
    for (channel, to), contacts in told.items():
        outbox.put(
            school=row.school, day=local_day(now), template="infection_annex", to=to, channel=channel, language=contacts[0].language,
            purpose=f"annex:{row.pk}:{channel}:{to}", fields={"annex": said_of(row)}, due_at=now, by=by, now=now,
            about=[(contact.pupil_id, contact.pk) for contact in contacts],
        )  # fmt: skip


def _first_contacts(school: School, pupil: Pupil) -> list[tuple[Contact, str, str]]:
    """Whom to tell: the unrestricted contacts of the first priority that a text or an email reaches."""
    contacts = list(pupil.contacts.filter(restricted=False, gone=False).order_by("priority", "pk"))
    theirs = pupil.contacts.filter(restricted=True, gone=False).values_list("mobile", "email")
    shut = {where for row in theirs for where in row if where} | set(faults_of(school, [one.mobile for one in contacts if one.mobile]))
    reached: list[tuple[Contact, str, str]] = []
    for contact in contacts:
        for channel, to in ((Message.Channel.TEXT, contact.mobile), (Message.Channel.EMAIL, contact.email)):
            if to and to not in shut and (not reached or reached[0][0].priority == contact.priority):
                reached.append((contact, str(channel), to))
                break
    return reached


def answer_for_visit(
    *, visit: HomeVisit, remote_contact_why_not: str, lift_reason: str = "", lift_measures: bool = False, by: Staff, now: datetime
) -> None:
    """What a request says while the annex is on: why contact cannot be remote, and of a lift its reason and measures (ATT-70, ATT-72)."""
    if not remote_contact_why_not.strip():
        raise BadInput("Say why contact with the family cannot be remote.")
    if lift_reason and lift_reason not in LIFT_REASONS:
        raise BadInput("A lift has one of the two reasons.")
    with transaction.atomic():
        visit = locked(visit)
        visit.remote_contact_why_not = remote_contact_why_not.strip()
        if asks_lift(visit):
            visit.purpose_answers = {**visit.purpose_answers, "lift_reason": lift_reason, "lift_measures": lift_measures}
        visit.save(update_fields=["remote_contact_why_not", "purpose_answers"])
        plan_changed(visit, says="what the infection-control annex asks was answered", by=by, now=now)
        note(visit, "annex_answered", by=by, now=now, says=visit.remote_contact_why_not)


def give_leave(*, visit: HomeVisit, by: Staff, now: datetime) -> None:
    """The headteacher approves that the visit is made while the annex is on (ATT-70); void when the plan changes. Raises Blocked."""
    with transaction.atomic():
        visit = locked(visit)
        refuse_if(leave_blocks(visit, visit.policy.values, roles_of(by, visit.school, local_day(now)), now))
        _, made = VisitApproval.objects.get_or_create(
            visit=visit, role=LEAVE, voided_at=None, defaults={"staff": by, "name": by.name, "version": visit.version, "at": now}
        )
        if made:
            note(visit, "annex_leave", by=by, now=now)


def isolate(*, pupil: Pupil, until: date, by: Staff, now: datetime) -> Isolation:
    """A pupil isolates up to and including a day: not visited before it has passed, while the annex is on. Raises BadInput, Blocked."""
    if until < local_day(now):
        raise BadInput("The day until which the pupil isolates has passed.")
    with transaction.atomic():
        Isolation.objects.filter(pupil=pupil, ended_at__isnull=True).update(ended_at=now)
        row = Isolation.objects.create(pupil=pupil, until=until, at=now, by=by)
        record("visits.isolation.began", by=by, now=now, school_id=pupil.school_id, object_type="Pupil", object_id=pupil.pk,
               detail={"until": str(until)})  # fmt: skip
    return row


def end_isolation(*, isolation: Isolation, by: Staff, now: datetime) -> None:
    """The pupil no longer isolates, earlier than was said."""
    with transaction.atomic():
        if Isolation.objects.filter(pk=isolation.pk, ended_at__isnull=True).update(ended_at=now):
            record("visits.isolation.ended", by=by, now=now, school_id=isolation.pupil.school_id, object_type="Pupil",
                   object_id=isolation.pupil_id)  # fmt: skip
