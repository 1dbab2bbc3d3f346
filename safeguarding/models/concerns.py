"""Concerns about children: most staff write them and never read them."""

from django.db import models

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import Pupil, School, Staff


class Concern(RandomAddress):
    """A worry about a child, in the words of whoever wrote it. The database refuses to change what was written: see ConcernAmendment."""

    school = models.ForeignKey(School, models.PROTECT, related_name="concerns")
    # Whom it is about, as it stands now; ConcernEvent keeps who was added or taken out, and why.
    pupils = models.ManyToManyField(Pupil, related_name="concerns")
    others = models.TextField(blank=True, help_text="A child who is not on roll, described in words")
    says = models.TextField(help_text="Facts: what was seen and heard")
    words = models.TextField(blank=True, help_text="The child's own words, verbatim")
    place = models.CharField(max_length=200, blank=True, help_text="Where it was seen or heard")
    told_others = models.TextField(blank=True, help_text="Who else was told, and when")
    danger = models.BooleanField(default=False, help_text="The writer thought that somebody was in danger there and then")
    emergency_at = models.DateTimeField(null=True, blank=True, help_text="When 999 was rung")
    emergency_reference = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60, blank=True, help_text="What it came from, for example a visit's outcome")
    source_link = models.CharField(max_length=200, blank=True, help_text="The page that it came from")
    visit_id = models.BigIntegerField(null=True, blank=True, db_index=True, help_text="The number of the visit on which it was written")
    seen_at = models.DateTimeField(help_text="When it was seen or heard, as the writer says")
    written_at = models.DateTimeField(null=True, blank=True, help_text="When it was written, where it came in later; null: at once")
    at = models.DateTimeField(help_text="When it came in")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    # All that its writer ever sees of it again. Drawn by lot: from a running number they could tell how many there are.
    reference = models.CharField(max_length=8, null=True, unique=True)
    adds_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="additions", help_text="By the same writer")
    token = models.UUIDField(null=True, blank=True, unique=True)
    # How far it has got. Told again at this instant; null once somebody has taken it up.
    next_action_at = models.DateTimeField(null=True, blank=True)
    told_again = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_action_at"], condition=models.Q(next_action_at__isnull=False), name="concern_waits"),
            models.Index(fields=["school", "closed_at", "-at"], name="concern_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="concern_taken_by_somebody",
                condition=models.Q(taken_at__isnull=True, taken_by__isnull=True)
                | models.Q(taken_at__isnull=False, taken_by__isnull=False, next_action_at__isnull=True),
            ),
            models.CheckConstraint(
                name="concern_closed_only_taken", condition=models.Q(closed_at__isnull=True) | models.Q(taken_at__isnull=False)
            ),
        ]


class ConcernMark(models.Model):
    """A mark on the body map. Never changed."""

    class Side(models.TextChoices):
        """Which side of the body."""

        FRONT = "front", "Front"
        BACK = "back", "Back"

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="marks")
    part = models.CharField(max_length=30, help_text="Of safeguarding.body.PARTS")
    side = models.CharField(max_length=5, choices=Side)
    x = models.PositiveSmallIntegerField(help_text="On the drawing of that side, in its own units")
    y = models.PositiveSmallIntegerField()
    says = models.CharField(max_length=300, blank=True, help_text="Size, colour, shape, and what the child said of it")


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
