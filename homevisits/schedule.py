"""The one beat table: what is knocked, and how often. A knock finds its work in the database.

Each knock expires when the next one is due (common.broker), so that they never pile up while no worker runs.
"""

from celery.schedules import schedule

BEAT: dict[str, dict[str, object]] = {
    "attendance sweep": {"task": "attendance.sweep", "schedule": schedule(10)},
    "return alarms": {"task": "visits.alarms", "schedule": schedule(10)},
    "reports owed": {"task": "visits.reports", "schedule": schedule(300)},
    "morning sheets": {"task": "attendance.morning_sheets", "schedule": schedule(60)},
    "deliver messages": {"task": "messaging.deliver", "schedule": schedule(5)},
    "letters at the provider": {"task": "messaging.follow_letters", "schedule": schedule(1800)},
    "go on with imports": {"task": "people.go_on_with_imports", "schedule": schedule(60)},
    "access of leavers": {"task": "people.end_access", "schedule": schedule(300)},
    "wrong passwords": {"task": "people.wrong_tries", "schedule": schedule(60)},
    "watched folder": {"task": "attendance.watch_folder", "schedule": schedule(60)},
    "watch": {"task": "home.watch", "schedule": schedule(30)},
    "reviews of visits sent at once": {"task": "visits.ask_for_reviews", "schedule": schedule(600)},
    "papers to print": {"task": "visits.print_runs", "schedule": schedule(60)},
    "who can go": {"task": "visits.who_can_go", "schedule": schedule(60)},
    "forms handed in": {"task": "visits.forms", "schedule": schedule(60)},
    "files to scan": {"task": "visits.scan_attachments", "schedule": schedule(60)},
    "queue of documents": {"task": "home.queue_documents", "schedule": schedule(60)},
    "list for the safeguarding system": {"task": "home.queue_system_entries", "schedule": schedule(60)},
    "folder of documents": {"task": "home.drop_documents", "schedule": schedule(900)},
    "codes to write back": {"task": "attendance.write_back", "schedule": schedule(30)},
    "staff matters": {"task": "safeguarding.staff_matters", "schedule": schedule(60)},
    "data protection": {"task": "home.keeping", "schedule": schedule(60)},
    # Reminders are due by the day; an hour's knock catches up after a night off, and each goes once.
    "policy reviews": {"task": "home.remind_of_reviews", "schedule": schedule(3600)},
    "in-year visits": {"task": "visits.in_year", "schedule": schedule(3600)},
    "records kept long enough": {"task": "home.open_reviews", "schedule": schedule(6 * 3600)},
    "staff registers": {"task": "home.remind_of_registers", "schedule": schedule(3600)},
}

__all__ = ["BEAT", "schedule"]
