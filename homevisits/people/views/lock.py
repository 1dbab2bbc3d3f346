"""A tablet that several people share is locked with one tap, and opened again by whoever locked it."""

from typing import cast

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from homevisits.common import clock

from ..locking import is_locked, lock_session, unlock_session
from ..middleware import back_to
from ..models import Staff
from ..step_up import Question, is_answered
from ..tablet_cookies import drop_key


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponseBase:
    """Lock by a tap (POST); while locked this is the only page, and asks the person for a code, a passkey, or what they have."""
    if is_locked(request):
        asked = Question.to(request)
        if asked.is_right():
            return HttpResponseRedirect(unlock_session(request, now=clock.now()))
        return asked.page("account/locked.html")
    if request.method == "POST" and not is_answered(request):
        lock_session(request, by=cast(Staff, request.user), back=back_to(request), now=clock.now())
        answer = HttpResponseRedirect(reverse("lock"))
        drop_key(request, answer)
        return answer
    return HttpResponseRedirect("/")
