"""What tablets send that was said without network, and what the office does about what could not be recorded."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.errors import BadInput, Blocked
from homevisits.people.access import SchoolRequest, school_view

from ..forms.out import DealtWithForm
from ..models import HomeVisit
from ..real_time import Stamp, real_times
from ..rules.arrivals import may_send
from ..services import arrivals
from .common import found, onward, said
from .out import refused
from .sync_kinds import KINDS, do, posted

# More than any visit has: a queue that is longer comes in parts.
MOST = 200


@school_view(act="see_visits")
@require_POST
def sync(request: SchoolRequest, visit_id: int) -> HttpResponse:
    """Acts of a visit as JSON: {"sent_at", "acts": [{"token", "kind", "happened_at", "data"}]}; answers each of them, in the same order.

    400 with a sentence for what is no such JSON: nothing of it was recorded.
    """
    visit = found(request, visit_id)
    if not may_send(visit, request.user, request.school_roles):
        raise Http404("No such visit.")
    try:
        acts = read(request.body, visit, clock.now(), request.now)
    except (BadInput, ValueError) as why:
        return JsonResponse({"says": str(why)}, status=400)
    answers = arrivals.take(visit=visit, acts=acts, do=do, by=request.user, now=request.now)
    return JsonResponse({"acts": [{**asdict(answer), **more} for answer, more in answers], "page": page_version(visit)})


def page_version(visit: HomeVisit) -> str:
    """Changes with everything that the doorstep page shows: a tablet with an older one fetches it anew."""
    visit.refresh_from_db(fields=["version"])
    last = visit.events.order_by("-pk").values_list("pk", flat=True).first()
    return f"{visit.version}.{last or 0}.{visit.check_ins.count()}"


def read(body: bytes, visit: HomeVisit, real: datetime, now: datetime) -> list[arrivals.Said]:
    """The acts that were sent, with their real times by the school's clock: none before the visit was raised, none after `now`.

    `real` is the server's instant, `now` the school's. Raises BadInput, or ValueError for what is no JSON.
    """
    first = min(visit.raised_at, now)
    return [_said(row, min(now, max(first, visit.school.at(at)))) for row, at in stamped(body, real)]


def stamped(body: bytes, real: datetime) -> list[tuple[dict[str, Any], datetime]]:
    """The acts that were sent, each with its real time; `real` is the server's instant. Raises BadInput, ValueError for what is no JSON."""
    sent = json.loads(body or b"null")
    rows = sent.get("acts") if isinstance(sent, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST or not all(isinstance(row, dict) for row in rows):
        raise BadInput("Send a list of acts.")
    stamps = [Stamp(_instant(row.get("happened_at")), place) for place, row in enumerate(rows)]
    return list(zip(rows, real_times(stamps, _instant(sent.get("sent_at")), real), strict=True))


def _said(row: dict[str, Any], happened: datetime) -> arrivals.Said:
    try:
        token = UUID(str(row.get("token")))
    except ValueError as why:
        raise BadInput("Each act has a token.") from why
    name, data = str(row.get("kind", ""))[:30], row.get("data")
    fields = {str(key): values(value) for key, value in data.items()} if isinstance(data, dict) else {}
    act, kind = arrivals.Said(token, name, fields, happened), KINDS.get(name)
    if kind is None:
        return act
    sent = posted(act)
    return arrivals.Said(token, name, fields, happened, kind.urgent, kind.guards(sent), kind.safeguarding(sent))


def values(value: object) -> list[str]:
    """One value or several, as a form posts them; a signature is JSON of its own and stays one value."""
    if value is None or isinstance(value, bool):
        return ["on"] if value else []
    every = value if isinstance(value, list) else [value]
    return [(one if isinstance(one, str) else json.dumps(one)).replace("\x00", "") for one in every]


def _instant(value: object) -> datetime:
    found = parse_datetime(value) if isinstance(value, str) else None
    if found is None or found.tzinfo is None:
        raise BadInput("Each act says when it was, with its time zone.")
    return found


@school_view(act="see_visits")
@require_POST
def dealt_with(request: SchoolRequest, visit_id: int, arrived_id: int) -> HttpResponseBase:
    """The office has dealt with what could not be recorded: says, next."""
    visit, form = found(request, visit_id), DealtWithForm(request.POST)
    row = visit.arrived_acts.filter(pk=arrived_id).select_related("visit").first()
    if row is None:
        raise Http404("Nothing of that kind came in.")
    title = "This is not dealt with yet"
    try:
        arrivals.deal_with(act=row, says=request.POST.get("says", ""), by=request.user, now=request.now)
    except (Blocked, BadInput) as why:
        form.is_valid()
        form.add_error(None, str(why))
        return refused(request, visit, title, form, getattr(why, "blocks", []))
    return said(request, "It is dealt with.", onward(request, visit))
