"""Concerns about children: most staff write them and never read them."""

from django.db import models

from homevisits.people.models import Pupil, School, Staff


class Concern(models.Model):
    """A worry about a child, in the words of whoever wrote it. Amended by another concern, never overwritten."""

    school = models.ForeignKey(School, models.PROTECT, related_name="concerns")
    pupils = models.ManyToManyField(Pupil, related_name="concerns")
    says = models.TextField()
    source = models.CharField(max_length=60, blank=True, help_text="What it came from, for example a visit's outcome")
    seen_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class FamilyTold(models.Model):
    """Whether the family was told of a concern: what it is, whom staff will tell, what happens next; or why not (PRI-26).

    Said again it is another row: nothing that was said before is lost.
    """

    class Told(models.TextChoices):
        """The answer."""

        TOLD = "told", "Yes, all three"
        UNSAFE = "unsafe", "No: telling could put the child at risk"
        NOT_TOLD = "not_told", "No, for another reason"

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="family_told")
    told = models.CharField(max_length=10, choices=Told)
    why = models.TextField(blank=True, help_text="Why not")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
