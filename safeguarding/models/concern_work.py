"""What the safeguarding team does about a concern. Decisions, amendments and history are never changed, only followed by others."""

from django.db import models

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import School, Staff

from .concerns import Concern, ConcernMark


class ConcernEvent(models.Model):
    """One thing that was done about a concern, for its history. Never changed."""

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="events")
    what = models.CharField(max_length=20)
    says = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the product itself")

    class Meta:
        indexes = [models.Index(fields=["concern", "at"], name="concern_history")]


class ConcernAmendment(models.Model):
    """What a concern says from now on, and why: what it said before stays and is shown beside it. Never changed."""

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="amendments")
    says = models.TextField()
    words = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()
    because = models.TextField(help_text="Why it is amended, and who asked for it")
    # A mark on the body that was wrong stays as it was made, and counts no more; another one takes its place.
    marks_added = models.ManyToManyField(ConcernMark, related_name="added_by", blank=True)
    marks_gone = models.ManyToManyField(ConcernMark, related_name="gone_by", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)


class ConcernDecision(models.Model):
    """What the safeguarding team decides, and why; not to refer is a decision too (MAT-12). Never changed."""

    class Kind(models.TextChoices):
        """What is decided."""

        SOCIAL_CARE = "social_care", "Refer to children’s social care"
        POLICE = "police", "Report to the police"
        EARLY_HELP = "early_help", "Offer early help"
        FAMILY = "family", "Speak with the family"
        MONITOR = "monitor", "Watch and come back to it"
        NOT_REFERRED = "not_referred", "Do not refer"
        NO_ACTION = "no_action", "No further action"

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=20, choices=Kind)
    because = models.TextField()
    consent = models.CharField(max_length=300, blank=True, help_text="Whether the parents agreed, or why they were not asked")
    emergency_at = models.DateTimeField(null=True, blank=True, help_text="When 999 was rung")
    emergency_reference = models.CharField(max_length=60, blank=True)
    referral_id = models.BigIntegerField(null=True, blank=True, help_text="The number of the referral that it opened")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)


class ConcernAction(RandomAddress):
    """Something to be done about a concern, by one of the team, by a day; overdue it reminds every school day until it is done."""

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="actions")
    says = models.TextField()
    owner = models.ForeignKey(Staff, models.PROTECT, related_name="+", help_text="Of the safeguarding team: nobody else reads it")
    due_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    next_action_at = models.DateTimeField(null=True, blank=True, help_text="When its owner is reminded; null once it is done")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    done_says = models.TextField(blank=True, help_text="What was done, or why it is not needed any more")
    token = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="concern_action_due"),
        ]


class ConcernLink(models.Model):
    """That two concerns belong together, and why: kept once, the older one first. Never changed."""

    one = models.ForeignKey(Concern, models.CASCADE, related_name="links_later")
    other = models.ForeignKey(Concern, models.CASCADE, related_name="links_earlier")
    because = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="concern_link_once"),
            models.CheckConstraint(name="concern_link_in_order", condition=models.Q(one__lt=models.F("other"))),
        ]


class LeadAway(RandomAddress):
    """Days on which one of the safeguarding team is away: the others cover; when nobody is left, the headteacher hears of it."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Back earlier, or never gone")

    class Meta:
        constraints = [
            models.CheckConstraint(name="lead_away_ends_after_start", condition=models.Q(last_day__gte=models.F("first_day"))),
        ]
