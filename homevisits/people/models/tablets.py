"""Tablets that take visits along, and the keys that what is written on them is locked with (R24)."""

import uuid

from django.db import models

from .staff import Staff


class Tablet(models.Model):
    """A device that somebody worked on without network, known by a cookie of its own. It belongs to no school: its users do."""

    secret_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the cookie, hex: the cookie itself is not kept")
    words = models.CharField(max_length=60, help_text="What it is, to tell it from others: iPad, Safari")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(help_text="When keys were last given to it")
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="Taken out of use: it gets no keys, and what it holds is deleted")
    revoked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.words} no. {self.pk}"


class DraftKey(models.Model):
    """The key of what one person writes on one tablet: given back only to them, signed in on it."""

    tablet = models.ForeignKey(Tablet, models.CASCADE, related_name="keys")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="draft_keys")
    # What the tablet marks this person's records with: says nothing to whoever finds it.
    owner = models.UUIDField(unique=True, default=uuid.uuid4)
    locked = models.TextField(help_text="32 bytes, locked with a key made from SECRET_KEY")
    made_at = models.DateTimeField()
    given_at = models.DateTimeField(help_text="When it was last given out, with a fresh session key")
    turn = models.PositiveIntegerField(default=1, help_text="Goes up when something is taken back: session keys of earlier turns are dead")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tablet", "staff"], name="draft_key_once_a_tablet")]
