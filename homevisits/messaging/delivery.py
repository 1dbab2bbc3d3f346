"""Delivery: claims due messages with a lease, sends them, records what came of it.

A row is claimed before it is sent and recorded after; a claim that nobody recorded is asked about by its reference before it is
sent again (reliability.md R2, R3). On screen and in shadow mode there is nobody to hand to: claim and record are one transaction.
"""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Min, Q

from homevisits.audit.services import hold
from homevisits.people.models import School

from . import sql, transports
from .models import Message
from .outcome import Transport
from .recording import accept
from .restored import QUARANTINED
from .senders import Plan, Pump, send_one_by_one
from .settle import ACTIVE, TO_STAFF, settle

BATCH = 500

TransportFor = Callable[[School], Transport]
Clock = Callable[[], datetime]


def deliver(
    *,
    now: datetime,
    clock: Clock | None = None,
    transport_for: TransportFor | None = None,
    limit: int = 2000,
    run_for: float | None = None,
) -> int:
    """Send, look up and settle everything that is due; answers how many messages it dealt with.

    `now` is the real instant; a demo school's rows are taken at the time of its own clock. `clock` tells the time at which a
    hand-over ended; without it a hand-over takes no time, or as long as its outcome says. After `run_for` seconds nothing new is
    started: a knock must end, so that the next one can settle what has waited too long.
    """
    done, plans = 0, []
    for school in _due_schools():
        plan = Plan(school, _school_clock(school, now, clock), (transport_for or transports.transport_for)(school))
        done += settle(school=school, now=plan.tick())
        plans.append(plan)
    for plan in plans:
        if plan.transport.inline or _shadow(plan.school):
            done += _inline(plan, limit - done)
    handing = [_handing(plan) for plan in plans if not plan.transport.inline]
    for plan in handing:
        if not plan.transport.threads:
            done += send_one_by_one(plan, limit - done)
    parallel = [plan for plan in handing if plan.transport.threads]
    return done + (Pump(parallel).run(limit - done, run_for) if parallel else 0)


def next_due() -> datetime | None:
    """The earliest instant at which `deliver` has something to do; None when nothing is waiting. It may have passed."""
    active = Message.objects.filter(next_attempt_at__isnull=False, status__in=ACTIVE).exclude(QUARANTINED)
    handed = Q(handed_at__isnull=False)
    found = active.aggregate(
        attempt=Min("next_attempt_at"),
        give_up=Min("give_up_at", filter=handed & Q(give_up_at__gt=F("handed_at"))),
        miss=Min("miss_at", filter=~handed | Q(give_up_at__lte=F("handed_at"))),
    )
    return min((at for at in found.values() if at), default=None)


def _due_schools() -> list[School]:
    """Schools with anything active; each looks at its rows with its own clock. One query a knock when all is quiet."""
    active = Message.objects.filter(next_attempt_at__isnull=False, status__in=ACTIVE).exclude(QUARANTINED).values("school")
    return list(School.objects.filter(pk__in=active))


def _school_clock(school: School, now: datetime, clock: Clock | None) -> Clock:
    return (lambda: school.at(clock())) if clock else (lambda: school.at(now))


def _shadow(school: School) -> bool:
    return school.sending == School.Sending.SHADOW


def _handing(plan: Plan) -> Plan:
    """In shadow mode only what goes to staff is handed over."""
    return Plan(plan.school, plan.tick, plan.transport, "staff") if _shadow(plan.school) else plan


def _inline(plan: Plan, limit: int) -> int:
    """Claim and record in one transaction, batch by batch: exactly once, because there is nobody to hand to."""
    done, whose = 0, "" if plan.transport.inline else "family"
    while done < limit:
        count = _inline_batch(Plan(plan.school, plan.tick, plan.transport, whose), min(BATCH, limit - done))
        if not count:
            break
        done += count
    return done


def _inline_batch(plan: Plan, size: int) -> int:
    claim, shadow = plan.claim(uuid.uuid4()), _shadow(plan.school)
    with transaction.atomic():
        hold(plan.school.pk)
        claimed = sql.claim_to_send(claim, size)
        claimed += sql.claim_to_look_up(claim, size - len(claimed))
        for status, would in ((Message.Status.SHADOW, True), (Message.Status.ACCEPTED, False)):
            rows = [(row.id, claim.now, "") for row in claimed if (shadow and row.template not in TO_STAFF) is would]
            accept(plan.school, rows, status, plan.transport.name)
    return len(claimed)
