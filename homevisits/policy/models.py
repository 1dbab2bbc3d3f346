"""A school's policy: one of the presets plus its changes, in versions that never change once they are in force."""

from typing import TYPE_CHECKING

from django.db import models

from homevisits.people.models import School, Trust

if TYPE_CHECKING:
    from .values import Values


class PolicyVersion(models.Model):
    """One version of a school's or a trust's policy. Cases and visits keep the version they opened under."""

    class Status(models.TextChoices):
        """A version takes effect when everyone whom the policy names has signed it (ATT-04, MAT-05)."""

        DRAFT = "draft", "Draft"
        AGREED = "agreed", "Signed by all"

    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="policy_versions")
    trust = models.ForeignKey(Trust, models.PROTECT, null=True, blank=True, related_name="policy_versions")
    number = models.CharField(max_length=12, help_text="1.0, 1.1, 2.0")
    title = models.CharField(max_length=120, default="Home visits and first-day absence")
    preset = models.CharField(max_length=40)
    changes = models.JSONField(default=dict, help_text="{setting: value} where it differs from the preset")
    references = models.JSONField(default=dict, help_text="Law, guidance and sister policies where they differ from the preset's (ATT-03)")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    owner = models.CharField(max_length=120, blank=True, help_text="Who owns the document (MAT-05), the lead person (SEC-11)")
    created_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    lead_role = models.CharField(max_length=40, blank=True, help_text="The role of the lead person, who gets the reminder (SEC-11)")
    published = models.CharField(max_length=200, blank=True, help_text="Where it is published, besides its page here (MAT-05)")
    binds_schools = models.BooleanField(default=False, help_text="A trust's version: goes before a version that a school made itself")
    prepared_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="policy_of_school_or_trust",
                condition=models.Q(school__isnull=False, trust__isnull=True) | models.Q(school__isnull=True, trust__isnull=False),
            ),
            models.UniqueConstraint(fields=["school", "number"], name="policy_number_once_a_school"),
            models.UniqueConstraint(fields=["trust", "number"], name="policy_number_once_a_trust"),
            models.UniqueConstraint(fields=["school"], condition=models.Q(status="draft"), name="policy_one_draft_a_school"),
            models.UniqueConstraint(fields=["trust"], condition=models.Q(status="draft"), name="policy_one_draft_a_trust"),
            models.CheckConstraint(name="policy_only_trust_binds", condition=models.Q(binds_schools=False) | models.Q(trust__isnull=False)),
            models.CheckConstraint(
                name="policy_agreed_is_dated",
                condition=models.Q(status="draft") | models.Q(agreed_on__isnull=False, effective_from__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["school", "status", "effective_from"], name="policy_in_force")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def values(self) -> "Values":
        """The typed settings of this version."""
        from .values import values_of

        return values_of(self.preset, self.changes)


class PolicySignature(models.Model):
    """That somebody with a role which the policy names has signed a version (ATT-04)."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=40)
    staff = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150, help_text="The name then; a body's name where a board signs")
    signed_on = models.DateField(help_text="The date that the signature bears; a board's is that of its meeting")
    signed_at = models.DateTimeField(help_text="When it was recorded here")
    recorded_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "role"], name="policy_one_signature_a_role")]


class PolicyRead(models.Model):
    """That a member of staff has confirmed to have read a version (ATT-02)."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="reads")
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="policies_read")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "staff"], name="policy_read_once")]


class PolicyReminder(models.Model):
    """That a version's review, due on a date, was reminded of: once ahead, once when overdue (PRI-42)."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    overdue = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "due_on", "overdue"], name="policy_reminder_once")]
