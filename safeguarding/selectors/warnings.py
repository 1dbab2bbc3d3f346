"""What must be known of a home. Shown only to who goes there, who approves that, and the safeguarding team: the caller sees to it."""

from datetime import date

from django.db.models import Q, QuerySet

from homevisits.people.models import Household, School

from ..models import HouseholdWarning


def warnings_for(household: Household, day: date) -> QuerySet[HouseholdWarning]:
    """The warnings of a home that hold on `day`, the oldest first; the day of expiry still counts."""
    holds = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    return HouseholdWarning.objects.filter(holds, household=household, ended_at__isnull=True).select_related("by").order_by("since", "pk")


def warnings_before(household: Household, day: date) -> QuerySet[HouseholdWarning]:
    """The warnings of a home that were changed, ended, or have expired, the newest first."""
    over = Q(expires_on__lt=day) | Q(ended_at__isnull=False)
    return HouseholdWarning.objects.filter(over, household=household).select_related("by", "ended_by").order_by("-since", "-pk")


def warning_of(school: School, warning_id: int) -> HouseholdWarning | None:
    """One warning of the school's homes, None where there is none."""
    return HouseholdWarning.objects.filter(household__school=school, pk=warning_id).select_related("household").first()


def home_of(school: School, household_id: int) -> Household | None:
    """One home of the school, None where there is none."""
    return Household.objects.filter(school=school, pk=household_id).prefetch_related("pupils").first()
