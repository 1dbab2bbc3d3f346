"""Every page of a sensitive record that somebody opened stands in the trail, also where nobody thought of writing it there (PRI-20).

Most such pages say themselves what was read (`safeguarding/services/reading.py`). For one that wrote nothing the gate writes that the
page was opened, by its name and the number in its address. A part that asks by itself is no reading: the page that it stands on is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from homevisits.audit import services as audit

from .middleware import is_live
from .models import School, Staff

# By the act of the matrix: the beginning of the act in the trail, which says who may learn of it (safeguarding/audit_shown.py).
PAGES = {
    "read_concerns": "safeguarding.page",
    "transfer_file": "safeguarding.page",
    "see_incidents": "safeguarding.incident_page",
    "keep_referrals": "safeguarding.referral_page",
    "see_referral": "safeguarding.referral_page",
    "see_allegations": "safeguarding.allegation_page",
}
CLOSED = frozenset({"see_allegations"})  # heads may be whom it is about: these stand in the closed chain
CLOSED_ACT = PAGES["see_allegations"]
# A higher app says here of which records, by the name of their number in an address, a page stands in the closed chain whatever its act.
_closed: dict[str, Callable[[School, object], bool]] = {}


def closes(name: str, rule: Callable[[School, object], bool]) -> None:
    """Ask `rule` of every page whose address holds a `name`: whether the record with that number is one of the closed chain."""
    _closed[name] = rule


def _is_closed(act: str, school: School, numbers: Mapping[str, object]) -> bool:
    return act in CLOSED or any(_closed[name](school, value) for name, value in numbers.items() if name in _closed)


def is_silent(request: HttpRequest, answer: HttpResponseBase, written_before: int) -> bool:
    """Whether a page was shown to somebody and wrote nothing into the trail itself."""
    return request.method == "GET" and answer.status_code == 200 and not is_live(request) and audit.written() == written_before


def page_opened(act: str, *, request: HttpRequest, school: School, by: Staff, now: datetime) -> None:
    """Write that somebody opened a page of this act of the matrix."""
    match = request.resolver_match
    numbers = {name: value for name, value in (match.kwargs if match else {}).items() if name != "school"}
    closed = _is_closed(act, school, numbers)
    with transaction.atomic():
        audit.record(
            f"{CLOSED_ACT if closed else PAGES.get(act, 'people.page')}.read", by=by, now=now,
            school_id=audit.closed_chain(school.pk) if closed else school.pk,
            object_type=(match.url_name or "") if match else "", object_id=" ".join(str(number) for number in numbers.values())[:60],
        )  # fmt: skip
