"""Documents that were made: kept with the hash, the template's version and the data they were made from; and how each went."""

from django.db import models

from homevisits.common.random_address import RandomAddress
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


class Attachment(RandomAddress):
    """A photograph, a letter, a doctor's note that staff added. Withdrawn with a reason, never deleted."""

    class Kind(models.TextChoices):
        """What it is of."""

        PHOTOGRAPH = "photograph", "Photograph"
        LETTER = "letter", "Letter from the family"
        MEDICAL = "medical", "Doctor’s note or appointment card"
        OTHER = "other", "Another document"

    class Scan(models.TextChoices):
        """What the virus scanner said."""

        NOT_SCANNED = "not_scanned", "Not scanned: no scanner is set up"
        WAITING = "waiting", "Waits for the scanner"
        CLEAN = "clean", "Scanned, nothing found"
        QUARANTINED = "quarantined", "Locked away: the scanner found something"

    school = models.ForeignKey(School, models.PROTECT, related_name="attachments")
    about_type = models.CharField(max_length=30, help_text="visit … what it was added to")
    about_id = models.PositiveBigIntegerField()
    pupils = models.ManyToManyField("people.Pupil", related_name="attachments")
    kind = models.CharField(max_length=12, choices=Kind)
    says = models.CharField(max_length=300, blank=True, help_text="What it shows, in a few words")
    original_name = models.CharField(max_length=255, blank=True, help_text="As the tablet called it: shown as words, never used as a name")
    was = models.CharField(max_length=4, help_text="What came: jpeg, png, heic, pdf")
    holds = models.CharField(max_length=4, help_text="What is kept: jpeg, png, pdf")
    sha256 = models.CharField(max_length=64, help_text="Of what is kept")
    came_sha256 = models.CharField(max_length=64, help_text="Of what came")
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=0, help_text="Of a PDF")
    scan = models.CharField(max_length=12, choices=Scan)
    scan_says = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)
    # The page that added it, with the name of its field: sent twice, it adds once.
    token = models.CharField(max_length=60, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_withdrawn_with_reason",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_because="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawn_because="")),
            ),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="attachment_about"),
            models.Index(fields=["scan"], condition=models.Q(scan="waiting"), name="attachment_to_scan"),
        ]

    @property
    def readable(self) -> bool:
        """Whether its bytes may be handed out at all: not while it waits for the scanner, never when something was found."""
        return self.scan in (self.Scan.NOT_SCANNED, self.Scan.CLEAN)

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as a picture."""
        return self.holds in ("jpeg", "png")

    @property
    def file_name(self) -> str:
        """The name under which it is handed out: made by us, so that nobody's characters end up in a header or a folder."""
        return f"{self.kind}-{self.added_at:%Y-%m-%d}-{self.short}.{'jpg' if self.holds == 'jpeg' else self.holds}"


class UploadDrop(models.Model):
    """Documents laid down together for the information system, in the watched folder or as a ZIP. What a crash cut off is done again."""

    class Way(models.TextChoices):
        """Where to."""

        FOLDER = "folder", "in the folder"
        ZIP = "zip", "as a ZIP"

    school = models.ForeignKey(School, models.PROTECT, related_name="upload_drops")
    way = models.CharField(max_length=6, choices=Way)
    name = models.CharField(max_length=60, help_text="Of the folder or the file")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+", help_text="Null: the worker")
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, help_text="Why it could not be laid down the last time")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="upload_drop_name_once")]


class QueuedUpload(models.Model):
    """A final document that goes into one pupil's record of the information system: by whom it was uploaded, when, with what reference."""

    class State(models.TextChoices):
        """Where it stands."""

        TO_UPLOAD = "to_upload", "To upload"
        UPLOADED = "uploaded", "Uploaded"
        FAILED = "failed", "Could not be uploaded"
        NOT_NEEDED = "not_needed", "Not needed there"

    school = models.ForeignKey(School, models.PROTECT, related_name="queued_uploads")
    document = models.ForeignKey(Document, models.PROTECT, related_name="uploads")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="queued_uploads")
    state = models.CharField(max_length=10, choices=State, default=State.TO_UPLOAD)
    queued_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=100, blank=True, help_text="Of the information system")
    reason = models.CharField(max_length=200, blank=True, help_text="Why it failed, or is not needed")
    drop = models.ForeignKey(UploadDrop, models.PROTECT, null=True, blank=True, related_name="uploads")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "pupil"], name="upload_once_a_document_and_pupil"),
            models.CheckConstraint(
                name="upload_said_why",
                condition=~models.Q(state__in=["failed", "not_needed"]) | ~models.Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["school", "state", "queued_at"], name="upload_by_state")]
