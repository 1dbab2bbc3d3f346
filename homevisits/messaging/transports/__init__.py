"""The ways out: on screen for demo and training, email, GOV.UK Notify."""

from homevisits.messaging.models import SchoolAccount
from homevisits.messaging.outcome import Transport
from homevisits.people.models import School

from .email import Email
from .notify import Notify
from .onscreen import OnScreen


def transport_for(school: School) -> Transport:
    """The way out that this school has chosen. A demo school, and one that has chosen none, stays on screen."""
    account = SchoolAccount.objects.filter(school=school).first()
    if account is None or school.is_demo or account.way == SchoolAccount.Way.SCREEN:
        return OnScreen()
    return Email() if account.way == SchoolAccount.Way.EMAIL else Notify(school, account)
