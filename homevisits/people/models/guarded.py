"""What one person asks for about a guarded role, and another has to agree to."""

from django.db import models

from .schools import School
from .staff import Role, Staff


class GuardedRequest(models.Model):
    """A guarded role for somebody, or a way into the account of somebody who holds one: asked for by one, agreed to by another."""

    class Kind(models.TextChoices):
        """What is asked for."""

        ROLE = "role", "A role"
        RESET = "reset", "A new second step"
        ADDRESS = "address", "Another email address"
        END = "end", "The end of a role"

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+", help_text="Whose role or account it is")
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(max_length=30, choices=Role, blank=True, help_text="The role that is asked for")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of the role")
    email = models.EmailField(blank=True, help_text="The address that is asked for")
    signs_in_with = models.EmailField(blank=True, help_text="The person's address when it was asked: who agrees, agrees to this one")
    second_step = models.CharField(max_length=200, blank=True, help_text="The numbers of the person's second steps when it was asked")
    asked_by = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, models.CASCADE, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "staff", "kind", "role"], condition=models.Q(decided_at=None), name="guarded_request_once_open"
            )
        ]
