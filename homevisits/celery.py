"""The Celery application. Tasks carry ids only: the database rows are the truth, the broker rings a bell."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homevisits.settings")
app = Celery("homevisits")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
