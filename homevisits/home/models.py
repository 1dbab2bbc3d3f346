"""What the watcher found."""

from django.db import models

from homevisits.people.models import School

OF_THE_TEAM = "safeguarding"  # how those kinds begin of which only the safeguarding team may learn, by its notices


class Findings(models.QuerySet["WatchFinding"]):
    """What the watcher found."""

    def shown(self) -> "Findings":
        """What is wrong now and may stand on a screen: never that something waits for the safeguarding team."""
        return self.filter(gone_at=None).exclude(kind__startswith=OF_THE_TEAM)


class WatchFinding(models.Model):
    """Something that is not as it should be: found once, told once, gone when a later look no longer finds it."""

    school = models.ForeignKey(School, models.CASCADE, null=True, related_name="findings", help_text="Null: of no school")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, help_text="What it is about: row numbers, never a name")
    says = models.CharField(max_length=300)
    pupils = models.JSONField(default=list, help_text="Their ids")
    found_at = models.DateTimeField(help_text="By the school's clock")
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = Findings.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "key"], condition=models.Q(gone_at__isnull=True), name="finding_one_open")
        ]
        indexes = [models.Index(fields=["school", "gone_at"], name="finding_open")]


class ChainWatched(models.Model):
    """How far the watcher has walked an audit chain, and when it last walked all of it."""

    chain = models.BigIntegerField(primary_key=True)
    place = models.BigIntegerField(default=0)
    whole_at = models.DateTimeField()
