"""The audit trail: append-only, hash-chained, with no foreign keys into live data so that it outlives what it names."""

from django.db import models


class AuditChain(models.Model):
    """The head of one chain of events: one a school, its closed one under the number with a minus, and number 0 for acts that belong to
    none. Locked while it grows."""

    school_id = models.BigIntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)


class AuditEvent(models.Model):
    """One act of a person or a system job. Rows are only ever inserted; the database refuses updates and deletes."""

    chain = models.BigIntegerField(help_text="The school's number, 0 for none")
    place = models.BigIntegerField(help_text="1, 2, 3 … within the chain")
    at = models.DateTimeField()
    act = models.CharField(max_length=80, help_text="What was done, dotted: attendance.case.closed")
    by_id = models.BigIntegerField(null=True, help_text="The member of staff; null for a system job")
    by_name = models.CharField(max_length=150, help_text="The person's name then, or the system job's")
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    detail = models.JSONField(default=dict, help_text="Ids and values; for an act on many, the list of their ids")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "place"], name="audit_one_event_a_place")]
        indexes = [
            models.Index(fields=["chain", "at"], name="audit_by_time"),
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["by_id", "at"], name="audit_by_person"),
        ]
