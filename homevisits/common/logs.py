"""The log: one line an event, and nothing about a person in it."""

import logging
import re

from django.core.exceptions import PermissionDenied

# PostgreSQL tells the values of the row it refuses, SQLite none.
_VALUES = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*$", re.MULTILINE)


class Plain(logging.Formatter):
    """Level, logger and message, and a traceback where there is one, without the values that a database puts into its errors."""

    def format(self, record: logging.LogRecord) -> str:
        return _VALUES.sub(r"\1: (left out)", super().format(record))


def refusal_in_a_line(record: logging.LogRecord) -> bool:
    """Somebody was refused a page: that they were is news, where in the code it was decided is none. Keeps every record."""
    if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
        record.exc_info = None
    return True


def config(level: str) -> dict[str, object]:
    """Django's LOGGING: everything to standard error, where systemd or the supervisor takes it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": f"{__name__}.Plain", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "filters": {"refusals": {"()": lambda: refusal_in_a_line}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]}},
        "root": {"handlers": ["console"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": ["console"], "level": level.upper(), "propagate": False},
            "django.server": {"handlers": ["console"], "level": level.upper(), "propagate": False},
            # A knock every few seconds is no news; a task that fails is, and is logged as an error.
            **{f"celery.{part}": {"level": "WARNING"} for part in ("beat", "worker.strategy", "app.trace")},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
