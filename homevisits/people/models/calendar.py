"""The school calendar: terms, days without pupils, and when registers close."""

from django.db import models

from .schools import School


class Term(models.Model):
    """A stretch of school days, both ends included; a half term is the gap between two."""

    school = models.ForeignKey(School, models.CASCADE, related_name="terms")
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="term_ends_after_start", condition=models.Q(ends_on__gte=models.F("starts_on"))),
            models.UniqueConstraint(fields=["school", "starts_on"], name="term_one_a_start"),
        ]


class Closure(models.Model):
    """A weekday in term on which the school, or one class or year of it, has no pupils. Bank holidays need no row."""

    class Kind(models.TextChoices):
        """Why."""

        INSET = "inset", "INSET day"
        CLOSED = "closed", "School closed"

    school = models.ForeignKey(School, models.CASCADE, related_name="closures")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day"], name="closure_one_a_day")]


class RegisterTime(models.Model):
    """A class or a year group whose register closes at a time of its own."""

    class Session(models.TextChoices):
        """Half a day."""

        AM = "AM", "Morning"
        PM = "PM", "Afternoon"

    school = models.ForeignKey(School, models.CASCADE, related_name="register_times")
    session = models.CharField(max_length=2, choices=Session, default=Session.AM)
    class_name = models.CharField(max_length=20, blank=True, help_text="This class, or")
    year_group = models.CharField(max_length=12, blank=True, help_text="every class of this year")
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "session", "class_name", "year_group"], name="register_time_once"),
            models.CheckConstraint(
                name="register_time_class_or_year",
                condition=~models.Q(class_name="", year_group="") & (models.Q(class_name="") | models.Q(year_group="")),
            ),
        ]
