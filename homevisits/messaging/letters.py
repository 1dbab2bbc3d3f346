"""Letters at the provider: it takes a letter at once and looks at it later, and sends no receipts of letters, so it is asked."""

from datetime import datetime, timedelta

from homevisits.people.models import School

from .models import Message, SchoolAccount
from .outcome import Found, Outgoing
from .receipts import Receipt, is_known, take_receipt
from .transports.notify import Notify

FOR = timedelta(days=5)  # after which a letter has long been printed


def follow_letters(real: datetime) -> int:
    """Ask what became of letters that were accepted; one that is refused there becomes a task. How many were asked about."""
    asked = 0
    for account in SchoolAccount.objects.filter(way=SchoolAccount.Way.NOTIFY).select_related("school"):
        waiting = _waiting(account.school, real)
        transport = Notify(account.school, account) if waiting else None
        for message in waiting:
            asked += 1
            looked = transport.find(message) if transport else None
            if looked and looked.found is Found.YES and is_known(looked.state):
                take_receipt(account=account, receipt=Receipt(looked.provider_id, message.reference, looked.state), now=real)
    return asked


def _waiting(school: School, real: datetime) -> list[Outgoing]:
    rows = Message.objects.filter(
        school=school, channel=Message.Channel.LETTER, status=Message.Status.ACCEPTED, provider="notify",
        accepted_at__gte=school.at(real) - FOR,
    )  # fmt: skip
    return [
        Outgoing(row.pk, school.pk, row.channel, row.template, row.language, row.to, row.subject, row.body, row.reference)
        for row in rows.order_by("pk")[:200]
    ]
