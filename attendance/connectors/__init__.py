"""Connectors to information systems. Off unless the server has a key and the school its id there."""

from homevisits.people.models import School

from ..models import WriteBackAccount
from .base import Connector
from .wonde import Wonde, token_of

__all__ = ["Connector", "connector_for"]


def connector_for(school: School) -> Connector | None:
    """The school's connector; None where it is off. A demo school writes into nobody's register."""
    account = WriteBackAccount.objects.filter(school=school).first()
    if account is None or not account.remote_school or school.is_demo or not token_of(school.slug):
        return None
    return Wonde(account.remote_school, token_of(school.slug))
