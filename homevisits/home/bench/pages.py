"""S7: the office's Today page."""

from collections.abc import Iterable
from datetime import time
from statistics import median

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from homevisits.common import clock
from homevisits.common.clock import instant
from homevisits.messaging.delivery import deliver
from homevisits.people.models import School, Staff, StaffRole

from . import rows
from .figures import Figure, counted, seconds
from .ticks import tick

RUNS = 15


def today() -> Iterable[Figure]:
    """The page with 500 open cases, texted and with calls due, and with 50."""
    many, few = rows.make_school("Bench S7", due=500, others=500), rows.make_school("Bench S7 few", due=50, others=950)
    tick()
    deliver(now=rows.FIRST_TEXT)
    # Signed in this minute, at schools whose own clocks show half past nine of the day that was made.
    School.objects.update(is_demo=True, clock_from=clock.now(), clock_shows=instant(rows.DAY, time(9, 30)))
    queries, spent, size = _ask(many)
    queries_few, _, _ = _ask(few)
    yield Figure("S7", "Today with 500 cases: statements", queries, "", "at most 10", queries <= 10)
    yield Figure("S7", "Today with 50 cases: statements", queries_few, "", "the same", queries_few == queries)
    yield Figure("S7", "Today with 500 cases: server time", spent * 1000, "ms", "at most 75", spent <= 0.075)
    yield Figure("S7", "Today with 500 cases: size", size / 1000, "kB", "at most 150", size <= 150_000)


def _ask(school: School) -> tuple[int, float, int]:
    """(statements of the page, median seconds, bytes). The statements of session and sign-in are everybody's and count too."""
    client = _signed_in(school)
    page = f"/s/{school.slug}/today/"
    answer = client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"Today answers {answer.status_code} {answer.headers.get('Location', '')}")
    with counted() as said:
        client.get(page)
    return len(said), median(seconds(lambda: client.get(page)) for _ in range(RUNS)), len(answer.content)


def _signed_in(school: School) -> Client:
    """A browser of an office admin, signed in this minute."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    staff = Staff.objects.create(email=f"office@{school.slug}.example", name="Olive Office")
    StaffRole.objects.create(staff=staff, school=school, role="office_admin")
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(staff)
    return client
