"""Who goes, with what risk, and who said yes."""

from django.db import models

from homevisits.people.models import Staff

from .visits import HomeVisit


class RiskLevel(models.TextChoices):
    """How risky a visit is, computed or chosen; higher never becomes lower by itself."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class VisitMember(models.Model):
    """One of the staff who go; a person who drops out is taken out again by a new plan."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="members")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="visits")
    arrived_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "staff"], name="visit_member_once")]


class VisitRisk(models.Model):
    """A completed risk assessment of one visit; an amended one replaces it and both are kept."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="risks")
    level = models.CharField(max_length=6, choices=RiskLevel)
    answers = models.JSONField(default=dict, help_text="{question: answer}")
    actions = models.JSONField(default=dict, help_text="{question: what is done about it}")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=models.Q(replaced_at__isnull=True), name="visit_one_current_risk")
        ]


class SafeguardingDecision(models.Model):
    """What the safeguarding team decided about a high-risk visit, with the reason (PRI-12)."""

    class Decision(models.TextChoices):
        """Go, meet at school, or do not go."""

        VISIT = "visit", "Visit"
        MEET_AT_SCHOOL = "meet_at_school", "Meet at school instead"
        DO_NOT_VISIT = "do_not_visit", "Do not visit"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="decisions")
    decision = models.CharField(max_length=14, choices=Decision)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class VisitApproval(models.Model):
    """One approver's signature: name, role, time and the assessment it was given on. Voided when what it approved changes."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="approvals")
    role = models.CharField(max_length=30, help_text="As the policy's approvers setting names it")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    risk = models.ForeignKey(VisitRisk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "role"], condition=models.Q(voided_at__isnull=True), name="visit_one_approval_a_role")
        ]
