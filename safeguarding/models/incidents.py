"""Incidents of visits."""

from django.db import models

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import Pupil, School, Staff

from .concerns import Concern


class Incident(RandomAddress):
    """Something that happened on a visit: the time of the event and the time of the record are two things (MAT-20)."""

    class Kind(models.TextChoices):
        """What happened."""

        UNSAFE = "unsafe", "Left because it was not safe"
        THREAT = "threat", "Threat"
        VIOLENCE = "violence", "Violence"
        KEPT_FROM_LEAVING = "kept_from_leaving", "Kept from leaving"
        ANIMALS = "animals", "Animals"
        PHYSICAL_INTERVENTION = "physical_intervention", "Physical intervention"
        CHILD_INJURY = "child_injury", "Injury of a child"
        STAFF_INJURY = "staff_injury", "Injury of staff"
        STAFF_ILLNESS = "staff_illness", "Illness of staff"
        OTHER = "other", "Something else"

    school = models.ForeignKey(School, models.PROTECT, related_name="incidents")
    pupils = models.ManyToManyField(Pupil, related_name="incidents")
    kind = models.CharField(max_length=30, choices=Kind)
    happened_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    visit_id = models.BigIntegerField(null=True, blank=True, db_index=True, help_text="The number of the visit that it happened on")
    details = models.JSONField(default=dict, help_text="{question: answer} by kind of incident: incident_questions.py")
    safe_place_at = models.DateTimeField(null=True, blank=True, help_text="When staff reached a safe place (MAT-26)")
    police_called_at = models.DateTimeField(null=True, blank=True)
    police_reference = models.CharField(max_length=60, blank=True)
    police_not_called_because = models.CharField(max_length=300, blank=True, help_text="Why not, after a threat or violence (ALT-22)")
    ambulance_called_at = models.DateTimeField(null=True, blank=True, help_text="999 for an ambulance or the fire brigade")
    ambulance_reference = models.CharField(max_length=60, blank=True)
    support_offered = models.BooleanField(null=True, blank=True, help_text="Support after the incident (MAT-34)")
    injury_report = models.CharField(max_length=120, blank=True, help_text="The injury-at-work report of staff hurt or ill (MAT-35)")
    policy_to_amend = models.BooleanField(null=True, blank=True, help_text="Whether the policy needs amending (ATT-60)")
    concern = models.ForeignKey(
        Concern, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The concern that it opened: a child hurt or distressed by physical intervention (ATT-53). Never shown to who reviews",
    )  # fmt: skip
    review = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    next_action_at = models.DateTimeField(null=True, blank=True, help_text="When it is told again; null once reviewed")
    told_again = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="incident_waits")]


class IncidentChange(models.Model):
    """What was added to an incident, or said anew, with what stood there before. The database refuses to change it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    before = models.JSONField(help_text="{what: the words that stood there}")
    after = models.JSONField(help_text="{what: the words that stand there since}")
