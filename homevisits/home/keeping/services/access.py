"""Somebody asks what is held about a pupil: taken in, checked, collected, looked through. Releasing it is in release.py."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from homevisits.audit.services import record
from homevisits.common.actors import Actor, SystemJob
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked
from homevisits.people.models import AccessItem, AccessRequest, Pupil, School, Staff

from ..dates import answer_by
from ..held import KINDS, of_kind
from ..others import Known, known_around, others_in
from ..redact import places

State, Decision = AccessRequest.State, AccessItem.Decision
COLLECTOR = SystemJob("collecting what is held")
OPEN = (State.RECEIVED, State.COLLECTING, State.REVIEW)


def open_request(
    *, school: School, pupil: Pupil, asked_by: str, on_behalf: str, authority: str, scope: str, received_on: date, token: uuid.UUID,
    by: Staff, now: datetime,
) -> AccessRequest:  # fmt: skip
    """Take a request in; one page sent twice is one. Raises BadInput for a day to come, or for another's name without its ground."""
    known = AccessRequest.objects.filter(token=token, school=school).first()
    if known is not None:
        return known
    if received_on > local_day(now):
        raise BadInput("The day it was received is still to come.")
    if on_behalf != AccessRequest.For.SELF and not authority.strip():
        raise BadInput("Say what gives them the right to ask for the pupil.")
    with transaction.atomic():
        row = AccessRequest.objects.create(
            school=school, pupil=pupil, asked_by=asked_by, on_behalf=on_behalf, authority=authority, scope=scope, received_on=received_on,
            due_on=answer_by(received_on), opened_at=now, opened_by=by, token=token,
        )  # fmt: skip
        _record("opened", row, by, now, due_on=row.due_on)
    return row


def check_identity(*, request: AccessRequest, how: str, on: date, by: Staff, now: datetime) -> None:
    """Record how it was made sure who asks. Raises BadInput for a day to come, Blocked once it is answered."""
    if on > local_day(now):
        raise BadInput("The day is still to come.")
    with transaction.atomic():
        row = still_open(request)
        row.identity_how, row.identity_on = how, on
        row.save(update_fields=["identity_how", "identity_on"])
        _record("identity_checked", row, by, now)


def extend(*, request: AccessRequest, because: str, by: Staff, now: datetime) -> None:
    """Two more months, for a request that is complex or one of several; whoever asked is told within the first month, with why."""
    with transaction.atomic():
        row = still_open(request)
        if row.extended_at:
            raise Blocked([Block("It is extended already; the law allows it once.")])
        if local_day(now) > row.due_on:
            raise Blocked([Block("The month is over: it can be extended only within it.")])
        row.extended_because, row.extended_at, row.due_on = because, now, answer_by(row.received_on, extended=True)
        row.save(update_fields=["extended_because", "extended_at", "due_on"])
        _record("extended", row, by, now, due_on=row.due_on)


def start_collecting(*, request: AccessRequest, by: Staff, now: datetime) -> None:
    """Have everything that is held collected by a worker. Raises Blocked before the identity is checked."""
    with transaction.atomic():
        row = still_open(request)
        if row.identity_on is None:
            raise Blocked([Block("Make sure who asks before anything is collected for them.")])
        if row.state == State.RECEIVED:
            row.state = State.COLLECTING
            row.save(update_fields=["state"])
            _record("collecting", row, by, now)


def collect(request_id: int, real: datetime) -> int:
    """Collect kind by kind what is not collected yet, each kind in a transaction of its own. How many items are new."""
    row = AccessRequest.objects.select_related("school", "pupil__household").get(pk=request_id)
    known = known_around(row.pupil, row.asked_by)
    if row.state != State.COLLECTING:
        return 0
    kinds = [code for code in KINDS if code not in row.collected]
    return sum(_collect_kind(row, code, known, row.school.at(real)) for code in kinds)


def _collect_kind(ask: AccessRequest, code: str, known: Known, now: datetime) -> int:
    """Collected before the rows are locked: looking for names takes its time."""
    # Not given until somebody has looked: in any record there may be somebody else whom no list of names knows.
    items = [
        AccessItem(
            request=ask, kind=code, source=one.source, source_id=one.source_id, title=one.title, on=one.on, facts=one.facts, file=one.file,
            holds=one.holds, apart=one.apart, others=others_in(one, known),
        )
        for one in of_kind(code, ask.pupil)
    ]  # fmt: skip
    with transaction.atomic():
        row = AccessRequest.objects.select_for_update().get(pk=ask.pk)
        if row.state != State.COLLECTING or code in row.collected:
            return 0
        AccessItem.objects.bulk_create(items, ignore_conflicts=True)
        row.collected = [*row.collected, code]
        if set(row.collected) >= set(KINDS):
            row.state, row.collected_at = State.REVIEW, now
            record("home.access.collected", by=COLLECTOR, now=now, school_id=row.school_id, object_type="AccessRequest", object_id=row.pk)
        row.save(update_fields=["collected", "state", "collected_at"])
    return len(items)


def collect_waiting(real: datetime) -> int:
    """Go on with requests whose worker was cut off. How many items are new."""
    ids = AccessRequest.objects.filter(state=State.COLLECTING).order_by("pk").values_list("pk", flat=True)
    return sum(collect(pk, real) for pk in list(ids))


