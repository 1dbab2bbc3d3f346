"""The set-based statements of the ladder: one round of the sweep takes a rung for all cases that are due at once.

Each works on SQLite and PostgreSQL alike. `claim` marks the rows that this round took: the conditional UPDATE that sets it
locks them, looks at the case's state again, and moves them on, all in one.
"""

from homevisits.common import sql
from homevisits.messaging.models import Message, MessageAbout

from .models import CallDue, LadderStep

CASES = "attendance_unexplainedabsence"

# Contacts that may be called at all: unrestricted, with any number.
_CALLABLE = "NOT k.gone AND NOT k.restricted AND (k.mobile <> '' OR k.landline <> '')"
# Contacts that a text reaches: not through a number found wrong or dead, nor one that a restricted contact of the child reads.
_TEXTABLE = """NOT k.gone AND NOT k.restricted AND k.mobile <> ''
  AND NOT EXISTS (SELECT 1 FROM people_numberfault f
                  WHERE f.school_id = c.school_id AND f.number = k.mobile AND f.cleared_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM people_contact r
                  WHERE r.pupil_id = c.pupil_id AND r.restricted AND NOT r.gone AND k.mobile IN (r.mobile, r.landline))"""
_FAILED = "('no_answer', 'voicemail', 'wrong_number', 'number_dead')"
_IN_CLAIM = "c.school_id = %(school)s AND c.status = 'open' AND c.day = %(day)s AND c.claim = %(claim)s"


def take(*, rung: str, next_rung: str | None, only: int | None = None) -> str:
    """UPDATE that claims the open cases whose `rung` is due and moves them on to `next_rung`.

    Parameters: school, policy, day, session, now, claim, next_at.
    """
    later = "CASE WHEN due_from > %(next_at)s THEN due_from ELSE %(next_at)s" + sql.word("as_time") + " END" if next_rung else "NULL"
    one = f"AND id = {int(only)}" if only else ""
    return f"""
        UPDATE {CASES} SET claim = %(claim)s, next_rung = '{next_rung or ""}', next_action_at = {later}
        WHERE school_id = %(school)s AND policy_id = %(policy)s AND day = %(day)s AND session = %(session)s
          AND status = 'open' AND next_rung = '{rung}' AND next_action_at <= %(now)s AND set_aside_at IS NULL {one}"""


def due_of(rung_at: str = "%(rung_at)s") -> str:
    """When a case's rung was due: the rung's instant, or the opening where that was later."""
    return f"CASE WHEN c.due_from > {rung_at} THEN c.due_from ELSE {rung_at}{sql.word('as_time')} END"


def note_steps() -> str:
    """INSERT of a LadderStep for each claimed case. Parameters: school, day, claim, rung, rung_at, now."""
    values = {"case": "c.id", "day": "c.day", "rung": "%(rung)s", "due_at": due_of(), "taken_at": "%(now)s" + sql.word("as_time")}
    return sql.insert_select(LadderStep, values, f"FROM {CASES} c WHERE {_IN_CLAIM}")


def _reach(cases: str) -> str:
    """Common table: for each case its textable contacts of the first priority among them, with the number."""
    return f"""
        WITH every AS (
            SELECT c.id AS case_id, c.pupil_id, c.due_from, k.id AS contact_id, k.mobile AS number, k.priority, p.first_name, p.last_name,
                   MIN(k.priority) OVER (PARTITION BY c.id) AS first_priority
            FROM {CASES} c JOIN people_contact k ON k.pupil_id = c.pupil_id JOIN people_pupil p ON p.id = c.pupil_id
            WHERE {cases} AND {_TEXTABLE}),
        reach AS (SELECT * FROM every WHERE priority = first_priority)"""


