"""A tablet hears with its next word, whatever it asks, that its session key is dead: signed out, timed out, taken back (R24)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from homevisits.common import clock

from .middleware import signed_out_part
from .models import Staff
from .selectors.tablets import owns
from .tablet_cookies import KEY, TABLET, drop_key, key_holds


class TabletKeys:
    """Takes a dead session key from the browser with any answer, and lets nobody send what somebody else wrote.

    It stands before the time-outs, so that their answers pass through it too. Only tablets pay for it: one query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Check whose records a tablet sends, pass on, then look whether its key still holds."""
        owner = request.headers.get("X-Tablet-Owner")
        own = owner is None or self._sends_own(request, owner)
        response = self.get_response(request) if own else signed_out_part()
        if KEY in request.COOKIES and KEY not in response.cookies and not key_holds(request, clock.now()):
            drop_key(request, response)
        return response

    @staticmethod
    def _sends_own(request: HttpRequest, owner: str) -> bool:
        """Whether the person signed in is the one who wrote it: another may have signed in in another tab meanwhile."""
        return isinstance(request.user, Staff) and owns(request.COOKIES.get(TABLET, ""), request.user, owner)
