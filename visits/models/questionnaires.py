"""What a school's questionnaires ask, version by version; a filled form keeps the version that it answered."""

from django.db import models

from homevisits.people.models import School, Staff

from ..questionnaires.definition import Definition, from_json


class QuestionnaireVersion(models.Model):
    """One version of one questionnaire of a school. Never changed: a reworded question is a new version."""

    school = models.ForeignKey(School, models.PROTECT, related_name="questionnaires")
    key = models.CharField(max_length=40, help_text="Which questionnaire: a key of visits/questionnaires")
    number = models.PositiveIntegerField()
    definition = models.JSONField(help_text="Sections and questions as visits/questionnaires/definition.py keeps them")
    sha256 = models.CharField(max_length=64, help_text="The hash of what it asks")
    change = models.CharField(max_length=300, blank=True, help_text="What is new in this version, in the words of whoever made it")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: as the product comes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "key", "number"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return f"{self.asks.title}, version {self.number}"

    @property
    def asks(self) -> Definition:
        """What it asks, as plain values."""
        return from_json(self.definition)


class QuestionnaireDraft(models.Model):
    """A questionnaire that the school is changing: nobody is asked it before it is kept as a version."""

    school = models.ForeignKey(School, models.CASCADE, related_name="questionnaire_drafts")
    key = models.CharField(max_length=40)
    based_on = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="+")
    definition = models.JSONField()
    revision = models.PositiveIntegerField(default=1, help_text="Goes up with every change: a page that shows an older one is refused")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "key"], name="questionnaire_one_draft")]

    @property
    def asks(self) -> Definition:
        """What it would ask."""
        return from_json(self.definition)
