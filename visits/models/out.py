"""Staff on their way: check-ins, and the alarm that climbs until somebody acts."""

from django.db import models

from homevisits.people.models import Staff

from .visits import HomeVisit


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
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    adult_present = models.BooleanField(null=True, blank=True)


class VisitAlarm(models.Model):
    """A step of the return alarm, or a call for help, that was raised: each step once a visit."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="alarms")
    step = models.CharField(max_length=20)
    place = models.PositiveSmallIntegerField(default=0, help_text="0 for a step; calls for help count 1, 2 …")
    due_at = models.DateTimeField(help_text="When it should have come: its minutes after the time due back, or the end of a rest")
    at = models.DateTimeField()
    late_seconds = models.PositiveIntegerField(default=0, help_text="Above the policy's tolerance only")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Who pressed help; null: the clock")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "step", "place"], name="visit_alarm_once_a_step")]


class AlarmAcknowledgement(models.Model):
    """That somebody, not of the pair, deals with the alarm."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="acknowledgements")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
