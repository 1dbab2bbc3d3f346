"""The Celery application. Tasks carry ids only: the database rows are the truth, the broker rings a bell."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homevisits.settings")
app = Celery("homevisits")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def look_first(**kwargs: Any) -> None:
    """Refuse to work for a real school in an environment, or on a database, that is not fit for it."""
    from homevisits.common.startup import refuse_unfit

    refuse_unfit()


@setup_logging.connect
def log_as_the_rest(**kwargs: Any) -> None:
    """Keep Django's logging; Celery would put its own in its place."""