def decide_item(
    *, item: AccessItem, decision: str, blacked: Sequence[str] = (), exemption: str = "", because: str = "", by: Staff, now: datetime
) -> None:
    """Say what is given of a record. Raises BadInput: words that do not stand in it, a file with words, withheld without a ground."""
    words = list(dict.fromkeys(word.strip() for word in blacked if word.strip()))
    with transaction.atomic():
        ask = still_open(item.request)
        if ask.state != State.REVIEW:
            raise Blocked([Block("It can be looked through once everything is collected.")])
        row = AccessItem.objects.select_for_update().get(pk=item.pk)
        _check(row, decision, words, exemption, because)
        row.decision, row.looked_at, row.looked_by = decision, now, by
        row.blacked = words if decision == Decision.REDACT or (row.file and decision == Decision.GIVE) else []
        row.exemption, row.because = (exemption, because) if decision == Decision.WITHHOLD else ("", "")
        row.save()
        # Whatever the safeguarding team had finished is open again when something of it changes.
        if row.apart and ask.apart_done_at:
            ask.apart_done_at = ask.apart_done_by = None
            ask.save(update_fields=["apart_done_at", "apart_done_by"])
        kind = "AccessItemApart" if row.apart else "AccessItem"
        record(
            "home.access.item_decided", by=by, now=now, school_id=ask.school_id, object_type=kind, object_id=row.pk,
            detail={"request": ask.pk, "decision": decision, "exemption": row.exemption, "places": len(row.blacked)},
        )  # fmt: skip


def _check(row: AccessItem, decision: str, words: list[str], exemption: str, because: str) -> None:
    """Raise BadInput where a decision does not hold together."""
    if decision not in (Decision.GIVE, Decision.REDACT, Decision.WITHHOLD):
        raise BadInput("Choose what is given of it.")
    if decision == Decision.WITHHOLD and (exemption not in AccessItem.Exemption.values or not because.strip()):
        raise BadInput("Say on what ground it is withheld, and why.")
    if decision == Decision.REDACT and not words and not row.file:
        raise BadInput("Tick or write the words that are blacked out; give it as it is where there are none.")
    if decision == Decision.REDACT or (row.file and decision == Decision.GIVE):  # around a file that is given whole
        text = "\n".join([row.title, *(part for fact in row.facts for part in fact)])
        missing = [word for word in words if next(places(text, word), None) is None]
        if missing:
            raise BadInput(f"These words do not stand in the record: “{missing[0]}”. Write them as they stand there.")


def item_read(*, item: AccessItem, by: Staff, now: datetime) -> None:
    """Somebody opened a record that was collected."""
    kind = "AccessItemApart" if item.apart else "AccessItem"
    with transaction.atomic():
        school = item.request.school_id
        record(
            "home.access.item_read", by=by, now=now, school_id=school, object_type=kind, object_id=item.pk, detail={"source": item.source}
        )


def give_plain(*, request: AccessRequest, apart: bool, by: Staff, now: datetime) -> int:
    """Give the records in which nobody else was found, as they are: lists of marks, the pupil's own row. How many.

    Somebody has said so who has the list of them before them; files are looked at one by one.
    """
    with transaction.atomic():
        ask = still_open(request)
        if ask.state != State.REVIEW:
            raise Blocked([Block("It can be looked through once everything is collected.")])
        rows = plain_items(ask, apart=apart)
        ids = list(rows.values_list("pk", flat=True))
        AccessItem.objects.filter(pk__in=ids).update(decision=Decision.GIVE, looked_at=now, looked_by=by)
        if ids:
            _record("plain_given", ask, by, now)
    return len(ids)


def plain_items(request: AccessRequest, *, apart: bool) -> QuerySet[AccessItem]:
    """The records that nobody has looked at, without a file, in which nobody else was found; of the safeguarding team only with `apart`."""
    rows = AccessItem.objects.filter(request=request, decision=Decision.TO_LOOK, others=[], file="")
    return rows if apart else rows.filter(apart=False)


def finish_apart(*, request: AccessRequest, by: Staff, now: datetime) -> None:
    """The safeguarding team says that its part is done, whether it has one or not. Raises Blocked while something of it waits."""
    with transaction.atomic():
        row = still_open(request)
        if row.state != State.REVIEW:
            raise Blocked([Block("It can be finished once everything is collected.")])
        if row.items.filter(apart=True, decision=Decision.TO_LOOK).exists():
            raise Blocked([Block("Records of the safeguarding team are not looked at yet.")])
        row.apart_done_at, row.apart_done_by = now, by
        row.save(update_fields=["apart_done_at", "apart_done_by"])
        _record("apart_done", row, by, now)


def close(*, request: AccessRequest, because: str, by: Staff, now: datetime) -> None:
    """End a request without a pack: withdrawn, or refused with the ground that whoever asked was told. What was collected goes."""
    with transaction.atomic():
        row = still_open(request)
        row.state, row.closed_at, row.closed_by, row.closed_because = State.CLOSED, now, by, because
        row.save(update_fields=["state", "closed_at", "closed_by", "closed_because"])
        row.items.all().delete()
        _record("closed", row, by, now)


def still_open(request: AccessRequest) -> AccessRequest:
    """The request, locked. Raises Blocked once it is answered."""
    row = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if row.state not in OPEN:
        raise Blocked([Block("The request is answered: it does not change any more.")])
    return row


def _record(act: str, row: AccessRequest, by: Actor, now: datetime, **detail: object) -> None:
    record(f"home.access.{act}", by=by, now=now, school_id=row.school_id, object_type="AccessRequest", object_id=row.pk, detail=detail)
