"""What is looked at once before a process serves people or works for them: commands have checks, servers have this."""

import os

from django.core.checks import CheckMessage, Error
from django.db import connection

from . import environment, sqlite


def refuse_unfit() -> None:
    """Raise ImproperlyConfigured when the environment is not fit for a real school, or the database would lose writes."""
    environment.stop_at(environment.unfit_for_children(os.environ))
    environment.stop_at(sqlite.faults(connection))


def check_sqlite(**kwargs: object) -> list[CheckMessage]:
    """The system check behind every management command (R12)."""
    return [Error(sentence, id="homevisits.E001") for sentence in sqlite.faults(connection)]


def check_environment(**kwargs: object) -> list[CheckMessage]:
    """The check of `manage.py check --deploy`."""
    return [Error(sentence, id="homevisits.E002") for sentence in environment.unfit_for_children(os.environ)]
