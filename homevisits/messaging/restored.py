"""Which messages a restore concerns, for whoever looks at the outbox (R14)."""

from django.db.models import Exists, OuterRef, Q

from .models import Quarantine, SentBefore

# Of a school whose data came from a backup and were not let go yet.
QUARANTINED = Q(Exists(Quarantine.objects.filter(school=OuterRef("school"), lifted_at=None)))


def gone_before(*, sure: bool) -> Q:
    """Messages like one that went between a backup and its restore; `sure` is False for those of which nobody can say it.

    sql.py has the same rule in the statement of the claim.
    """
    like = SentBefore.objects.filter(
        Q(to="") | Q(to=OuterRef("to")), Q(channel="") | Q(channel=OuterRef("channel")), Q(body="") | Q(body=OuterRef("body")),
        Q(template="") | Q(template=OuterRef("template")), Q(day=None) | Q(day=OuterRef("day")),
        Q(due_until=None) | Q(due_until__gte=OuterRef("due_at")), school=OuterRef("school"), sure=sure,
    )  # fmt: skip
    return Q(Exists(like))
