"""Referrals to somebody outside: opened, sent or decided against, acknowledged, closed with what came of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from homevisits.audit.services import closed_chain, record
from homevisits.common.actors import Actor
from homevisits.common.clock import local_day
from homevisits.common.errors import BadInput, Block, Blocked, refuse_if
from homevisits.messaging.models import Notice
from homevisits.messaging.notices import end_alarms
from homevisits.people.models import School, Staff

from ..deadlines import answer_due
from ..models import Allegation, AllegationEntry, Concern, Referral, ReferralSent
from ..rules.referrals import ABOUT_STAFF, answer_blocks, close_blocks, not_sent_blocks, send_blocks
from ..selectors.allegations import readers
from .allegations import add_entry

DUE, UNANSWERED, ABOUT_STAFF_DUE = "referral_due", "referral_unanswered", "staff_matter"


@dataclass(frozen=True)
class Sending:
    """What was sent, and to whom. `way` is one of ReferralSent.Way; `sent_at` None is now."""

    text: str
    way: str
    to_name: str
    to_organisation: str
    to_contact: str = ""
    sent_at: datetime | None = None
    reference: str = ""


def link_to(referral: Referral) -> str:
    """Path of the referral's page."""
    return f"/s/{referral.school.slug}/referrals/{referral.public_id}/"


def open_referral(
    *,
    school: School,
    kind: str,
    pupil_ids: Collection[int],
    repeat_minutes: int,
    clause: str = "",
    why: str = "",
    agency: str = "",
    visit_id: int | None = None,
    concern: Concern | None = None,
    allegation: Allegation | None = None,
    token: UUID | None = None,
    by: Actor,
    now: datetime,
) -> Referral:
    """Open a referral; it is told again every `repeat_minutes` until somebody marks it sent (PRI-40). The same `token` twice is one.

    `why`: for the safeguarding team. `agency`: its name, for the kind `agency`. `allegation`: what it is about, for the
    kind `lado`. Raises BadInput for a kind that does not exist, an agency without a name, or the LADO without an allegation.
    """
    if kind not in Referral.Kind.values:
        raise BadInput(f"“{kind}” is not a kind of referral.")
    if kind == Referral.Kind.AGENCY and not agency.strip():
        raise BadInput("Name the agency that the referral goes to.")
    if (kind == ABOUT_STAFF) != (allegation is not None):
        raise BadInput("A referral to the LADO is opened from an allegation, and no other is.")
    with transaction.atomic():
        if token:  # two taps at once are one, the second waits for the first
            School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if token and (known := Referral.objects.filter(school=school, token=token).first()):
            return known
        referral = Referral.objects.create(
            school=school, kind=kind, opened_at=now, opened_by_id=by.pk, repeat_minutes=repeat_minutes, clause=clause, token=token,
            why=why.strip(), agency=agency.strip()[:80], visit_id=visit_id, concern=concern, allegation=allegation,
            next_action_at=now + timedelta(minutes=repeat_minutes),
        )  # fmt: skip
        referral.pupils.set(list(pupil_ids))
        record_act("opened", referral, by, now)
    return referral


def send_referral(*, referral: Referral, sending: Sending, by: Staff, now: datetime) -> ReferralSent:
    """Record that a referral was sent, with what was sent, to whom and which way: from then on that does not change.

    An answer is expected by its day. Raises Blocked by a rule, BadInput without words or a person, or for a time to come.
    """
    for words, missing in ((sending.text, "what was sent, in its words"), (sending.to_name, "with whom it was left"),
                           (sending.to_organisation, "to which organisation it went")):  # fmt: skip
        if not words.strip():
            raise BadInput(f"Say {missing}.")
    if sending.way not in ReferralSent.Way.values:
        raise BadInput("Say which way it went.")
    sent_at = sending.sent_at or now
    if sent_at > now:
        raise BadInput("The time of the sending is still to come.")
    with transaction.atomic():
        row = _locked(referral, by, now)
        refuse_if(send_blocks(row, by, now))
        # Typed to the minute, it may lie before the second in which it was opened.
        if sent_at < row.opened_at.replace(second=0, microsecond=0):
            raise BadInput("The referral was opened after that time.")
        sent = ReferralSent.objects.create(
            referral=row, text=sending.text.strip(), way=sending.way, to_name=sending.to_name.strip()[:150],
            to_organisation=sending.to_organisation.strip()[:150], to_contact=sending.to_contact.strip()[:150], sent_at=sent_at, at=now,
            by=by,
        )  # fmt: skip
        row.reference = sending.reference.strip()[:60]
        _sent(row, by, sent_at, now)
        if row.allegation is not None:
            add_entry(
                allegation=row.allegation, kind=AllegationEntry.Kind.LADO, says=f"Referral sent: {sent.get_way_display().lower()}.",
                happened_at=sent_at, told=f"{sent.to_name}, {sent.to_organisation}", reference=row.reference, token=uuid4(), by=by, now=now,
            )  # fmt: skip
        record_act("sent", row, by, now)
    return sent


