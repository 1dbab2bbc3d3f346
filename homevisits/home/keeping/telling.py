"""What is told again until it is done: files to be sent, receipts to come, requests to be answered. Without names: the pages have them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from homevisits.audit.services import record
from homevisits.common.actors import SystemJob
from homevisits.common.clock import local_day
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import tell
from homevisits.people.models import AccessRequest, Pupil, Role, School, Transfer

from .dates import send_by
from .due import has_rows
from .services.access import OPEN
from .services.transfers import next_morning

BY = SystemJob("data protection reminders")
AHEAD = timedelta(days=7)
LEFT = timedelta(days=30)  # who left longer ago is no news
RECENT = timedelta(days=120)  # a transfer begun, or told of, before that belongs to an earlier leaving


def remind_of_transfers(real: datetime) -> int:
    """Tell of files not sent and receipts not come, each morning until they are; each school by its own clock. How many were told."""
    own_clock = Q(school__clock_from__isnull=False)
    waiting = Transfer.objects.filter(own_clock | Q(next_action_at__lte=real), next_action_at__isnull=False).select_related("school")
    told = 0
    for row in waiting.order_by("pk"):
        now = row.school.at(real)
        if row.next_action_at is not None and row.next_action_at <= now:
            told += _remind(row, now)
    return told


def _remind(row: Transfer, now: datetime) -> bool:
    with transaction.atomic():
        # Whoever moves it on tells; what an outage swallowed is told once.
        mine = Transfer.objects.filter(pk=row.pk, next_action_at=row.next_action_at, sent_at=row.sent_at, receipt_at=None, ended_at=None)
        if not mine.update(next_action_at=next_morning(now)):
            return False
        link = reverse("transfer", args=[row.school.slug, row.public_id])
        late = local_day(now) > row.due_on
        if row.sent_at:
            says = "A child protection file was sent and nobody has confirmed that it arrived. Ask the other school."
            tell(school=row.school, role=Role.DSL, about="receipt_due", says=says, link=link, alarm=True, by=BY, now=now)
        elif not late:
            says = f"A child protection file is to be with the next school by {row.due_on:%-d %B}: it is not sent yet."
            tell(school=row.school, role=Role.DSL, about="transfer_due", says=says, link=link, by=BY, now=now)
        else:
            says = f"A child protection file was to be sent by {row.due_on:%-d %B}, and is not. Send it now."
            tell(school=row.school, role=Role.DSL, about="transfer_overdue", says=says, link=link, alarm=True, by=BY, now=now)
            # The head hears that something is late, and not of which child: whether a child has such a file is not theirs to know.
            says = "Something that the safeguarding team is to send to another school is overdue. Ask the designated safeguarding lead."
            tell(school=row.school, role=Role.HEADTEACHER, about="transfer_overdue", says=says, by=BY, now=now)
        record("home.transfer.reminded", by=BY, now=now, school_id=row.school_id, object_type="Transfer", object_id=row.pk)
    return True


def remind_of_leavers(real: datetime) -> int:
    """Tell the safeguarding team of a leaver's file of which nobody has begun the transfer: at once, and again when the five days are over.

    Somebody on holiday may not know that the child has left; the import of the roll does.
    """
    told = 0
    for school in School.objects.order_by("pk"):
        now = school.at(real)
        today = local_day(now)
        begun = Transfer.objects.filter(pupil=OuterRef("pk"), opened_at__date__gt=today - RECENT)
        rows = Pupil.objects.filter(school=school, status=Pupil.Status.LEFT, left_on__gt=today - LEFT, left_on__lte=today)
        for pupil in rows.filter(has_rows("child_protection")).exclude(Exists(begun)).order_by("pk"):
            told += _remind_of_leaver(pupil, school, now)
    return told


def _remind_of_leaver(pupil: Pupil, school: School, now: datetime) -> bool:
    with transaction.atomic():
        Pupil.objects.select_for_update().get(pk=pupil.pk)
        late = pupil.left_on is not None and local_day(now) > send_by(pupil.left_on)
        before = Notice.objects.filter(about="transfer_due", pupils=pupil, at__gt=now - RECENT)
        if before.filter(alarm=True).exists() or (before.exists() and not late):
            return False
        says = "A pupil who has left has a child protection file, and nobody has begun to send it to the next school within five days."
        link = reverse("transfer_new", args=[school.slug, pupil.pk])
        tell(
            school=school, role=Role.DSL, about="transfer_due", says=says, pupils=(pupil,), link=link, alarm=late, task=True, by=BY, now=now
        )
        record("home.transfer.leaver_told", by=BY, now=now, school_id=school.pk, object_type="pupil", object_id=pupil.pk)
    return True


def remind_of_requests(real: datetime) -> int:
    """Tell each day, from a week before a request is due, that it is not answered. How many were told."""
    told = 0
    schools = School.objects.filter(access_requests__state__in=OPEN).distinct()
    for school in schools.order_by("pk"):
        now = school.at(real)
        today = local_day(now)
        for row in AccessRequest.objects.filter(school=school, state__in=OPEN, due_on__lte=today + AHEAD).exclude(told_due_on=today):
            told += _remind_of_request(row, school, now)
    return told


def _remind_of_request(row: AccessRequest, school: School, now: datetime) -> bool:
    today = local_day(now)
    with transaction.atomic():
        again = Q(told_due_on=None) | Q(told_due_on__lt=today)
        if not AccessRequest.objects.filter(again, pk=row.pk, state__in=OPEN).update(told_due_on=today):
            return False
        late = today > row.due_on
        says = f"A request for what is held {'was' if late else 'is'} to be answered by {row.due_on:%-d %B}."
        link = reverse("access_request", args=[school.slug, row.public_id])
        for role in (Role.DSL, Role.HEADTEACHER):
            tell(school=school, role=role, about="access_due", says=says, link=link, alarm=late, by=BY, now=now)
        record("home.access.reminded", by=BY, now=now, school_id=school.pk, object_type="AccessRequest", object_id=row.pk)
    return True
