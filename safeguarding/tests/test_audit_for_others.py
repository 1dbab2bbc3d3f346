"""The trail names no concern to whoever may not know of one: no row, no kind to choose, no count."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from homevisits.audit.hidden import Reader
from homevisits.audit.models import AuditEvent
from homevisits.audit.selectors import Search, events, object_types
from homevisits.audit.services import record
from homevisits.common.actors import SystemJob

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
RECORDED: list[tuple[str, str, dict[str, Any]]] = [
    ("safeguarding.concern.raised", "Concern", {}),
    ("safeguarding.something_new.made", "SomethingNew", {}),  # nobody has opened it yet
    ("documents.document_made", "ChronologyNote", {}),  # another app's act on a closed record
    ("documents.attachment.read", "attachment", {}),  # of a file that has gone: it may have been one of a concern
    ("messaging.notice.seen", "notice", {"about": "concern"}),
    ("visits.sync.taken", "visit", {"kind": "concern"}),
    ("safeguarding.incident.opened", "Incident", {}),
    ("safeguarding.allegation.made", "Allegation", {}),
    ("safeguarding.warning.given", "HouseholdWarning", {"about": "violence"}),  # the head may not open the warnings
    ("attendance.case.opened", "case", {"about": None, "kind": ""}),
    ("messaging.notice.seen", "notice", {"about": "held"}),
    ("people.term.saved", "term", {}),
]
OPEN = {"attendance.case.opened", "people.term.saved"}


def seen_by(*roles: str) -> list[AuditEvent]:
    with transaction.atomic():
        for act, kind, detail in RECORDED:
            record(act, by=SystemJob("test"), now=NOW, school_id=7, object_type=kind, object_id=1, detail=detail)
    return list(events(reader=Reader(7, 1, frozenset(roles)), staff_ids=[], search=Search()))


@pytest.mark.parametrize(
    ("role", "more", "notices"),
    [
        ("dsl", {act for act, _, _ in RECORDED if "allegation" not in act}, {"concern", "held"}),
        ("headteacher", {"safeguarding.incident.opened", "safeguarding.allegation.made", "messaging.notice.seen"}, {"held"}),
        ("office_admin", {"messaging.notice.seen"}, {"held"}),
    ],
)
def test_a_reader_learns_what_their_role_may(role: str, more: set[str], notices: set[str]) -> None:
    found = seen_by(role)
    assert {event.act for event in found} == OPEN | more
    assert {event.detail["about"] for event in found if event.object_type == "notice"} == notices
    kinds = object_types(Reader(7, 1, frozenset({role})), [])
    assert set(kinds) == {event.object_type for event in found}
    assert ("Concern" in kinds) == (role == "dsl")
