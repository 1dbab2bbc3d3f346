"""Trying to reach somebody: the call list, attempts, and the brake on the texts."""

from django.db import models

from homevisits.people.models import Contact, Household, School, Staff

from .registers import Session


class Hold(models.Model):
    """The brake (domain.md, 21): too many unexplained absences for it to be true, so a person looks before texts go."""

    school = models.ForeignKey(School, models.PROTECT, related_name="holds")
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    held_at = models.DateTimeField()
    count = models.PositiveIntegerField(help_text="Cases when it was set")
    ends_at = models.DateTimeField(help_text="text_catch_up_until: what is still held then is not sent")
    next_action_at = models.DateTimeField(null=True, help_text="ends_at while it holds")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    release_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "day", "session"],
                condition=models.Q(next_action_at__isnull=False),
                name="hold_one_open",
            )
        ]
        indexes = [models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="hold_due")]


class CallDue(models.Model):
    """That a household is on the day's call list: one a household and day."""

    school = models.ForeignKey(School, models.PROTECT, related_name="calls_due")
    household = models.ForeignKey(Household, models.PROTECT, related_name="calls_due")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "day"], name="call_due_once_a_day")]


class ContactAttempt(models.Model):
    """One call: who, whom, when, which number, with what outcome, and what was said (PRI-33)."""

    class Outcome(models.TextChoices):
        """What came of it. Only `explained` is contact."""

        EXPLAINED = "explained", "Reason given"
        UNAWARE = "unaware", "Did not know the child is missing"
        NO_ANSWER = "no_answer", "No answer"
        VOICEMAIL = "voicemail", "Voicemail left"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        NUMBER_DEAD = "number_dead", "Number dead"

    school = models.ForeignKey(School, models.PROTECT, related_name="attempts")
    household = models.ForeignKey(Household, models.PROTECT, related_name="attempts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="attempts")
    number = models.CharField(max_length=20, help_text="E.164, as it was then")
    day = models.DateField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    said = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(null=True, unique=True)
    undone_at = models.DateTimeField(null=True, blank=True, help_text="Tapped by mistake: kept, and counts for nothing")
    undone_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["household", "day"], name="attempt_by_household")]


class ContactAttemptFor(models.Model):
    """A case that an attempt counts for: every pupil of the household with that number."""

    attempt = models.ForeignKey(ContactAttempt, models.CASCADE, related_name="counts_for")
    case = models.ForeignKey("attendance.UnexplainedAbsence", models.CASCADE, related_name="attempts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "case"], name="attempt_for_case_once")]
