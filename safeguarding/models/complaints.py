"""Complaints about a home visit (ATT-56)."""

import uuid

from django.db import models

from homevisits.people.models import School, Staff

from .allegations import Allegation


class Complaint(models.Model):
    """A complaint about a visit, from when it was received until it is answered and what follows is said.

    Its address is a random number: one that counts would tell somebody of whom it complains that there is one.
    """

    class How(models.TextChoices):
        """How it was received."""

        IN_PERSON = "in_person", "In person"
        TELEPHONE = "telephone", "By telephone"
        LETTER = "letter", "By letter"
        EMAIL = "email", "By email"
        OTHER = "other", "Through somebody else"

    class Outcome(models.TextChoices):
        """What came of it."""

        UPHELD = "upheld", "Upheld"
        PARTLY = "partly", "Partly upheld"
        NOT_UPHELD = "not_upheld", "Not upheld"
        WITHDRAWN = "withdrawn", "Withdrawn by whoever made it"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="complaints")
    visit_id = models.BigIntegerField(null=True, blank=True, db_index=True, help_text="The number of the visit that it is about")
    received_on = models.DateField()
    how = models.CharField(max_length=10, choices=How)
    from_whom = models.CharField(max_length=150)
    says = models.TextField(help_text="What it is about, in the words of whoever complains")
    subjects = models.ManyToManyField(Staff, related_name="+", help_text="Of whom it complains: they neither see it nor look into it")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)
    answer_by = models.DateField(help_text="Until when it is to be answered")
    acknowledged_on = models.DateField(null=True, blank=True)
    handler = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who looks into it")
    answered_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_says = models.TextField(blank=True)
    policy_to_amend = models.BooleanField(null=True, blank=True, help_text="Whether the policy needs amending")
    closed_at = models.DateTimeField(null=True, blank=True)
    next_action_at = models.DateTimeField(null=True, blank=True, help_text="When it is told again; null once answered")
    allegation = models.OneToOneField(Allegation, models.PROTECT, null=True, blank=True, related_name="complaint")

    class Meta:
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="complaint_due")]


class ComplaintEvent(models.Model):
    """What was done with a complaint, when and by whom. Rows are only added."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events")
    says = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)