def _again() -> str:
    """Common table: for each case the numbers of its first text, as far as a text still reaches them."""
    return f"""
        WITH reach AS (
            SELECT c.id AS case_id, c.pupil_id, c.due_from, k.id AS contact_id, k.mobile AS number, p.first_name, p.last_name
            FROM {CASES} c
            JOIN messaging_messageabout a ON a.pupil_id = c.pupil_id
            JOIN messaging_message m ON m.id = a.message_id AND m.day = c.day AND m.template = 'first_day_absence' AND m.channel = 'text'
            JOIN people_contact k ON k.id = a.contact_id AND k.mobile = m."to"
            JOIN people_pupil p ON p.id = c.pupil_id
            WHERE {_IN_CLAIM} AND m.status <> 'cancelled' AND {_TEXTABLE})"""


def write_texts(*, escalation: bool) -> str:
    """INSERT of one Message a number for the claimed cases, rendered with the children's first names.

    Parameters: school, day, claim, template, subject, body, phone, deadline, school_name, rung_at, now, status, next_attempt_at,
    give_up_at, miss_at.
    """
    before = (
        (_again() if escalation else _reach(_IN_CLAIM))
        + f""",
        child AS (SELECT number, pupil_id, MIN(first_name) AS first_name, MIN({due_of().replace("c.", "reach.")}) AS due FROM reach
                  GROUP BY number, pupil_id),
        addressed AS (
            SELECT number, MIN(due) AS due,
                   CASE COUNT(*) WHEN 1 THEN MIN(first_name) WHEN 2 THEN MIN(first_name) || ' and ' || MAX(first_name)
                        ELSE {sql.word("join_names").format("first_name")} END AS children
            FROM child GROUP BY number)"""
    )
    text = sql.word("as_text")
    values = {
        "school": "%(school)s", "day": "%(day)s" + sql.word("as_date"), "channel": "'text'", "template": f"%(template)s{text}",
        "to": "number",
        "purpose": f"%(day_text)s{text} || ':' || %(template)s{text} || ':' || number",
        "fields": f"{sql.word('json_object')}('school', %(school_name)s{text}, 'phone', %(phone)s{text}, "
                  f"'deadline', %(deadline)s{text}, 'children', children)",
        "subject": f"%(subject)s{text}", "body": f"replace(%(body)s{text}, '((children))', children)", "status": f"%(status)s{text}",
        "reference": sql.word("new_uuid"), "created_at": "%(now)s" + sql.word("as_time"), "due_at": "due",
        "next_attempt_at": "%(next_attempt_at)s" + sql.word("as_time"), "give_up_at": "%(give_up_at)s" + sql.word("as_time"),
        "miss_at": "%(miss_at)s" + sql.word("as_time"),
    }  # fmt: skip
    return sql.insert_select(Message, values, "FROM addressed WHERE TRUE", before=before)


def note_about(*, escalation: bool) -> str:
    """INSERT of whom each message of this round is about, found by its unique purpose: one index look-up a contact.

    Parameters: school, day, day_text, claim, template, now.
    """
    before, text = _again() if escalation else _reach(_IN_CLAIM), sql.word("as_text")
    return sql.insert_select(
        MessageAbout,
        {"message": "m.id", "pupil": "reach.pupil_id", "contact": "reach.contact_id"},
        f"""FROM reach JOIN messaging_message m ON m.school_id = %(school)s AND m.created_at = %(now)s
           AND m.purpose = %(day_text)s{text} || ':' || %(template)s{text} || ':' || reach.number WHERE TRUE""",
        before=before,
    )


def nobody_to_text() -> str:
    """SELECT of (case, pupil, household) among the claimed that no text reaches. Parameters: school, day, claim."""
    return f"""
        SELECT c.id, c.pupil_id, c.household_id FROM {CASES} c
        WHERE {_IN_CLAIM} AND NOT EXISTS (SELECT 1 FROM people_contact k WHERE k.pupil_id = c.pupil_id AND {_TEXTABLE})"""


def list_calls() -> str:
    """INSERT of the households of the claimed cases into the day's call list. Parameters: school, day, claim, now."""
    values = {"school": "c.school_id", "household": "c.household_id", "day": "c.day", "at": "%(now)s" + sql.word("as_time")}
    return sql.insert_select(
        CallDue, values, f"FROM (SELECT DISTINCT school_id, household_id, day FROM {CASES} c WHERE {_IN_CLAIM}) c WHERE TRUE"
    )


