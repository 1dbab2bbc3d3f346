"""What a visit found, and the letters that it drafts."""

from django.db import models

from homevisits.people.models import Pupil, Staff

from .visits import HomeVisit


class VisitOutcome(models.Model):
    """What was found, for all of the visit's pupils or for some of them."""

    class Kind(models.TextChoices):
        """The outcomes that the policies know."""

        CHILD_SEEN = "child_seen", "Child seen"
        CHILD_NOT_SEEN = "child_not_seen", "Child not seen"
        NO_ANSWER = "no_answer", "No answer"
        CHILD_ALONE = "child_alone", "Child alone"
        PARENTS_ABSENT = "parents_absent", "Parents absent"
        UNSAFE = "unsafe", "Unsafe"
        ANIMALS = "animals", "Animals"
        FAMILY_DECLINED = "family_declined", "Family declined"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=15, choices=Kind)
    seen_by = models.CharField(max_length=150, blank=True, help_text="By whom the child was seen")
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class VisitOutcomePupil(models.Model):
    """A pupil for whom an outcome counts."""

    outcome = models.ForeignKey(VisitOutcome, models.CASCADE, related_name="for_pupils")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="visit_outcomes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "pupil"], name="visit_outcome_pupil_once")]


class VisitLetter(models.Model):
    """A letter that the visit asks for: drafted by the product, sent or discarded by a person."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=30, help_text="protocol_letter, letter_through_door, calling_card, parent_copy …")
    drafted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "kind"], name="visit_letter_once")]
