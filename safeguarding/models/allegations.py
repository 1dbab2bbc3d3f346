"""Allegations and low-level concerns about staff: written by anybody, read by the head or the chair of governors (ATT-55)."""

import uuid

from django.db import models

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import School, Staff


class Allegation(models.Model):
    """What somebody wrote about how an adult at the school behaved, in their words; never changed, only added to.

    Its address is a random number: one that counts would tell how many there are.
    """

    class Kind(models.TextChoices):
        """What the writer thinks that it is; the decision is the headteacher's."""

        ALLEGATION = "allegation", "A child was or may have been harmed, or is at risk from this person"
        LOW_LEVEL = "low_level", "It does not fit how staff should behave, and no child seems to be harmed"
        OWN = "own", "It is about myself: something that could be misread, or that I did wrong"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="allegations")
    kind = models.CharField(max_length=12, choices=Kind)
    subjects = models.ManyToManyField(Staff, related_name="+", help_text="Whom it is about, of those with an account")
    subject_words = models.CharField(max_length=200, blank=True, help_text="A visitor, a volunteer, somebody else, in words")
    for_chair = models.BooleanField(help_text="One of them was a head when it was written: for the chair of governors, for good")
    says = models.TextField(help_text="What is alleged, verbatim")
    when_words = models.CharField(max_length=200, help_text="When it happened or was said, in the writer's words")
    witnesses = models.CharField(max_length=300, blank=True, help_text="Who else saw or heard it")
    source = models.CharField(max_length=120, blank=True, help_text="Where it comes from, if not from the writer: a complaint")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)
    taken_up_at = models.DateTimeField(null=True, blank=True)
    taken_up_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    next_action_at = models.DateTimeField(null=True, help_text="When it is told again; null once taken up")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="allegation_due")]


class AllegationEntry(RandomAddress):
    """Something that was done, decided or told about it. Rows are only added; one that is wrong is replaced by another."""

    class Kind(models.TextChoices):
        """What it is."""

        AMENDMENT = "amendment", "Added to what was alleged"
        ACTION = "action", "Done"
        DECISION = "decision", "Decided"
        LADO = "lado", "LADO told"
        OUTCOME = "outcome", "Outcome"

    class Decision(models.TextChoices):
        """Of the first look, and of the end (Keeping children safe in education, part four)."""

        THRESHOLD = "threshold", "The harm threshold may be met: for the LADO"
        LOW_LEVEL = "low_level", "A low-level concern"
        NOTHING = "nothing", "Nothing that these procedures are for"
        SUBSTANTIATED = "substantiated", "Substantiated"
        UNSUBSTANTIATED = "unsubstantiated", "Unsubstantiated"
        UNFOUNDED = "unfounded", "Unfounded"
        FALSE = "false", "False"
        MALICIOUS = "malicious", "Malicious"

    allegation = models.ForeignKey(Allegation, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    decision = models.CharField(max_length=16, choices=Decision, blank=True)
    says = models.TextField(help_text="What was done; of a decision, why")
    happened_at = models.DateTimeField(help_text="When it was done, told or decided")
    done_by = models.CharField(max_length=150, blank=True, help_text="Who told the LADO, if not whoever writes it")
    told = models.CharField(max_length=150, blank=True, help_text="The officer who was told")
    reference = models.CharField(max_length=60, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)
