"""The audit trail only grows: every way to change or remove an event is refused by the database, and a forced change is found."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from homevisits.audit import services, triggers
from homevisits.audit.models import AuditChain, AuditEvent
from homevisits.audit.services import Entry, plain, record, record_many
from homevisits.audit.verify import chains, verify
from homevisits.common.actors import SystemJob

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
LADDER = SystemJob("ladder")
TABLE = AuditEvent._meta.db_table
CHAIN = AuditChain._meta.db_table


def write(count: int = 5, school_id: int | None = 7) -> None:
    for n in range(count):
        record("case.opened", by=LADDER, now=NOW, school_id=school_id, object_type="case", object_id=n, detail={"pupils": [n]})


def sql(statement: str) -> Callable[[], Any]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def _save() -> None:
    row = AuditEvent.objects.get(chain=7, place=3)
    row.act = "case.closed"
    row.save()


def _bulk_update() -> None:
    row = AuditEvent.objects.get(chain=7, place=3)
    row.act = "case.closed"
    AuditEvent.objects.bulk_update([row], ["act"])


def _head() -> str:
    return AuditChain.objects.get(pk=7).head


WAYS: dict[str, Callable[[], Any]] = {
    "save": _save,
    "update": lambda: AuditEvent.objects.filter(place=3).update(act="x"),
    "bulk_update": _bulk_update,
    "update_or_create": lambda: AuditEvent.objects.update_or_create({"act": "x"}, chain=7, place=3),
    "upsert": lambda: AuditEvent.objects.bulk_create(
        [AuditEvent(chain=7, place=3, at=NOW, act="x", by_name="x")],
        update_conflicts=True, unique_fields=["chain", "place"], update_fields=["act"],
    ),
    "raw update": sql(f"UPDATE {TABLE} SET by_name = 'Nobody' WHERE place = 3"),
    "delete": lambda: AuditEvent.objects.get(chain=7, place=3).delete(),
    "queryset delete": lambda: AuditEvent.objects.all().delete(),
    "fast delete": lambda: AuditEvent.objects.all()._raw_delete(connection.alias),
    "raw delete": sql(f"DELETE FROM {TABLE}"),
    "the chain's row": lambda: AuditChain.objects.get(pk=7).delete(),
    "raw delete of the chain": sql(f"DELETE FROM {CHAIN}"),
    "a shorter chain": lambda: AuditChain.objects.update(length=2),
    "another chain": sql(f"UPDATE {CHAIN} SET school_id = 8"),
    "the chain's head": lambda: AuditChain.objects.update(head="f" * 64),
    "an event too far on": lambda: AuditEvent.objects.create(chain=7, place=9, at=NOW, act="x", by_name="x", previous=_head()),
    "an event after none": lambda: AuditEvent.objects.create(chain=7, place=6, at=NOW, act="x", by_name="x", previous="f" * 64),
    "an event of no chain": lambda: AuditEvent.objects.create(chain=8, place=1, at=NOW, act="x", by_name="x", previous="0" * 64),
    "a second event in its place": lambda: AuditEvent.objects.create(chain=7, place=3, at=NOW, act="x", by_name="x"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_change_or_remove_an_event(way: str) -> None:
    write()
    before = list(AuditEvent.objects.order_by("place").values()), list(AuditChain.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic():
        WAYS[way]()
    assert before == (list(AuditEvent.objects.order_by("place").values()), list(AuditChain.objects.values()))


@pytest.mark.needs_postgres
@pytest.mark.parametrize("table", [TABLE, CHAIN])
def test_no_truncation(table: str) -> None:
    write()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(f"TRUNCATE {table}")()
    assert AuditEvent.objects.count() == 5


@pytest.mark.needs_sqlite
def test_no_replacement() -> None:
    """SQLite's INSERT OR REPLACE removes the row in its way without asking the trigger on deletion."""
    write()
    columns = "id, chain, place, at, act, by_name, object_type, object_id, detail, previous, hash"
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {columns.replace('act', repr('x'))} FROM {TABLE} WHERE place = 3")()
    assert not AuditEvent.objects.filter(act="x").exists()


FORCED = {
    "act": "case.closed", "by_name": "Nobody", "by_id": 4, "object_id": "9", "object_type": "visit", "detail": {"pupils": [9]},
    "at": NOW.replace(minute=16), "previous": "f" * 64, "hash": "f" * 64, "place": 99, "chain": 8,
}  # fmt: skip


