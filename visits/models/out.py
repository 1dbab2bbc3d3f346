"""Staff on their way: check-ins, and the alarm that climbs until somebody acts."""

from datetime import datetime

from django.db import models

from homevisits.people.models import Staff

from .visits import RECEIVED, HomeVisit


class CheckIn(models.Model):
    """One point reached, said by staff in one tap or by the office for them."""

    class Point(models.TextChoices):
        """The points that the policies ask for; others are accepted."""

        DEPARTED = "departed", "Departed"
        ARRIVING = "arriving", "Arriving"
        ARRIVED = "arrived", "Arrived"
        INSIDE = "inside", "Inside"
        LEFT_PROPERTY = "left_property", "Left the property"
        RETURNED = "returned", "Returned"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="check_ins")
    point = models.CharField(max_length=14, choices=Point)
    at = models.DateTimeField(help_text="When it happened")
    received_at = models.DateTimeField(null=True, blank=True, help_text=RECEIVED)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    for_staff = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="Whom the office said it for; null: the person, or all"
    )
    adult_present = models.BooleanField(null=True, blank=True)
    parent_present = models.BooleanField(null=True, blank=True, help_text="A parent, and not only an adult (ATT-14)")
    invited_by = models.CharField(max_length=150, blank=True, help_text="Who invited them in")
    token = models.UUIDField(null=True, blank=True, unique=True)


class VisitAlarm(models.Model):
    """A step of the return alarm, or a call for help, that was raised: each step once a visit."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="alarms")
    step = models.CharField(max_length=20)
    place = models.PositiveSmallIntegerField(default=0, help_text="0 for a step; calls for help count 1, 2 …")
    due_at = models.DateTimeField(help_text="When it should have come: its minutes after the time due back, or the end of a rest")
    at = models.DateTimeField(help_text="When it was raised; of a call for help: when it was pressed")
    received_at = models.DateTimeField(null=True, blank=True, help_text=RECEIVED)
    late_seconds = models.PositiveIntegerField(default=0, help_text="Above the policy's tolerance only")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Who pressed help; null: the clock")
    covert = models.BooleanField(default=False, help_text="The safe word was used: nothing shows on the pair's screens (MAT-21)")
    kept_from_leaving = models.BooleanField(default=False, help_text="They are kept from leaving: stands first (MAT-25)")
    location = models.CharField(max_length=200, blank=True)
    repeat_at = models.DateTimeField(null=True, blank=True, help_text="When it is told again unless somebody acknowledges; null: not")
    repeats = models.PositiveIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True, unique=True)
    over_at = models.DateTimeField(null=True, blank=True, help_text="A call for help stands until somebody has seen or spoken to them")
    over_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    over_how = models.CharField(max_length=300, blank=True, help_text="How they were seen or spoken to")

    @property
    def heard_at(self) -> datetime:
        """When people could first hear of it: of a call without network, when it came in."""
        return self.received_at or self.at

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "step", "place"], name="visit_alarm_once_a_step")]
        indexes = [models.Index(fields=["repeat_at"], condition=models.Q(repeat_at__isnull=False), name="visit_alarm_repeat")]


class AlarmAcknowledgement(models.Model):
    """That somebody, not of the pair, deals with the alarm."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="acknowledgements")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    says = models.CharField(max_length=300, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)


class VisitDelay(models.Model):
    """That a visit takes longer: the time due back before and after (ALT-24)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="delays")
    minutes = models.PositiveSmallIntegerField()
    before = models.DateTimeField()
    after = models.DateTimeField()
    says = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True, help_text=RECEIVED)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)


class PoliceCall(models.Model):
    """Who called the police and when, with the reference; or the decision not to, with its reason (ATT-17, ALT-19)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="police_calls")
    called = models.BooleanField()
    at = models.DateTimeField(help_text="When the call was made, or the decision")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)


class WellbeingCheck(models.Model):
    """That the responsible contact recorded, at the agreed time, that the staff are well (ALT-13)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="wellbeing_checks")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    says = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "due_at"], name="wellbeing_check_once")]
