"""The one beat table: what is knocked, and how often. A knock finds its work in the database."""

from celery.schedules import schedule

BEAT: dict[str, dict[str, object]] = {}

__all__ = ["BEAT", "schedule"]
