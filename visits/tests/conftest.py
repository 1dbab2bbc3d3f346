"""What tests of visits share."""

from homevisits.messaging.tests.conftest import notify

__all__ = ["notify"]
