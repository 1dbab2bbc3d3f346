"""Imports from the school's information system: how columns are read, what a file brought, what was wrong with it."""

from django.db import models

from .schools import School


class ImportSource(models.Model):
    """A kind of file that a school imports again and again: its columns, guessed once and saved."""

    class Kind(models.TextChoices):
        """What a file brings."""

        PUPILS = "pupils", "Pupils and contacts"
        MARKS = "marks", "Attendance marks"
        REGISTER = "register", "One morning's register"

    school = models.ForeignKey(School, models.CASCADE, related_name="import_sources")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80)
    header_key = models.CharField(max_length=64, help_text="Hash of the header row: finds this source again")
    columns = models.JSONField(default=dict, help_text="{field: column name}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "kind", "header_key"], name="import_source_once")]


class ImportRun(models.Model):
    """One import: read and previewed, then committed or dropped."""

    class Status(models.TextChoices):
        """How far it is."""

        PREVIEWED = "previewed", "Read, waiting for a look"
        COMMITTING = "committing", "Loading"
        COMMITTED = "committed", "Loaded"
        DROPPED = "dropped", "Dropped"
        FAILED = "failed", "Failed"

    school = models.ForeignKey(School, models.CASCADE, related_name="import_runs")
    kind = models.CharField(max_length=10, choices=ImportSource.Kind)
    status = models.CharField(max_length=12, choices=Status)
    by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+", help_text="Null: the watched folder")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    files = models.JSONField(default=list, help_text="[{name, rows, sha256, stored}]")
    counts = models.JSONField(default=dict, help_text="{new, changed, unchanged, left, faulty}")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    options = models.JSONField(default=dict, help_text="{columns: {file: mapping}, whole, ticked: [keys of changes that a person ticked]}")
    claim = models.UUIDField(null=True, blank=True, help_text="Of the worker that loads it")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="When another worker may go on with it")


class ImportFault(models.Model):
    """One row that was not loaded: its line and the sentence that says why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="faults")
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField()
    says = models.CharField(max_length=300)
    row = models.JSONField(help_text="The row's cells as they were, for the CSV to correct")
    kept = models.BooleanField(default=False, help_text="Loaded without the part that could not be read")


class ImportFile(models.Model):
    """A file while it waits to be loaded; it goes when the run is loaded or dropped. In the database, so that any worker finds it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="contents")
    name = models.CharField(max_length=200)
    data = models.BinaryField()