def _sent(row: Referral, by: Staff, at: datetime, now: datetime) -> None:
    """The referral is on its way: who waits for it waits for the answer now."""
    row.sent_at, row.sent_by, row.reminders = at, by, 0
    row.acknowledge_by = row.next_action_at = answer_due(row.kind, at)
    row.save(update_fields=["sent_at", "sent_by", "reminders", "acknowledge_by", "next_action_at", "reference"])
    _end_notices(row, by, now)


def mark_referral_sent(*, school: School, pupil_id: int, kind: str, by: Staff, now: datetime, sending: Sending | None = None) -> None:
    """Mark the open referral of a kind about a pupil as sent, with what was sent where it is known. Raises Blocked when there is none."""
    with transaction.atomic():
        rows = list(
            Referral.objects.select_for_update(of=("self",))
            .filter(school=school, kind=kind, pupils=pupil_id, sent_at__isnull=True, not_sent_at__isnull=True)
            .select_related("school")
        )
        if not rows:
            raise Blocked([Block("There is no such referral waiting to be sent.")])
        for row in rows:
            if sending:
                send_referral(referral=row, sending=sending, by=by, now=now)
            else:
                _sent(row, by, now, now)
        if not sending:
            record("safeguarding.referral.sent", by=by, now=now, school_id=school.pk, detail={"referrals": [row.pk for row in rows]})


def decide_not_to_refer(*, referral: Referral, reason: str, by: Staff, now: datetime) -> None:
    """The safeguarding team decides not to send a referral that was opened, with the reason: a decision not to refer is a record too.

    Raises Blocked for others, and once it is sent; BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput("Give the reason: a decision not to refer is a record too.")
    with transaction.atomic():
        row = _locked(referral, by, now)
        refuse_if(not_sent_blocks(row, by, now))
        row.not_sent_because, row.not_sent_at, row.not_sent_by, row.next_action_at = reason.strip(), now, by, None
        row.save(update_fields=["not_sent_because", "not_sent_at", "not_sent_by", "next_action_at"])
        _end_notices(row, by, now)
        record_act("not_sent", row, by, now)


def acknowledge_referral(
    *, referral: Referral, from_whom: str, by: Staff, now: datetime, at: datetime | None = None, reference: str = ""
) -> None:
    """Record who there acknowledged a referral, and when (`at`, None is now): its answer is no longer awaited.

    Raises Blocked by a rule, BadInput without a name or for a time before it was sent.
    """
    when = at or now
    if not from_whom.strip():
        raise BadInput("Say who acknowledged it.")
    with transaction.atomic():
        row = _locked(referral, by, now)
        refuse_if(answer_blocks(row, by, now))
        if when > now or (row.sent_at and when < row.sent_at):
            raise BadInput("The time lies between the sending and now.")
        row.acknowledged_at, row.acknowledged_from, row.acknowledged_by, row.next_action_at = when, from_whom.strip()[:150], by, None
        row.reference = reference.strip()[:60] or row.reference
        row.save(update_fields=["acknowledged_at", "acknowledged_from", "acknowledged_by", "next_action_at", "reference"])
        _end_notices(row, by, now)
        record_act("acknowledged", row, by, now)


def close_referral(*, referral: Referral, outcome: str, by: Staff, now: datetime) -> None:
    """Record what came of a referral. Raises Blocked by a rule, BadInput without words."""
    if not outcome.strip():
        raise BadInput("Say what came of it.")
    with transaction.atomic():
        row = _locked(referral, by, now)
        refuse_if(close_blocks(row, by, now))
        row.outcome, row.closed_at, row.closed_by, row.next_action_at = outcome.strip(), now, by, None
        row.save(update_fields=["outcome", "closed_at", "closed_by", "next_action_at"])
        _end_notices(row, by, now)
        record_act("closed", row, by, now)


def _locked(referral: Referral, by: Staff, now: datetime) -> Referral:
    """The referral, locked. Raises Blocked where it is about staff and this person may not see the allegation (ATT-55)."""
    row = Referral.objects.select_for_update(of=("self",)).select_related("school", "allegation").get(pk=referral.pk)
    if row.allegation is not None and by not in readers(row.allegation, local_day(now)):
        raise Blocked([Block("There is no such referral.", "ATT-55")])
    return row


def _end_notices(row: Referral, by: Staff, now: datetime) -> None:
    """What reminded of it is over: it no longer stands first on anybody's page."""
    told = Notice.objects.filter(
        school=row.school_id, about__in=(DUE, UNANSWERED, ABOUT_STAFF_DUE), link=link_to(row), done_at__isnull=True
    )
    if found := list(told):
        end_alarms(found, by=by, now=now)


def record_act(act: str, row: Referral, by: Actor, now: datetime, **detail: object) -> None:
    """Into the trail without its kind or content; one about staff into the closed chain, as something done about its allegation."""
    if row.kind == ABOUT_STAFF:
        act, chain, kind, number = f"allegation.lado_{act}", closed_chain(row.school_id), "Allegation", row.allegation_id
    else:
        act, chain, kind, number = f"referral.{act}", row.school_id, "Referral", row.pk
    record(f"safeguarding.{act}", by=by, now=now, school_id=chain, object_type=kind, object_id=number, detail=detail)
