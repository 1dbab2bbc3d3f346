"""What a tablet took along to be read without network (R24)."""

from django.db import models

from homevisits.people.models import Staff, Tablet

from .visits import HomeVisit


class VisitPack(models.Model):
    """That a person who goes took one visit along on a tablet: for 8 hours at most, and until somebody takes it back."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="packs")
    tablet = models.ForeignKey(Tablet, models.CASCADE, related_name="packs")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="packs")
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="When the tablet's key ends: nobody can read it from then on")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="Null: the system")
    revoked_why = models.CharField(max_length=20, blank=True, help_text="office, or not_going: no longer one of those who go")

    class Meta:
        constraints = [
            # One row a person and tablet: taking along again moves its times.
            models.UniqueConstraint(fields=["visit", "tablet", "staff"], name="visit_pack_once"),
        ]
