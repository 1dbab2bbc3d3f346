"""What SQLite needs so that several processes can write; without, about one write in ten fails, so it refuses to start."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

BUSY_TIMEOUT = 20  # seconds a writer waits for another
OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": BUSY_TIMEOUT,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """A sentence for each setting of an SQLite file that is not as it must be; nothing for other databases and for one in memory."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return []
    asked = {name: _pragma(connection, name) for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
    mode = getattr(connection, "transaction_mode", None)
    wrong = {
        "journal_mode is {journal_mode}, not wal; is the file on a network drive?": asked["journal_mode"] != "wal",
        "synchronous is {synchronous}, not 2 (FULL)": asked["synchronous"] != 2,
        "foreign_keys is {foreign_keys}, not 1": asked["foreign_keys"] != 1,
        f"busy_timeout is {{busy_timeout}} ms, less than {BUSY_TIMEOUT * 1000}": asked["busy_timeout"] < BUSY_TIMEOUT * 1000,
        f"transaction_mode is {mode}, not IMMEDIATE": mode != "IMMEDIATE",
    }
    return [f"SQLite: {sentence.format(**asked)}" for sentence, is_wrong in wrong.items() if is_wrong]


def _pragma(connection: BaseDatabaseWrapper, name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]
