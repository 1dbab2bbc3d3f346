"""Referrals to somebody outside, what was sent, and other agencies of a family to be told."""

import uuid

from django.db import models
from django.db.models import F, Q

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import Pupil, School, Staff

from .allegations import Allegation
from .concerns import Concern


class Referral(models.Model):
    """A referral to somebody outside, open until it is sent; unsent it is told again and again, unanswered too (PRI-40).

    One that an outcome opened can also be decided against, with the reason: that is a record as well. Its address is a random number:
    a gap among numbers that count would tell the safeguarding team of a referral about staff.
    """

    class Kind(models.TextChoices):
        """To whom."""

        EDUCATION_WELFARE_OFFICER = "education_welfare_officer", "Education welfare officer"
        SOCIAL_CARE = "social_care", "Social care"
        POLICE = "police", "Police"
        EARLY_HELP = "early_help", "Early help"
        AGENCY = "agency", "Another agency of the family"
        LADO = "lado", "Officer for allegations against staff (LADO)"

    class State(models.TextChoices):
        """Where it stands; follows from what is recorded."""

        UNSENT = "unsent", "To be sent"
        SENT = "sent", "Sent, waits for an answer"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        CLOSED = "closed", "Closed"
        NOT_SENT = "not_sent", "Decided not to refer"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="referrals")
    pupils = models.ManyToManyField(Pupil, related_name="referrals")
    kind = models.CharField(max_length=30, choices=Kind)
    agency = models.CharField(max_length=80, blank=True, help_text="The agency's name, where it goes to another one")
    why = models.TextField(blank=True, help_text="Why it was opened, for the safeguarding team")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    visit_id = models.BigIntegerField(null=True, blank=True, db_index=True, help_text="The visit whose outcome opened it")
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, blank=True, related_name="referrals")
    allegation = models.ForeignKey(
        Allegation, models.PROTECT, null=True, blank=True, related_name="referrals", help_text="What a referral to the LADO is about"
    )
    repeat_minutes = models.PositiveSmallIntegerField(help_text="referral_repeat of the policy it opened under")
    clause = models.CharField(max_length=8, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)
    next_action_at = models.DateTimeField(null=True, help_text="When it is told again; null once nothing is awaited")
    reminders = models.PositiveSmallIntegerField(default=0, help_text="How often it was told again, since it was opened or sent")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledge_by = models.DateTimeField(null=True, blank=True, help_text="Until when an answer is expected")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_from = models.CharField(max_length=150, blank=True, help_text="Who there acknowledged it")
    acknowledged_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    not_sent_because = models.TextField(blank=True)
    not_sent_at = models.DateTimeField(null=True, blank=True)
    not_sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="referral_due")]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(not_sent_at=None), name="referral_sent_or_not"),
            models.CheckConstraint(condition=Q(not_sent_at=None) | ~Q(not_sent_because=""), name="referral_not_sent_has_its_reason"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(sent_at__isnull=False, sent_at__lte=F("acknowledged_at")),
                name="referral_answered_later",
            ),
            models.CheckConstraint(condition=~Q(kind="lado") | Q(allegation__isnull=False), name="referral_lado_has_its_allegation"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(sent_at__isnull=False), name="referral_closed_was_sent"),
        ]

    @property
    def state(self) -> "Referral.State":
        """Where it stands."""
        if self.not_sent_at:
            return Referral.State.NOT_SENT
        if self.closed_at:
            return Referral.State.CLOSED
        if self.acknowledged_at:
            return Referral.State.ACKNOWLEDGED
        return Referral.State.SENT if self.sent_at else Referral.State.UNSENT

    @property
    def to_whom(self) -> str:
        """To whom it goes, as a heading says it."""
        return self.agency or str(self.get_kind_display())

    @property
    def to_words(self) -> str:
        """The same within a sentence: a name stays as it is."""
        label = str(self.get_kind_display())
        return self.agency or label[:1].lower() + label[1:]


class ReferralSent(models.Model):
    """What was sent, when, to whom, by whom and which way. The database refuses to change it."""

    class Way(models.TextChoices):
        """How it went."""

        PHONE = "phone", "Telephone"
        EMAIL = "email", "Secure email"
        PORTAL = "portal", "Their online form"
        LETTER = "letter", "Letter"
        IN_PERSON = "in_person", "In person"

    referral = models.OneToOneField(Referral, models.CASCADE, related_name="sending")
    text = models.TextField(help_text="The words as they were sent or said")
    way = models.CharField(max_length=10, choices=Way)
    to_name = models.CharField(max_length=150)
    to_organisation = models.CharField(max_length=150)
    to_contact = models.CharField(max_length=150, blank=True, help_text="The number, address or page that it went to")
    sent_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class AgencyTask(RandomAddress):
    """Another agency of the family that is to be made aware (PRI-41)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="agency_tasks")
    pupils = models.ManyToManyField(Pupil, related_name="agency_tasks")
    agency = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    visit_id = models.BigIntegerField(null=True, blank=True, help_text="The visit whose outcome asks for it")
    next_action_at = models.DateTimeField(null=True, blank=True, db_index=True, help_text="When it is told again; null once done")
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    spoke_with = models.CharField(max_length=150, blank=True, help_text="With whom there it was spoken")
    told_note = models.CharField(max_length=500, blank=True, help_text="What they said, or asked for")
    recorded_at = models.DateTimeField(null=True, blank=True)

    @property
    def words(self) -> str:
        """The agency as people say it."""
        return self.agency.replace("_", " ").strip().capitalize() if "_" in self.agency else self.agency
