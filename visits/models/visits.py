"""Home visits. Planning, approval and check-ins come on top of this row; the first-day ladder raises it."""

from django.db import models

from homevisits.people.models import Contact, Household, Pupil, School, Staff
from homevisits.policy.models import PolicyVersion


class HomeVisit(models.Model):
    """One visit to one household, about one or more of its pupils."""

    class Status(models.TextChoices):
        """Where it stands; states.py has what may follow what."""

        RAISED = "raised", "Raised, to be planned"
        PLANNED = "planned", "Planned, to be approved"
        SENT_BACK = "sent_back", "Sent back for changes"
        APPROVED = "approved", "Approved"
        OUT = "out", "Staff are out"
        DONE = "done", "Made"
        DECLINED = "declined", "Declined"
        MEETING = "meeting", "Meeting at school instead"
        NOT_VISITING = "not_visiting", "Decided against"
        STOOD_DOWN = "stood_down", "Stood down"

    school = models.ForeignKey(School, models.PROTECT, related_name="visits")
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.RAISED)
    purpose = models.CharField(max_length=40)
    reason = models.TextField(help_text="Why the visit is needed")
    announced = models.BooleanField(default=True)
    unannounced_reason = models.TextField(blank=True)
    # The address as it was then: an address that changes later does not rewrite where staff went.
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    due_at = models.DateTimeField(help_text="When the visit should set off")
    due_back = models.DateTimeField(null=True, blank=True, help_text="When the pair is due back; a delay moves it")
    departed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True, help_text="When the last of the pair was back")
    alarm_at = models.DateTimeField(null=True, blank=True, help_text="When the next step of the return alarm is due; null when none is")
    alarm_quiet_until = models.DateTimeField(null=True, blank=True, help_text="Somebody deals with it: no step before (alarm_rest)")
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the ladder")

    class Meta:
        constraints = [
            # One welfare visit a household at a time (rehearsal, 5).
            models.UniqueConstraint(
                fields=["household", "purpose"],
                condition=models.Q(purpose="absent_child_check", status__in=["raised", "planned", "sent_back", "approved", "out"]),
                name="visit_one_open_child_check",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "status", "due_at"], name="visit_by_status"),
            models.Index(fields=["alarm_at"], condition=models.Q(alarm_at__isnull=False), name="visit_alarm_due"),
        ]


class VisitPupil(models.Model):
    """A pupil whom the visit is about."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="visit_pupils")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="visit_pupils")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "pupil"], name="visit_pupil_once")]


class VisitUntried(models.Model):
    """A contact whom nobody had called when the visit was raised."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="untried")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "contact"], name="visit_untried_once")]


class VisitEvent(models.Model):
    """A transition of the visit: who, when, why. Never changed."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, help_text="raised, stood_down … the status reached")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the system")
    by_name = models.CharField(max_length=150)
    note = models.TextField(blank=True)
