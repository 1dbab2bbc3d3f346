"""A rehearsal that somebody at a school played on the screen. What it played with was thrown away; what happened is kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models

from homevisits.people.models import School, Staff
from homevisits.policy.models import PolicyVersion

# After so long something has stopped: the page says so instead of waiting on.
START_WITHIN = timedelta(minutes=2)
END_WITHIN = timedelta(minutes=6)


class RehearsalRun(models.Model):
    """One playing of one scenario: asked for, played by a worker, kept with its log and the names that stand in it."""

    class Status(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "Waiting to start"
        PLAYING = "playing", "Playing"
        DONE = "done", "Played"
        FAILED = "failed", "Could not be played"

    class Choice(models.TextChoices):
        """Which policy it plays."""

        WRITTEN = "written", "As written"
        OURS = "ours", "With our policy"

    school = models.ForeignKey(School, models.CASCADE, related_name="rehearsals")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    scenario = models.CharField(max_length=80, help_text="The name of its file, without the ending")
    title = models.CharField(max_length=200)
    choice = models.CharField(max_length=8, choices=Choice)
    policy = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, related_name="+", help_text="The school's version; null: as written"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, help_text="{policy, log, names, rungs}; see performance.Result")
    error = models.CharField(max_length=400, blank=True)
    token = models.UUIDField(help_text="Of the form: a double tap plays once")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "token", "scenario", "choice"], name="rehearsal_once_a_tap"),
            models.CheckConstraint(
                name="rehearsal_ours_has_a_policy",
                condition=models.Q(choice="written", policy__isnull=True) | models.Q(choice="ours", policy__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["school", "asked_at"], name="rehearsal_by_time")]

    @property
    def waits(self) -> bool:
        """Whether its end is still to come."""
        return self.status in (self.Status.QUEUED, self.Status.PLAYING)

    def stuck(self, now: datetime) -> bool:
        """Whether it should have started, or ended, long ago: the worker is out or died on the way."""
        if self.status == self.Status.QUEUED:
            return now - self.asked_at > START_WITHIN
        return self.status == self.Status.PLAYING and self.started_at is not None and now - self.started_at > END_WITHIN

    @property
    def log(self) -> list[dict[str, Any]]:
        """The entries of the rehearsal language; none before its end."""
        entries: list[dict[str, Any]] = self.result.get("log", [])
        return entries
