"""Whether the audit trail is as it was written."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from homevisits.audit import triggers
from homevisits.audit.models import AuditChain
from homevisits.audit.verify import chains, verify
from homevisits.people.models import School

from ..models import ChainWatched
from .look import Found

WHOLE_EVERY = timedelta(hours=24)  # each look walks what is new; once a day all of it


def trail_broken(real: datetime) -> Iterable[Found]:
    """Chains whose events do not follow from one another, and triggers that are gone."""
    if not triggers.installed(connection):
        yield Found(None, "audit_unguarded", "triggers", "The database no longer refuses changes of the audit trail.")
    walked = {row.chain: row for row in ChainWatched.objects.all()}
    schools = set(School.objects.values_list("pk", flat=True))
    for chain in chains():
        before = walked.get(chain)
        whole = before is None or real - before.whole_at > WHOLE_EVERY or _shorter(chain, before)
        verdict = verify(chain, from_place=1 if whole or before is None else before.place + 1)
        if not verdict.sound:
            says = f"The audit trail is not as it was written, from event {verdict.bad_place} on."
            yield Found(chain if chain in schools else None, "audit_broken", f"chain {chain}", says)
            continue
        place = verdict.events + (0 if whole or before is None else before.place)
        ChainWatched.objects.update_or_create(
            chain=chain, defaults={"place": place, "whole_at": real if whole or before is None else before.whole_at}
        )


def _shorter(chain: int, before: ChainWatched) -> bool:
    head = AuditChain.objects.filter(pk=chain).first()
    return head is None or head.length < before.place
