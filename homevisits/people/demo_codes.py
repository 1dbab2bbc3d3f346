"""The second factor of the demo school's people: one authenticator app for all of them, shown where the demo was started.

Its key is made from SECRET_KEY, so that it is another in every installation and stays the same in one. It is given to made-up people of
demo schools only, and the product shows it to nobody: `manage.py demo_codes` does, to whoever sits at the machine.
"""

import hmac
import time
from base64 import b32encode
from collections.abc import Iterable

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db.models import Q, QuerySet

from .locks import hash_of
from .models import School, Staff

# A mark beside the locked key, which tells it from an app that somebody set up themselves.
_MARK = "demo"


def demo_key() -> str:
    """The key of the demo's authenticator app, base32: what an app on a phone takes."""
    made = hmac.new(settings.SECRET_KEY.encode(), b"second factor of the demo", "sha1").digest()
    return b32encode(made).decode()


def codes(at: float | None = None) -> tuple[str, int, str]:
    """The code that counts now, for how many seconds it is the one shown, and the one after it. `at`: Unix time, now if not given."""
    at = time.time() if at is None else at
    counter, gone = divmod(int(at), app_settings.TOTP_PERIOD)
    now, then = (format_hotp_value(hotp_value(demo_key(), each)) for each in (counter, counter + 1))
    return now, app_settings.TOTP_PERIOD - gone, then


def give_second_factors() -> int:
    """Let every made-up person of a demo school have the demo's app, unless they have a second factor of their own; how many got it.

    A demo that was made before people had second factors gets them so; after a new SECRET_KEY the app is the new one.
    """
    people = _made_up(School.objects.filter(is_demo=True).values_list("slug", flat=True))
    mark = hash_of(demo_key())
    data = {"secret": get_adapter().encrypt(demo_key()), _MARK: mark}
    given = Authenticator.objects.filter(user__in=people, type=Authenticator.Type.TOTP, data__has_key=_MARK)
    given.exclude(data__demo=mark).update(data=data)
    without = people.exclude(pk__in=Authenticator.objects.values("user"))
    made = [Authenticator(user=person, type=Authenticator.Type.TOTP, data=data) for person in without]
    return len(Authenticator.objects.bulk_create(made))


def _made_up(slugs: Iterable[str]) -> QuerySet[Staff]:
    """Those whose address is of a demo school's invented domain, and who work nowhere else."""
    theirs = Q()
    for slug in slugs:
        theirs |= Q(email__endswith=f"@{slug}.example")
    if not theirs:
        return Staff.objects.none()
    return Staff.objects.filter(theirs).exclude(roles__school__is_demo=False)
