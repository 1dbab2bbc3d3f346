"""What tablets say without network and send later: every act that came in, done or refused; none is lost."""

from django.db import models

from homevisits.people.models import Staff

from .visits import HomeVisit


class ArrivedAct(models.Model):
    """One act as a tablet sent it. What was done stands in its own rows; what was refused stays here, with what it said and why."""

    class State(models.TextChoices):
        """What became of it."""

        DONE = "done", "Recorded"
        REFUSED = "refused", "Not recorded"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="arrived_acts")
    token = models.UUIDField(unique=True, help_text="Made by the tablet with the act: sent twice, it is one")
    kind = models.CharField(max_length=30)
    data = models.JSONField(default=dict, help_text="{field: [values]} while it is refused; empty once it is done")
    happened_at = models.DateTimeField(help_text="The real time, by the server's clock")
    received_at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State)
    says = models.TextField(blank=True, help_text="What was answered: what is recorded, or why not")
    clause = models.CharField(max_length=10, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When the office dealt with what was refused")
    seen_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    seen_says = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["visit", "state"], name="arrived_act_by_state")]
