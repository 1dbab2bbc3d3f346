"""A school that sends through GOV.UK Notify's own client to a server on loopback."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from homevisits.messaging.models import SchoolAccount
from homevisits.people.models import School

from . import notify_server
from .factories import make_school


@pytest.fixture
def notify(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[notify_server.Store]:
    """The provider, running; the key in the environment as in a real installation."""
    with notify_server.running() as (store, address):
        settings.NOTIFY_BASE_URL = address
        monkeypatch.setenv("NOTIFY_API_KEY", notify_server.KEY)
        yield store


@pytest.fixture
def notify_school(db: None) -> School:
    """A live school with an account in Notify and one template for everything."""
    school = make_school()
    SchoolAccount.objects.create(school=school, way="notify", any_template_id=uuid.uuid4())
    return school
