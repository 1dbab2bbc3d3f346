"""A sender in a process of its own, to be killed: `python -m homevisits.messaging.tests.sender 2026-11-24T09:15:00+00:00`."""

import sys
import time
from datetime import datetime, timedelta

import django


def main() -> None:
    """Deliver everything that is due at the given instant, on a clock that starts there."""
    django.setup()
    from homevisits.messaging.delivery import deliver

    began, now = time.monotonic(), datetime.fromisoformat(sys.argv[1])
    deliver(now=now, clock=lambda: now + timedelta(seconds=time.monotonic() - began))


if __name__ == "__main__":
    main()
