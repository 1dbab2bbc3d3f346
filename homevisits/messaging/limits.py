"""What an account at the provider may still send: 3,000 a rolling minute and the day's limit, shared by all processes.

Counted when messages are claimed, and what is claimed must be started within seconds; the window is longer than a minute by as
much, so that the provider's own count is never exceeded.
"""

from datetime import datetime, timedelta

from django.db import transaction

from homevisits.common import clock

from .models import SendingBudget

A_MINUTE = 3000
START_WITHIN = timedelta(seconds=5)
_WINDOW = 60 + int(START_WITHIN.total_seconds()) + 1


def take(*, account: str, wanted: int, daily_limit: int, now: datetime) -> int:
    """Take up to `wanted` hand-overs from the account's budget; answers how many it grants, 0 while the day's limit stops it."""
    if wanted <= 0:
        return 0
    with transaction.atomic():
        budget = _locked(account, now)
        if budget.stopped_until and budget.stopped_until > now:
            return 0
        granted: int = max(0, min(wanted, A_MINUTE - sum(budget.seconds.values()), daily_limit - budget.used))
        _count(budget, granted, now)
    return granted


def give_back(*, account: str, count: int, now: datetime) -> None:
    """Return hand-overs that were taken at this `now` and for which no message was found."""
    if count > 0:
        with transaction.atomic():
            _count(_locked(account, now), -count, now)


def stop_for_today(*, account: str, now: datetime) -> bool:
    """Stop the account until its next day begins (Notify's day begins at midnight). Answers whether it was running until now."""
    with transaction.atomic():
        budget = _locked(account, now)
        running = budget.stopped_until is None or budget.stopped_until <= now
        budget.stopped_until = tomorrow(now)
        budget.save(update_fields=["stopped_until"])
    return running


def used_up(*, account: str, daily_limit: int, now: datetime) -> bool:
    """Whether nothing more goes today: the provider said so, or the account's own count has reached its limit."""
    budget = SendingBudget.objects.filter(account=account).first()
    if budget is None:
        return False
    stopped = budget.stopped_until is not None and budget.stopped_until > now
    return stopped or (budget.day == clock.local_day(now) and budget.used >= daily_limit)


def tomorrow(now: datetime) -> datetime:
    """The instant at which the next local day begins."""
    return clock.instant(clock.local_day(now) + timedelta(days=1), datetime.min.time())


def _locked(account: str, now: datetime) -> SendingBudget:
    """The account's budget, locked, without what is older than the window."""
    rows = SendingBudget.objects.select_for_update().filter(account=account)
    budget = rows.first()
    if budget is None:
        SendingBudget.objects.bulk_create([SendingBudget(account=account)], ignore_conflicts=True)
        budget = rows.get()
    second, today = int(now.timestamp()), clock.local_day(now)
    budget.seconds = {key: count for key, count in budget.seconds.items() if second - _WINDOW < int(key)}
    if budget.day != today:
        budget.day, budget.used = today, 0
    return budget


def _count(budget: SendingBudget, number: int, now: datetime) -> None:
    if not number:
        return
    key = str(int(now.timestamp()))
    budget.seconds[key] = max(0, budget.seconds.get(key, 0) + number)
    budget.used = max(0, budget.used + number)
    budget.save(update_fields=["seconds", "day", "used"])
