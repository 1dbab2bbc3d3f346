"""Printing many papers at once."""

from django.db import models

from homevisits.people.models import School, Staff


class PrintRun(models.Model):
    """Chosen papers of a day, made one after another and put together in the order of the round. A worker works it off."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        DONE = "done", "Ready to print"

    school = models.ForeignKey(School, models.PROTECT, related_name="print_runs")
    day = models.DateField()
    # [{"visit": number, "kind": paper, "document": number once it is made, "fault": why it could not be}], in the order of the round.
    items = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    touched_at = models.DateTimeField(help_text="When a worker last added a paper, by the real clock: an abandoned one is taken up again")
    token = models.UUIDField(unique=True)
