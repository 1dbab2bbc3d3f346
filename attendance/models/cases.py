"""The unexplained absence: one case a pupil, which climbs the first-day ladder until there is contact."""

from django.db import models

from homevisits.people.models import Household, Pupil, School, Staff
from homevisits.policy.models import PolicyVersion
from visits.models import HomeVisit

from .registers import Session


class Rung(models.TextChoices):
    """The steps of the ladder, in order. The value is the policy setting that times it."""

    FIRST_TEXT = "first_text_at", "First text"
    CALL = "call_at", "Call"
    WELFARE_VISIT = "welfare_visit_at", "Welfare visit"
    DAY_END = "school_day_ends", "End of the school day"


class UnexplainedAbsence(models.Model):
    """A pupil without a reason once the register has closed and been taken (PRI-43).

    `next_rung` and `next_action_at` say what is due and when; the sweep takes it and moves them on. Nothing else times a case.
    """

    class Status(models.TextChoices):
        """Open until there is contact."""

        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Closed(models.TextChoices):
        """What closed it. A delivered text or a voicemail is not contact."""

        EXPLAINED = "explained", "Explained"
        ARRIVED = "arrived", "Arrived at school"
        CHILD_SEEN = "child_seen", "Child seen"
        SCHOOL_CLOSED = "school_closed", "The school closed"
        MARKED = "marked", "The register was put right"

    school = models.ForeignKey(School, models.PROTECT, related_name="cases")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="cases")
    household = models.ForeignKey(Household, models.PROTECT, related_name="cases")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", help_text="The version it opened under")
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    first_day = models.DateField(help_text="The day it opened")
    day = models.DateField(help_text="The day whose ladder it climbs: a later day's register adds to an open case")
    session = models.CharField(max_length=2, choices=Session)
    opened_at = models.DateTimeField()
    due_from = models.DateTimeField(help_text="No rung is due before: the close of the register, or its taking when it was late")
    next_rung = models.CharField(max_length=20, choices=Rung, blank=True)
    next_action_at = models.DateTimeField(null=True, help_text="When next_rung is due; null when none is left or the case is closed")
    calls_check_at = models.DateTimeField(null=True, blank=True, help_text="When the call's grace ends (call_grace); null when looked at")
    hold = models.ForeignKey("attendance.Hold", models.PROTECT, null=True, blank=True, related_name="cases")
    escalated_at = models.DateTimeField(null=True, blank=True, help_text="When nobody of the first priority had answered, on `day`")
    visit = models.ForeignKey(HomeVisit, models.PROTECT, null=True, blank=True, related_name="cases")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=14, choices=Closed, blank=True)
    closed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    all_clear_due = models.BooleanField(default=False, help_text="Closed while a text was on its way: the all-clear follows its fate")
    claim = models.UUIDField(
        null=True, blank=True, help_text="The sweep that last took a rung: finds its rows again inside its transaction"
    )
    set_aside_at = models.DateTimeField(null=True, blank=True, help_text="A fault stopped its rung; people were told")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pupil", "first_day", "session"], name="case_once_a_session"),
            models.UniqueConstraint(fields=["pupil"], condition=models.Q(status="open"), name="case_one_open_a_pupil"),
            models.CheckConstraint(
                name="case_closed_whole",
                condition=models.Q(status="open", closed_at__isnull=True, closed_reason="")
                | (models.Q(status="closed", closed_at__isnull=False, next_action_at__isnull=True) & ~models.Q(closed_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="case_due"),
            models.Index(fields=["calls_check_at"], condition=models.Q(calls_check_at__isnull=False), name="case_calls_check"),
            models.Index(fields=["school", "status", "day"], name="case_by_status"),
            models.Index(fields=["household", "status"], name="case_by_household"),
        ]


class LadderStep(models.Model):
    """A rung that was taken: once a case, day and rung, whatever crashes."""

    case = models.ForeignKey(UnexplainedAbsence, models.CASCADE, related_name="steps")
    day = models.DateField()
    rung = models.CharField(max_length=20, choices=Rung)
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "day", "rung"], name="step_once_a_rung")]


class CaseEvent(models.Model):
    """One line of the case's timeline. Never changed."""

    case = models.ForeignKey(UnexplainedAbsence, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    what = models.CharField(max_length=30)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the system")
    note = models.CharField(max_length=400, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="case_event_by_case")]


class LateStep(models.Model):
    """What the watcher found: a rung taken later than `late_tolerance` after it was due."""

    school = models.ForeignKey(School, models.PROTECT, related_name="late_steps")
    day = models.DateField()
    rung = models.CharField(max_length=30, help_text="The setting's name or the alarm's step")
    late_seconds = models.PositiveIntegerField(help_text="Of the latest among them")
    at = models.DateTimeField()
    pupils = models.JSONField(default=list, help_text="Their ids")


class SetAside(models.Model):
    """A row that the engine could not take: put aside so that it never stops the others, and people were told."""

    school = models.ForeignKey(School, models.PROTECT, related_name="set_aside")
    what = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    at = models.DateTimeField()
    error = models.TextField()
    dealt_at = models.DateTimeField(null=True, blank=True)
    dealt_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
