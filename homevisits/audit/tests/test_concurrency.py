"""Two acts at once on one chain: each gets a place of its own, in order, and the hashes chain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from homevisits.audit.models import AuditEvent
from homevisits.audit.services import Entry, record, record_many
from homevisits.audit.verify import verify
from homevisits.common.actors import SystemJob

NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_acts_at_once_get_consecutive_places() -> None:
    """Also where the chain is new, and an act fails in between; on SQLite they queue, on PostgreSQL the head's row is locked."""
    writers, each = 4, 10
    together = Barrier(writers)

    def work(number: int) -> None:
        job = SystemJob(f"job {number}")
        try:
            together.wait()
            for n in range(each):
                with transaction.atomic():
                    record_many([Entry("first"), Entry("second")], by=job, now=NOW, school_id=7)
                    if n % 5 == 4:
                        transaction.set_rollback(True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, range(writers)))
    kept = writers * each * 2 * 4 // 5
    rows = list(AuditEvent.objects.filter(chain=7).order_by("place").values_list("place", "act", "by_name"))
    assert [place for place, _, _ in rows] == list(range(1, kept + 1))
    assert all((a[1], b[1], a[2]) == ("first", "second", b[2]) for a, b in zip(rows[::2], rows[1::2], strict=True))
    assert verify(7).sound
    assert verify(7).events == kept


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_second_act_waits_for_the_first() -> None:
    with transaction.atomic():
        record("first", by=SystemJob("a"), now=NOW, school_id=7)

    def blocked() -> str:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '300ms'")
                record("second", by=SystemJob("b"), now=NOW, school_id=7)
        except Exception as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            record("third", by=SystemJob("a"), now=NOW, school_id=7)
            assert pool.submit(blocked).result() == "OperationalError"
        assert pool.submit(blocked).result() == "written"
    assert list(AuditEvent.objects.order_by("place").values_list("act", flat=True)) == ["first", "third", "second"]