@pytest.mark.parametrize("column", FORCED)
def test_a_forced_change_is_found_and_named(column: str) -> None:
    write()
    assert verify(7).sound
    triggers.remove(connection)
    AuditEvent.objects.filter(chain=7, place=3).update(**{column: FORCED[column]})
    triggers.install(connection)
    found = verify(7)
    assert (found.sound, found.bad_place) == (False, 3)


def test_every_column_is_in_the_hash() -> None:
    assert {field.attname for field in AuditEvent._meta.concrete_fields} - {"id"} == set(FORCED)


@pytest.mark.parametrize(("gone", "named"), [([1], 1), ([3], 3), ([4, 5], 4), ([1, 2, 3, 4, 5], 1)])
def test_a_removed_event_is_found(gone: list[int], named: int) -> None:
    write()
    triggers.remove(connection)
    AuditEvent.objects.filter(place__in=gone).delete()
    triggers.install(connection)
    assert verify(7).bad_place == named
    assert 7 in chains()


def test_a_rewritten_tail_does_not_fit_the_head() -> None:
    """Whoever alters an event and its hash, and nothing else, is found at the next event or at the chain's head."""
    write()
    triggers.remove(connection)
    for place, named in ((3, 4), (5, 5)):
        row = AuditEvent.objects.get(chain=7, place=place)
        was = row.act, row.hash
        row.act = "case.closed"
        row.hash = services.digest(row)
        row.save()
        assert verify(7).bad_place == named
        row.act, row.hash = was
        row.save()
    assert verify(7).sound


def test_the_command_names_the_row() -> None:
    write()
    write(2, school_id=None)
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert out.getvalue().splitlines() == [
        "chain 0: 2 events, all as they were written",
        "chain 7: 5 events, all as they were written",
    ]
    triggers.remove(connection)
    AuditEvent.objects.filter(chain=7, place=4).update(by_name="Nobody")
    with pytest.raises(CommandError, match="triggers that refuse changes are missing") as caught:
        call_command("audit_verify", stdout=StringIO())
    assert "chain 7, place 4: it is not as it was written" in str(caught.value)
    triggers.install(connection)
    call_command("audit_verify", "--chain", "0", stdout=StringIO())


def test_what_is_new_can_be_walked_alone() -> None:
    write()
    assert (verify(7, from_place=4).events, verify(7, from_place=4).sound) == (2, True)
    assert verify(7, from_place=6).sound
    assert verify(99).sound


def test_chains_grow_apart_and_without_gaps() -> None:
    write(2, school_id=1)
    write(2, school_id=2)
    record_many([Entry("a"), Entry("b"), Entry("c")], by=LADDER, now=NOW, school_id=1)
    record_many([], by=LADDER, now=NOW, school_id=1)
    assert list(AuditEvent.objects.filter(chain=1).order_by("place").values_list("place", flat=True)) == [1, 2, 3, 4, 5]
    assert [verify(chain).events for chain in chains()] == [5, 2]


def test_an_event_needs_an_act_a_zone_and_a_transaction() -> None:
    for act, now in (("", NOW), ("x", NOW.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="named act"):
            record(act, by=LADDER, now=now)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_event_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("x", by=LADDER, now=NOW)


def test_an_event_goes_with_its_act() -> None:
    def act() -> None:
        with transaction.atomic():
            write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not AuditEvent.objects.exists()
    assert not AuditChain.objects.exists()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.dates() | st.decimals() | st.uuids(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
            | st.sets(st.integers(), max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_detail_comes_back_as_it_was_hashed(detail: Any) -> None:
    with transaction.atomic():
        record("x", by=SystemJob("né\x00"), now=NOW, school_id=7, object_id="\x00", detail={"is": detail})
        assert verify(7).sound
        transaction.set_rollback(True)


def test_details_stay_readable() -> None:
    detail = {"day": date(2026, 11, 24), "share": Decimal("0.15"), 2: {3, 1}, "ids": (1, 2), "half": 0.5, "id": UUID(int=1)}
    assert plain(detail) == {
        "day": "2026-11-24", "share": "0.15", "2": [1, 3], "ids": [1, 2], "half": 0.5, "id": "00000000-0000-0000-0000-000000000001",
    }  # fmt: skip


def test_an_event_costs_two_queries(django_assert_num_queries: Any) -> None:
    write(1)
    with django_assert_num_queries(2):
        record("x", by=LADDER, now=NOW, school_id=7)
    with django_assert_num_queries(2):
        record_many([Entry("x")] * 50, by=LADDER, now=NOW, school_id=7)
