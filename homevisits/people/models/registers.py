"""The school's registers of what staff need on a visit, and of what keeps them off one."""

from django.db import models

from .pupils import Household
from .schools import School
from .staff import Staff


class Vehicle(models.Model):
    """A vehicle that staff drive on visits; out of insurance it cannot be chosen (ATT-18, ALT-25)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="vehicles")
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="vehicles", help_text="Null: the school's own")
    make = models.CharField(max_length=40)
    model = models.CharField(max_length=40)
    registration = models.CharField(max_length=10, help_text="As services.registers.registration_mark writes it: AB12 CDE")
    colour = models.CharField(max_length=30)
    minibus = models.BooleanField(default=False)
    insured_until = models.DateField(null=True, blank=True, help_text="The last day insured for work; null: not known, so not insured")
    insurance_note = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="No longer used")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "registration"], condition=models.Q(retired_at__isnull=True), name="vehicle_once_a_school"
            )
        ]

    def __str__(self) -> str:
        return f"{self.colour} {self.make} {self.model}, {self.registration}"


class AlarmDevice(models.Model):
    """A man-down alarm device. Who carries it, and whether it was checked, belongs to a visit (ATT-16)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="alarm_devices")
    label = models.CharField(max_length=40, help_text="What is written on it")
    identifier = models.CharField(max_length=40, blank=True, help_text="Its telephone or serial number")
    note = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "label"], condition=models.Q(retired_at__isnull=True), name="device_once_a_school")
        ]

    def __str__(self) -> str:
        return self.label


class LoneWorkerAssessment(models.Model):
    """The risks of one person's working alone. An amended one replaces it; stale or past its review it counts for nothing (ATT-10)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="lone_worker_assessments")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="lone_worker_assessments")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    hazards = models.TextField()
    measures = models.TextField()
    review_on = models.DateField(help_text="The last day on which it counts unless looked at again")
    stale_at = models.DateTimeField(null=True, blank=True)
    stale_because = models.CharField(max_length=200, blank=True, help_text="The change of circumstances")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "staff"], condition=models.Q(replaced_at__isnull=True), name="lone_worker_one_current"
            ),
            models.CheckConstraint(name="lone_worker_stale_has_reason", condition=models.Q(stale_at=None) | ~models.Q(stale_because="")),
        ]


class StaffUnwell(models.Model):
    """That a person is unwell, and so off every visit (ATT-71, ATT-82)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="unwell")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    symptoms_from = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="The last day unwell, where it is known")
    infectious = models.BooleanField(default=True, help_text="Symptoms that others could catch: days of isolation apply")
    negative_test_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When they were said to be back")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "staff"], condition=models.Q(ended_at__isnull=True), name="unwell_one_open"),
            models.CheckConstraint(
                name="unwell_ends_after_start", condition=models.Q(until=None) | models.Q(until__gte=models.F("symptoms_from"))
            ),
        ]


class HouseholdConflict(models.Model):
    """That a member of staff must not visit a household. Nobody has to say why."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="household_conflicts")
    household = models.ForeignKey(Household, models.PROTECT, related_name="conflicts")
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "household"], condition=models.Q(ended_at__isnull=True), name="conflict_one_open")
        ]


class DutyDay(models.Model):
    """Who is the senior manager on duty on one day, and who stands in."""

    school = models.ForeignKey(School, models.CASCADE, related_name="duty_days")
    day = models.DateField()
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "day"], name="duty_one_a_day"),
            models.CheckConstraint(name="duty_deputy_is_another", condition=models.Q(deputy=None) | ~models.Q(deputy=models.F("staff"))),
        ]


class RegisterReminder(models.Model):
    """That somebody was reminded of an entry of a register: once ahead, once when it had expired."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    register = models.CharField(max_length=12, help_text="check, training, insurance, lone_worker")
    row = models.PositiveBigIntegerField(help_text="The entry's id in its register")
    due_on = models.DateField(help_text="A renewed entry has another day, so is reminded of again")
    expired = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "register", "row", "due_on", "expired"], name="register_reminder_once")]
