"""The knocks of attendance: each finds its work in the database."""

from celery import shared_task

from homevisits.messaging import heartbeat
from homevisits.messaging.tasks import deliver_messages

from .sweep import sweep


@shared_task(name="attendance.sweep")
def sweep_task() -> int:
    """Take what is due on the first-day ladder, and hand over at once what it wrote.

    Delivery has a knock of its own: this one only saves the seconds until it comes.
    """
    with heartbeat.ran(heartbeat.Part.SWEEP) as real:
        swept = sweep(real)
    if swept:
        deliver_messages()
    return swept
