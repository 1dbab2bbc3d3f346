"""Schools, alone or in a trust."""

from datetime import datetime, time

from django.db import models

from homevisits.common import clock


class Trust(models.Model):
    """Several schools under one board."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    """One school. Nearly every other row belongs to one, and is reached through it."""

    class Sending(models.TextChoices):
        """Whether texts leave: a school in shadow mode sees what would have gone to whom."""

        SHADOW = "shadow", "Shadow mode: nothing is sent"
        LIVE = "live", "Live"

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    trust = models.ForeignKey(Trust, models.PROTECT, null=True, blank=True, related_name="schools")
    urn = models.CharField(max_length=6, blank=True, help_text="Unique reference number")
    authority_code = models.CharField(max_length=3, blank=True, help_text="Local authority number, as in a UPN")
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    # Whom a calling card names (SEC-07): often of the local authority and no member of staff.
    welfare_officer = models.CharField(max_length=120, blank=True, help_text="Name of the education welfare officer")
    welfare_officer_phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    welfare_officer_email = models.EmailField(blank=True)
    am_closes = models.TimeField(default=time(9, 0), help_text="When the morning register closes, unless a class has its own time")
    pm_closes = models.TimeField(default=time(13, 15), help_text="When the afternoon register closes")
    roll_declared = models.PositiveIntegerField(null=True, blank=True, help_text="Pupils in all, where not all of them are kept here")
    sending = models.CharField(max_length=10, choices=Sending, default=Sending.SHADOW)
    colour = models.CharField(max_length=7, default="#1d4f6e")
    is_demo = models.BooleanField(default=False)
    # The demo school's own clock: at the real instant clock_from it showed clock_shows, and runs clock_speed times as fast.
    clock_from = models.DateTimeField(null=True, blank=True)
    clock_shows = models.DateTimeField(null=True, blank=True)
    clock_speed = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="school_only_demo_has_own_clock", condition=models.Q(is_demo=True) | models.Q(clock_from__isnull=True)
            ),
            models.CheckConstraint(
                name="school_clock_whole",
                condition=models.Q(clock_from__isnull=True, clock_shows__isnull=True)
                | models.Q(clock_from__isnull=False, clock_shows__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def now(self) -> datetime:
        """The instant it is for this school: the demo school may have set its clock to a school morning."""
        return self.at(clock.now())

    def at(self, real: datetime) -> datetime:
        """What the instant `real` is on this school's clock."""
        if self.clock_from is None or self.clock_shows is None:
            return real
        return self.clock_shows + (real - self.clock_from) * self.clock_speed
