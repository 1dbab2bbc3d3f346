"""Screens on a wall: each runs on a token of its own, without anybody signed in."""

from django.db import models

from .schools import School
from .staff import Staff


class Display(models.Model):
    """A screen that shows who is out, by first names and times. Only the token's hash is kept: its address is shown once."""

    school = models.ForeignKey(School, models.CASCADE, related_name="displays")
    name = models.CharField(max_length=80, help_text="Where it hangs")
    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256, hex")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    last_seen_at = models.DateTimeField(null=True, blank=True, help_text="On the real clock, to the minute")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name
