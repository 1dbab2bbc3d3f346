"""Documents that were made: kept with the hash, the template's version and the data they were made from; and how each went."""

from django.db import models

from homevisits.people.models import Contact, Pupil, School, Staff


class Document(models.Model):
    """One PDF as it was made. The bytes live under MEDIA_ROOT by their hash. The database refuses to change a final one."""

    class State(models.TextChoices):
        """A draft says so across every page and may be made again; a final one never changes."""

        DRAFT = "draft", "Draft"
        FINAL = "final", "Final"

    school = models.ForeignKey(School, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=5, choices=State, default=State.FINAL)
    language = models.CharField(max_length=12, default="en-GB", help_text="As a PDF names it")
    # What it belongs to, in the words of the app above that made it: "visit" and the visit's number. Nothing here follows it.
    about_type = models.CharField(max_length=30, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    pupils = models.ManyToManyField(Pupil, related_name="documents", blank=True)
    act = models.CharField(
        max_length=30, default="see_pupils", help_text="Who may open it besides those of what it belongs to: an act of people.matrix"
    )
    template = models.CharField(max_length=100)
    template_hash = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["school", "about_type", "about_id"], name="document_by_subject"),
            models.Index(fields=["sha256"], name="document_by_hash"),
        ]


class DocumentWay(models.Model):
    """That a document was printed, or went: by which way, when, to whom, and who says so. Never changed; a second way is a second row."""

    class Way(models.TextChoices):
        """Printing is none that reaches anybody."""

        PRINTED = "printed", "Printed"
        HANDED_OVER = "handed_over", "Handed over"
        DOOR = "door", "Put through the door"
        POSTED = "posted", "Posted"
        EMAILED = "emailed", "Sent by email"
        NOTIFY = "notify", "Sent by GOV.UK Notify"

    document = models.ForeignKey(Document, models.CASCADE, related_name="ways")
    way = models.CharField(max_length=11, choices=Way)
    to = models.CharField(max_length=200, blank=True, help_text="To whom, as they were called then")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.UUIDField(null=True, blank=True, help_text="Of the message that carries it")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["reference"], name="document_way_by_message", condition=models.Q(reference__isnull=False))]
