"""Deciding what is written back: by a person's button, or by the school's switch. The information system holds the register."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob, staff_id
from homevisits.common.errors import BadInput
from homevisits.people.models import School, Staff

from ..connectors import connector_for
from ..models import Mark, MisEntry, RemoteCode, RemotePupil, WriteBack, WriteBackAccount

SWITCH = SystemJob("the school's switch for writing back")
QUIET = timedelta(minutes=5)  # by itself only what nobody has taken back or changed for so long
State = WriteBack.State
ACTIVE = (State.WAITING, State.SENDING, State.RETRYING, State.UNKNOWN)
OFF = "Writing back is not set up for this school. Enter the codes by hand."


def queue_codes(*, school: School, entry_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Put suggested codes on their way. How many are new; one on its way is left alone. Raises BadInput where there is no connector."""
    if connector_for(school) is None:
        raise BadInput(OFF)
    with transaction.atomic():
        entries = MisEntry.objects.select_for_update().filter(school=school, pk__in=list(entry_ids), done_at=None)
        under_way = set(WriteBack.objects.filter(school=school, entry__in=entries, state__in=ACTIVE).values_list("entry", flat=True))
        rows = [_row(entry, by, now) for entry in entries if entry.pk not in under_way]
        WriteBack.objects.bulk_create(rows)
        if rows:
            record("attendance.write_back.queued", by=by, now=now, school_id=school.pk, detail={"entries": [row.entry_id for row in rows]})
    return len(rows)


def queue_by_itself(real: datetime) -> int:
    """Put the quiet suggestions of schools that have the switch on their way; none that failed or was stopped with the same code."""
    queued = 0
    for account in WriteBackAccount.objects.filter(by_itself=True).select_related("school"):
        school, now = account.school, account.school.at(real)
        if connector_for(school) is None:
            continue
        tried = WriteBack.objects.filter(entry=OuterRef("pk"), code=OuterRef("code"))
        quiet = MisEntry.objects.filter(~Exists(tried), school=school, done_at=None, at__lte=now - QUIET)
        ids = list(quiet.order_by("pk").values_list("pk", flat=True)[:500])
        queued += queue_codes(school=school, entry_ids=ids, by=SWITCH, now=now) if ids else 0
    return queued


def try_again(*, school: School, row_ids: Iterable[int], by: Staff, now: datetime) -> int:
    """Send again what had failed. How many."""
    return _change(
        school, row_ids, (State.FAILED,), State.WAITING, "retried", by, now, next_attempt_at=now, queued_at=now, finished_at=None
    )


def stop(*, school: School, row_ids: Iterable[int], by: Staff, now: datetime) -> int:
    """Take back what has not been sent, or has failed: a person enters it. How many; what is being sent cannot be called back."""
    stoppable = (State.WAITING, State.RETRYING, State.FAILED)
    ended = {"next_attempt_at": None, "finished_at": now, "error": f"Stopped by {by}"}
    return _change(school, row_ids, stoppable, State.CANCELLED, "stopped", by, now, **ended)


def save_account(*, school: School, remote_school: str, by_itself: bool, by: Staff, now: datetime) -> None:
    """The school's id at the connector, and whether codes are written back without a button. Another id forgets what was learnt."""
    with transaction.atomic():
        account, _ = WriteBackAccount.objects.select_for_update().get_or_create(school=school)
        other = account.remote_school != remote_school
        account.remote_school, account.by_itself, account.changed_at, account.changed_by = remote_school, by_itself, now, by
        if other:
            account.learnt_at = None
            RemoteCode.objects.filter(school=school).delete()
            RemotePupil.objects.filter(pupil__school=school).delete()
        account.save()
        detail = {"remote_school": remote_school, "by_itself": by_itself}
        record("attendance.write_back.account", by=by, now=now, school_id=school.pk, detail=detail)


def _row(entry: MisEntry, by: Actor, now: datetime) -> WriteBack:
    mark = Mark.objects.filter(pupil=entry.pupil_id, day=entry.day, session=entry.session, code=entry.code).first()
    return WriteBack(
        school_id=entry.school_id, entry=entry, pupil_id=entry.pupil_id, day=entry.day, session=entry.session, code=entry.code,
        comment=entry.comment, minutes_late=mark.minutes_late if mark else None, next_attempt_at=now, queued_at=now,
        queued_by_id=staff_id(by),
    )  # fmt: skip


def _change(
    school: School, row_ids: Iterable[int], before: tuple[str, ...], after: str, what: str, by: Staff, now: datetime, **fields: object
) -> int:
    with transaction.atomic():
        found = WriteBack.objects.select_for_update().filter(school=school, pk__in=list(row_ids), state__in=before)
        if after == State.WAITING:
            found = found.filter(entry__isnull=False, entry__done_at=None)
        ids = [row.pk for row in found]
        WriteBack.objects.filter(pk__in=ids).update(state=after, lease=None, **fields)
        if ids:
            record(f"attendance.write_back.{what}", by=by, now=now, school_id=school.pk, detail={"rows": ids})
    return len(ids)
