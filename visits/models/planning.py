"""Who goes, with what risk, and who said yes."""

from django.db import models

from homevisits.people.models import Pupil, School, Staff

from .visits import HomeVisit


class RiskLevel(models.TextChoices):
    """How risky a visit is, computed or chosen; higher never becomes lower by itself, only by a person with a reason."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class VisitMember(models.Model):
    """One of the staff who go; a person who drops out is taken out again by a new plan."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="members")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="visits")
    task = models.CharField(max_length=120, blank=True, help_text="Their part: talks to the parents, is with the child (PRI-07)")
    driver = models.BooleanField(default=False)
    assessment_read_at = models.DateTimeField(null=True, blank=True, help_text="Confirmed for themselves (ATT-81)")
    briefed_at = models.DateTimeField(null=True, blank=True, help_text="Acknowledged the briefing (ALT-20)")
    briefed_version = models.PositiveIntegerField(null=True, blank=True, help_text="The visit's version that they were briefed on")
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True, help_text="Left the property")
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "staff"], name="visit_member_once")]


class VisitRisk(models.Model):
    """A completed risk assessment of one visit; an amended one replaces it and both are kept."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="risks")
    level = models.CharField(max_length=6, choices=RiskLevel)
    answers = models.JSONField(default=dict, help_text="{question: answer}")
    actions = models.JSONField(default=dict, help_text="{question: what is done about it}")
    form = models.CharField(max_length=14, default="questions", help_text="questions (ATT-81) or hazard_matrix (MAT-30)")
    hazards = models.JSONField(default=list, help_text="[{hazard, people, severity, likelihood, level, controls}] (MAT-30)")
    computed = models.CharField(max_length=6, choices=RiskLevel, blank=True, help_text="What the answers give; `level` may differ")
    lowered_because = models.TextField(blank=True, help_text="Why `level` is below what the answers give; empty where it is not")
    because = models.JSONField(default=list, help_text="Why this level: sentences")
    warnings = models.JSONField(default=dict, help_text="{household warning: confirmed, changed or ended, with the words}")
    # Seen only by those who approve (ATT-81).
    medical = models.JSONField(default=dict, help_text="{question: answer and action} about the staff's health")
    vulnerable_persons = models.CharField(max_length=300, blank=True, help_text="Or none (MAT-30)")
    safeguarding_aware = models.BooleanField(null=True, blank=True, help_text="The safeguarding team is aware (MAT-30)")
    new_risk = models.TextField(blank=True, help_text="A risk that the school's own assessment does not have (ATT-13)")
    pair = models.JSONField(default=list, help_text="The numbers of the staff for whom it was made")
    address = models.TextField(blank=True, help_text="The home's address for which it was made, so that a move shows")
    stale_at = models.DateTimeField(null=True, blank=True, help_text="When circumstances changed: it must be gone through again")
    stale_because = models.CharField(max_length=300, blank=True)
    signed_as = models.CharField(max_length=60, blank=True, help_text="The role of whoever completed it, as signed")
    token = models.UUIDField(null=True, blank=True, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=models.Q(replaced_at__isnull=True), name="visit_one_current_risk")
        ]

    @property
    def is_lowered(self) -> bool:
        """Whether somebody set the level below what the answers give."""
        return bool(self.computed) and RiskLevel.values.index(self.level) < RiskLevel.values.index(self.computed)


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
    other_contact = models.TextField(blank=True, help_text="What other contact is used instead (ATT-81)")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class VisitApproval(models.Model):
    """One approver's signature: name, role, time and the assessment it was given on. Voided when what it approved changes."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="approvals")
    role = models.CharField(max_length=30, help_text="As the policy's approvers setting names it")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    risk = models.ForeignKey(VisitRisk, models.PROTECT, null=True, blank=True, related_name="+", help_text="Null: break-glass, without one")
    version = models.PositiveIntegerField(default=1, help_text="The visit's version that was signed")
    says = models.TextField(blank=True, help_text="What the approver added, or asserted (ALT-12)")
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "role"], condition=models.Q(voided_at__isnull=True), name="visit_one_approval_a_role")
        ]


class BreakGlass(models.Model):
    """That a safeguarding lead or the head sent a pair at once, with the reason; reviewed the next school day."""

    visit = models.OneToOneField(HomeVisit, models.CASCADE, related_name="break_glass")
    role = models.CharField(max_length=30)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    review_due_on = models.DateField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the review was last asked for")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    review = models.TextField(blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)


class WeeklyList(models.Model):
    """The list of a week's visits that the headteacher signs before any of them (ATT-31, ATT-32)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="weekly_lists")
    week = models.DateField(help_text="Its Monday")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "week"], name="weekly_list_once")]


class WeeklyListVisit(models.Model):
    """A visit that was signed: with the list, or by itself when it was added later."""

    weekly_list = models.ForeignKey(WeeklyList, models.CASCADE, related_name="visits")
    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="weekly_signatures")
    added_later = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, help_text="The visit's version that was signed: later changes show on the list")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["weekly_list", "visit"], name="weekly_list_visit_once")]


class SchoolAssessment(models.Model):
    """The school's own home visit risk assessment, made by the role that the policy names; each amendment is a version (ATT-13)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="home_visit_assessments")
    number = models.PositiveIntegerField()
    text = models.TextField()
    change = models.CharField(max_length=300, blank=True, help_text="What is new in this version")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "number"], name="school_assessment_once")]


class AnnexVersion(models.Model):
    """The infection-control annex as it was switched on, changed or ended (ATT-70 to ATT-74)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="annex_versions")
    on = models.BooleanField()
    isolation_days = models.PositiveSmallIntegerField()
    distance_metres = models.PositiveSmallIntegerField()
    expires_on = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True, help_text="What it says to staff and families")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class Isolation(models.Model):
    """That a pupil isolates until a date: not visited before it has passed, while the annex is on (ATT-70)."""

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="isolations")
    until = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
