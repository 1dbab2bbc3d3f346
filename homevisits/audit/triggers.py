"""The database itself refuses to change or remove an event: no path through Django, raw SQL or a console gets round it.

Whoever may drop triggers can still alter rows; then the hashes no longer chain, and `manage.py audit_verify` names the row.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

EVENTS = "audit_auditevent"
CHAINS = "audit_auditchain"
SAYS = "The audit trail is append-only."

# An event takes the next place of its chain, after the event before it, or it is refused; the chain's head moves with it. Doing this
# here and not in Python saves an act one of its three ways to the database. On SQLite it also stops INSERT OR REPLACE, which removes
# the row in its way without firing the trigger on deletion.
FITS = f"EXISTS (SELECT 1 FROM {CHAINS} WHERE school_id = NEW.chain AND length + 1 = NEW.place AND head = NEW.previous)"  # noqa: S608

SQLITE = {
    "audit_no_update": f"BEFORE UPDATE ON {EVENTS} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    "audit_no_delete": f"BEFORE DELETE ON {EVENTS} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    "audit_follows": f"BEFORE INSERT ON {EVENTS} WHEN NOT {FITS} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    "audit_grows": (
        f"AFTER INSERT ON {EVENTS} BEGIN UPDATE {CHAINS} SET length = NEW.place, head = NEW.hash WHERE school_id = NEW.chain; END"  # noqa: S608
    ),
    "audit_chain_grows": (
        f"BEFORE UPDATE ON {CHAINS} WHEN NEW.school_id <> OLD.school_id OR NEW.length <= OLD.length "
        f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    ),
    "audit_chain_stays": f"BEFORE DELETE ON {CHAINS} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
}

POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE FUNCTION audit_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE {CHAINS} SET length = NEW.place, head = NEW.hash
  WHERE school_id = NEW.chain AND length + 1 = NEW.place AND head = NEW.previous;
  IF NOT FOUND THEN
    RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION audit_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.school_id <> OLD.school_id OR NEW.length <= OLD.length THEN
    RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""  # noqa: S608  (no text from outside)
POSTGRES = {
    "audit_no_change": (EVENTS, "BEFORE UPDATE OR DELETE", "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"),
    "audit_no_truncate": (EVENTS, "BEFORE TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"),
    "audit_follows": (EVENTS, "BEFORE INSERT", "FOR EACH ROW EXECUTE FUNCTION audit_follow()"),
    "audit_chain_grows": (CHAINS, "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION audit_only_grow()"),
    "audit_chain_stays": (CHAINS, "BEFORE DELETE", "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"),
    "audit_chain_no_truncate": (CHAINS, "BEFORE TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"),
}
FORMER = {"audit_no_replace"}  # of the first migration


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse updates, deletions and (PostgreSQL) truncation of events. Safe to call again."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTIONS)
            for name, (table, when, what) in POSTGRES.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} ON {table} {what}")
        else:
            for name, body in SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {body}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for undoing the migration, and for tests that empty every table. Safe to call again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, (table, _, _) in POSTGRES.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in {*SQLITE, *FORMER}:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def installed(connection: BaseDatabaseWrapper) -> bool:
    """Whether every trigger is there; the start-up check and the watcher ask."""
    postgres = connection.vendor == "postgresql"
    wanted = set(POSTGRES if postgres else SQLITE)
    query = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'" if postgres else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return wanted <= {name for (name,) in cursor.fetchall()}