def claim_unanswered(*, households: str = "") -> str:
    """UPDATE that claims cases whose every first-priority contact has failed and whose call rung is due, once a day.

    A call that a person made does not wait for the engine to take the rung (PRI-34). A contact has failed when the latest call to
    them, or to their number, came to nothing. Parameters: school, day, claim, now.
    """
    contacts = f"people_contact k WHERE k.pupil_id = {CASES}.pupil_id AND {_CALLABLE}"
    latest = f"""(SELECT t.outcome FROM attendance_contactattempt t
                 WHERE t.household_id = {CASES}.household_id AND t.day = {CASES}.day AND t.undone_at IS NULL
                   AND (t.contact_id = k.id OR t.number IN (k.mobile, k.landline))
                 ORDER BY t.at DESC, t.id DESC LIMIT 1)"""
    return f"""
        UPDATE {CASES} SET claim = %(claim)s, escalated_at = %(now)s{sql.word("as_time")}
        WHERE school_id = %(school)s AND status = 'open' AND day = %(day)s AND escalated_at IS NULL {households}
          AND next_rung <> 'first_text_at' AND (next_rung <> 'call_at' OR next_action_at <= %(now)s) AND set_aside_at IS NULL
          AND EXISTS (SELECT 1 FROM {contacts})
          AND NOT EXISTS (SELECT 1 FROM {contacts}
            AND k.priority = (SELECT MIN(k.priority) FROM {contacts})
            AND COALESCE({latest}, '') NOT IN {_FAILED})"""


def claim_calls_check() -> str:
    """UPDATE that claims the open cases whose call grace has ended. Parameters: school, claim, now."""
    return f"""
        UPDATE {CASES} SET claim = %(claim)s, calls_check_at = NULL
        WHERE school_id = %(school)s AND status = 'open' AND calls_check_at <= %(now)s"""


def uncalled() -> str:
    """SELECT of the pupils among the claimed for whom nobody has rung on that day. Parameters: school, claim."""
    return f"""
        SELECT c.pupil_id FROM {CASES} c
        WHERE c.school_id = %(school)s AND c.status = 'open' AND c.claim = %(claim)s
          AND NOT EXISTS (SELECT 1 FROM attendance_contactattemptfor f JOIN attendance_contactattempt t ON t.id = f.attempt_id
                          WHERE f.case_id = c.id AND t.day = c.day AND t.undone_at IS NULL)"""


def untried() -> str:
    """SELECT of (household, contact) of the claimed cases whom nobody has called that day. Parameters: school, day, claim."""
    return f"""
        SELECT c.household_id, k.id FROM {CASES} c JOIN people_contact k ON k.pupil_id = c.pupil_id
        WHERE {_IN_CLAIM} AND NOT k.gone AND NOT k.restricted
          AND NOT EXISTS (SELECT 1 FROM attendance_contactattempt t
                          WHERE t.household_id = c.household_id AND t.day = c.day AND t.undone_at IS NULL
                            AND (t.contact_id = k.id OR (t.number <> '' AND t.number IN (k.mobile, k.landline))))
        ORDER BY k.priority, k.id"""


_SEEN = f"""{CASES} c JOIN visits_visitoutcomepupil p ON p.pupil_id = c.pupil_id
    JOIN visits_visitoutcome o ON o.id = p.outcome_id AND o.kind = 'child_seen' AND o.at >= c.opened_at WHERE c.status = 'open'"""


def seen_cases() -> str:
    """SELECT of the open cases whose child a visit has seen since. Parameters: school."""
    return f"SELECT DISTINCT c.id FROM {_SEEN} AND c.school_id = %(school)s"


