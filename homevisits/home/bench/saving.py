"""S8: what the audit trail costs."""

from collections.abc import Iterable

from django.db import transaction

from homevisits.audit.services import record
from homevisits.messaging.models import Message
from homevisits.people.models import Pupil, School

from . import rows
from .figures import Figure, interleaved

SAVES = 200


def with_audit() -> Iterable[Figure]:
    """Two hundred acts, each a transaction of its own that reads and saves a pupil, with and without their audit rows."""
    school = rows.make_school("Bench S8", due=0, others=SAVES)
    pupils = list(Pupil.objects.filter(school=school).values_list("pk", flat=True))
    took = interleaved({
        "without": (_nothing, lambda: _save(school, pupils, audited=False)),
        "with": (_nothing, lambda: _save(school, pupils, audited=True)),
    }, runs=7)  # fmt: skip
    ratio = took["with"] / took["without"]
    yield Figure("S8", "saving with audit / without", ratio, "x", "at most 1.5", ratio <= 1.5)
    yield Figure("S8", "one save with audit", took["with"] / SAVES * 1000, "ms", "", None)


def _nothing() -> None:
    """There is nothing to prepare."""


def _save(school: School, pupils: Iterable[int], *, audited: bool) -> None:
    for number in pupils:
        with transaction.atomic():
            pupil = Pupil.objects.select_for_update().get(school=school, pk=number)
            pupil.first_name = pupil.first_name[::-1]
            pupil.save()
            message = Message(
                school=school, day=rows.DAY, template="test_text", to="+447700900001", purpose=f"{audited}{pupil.first_name}{number}",
                body="x", created_at=rows.BEFORE, due_at=rows.BEFORE,
            )  # fmt: skip
            Message.objects.bulk_create([message], ignore_conflicts=True)
            if audited:
                record("bench.saved", by=rows.BY, now=rows.BEFORE, school_id=school.pk, object_type="Pupil", object_id=number)
