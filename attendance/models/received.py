"""Registers that a connector sent: kept so that the same sending twice is taken once."""

from django.db import models

from homevisits.people.models import School


class RegisterReceived(models.Model):
    """One request of a connector, by the id that it chose, and what it was answered."""

    school = models.ForeignKey(School, models.CASCADE, related_name="registers_received")
    client_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was sent")
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "client_id"], name="register_received_once")]
