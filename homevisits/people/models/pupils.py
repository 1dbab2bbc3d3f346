"""Households, pupils, and the people to ring about them."""

from django.db import models

from homevisits.common.said import one_line

from .schools import School


class Household(models.Model):
    """Who lives behind one door: siblings share it, and with it messages, calls and visits."""

    school = models.ForeignKey(School, models.PROTECT, related_name="households")
    address = models.TextField(blank=True, help_text="Without the postcode; lines as the family writes them")
    postcode = models.CharField(max_length=8, blank=True, help_text="With its space: CR0 4XG")
    notes = models.TextField(blank=True)
    parking = models.TextField(blank=True, help_text="Where to park (PRI-17)")
    culture = models.TextField(blank=True, help_text="Household and cultural notes, for example shoes off (PRI-16)")
    area = models.TextField(blank=True, help_text="What to know about the street and the way there")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees")

    class Meta:
        indexes = [models.Index(fields=["school", "postcode"], name="household_by_postcode")]

    def __str__(self) -> str:
        return self.line if self.address else f"Household {self.pk}"

    @property
    def line(self) -> str:
        """The address and postcode in one line, empty where none is on file."""
        return one_line(self.address, self.postcode)


class Pupil(models.Model):
    """A child on roll, or once on roll."""

    class Status(models.TextChoices):
        """A pupil who is gone from the export is proposed as a leaver; a person decides."""

        ON_ROLL = "on_roll", "On roll"
        LEAVER_PROPOSED = "leaver_proposed", "Missing from the last export: leaver?"
        LEFT = "left", "Left"

    school = models.ForeignKey(School, models.PROTECT, related_name="pupils")
    household = models.ForeignKey(Household, models.PROTECT, related_name="pupils")
    mis_id = models.CharField(max_length=40, blank=True, help_text="The number in the school's information system, without leading zeros")
    upn = models.CharField(max_length=13, blank=True)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    year_group = models.CharField(max_length=12, blank=True, help_text="N, R, 1 … 13")
    class_name = models.CharField(max_length=20, blank=True, help_text="Registration group")
    sen = models.CharField(max_length=4, blank=True)
    medical = models.TextField(blank=True, help_text="Medical needs that whoever visits has to know (ALT-30)")
    behaviour = models.TextField(blank=True, help_text="Known behaviour")
    send_needs = models.TextField(blank=True, help_text="Special educational needs and disabilities, in words")
    status = models.CharField(max_length=16, choices=Status, default=Status.ON_ROLL)
    started_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "upn"], condition=~models.Q(upn=""), name="pupil_one_upn_a_school"),
        ]
        indexes = [
            models.Index(fields=["school", "status", "last_name", "first_name"], name="pupil_by_name"),
            models.Index(fields=["school", "mis_id"], name="pupil_by_mis_id"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class PupilFlag(models.Model):
    """What makes an absence more urgent."""

    class Kind(models.TextChoices):
        """The flags that the policies' `vulnerable_flags` setting chooses among."""

        CHILD_PROTECTION_PLAN = "child_protection_plan", "Child protection plan"
        CHILD_IN_NEED = "child_in_need", "Child in need"
        LOOKED_AFTER = "looked_after", "Looked after"
        MISSING_BEFORE = "missing_before", "Missing before"

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=30, choices=Kind)
    source = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pupil", "kind"], name="flag_once_a_pupil")]


class Agency(models.Model):
    """Another agency that works with the family."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="agencies")
    name = models.CharField(max_length=80, help_text="social_care, youth_offending, or the agency's own name")
    worker = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [models.UniqueConstraint(fields=["pupil", "name"], name="agency_once_a_pupil")]

    @property
    def words(self) -> str:
        """Its name as people say it."""
        return {"social_care": "Children’s social care", "youth_offending": "Youth offending team"}.get(self.name, self.name)


class Contact(models.Model):
    """Somebody to reach about one pupil. Priority, parental responsibility and restriction are three different facts.

    Siblings have a row each, since a court order may name one child; the number makes them one person to the ladder.
    """

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="contacts")
    title = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=160, help_text="As they call themselves; never made from the child's name")
    relationship = models.CharField(max_length=60, blank=True)
    priority = models.PositiveSmallIntegerField(default=1, help_text="1 is rung first; two may share a place")
    parental_responsibility = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False, help_text="Court order or other reason: never texted, called or visited")
    restriction_note = models.CharField(max_length=200, blank=True)
    mobile = models.CharField(max_length=20, blank=True, help_text="E.164, a number that a text reaches")
    landline = models.CharField(max_length=20, blank=True, help_text="E.164, any other number")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=40, blank=True, help_text="Language to use, in English words; empty is English")
    access_needs = models.CharField(max_length=200, blank=True, help_text="Interpreter, BSL, large print …")
    address = models.TextField(blank=True, help_text="Only where it differs from the household's")
    gone = models.BooleanField(default=False, help_text="No longer in the export; kept for the history, never used")

    class Meta:
        indexes = [
            models.Index(fields=["mobile"], name="contact_by_mobile"),
            models.Index(fields=["landline"], name="contact_by_landline"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()

    @property
    def numbers(self) -> list[str]:
        """Their numbers, E.164, the mobile first."""
        return [number for number in (self.mobile, self.landline) if number]


class NumberFault(models.Model):
    """A number that turned out wrong or dead: no text goes to it until the office has corrected it."""

    class Kind(models.TextChoices):
        """What the person who rang found."""

        WRONG = "wrong_number", "Wrong number"
        DEAD = "number_dead", "Number dead"

    school = models.ForeignKey(School, models.PROTECT, related_name="number_faults")
    number = models.CharField(max_length=20, help_text="E.164")
    kind = models.CharField(max_length=12, choices=Kind)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], condition=models.Q(cleared_at__isnull=True), name="number_fault_one_open")
        ]
