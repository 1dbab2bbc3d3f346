"""Every page of a sensitive record that somebody opened stands in the trail, also where nobody thought of writing it there (PRI-20).

Most such pages say themselves what was read (`safeguarding/services/reading.py`). For one that wrote nothing the gate writes that the
page was opened, by its name and the number in its address. A part that asks by itself is no reading: the page that it stands on is.
"""

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
    "see_allegations": "safeguarding.allegation_page",
}
CLOSED = frozenset({"see_allegations"})  # heads may be whom it is about: these stand in the closed chain


def is_silent(request: HttpRequest, answer: HttpResponseBase, written_before: int) -> bool:
    """Whether a page was shown to somebody and wrote nothing into the trail itself."""
    return request.method == "GET" and answer.status_code == 200 and not is_live(request) and audit.written() == written_before


def page_opened(act: str, *, request: HttpRequest, school: School, by: Staff, now: datetime) -> None:
    """Write that somebody opened a page of this act of the matrix."""
    match = request.resolver_match
    numbers = [str(value) for name, value in (match.kwargs if match else {}).items() if name != "school"]
    with transaction.atomic():
        audit.record(
            f"{PAGES.get(act, 'people.page')}.read", by=by, now=now,
            school_id=audit.closed_chain(school.pk) if act in CLOSED else school.pk,
            object_type=(match.url_name or "") if match else "", object_id=" ".join(numbers)[:60],
        )  # fmt: skip