def due_steps() -> str:
    """SELECT of (school, step) for each school with something due, and which steps of the sweep that is. Parameters: now."""
    steps = (
        ("school_day", "attendance_schoolday WHERE next_action_at <= %(now)s"),
        ("register", "attendance_register WHERE next_action_at <= %(now)s"),
        ("hold", "attendance_hold WHERE next_action_at <= %(now)s"),
        ("rung", f"{CASES} WHERE next_action_at <= %(now)s AND set_aside_at IS NULL"),
        ("calls", f"{CASES} WHERE calls_check_at <= %(now)s"),
        ("all_clear", f"{CASES} WHERE all_clear_due"),
    )
    seen = f"SELECT c.school_id, 'seen' FROM {_SEEN}"
    return " UNION ".join((seen, *(f"SELECT school_id, '{step}' FROM {rows}" for step, rows in steps)))


VISIT_ALARMS = "SELECT a.id, a.repeat_at, v.school_id FROM visits_visitalarm a JOIN visits_homevisit v ON v.id = a.visit_id"


def today_state() -> str:
    """SELECT of one row that changes whenever something on the Today page does. Parameters: school, day."""
    parts = (
        (CASES, "COUNT(*), MIN(next_action_at), MAX(next_action_at), MAX(opened_at)", "AND status = 'open'"),
        (CASES, "COUNT(hold_id), COUNT(visit_id), COUNT(set_aside_at)", "AND status = 'open'"),
        (CASES, "COUNT(*), MAX(closed_at)", "AND day = %(day)s AND status = 'closed'"),
        ("attendance_absencemessage", "MAX(id), COUNT(undone_at)", ""),
        ("attendance_arrival", "MAX(id), COUNT(undone_at)", "AND day = %(day)s"),
        ("attendance_contactattempt", "MAX(id), COUNT(undone_at)", "AND day = %(day)s"),
        ("attendance_calldue", "MAX(id)", "AND day = %(day)s"),
        ("attendance_register", "COUNT(taken_at), MAX(told_not_taken_at)", "AND day = %(day)s"),
        ("attendance_schoolday", "COUNT(*)", "AND day = %(day)s AND is_open"),
        ("attendance_hold", "MAX(id), COUNT(released_at), COUNT(next_action_at)", "AND day = %(day)s"),
        ("attendance_latestep", "MAX(id)", "AND day = %(day)s"),
        ("attendance_setaside", "MAX(id), COUNT(dealt_at)", ""),
        ("attendance_misentry", "MAX(id), COUNT(done_at)", "AND day = %(day)s"),
        ("messaging_inboundtext", "MAX(id), COUNT(dealt_at)", ""),
        ("messaging_message", "COUNT(*), MAX(finished_at), MAX(accepted_at), SUM(attempts), COUNT(next_attempt_at)", "AND day = %(day)s"),
        ("messaging_message", "COUNT(*)", "AND day = %(day)s AND status = 'delivered'"),
        (f"({VISIT_ALARMS}) alarm", "MAX(id), COUNT(repeat_at)", ""),
    )  # fmt: skip
    columns = [
        f"(SELECT {column.strip()} FROM {table} WHERE school_id = %(school)s {more})"
        for table, wanted, more in parts
        for column in wanted.split(", ")
    ]
    return f"SELECT {', '.join(columns)}"


