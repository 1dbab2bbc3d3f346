"""What must be known of a home."""

from django.db import models

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import Household, Staff


class HouseholdWarning(RandomAddress):
    """What who goes to a home must know, with its source and until when; confirmed, changed or ended at each new assessment."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="warnings")
    about = models.CharField(max_length=30, help_text="The question or hazard that it belongs to: violence, animals …")
    says = models.TextField()
    source = models.CharField(max_length=120, help_text="A visit, an incident, the safeguarding team …")
    visit_id = models.BigIntegerField(null=True, blank=True, help_text="The visit that it comes from")
    since = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True, help_text="When the safeguarding team looks at it again")
    reviewed_at = models.DateTimeField(null=True, blank=True, help_text="When somebody last said that it still holds")
    reviewed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the team was last told that its review is due")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
