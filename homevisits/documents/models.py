"""Documents that were made: kept with the hash, the template's version and the data they were made from."""

from django.db import models

from homevisits.people.models import School


class Document(models.Model):
    """One PDF as it was made. The bytes live under MEDIA_ROOT by their hash."""

    school = models.ForeignKey(School, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    template = models.CharField(max_length=100)
    template_hash = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
