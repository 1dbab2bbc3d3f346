"""What beat knocks. A task carries no name, number or text: it finds its work in the database."""

from celery import shared_task

from homevisits.common import clock

from . import heartbeat
from .delivery import deliver
from .letters import follow_letters

RUN_FOR = 20  # seconds; with a provider that never answers a knock ends within twice that, well before its time limit


@shared_task(name="messaging.deliver")
def deliver_messages() -> int:
    """Send, look up and settle everything that is due."""
    with heartbeat.ran(heartbeat.Part.DELIVERY) as real:
        return deliver(now=real, clock=clock.now)


@shared_task(name="messaging.follow_letters")
def follow_letters_task() -> int:
    """Ask what became of letters that the provider has taken."""
    return follow_letters(clock.now())
