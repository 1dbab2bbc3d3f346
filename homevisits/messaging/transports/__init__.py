"""The ways out: on screen for demo and training, email, GOV.UK Notify."""

from homevisits.messaging.outcome import Transport
from homevisits.people.models import School

from .onscreen import OnScreen


def transport_for(school: School) -> Transport:
    """The way out that this school has chosen; on screen where it has chosen none."""
    return OnScreen()
