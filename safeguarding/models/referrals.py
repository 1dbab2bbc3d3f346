"""Referrals to somebody outside, and other agencies of a family to be told."""

from django.db import models

from homevisits.people.models import Pupil, School, Staff


class Referral(models.Model):
    """A referral to somebody outside, open until it is marked sent; unsent it is told again and again (PRI-40)."""

    class Kind(models.TextChoices):
        """To whom."""

        EDUCATION_WELFARE_OFFICER = "education_welfare_officer", "Education welfare officer"
        SOCIAL_CARE = "social_care", "Social care"
        POLICE = "police", "Police"

    school = models.ForeignKey(School, models.PROTECT, related_name="referrals")
    pupils = models.ManyToManyField(Pupil, related_name="referrals")
    kind = models.CharField(max_length=30, choices=Kind)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    repeat_minutes = models.PositiveSmallIntegerField(help_text="referral_repeat of the policy it opened under")
    clause = models.CharField(max_length=8, blank=True)
    next_action_at = models.DateTimeField(null=True, help_text="When it is told again; null once sent")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="referral_due")]


class AgencyTask(models.Model):
    """Another agency of the family that is to be made aware (PRI-41)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="agency_tasks")
    pupils = models.ManyToManyField(Pupil, related_name="agency_tasks")
    agency = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
