"""What safeguarding keeps: concerns, referrals, incidents, other agencies to be told. Most staff write here and never read."""

from django.db import models

from homevisits.people.models import Household, Pupil, School, Staff


class Concern(models.Model):
    """A worry about a child, in the words of whoever wrote it. Amended by another concern, never overwritten."""

    school = models.ForeignKey(School, models.PROTECT, related_name="concerns")
    pupils = models.ManyToManyField(Pupil, related_name="concerns")
    says = models.TextField()
    source = models.CharField(max_length=60, blank=True, help_text="What it came from, for example a visit's outcome")
    seen_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class FamilyTold(models.Model):
    """Whether the family was told of a concern: what it is, whom staff will tell, what happens next; or why not (PRI-26).

    Said again it is another row: nothing that was said before is lost.
    """

    class Told(models.TextChoices):
        """The answer."""

        TOLD = "told", "Yes, all three"
        UNSAFE = "unsafe", "No: telling could put the child at risk"
        NOT_TOLD = "not_told", "No, for another reason"

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="family_told")
    told = models.CharField(max_length=10, choices=Told)
    why = models.TextField(blank=True, help_text="Why not")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


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


class Incident(models.Model):
    """Something that happened on a visit: the time of the event and the time of the record are two things (MAT-20)."""

    class Kind(models.TextChoices):
        """What happened."""

        UNSAFE = "unsafe", "Left because it was not safe"
        THREAT = "threat", "Threat"
        VIOLENCE = "violence", "Violence"
        KEPT_FROM_LEAVING = "kept_from_leaving", "Kept from leaving"
        ANIMALS = "animals", "Animals"
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
    details = models.JSONField(default=dict, help_text="{question: answer} by kind of incident")
    safe_place_at = models.DateTimeField(null=True, blank=True, help_text="When staff reached a safe place (MAT-26)")
    police_called_at = models.DateTimeField(null=True, blank=True)
    police_reference = models.CharField(max_length=60, blank=True)
    police_not_called_because = models.CharField(max_length=300, blank=True, help_text="Why not, after a threat or violence (ALT-22)")
    support_offered = models.BooleanField(null=True, blank=True, help_text="Support after the incident (MAT-34)")
    injury_report = models.CharField(max_length=120, blank=True, help_text="The injury-at-work report of staff hurt or ill (MAT-35)")
    policy_to_amend = models.BooleanField(null=True, blank=True, help_text="Whether the policy needs amending (ATT-60)")
    review = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)


class HouseholdWarning(models.Model):
    """What who goes to a home must know, with its source and until when; confirmed, changed or ended at each new assessment."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="warnings")
    about = models.CharField(max_length=30, help_text="The question or hazard that it belongs to: violence, animals …")
    says = models.TextField()
    source = models.CharField(max_length=120, help_text="A visit, an incident, the safeguarding team …")
    visit_id = models.BigIntegerField(null=True, blank=True, help_text="The visit that it comes from")
    since = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
