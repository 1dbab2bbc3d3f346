"""Keys for a connector of the school's information system."""

from django.db import models

from .schools import School


class ApiToken(models.Model):
    """A bearer token of one school. Only its hash is kept: the token is shown once, when it is issued."""

    school = models.ForeignKey(School, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="What uses it")
    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256, hex")
    hint = models.CharField(max_length=8, help_text="Its first characters, to tell it from others")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("people.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["school", "revoked_at"], name="api_token_by_school")]