def day_facts(*also: str) -> str:
    """SELECT of everything in figures about a school's day: rows of (kind, key, number, instant, words).

    One statement of many parts, since a page that must be quick cannot ask twenty times. Parameters: school, day, now.
    `also` are parts of an app above, made with `fact`.
    """
    part = fact
    of_day = "school_id = %(school)s AND day = %(day)s"
    still = "c.school_id = %(school)s AND c.status = 'open'"
    away = "first_day <= %(day)s AND last_day >= %(day)s AND undone_at IS NULL AND (last_day > %(day)s OR first_day < %(day)s)"
    family = "('first_day_absence', 'first_day_absence_escalation', 'all_clear', 'correction', 'all_clear_withdrawn')"

    parts = (
        part("step", f"attendance_ladderstep s JOIN {CASES} c ON c.id = s.case_id WHERE c.school_id = %(school)s AND s.day = %(day)s",
             key="c.session || '|' || s.rung", group="c.session, s.rung"),
        part("waiting", f"{CASES} c WHERE {still} AND c.day = %(day)s", key="session || '|' || next_rung", group="session, next_rung"),
        part("opened", f"{CASES} WHERE {of_day}", key="session", group="session"),
        part("earlier", f"{CASES} c WHERE {still} AND c.day < %(day)s"),
        part("text", f"messaging_message WHERE {of_day} AND channel = 'text' AND template IN {family}",
             key="template || '|' || status", group="template, status"),
        part("stuck", f"""messaging_message m WHERE {of_day} AND channel = 'text' AND template IN {family}
             AND status IN ('failed', 'missed', 'unknown') AND EXISTS (SELECT 1 FROM messaging_messageabout a
             JOIN {CASES} c ON c.pupil_id = a.pupil_id WHERE a.message_id = m.id AND {still})""", key="status", group="status"),
        part("session", f"attendance_register WHERE {of_day}", key="session", when="MIN(closes_at)", group="session"),
        part("untaken", f"attendance_register WHERE {of_day} AND taken_at IS NULL AND closes_at <= %(now)s", key="session", count="1",
             words="class_name"),
        part("closed", f"attendance_schoolday WHERE {of_day} AND NOT is_open", count="1", words="closed_because"),
        part("hold", f"attendance_hold WHERE {of_day} AND next_action_at IS NOT NULL", key="id", count="count", when="held_at",
             words="session"),
        part("late", f"attendance_latestep WHERE {of_day}", key="rung", count="MAX(late_seconds)", when="MAX(at)", group="rung"),
        part("aside", "attendance_setaside WHERE school_id = %(school)s AND dealt_at IS NULL", key="id", count="row_id", when="at",
             words="what"),
        part("replies", "messaging_inboundtext WHERE school_id = %(school)s AND dealt_at IS NULL"),
        part("unmarked", """people_pupil p WHERE p.school_id = %(school)s AND p.status = 'on_roll' AND NOT EXISTS (
             SELECT 1 FROM attendance_absencemessage m WHERE m.pupil_id = p.id AND m.first_day <= %(day)s AND m.last_day >= %(day)s
             AND m.undone_at IS NULL) AND EXISTS (
             SELECT 1 FROM attendance_register r WHERE r.school_id = p.school_id AND r.day = %(day)s AND r.taken_at IS NOT NULL
             AND r.class_name = p.class_name AND NOT EXISTS (SELECT 1 FROM attendance_mark k
             WHERE k.pupil_id = p.id AND k.day = r.day AND k.session = r.session)
             AND NOT (r.session = 'AM' AND EXISTS (SELECT 1 FROM attendance_arrival a
             WHERE a.pupil_id = p.id AND a.day = r.day AND a.undone_at IS NULL)))"""),
        part("away", f"attendance_absencemessage WHERE school_id = %(school)s AND {away}", count="COUNT(DISTINCT pupil_id)"),
        part("calls", f"""attendance_calldue d WHERE d.school_id = %(school)s AND d.day = %(day)s
             AND EXISTS (SELECT 1 FROM {CASES} c WHERE c.household_id = d.household_id AND {still})"""),
        part("to_enter", "attendance_misentry WHERE school_id = %(school)s AND done_at IS NULL"),
        part("roll", "people_pupil WHERE school_id = %(school)s AND status <> 'left'"),
    )  # fmt: skip
    return " UNION ALL ".join((*parts, *also))


def fact(kind: str, rows: str, *, key: str = "''", count: str = "COUNT(*)", when: str = "NULL", words: str = "''", group: str = "") -> str:
    """One part of `day_facts`: `rows` is what follows FROM, the others are its columns. Cast, since parts of a union must agree."""
    text, at = sql.word("as_text"), sql.word("as_time") if when == "NULL" else ""
    columns = f"'{kind}'{text}, CAST({key} AS text), {count}, {when}{at}, CAST({words} AS text)"
    return f"SELECT {columns} FROM {rows}" + (f" GROUP BY {group}" if group else "")
