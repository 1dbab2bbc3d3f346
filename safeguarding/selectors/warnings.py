"""What must be known of a home. Shown only to who goes there, who approves that, and the safeguarding team: the caller sees to it."""

from datetime import date
from uuid import UUID

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


def of_school(school: School) -> QuerySet[HouseholdWarning]:
    """Every warning about a home of the school that nobody has ended, with the home and its children."""
    rows = HouseholdWarning.objects.filter(household__school=school, ended_at__isnull=True)
    return rows.select_related("household", "by", "reviewed_by").prefetch_related("household__pupils").order_by("review_on", "since", "pk")


def to_review(school: School, day: date) -> QuerySet[HouseholdWarning]:
    """Those that hold and whose look is due on `day` or was before; one that never got a day for it counts as due."""
    holds = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    return of_school(school).filter(holds, Q(review_on__isnull=True) | Q(review_on__lte=day))


def resting(school: School, day: date) -> QuerySet[HouseholdWarning]:
    """Those that hold and whose look is still to come."""
    holds = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    return of_school(school).filter(holds, review_on__gt=day)


def expired(school: School, day: date) -> QuerySet[HouseholdWarning]:
    """Those whose last day has passed: they count no more; the latest first."""
    return of_school(school).filter(expires_on__lt=day).order_by("-expires_on", "-pk")


def warning_of(school: School, warning_id: UUID) -> HouseholdWarning | None:
    """One warning of the school's homes, None where there is none."""
    return HouseholdWarning.objects.filter(household__school=school, public_id=warning_id).select_related("household").first()


def home_of(school: School, household_id: int) -> Household | None:
    """One home of the school, None where there is none."""
    return Household.objects.filter(school=school, pk=household_id).prefetch_related("pupils").first()
