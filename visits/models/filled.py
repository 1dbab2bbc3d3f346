"""What was answered: the form of a visit as it is filled, every value that was ever written, answers that differ, signatures."""

from django.db import models
from django.db.models import Q

from homevisits.documents.models import Document
from homevisits.people.models import Staff

from .questionnaires import QuestionnaireVersion
from .visits import HomeVisit


class FilledForm(models.Model):
    """The questionnaire of one visit. It keeps the version whose questions it answers."""

    visit = models.OneToOneField(HomeVisit, models.CASCADE, related_name="filled")
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    handed_in_received_at = models.DateTimeField(null=True, blank=True, help_text="When that reached the school")
    open_because = models.TextField(blank=True, help_text="Why answers are missing, where the visit ended early")
    unsigned_because = models.TextField(blank=True, help_text="Why the parent did not sign (ATT-15)")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", help_text="The PDF that was filed")
    class_told_at = models.DateTimeField(null=True, blank=True, help_text="When the class teacher was told of the answers (PRI-27)")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="filled_handed_in_by_somebody",
                condition=Q(handed_in_at=None, handed_in_by=None) | Q(handed_in_at__isnull=False, handed_in_by__isnull=False),
            ),
        ]


class Answer(models.Model):
    """The answer that stands to one question."""

    form = models.ForeignKey(FilledForm, models.CASCADE, related_name="answers")
    code = models.CharField(max_length=60)
    value = models.JSONField(default=str)
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was written")
    received_at = models.DateTimeField(help_text="When it reached the school")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "code"], name="answer_once")]


class AnswerSending(models.Model):
    """That a page, or a tablet's queue, has sent something for a form: the same token again changes nothing."""

    form = models.ForeignKey(FilledForm, models.CASCADE, related_name="sendings")
    token = models.UUIDField(unique=True)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()


class AnswerChange(models.Model):
    """A value that somebody wrote, whatever became of it. Never changed, never deleted."""

    form = models.ForeignKey(FilledForm, models.CASCADE, related_name="changes")
    code = models.CharField(max_length=60)
    value = models.JSONField(default=str)
    base = models.PositiveIntegerField(help_text="The revision that the writer had before them")
    revision = models.PositiveIntegerField(help_text="The revision that it made, or that stood")
    effect = models.CharField(max_length=10, help_text="What it did: merging.Effect")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was written")
    received_at = models.DateTimeField(help_text="When it reached the school")

    class Meta:
        indexes = [models.Index(fields=["form", "code"], name="answer_change_by_code")]


class AnswerConflict(models.Model):
    """Two answers to one question, side by side until a person chooses. The one that stands is the form's `Answer`."""

    form = models.ForeignKey(FilledForm, models.CASCADE, related_name="conflicts")
    code = models.CharField(max_length=60)
    rival = models.ForeignKey(AnswerChange, models.PROTECT, related_name="+", help_text="The last that this person wrote")
    opened_at = models.DateTimeField()
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    chosen = models.ForeignKey(AnswerChange, models.PROTECT, null=True, blank=True, related_name="+")
    writer = models.ForeignKey(Staff, models.PROTECT, related_name="+", help_text="Who wrote the rival")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "code", "writer"], condition=Q(chosen_at=None), name="answer_conflict_one_open"),
        ]


class FormSignature(models.Model):
    """A signature under the answers as they stood before whoever signed. A later change of an answer shows beside it."""

    class Role(models.TextChoices):
        """For whom it stands."""

        PARENT = "parent", "Parent or carer"
        STAFF = "staff", "Member of staff"

    form = models.ForeignKey(FilledForm, models.CASCADE, related_name="signatures")
    role = models.CharField(max_length=8, choices=Role)
    name = models.CharField(max_length=150)
    drawn = models.BooleanField(help_text="Drawn by hand; else the name was typed in its place")
    strokes = models.JSONField(default=dict, help_text="{width, height, strokes: [[x, y, milliseconds], …]}: what was drawn")
    signed = models.JSONField(default=dict, help_text="{question: answer} as it stood before whoever signed")
    sha256 = models.CharField(max_length=64, help_text="Of `signed` with the questions' version, in canonical form")
    token = models.UUIDField(unique=True)
    at = models.DateTimeField(help_text="When it was signed")
    received_at = models.DateTimeField(help_text="When it reached the school")
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+", help_text="Whose tablet it was signed on")


class PromptConcern(models.Model):
    """The concern that a ticked prompt has opened: once a form, question and tick, whatever happens to the tick later (PRI-22)."""

    form = models.ForeignKey(FilledForm, models.CASCADE, related_name="prompt_concerns")
    code = models.CharField(max_length=60)
    choice = models.CharField(max_length=60)
    concern_id = models.BigIntegerField()
    words = models.TextField(blank=True, help_text="What the safeguarding team has of the words written beside it")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "code", "choice"], name="prompt_concern_once")]


class VisitAgreement(models.Model):
    """What was agreed with the family: what, who does it, by when, and whether it was kept (ATT-40)."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        NOT_KEPT = "not_kept", "Not kept"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="agreements")
    what = models.TextField()
    owner = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who of the staff; null: the family"
    )
    owner_words = models.CharField(max_length=150, blank=True, help_text="Who of the family does it")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was last told that it is overdue")
    token = models.UUIDField(null=True, blank=True, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="agreement_has_an_owner", condition=~Q(owner=None, owner_words=""))]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="open"), name="agreement_due")]

    @property
    def owner_name(self) -> str:
        """Who does it."""
        return self.owner.name if self.owner else self.owner_words
