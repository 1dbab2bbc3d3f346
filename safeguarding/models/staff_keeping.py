"""How records about staff end: what is due, what was decided, and what is left to show of those that are gone."""

import uuid

from django.db import models
from django.db.models import Q

from homevisits.people.models import School, Staff

from .allegations import Allegation


class StaffMatterReview(models.Model):
    """That a record about staff has been kept as long as its outcome asks: whoever may see the record decides what becomes of it.

    When the record is erased this stays, without a word or a name of it, as the certificate of its destruction.
    """

    class Decision(models.TextChoices):
        """What becomes of it."""

        KEEP = "keep", "Keep until"
        DELETE = "delete", "Delete"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="staff_matter_reviews")
    allegation = models.ForeignKey(Allegation, models.SET_NULL, null=True, related_name="keeping", help_text="Null once it is erased")
    record = models.PositiveBigIntegerField(help_text="The number that the record has, or had")
    for_chair = models.BooleanField(help_text="For the chair of governors, as the record is, or was")
    rule = models.CharField(max_length=300, help_text="The rule by which it was due, in words")
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    gone = models.JSONField(default=dict, help_text="{kind of row: how many were erased}")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of what was erased")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["allegation"], condition=Q(decision=""), name="staff_matter_one_open_review"),
            models.CheckConstraint(
                name="staff_matter_decided_by_somebody",
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & ~Q(reason="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(name="staff_matter_kept_until_a_day", condition=~Q(decision="keep") | Q(keep_until__isnull=False)),
        ]
