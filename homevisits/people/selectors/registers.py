"""What the staff registers say of a person, a vehicle or a household on a day. Whether a policy asks for it is the caller's matter."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from homevisits.common.clock import local_day

from ..access import today_of
from ..models import (
    AlarmDevice,
    DutyDay,
    Household,
    HouseholdConflict,
    LoneWorkerAssessment,
    School,
    Staff,
    StaffCheck,
    StaffTraining,
    StaffUnwell,
    Vehicle,
)
from ..words import CODE_OF_CONDUCT
from .staff import staff_here, staff_in

AHEAD = timedelta(days=30)  # how long before the day something is reminded of


def expiry(expires_on: date | None, day: date) -> tuple[str, str]:
    """How an entry stands on `day`, as the state and the words of a status: the day of expiry itself still counts."""
    if expires_on is None:
        return "done", "No expiry"
    said = f"{expires_on.day} {expires_on:%b %Y}"
    if expires_on < day:
        return "due", f"Expired {said}"
    return ("open", f"Ends {said}") if expires_on <= day + AHEAD else ("done", f"Until {said}")


def current_checks(staff: Staff, day: date) -> set[str]:
    """The levels of the checks that a person has and that have not expired on `day`; the day of expiry still counts."""
    return {row.level for row in staff.checks.all() if row.expires_on is None or row.expires_on >= day}


def current_training(staff: Staff, day: date, version_id: int | None = None) -> set[str]:
    """The names of the training that a person has done and that holds on `day`; reading the policy is the policy's to say.

    With `version_id` (the policy version that the visit runs on) a code of conduct counts only when confirmed for that version.
    """
    return {
        row.name
        for row in staff.training.all()
        if (row.expires_on is None or row.expires_on >= day)
        and (version_id is None or row.name != CODE_OF_CONDUCT or row.for_version == version_id)
    }


def is_unwell(staff: Staff, day: date, isolation_days: int = 0) -> bool:
    """Whether illness keeps a person off every visit on `day` (ATT-71, ATT-82).

    `isolation_days` comes from the policy's infection annex, 0 while it is off. See `off_visits`.
    """
    return any(off_visits(row, day, isolation_days) for row in staff.unwell.filter(symptoms_from__lte=day))


def off_visits(row: StaffUnwell, day: date, isolation_days: int = 0) -> bool:
    """Whether this illness keeps the person off visits on `day`.

    With isolation: until that many days after the symptoms began, or until a negative test; being better does not shorten it.
    Without: until the last day unwell, or until they are said to be back. The day of the test, and the day they are back, are free.
    """
    if day < row.symptoms_from:
        return False
    free_from = row.symptoms_from + timedelta(days=isolation_days) if row.infectious and isolation_days else None
    tested = row.negative_test_on is not None and row.negative_test_on <= day
    if free_from and not tested and day < free_from:
        return True
    if row.ended_at is not None and local_day(row.ended_at) <= day:
        return False
    if row.until is not None:
        return day <= row.until
    return free_from is None


def insured_vehicles(school: School, day: date) -> QuerySet[Vehicle]:
    """The vehicles of a school's register that may be chosen for a visit on `day`: in use, and insured on that day (ATT-18)."""
    return vehicles_of(school).filter(insured_until__gte=day)


def checks_in(school: School, day: date) -> QuerySet[StaffCheck]:
    """Every check of those who work in a school, by name."""
    found = StaffCheck.objects.filter(staff__in=[person.staff.pk for person in staff_here(school, day)]).select_related("staff")
    return found.order_by("staff__name", "level")


def training_in(school: School, day: date) -> QuerySet[StaffTraining]:
    """Every training of those who work in a school, by name; the code of conduct is told with the policy."""
    found = StaffTraining.objects.filter(staff__in=[person.staff.pk for person in staff_here(school, day)]).select_related("staff")
    return found.exclude(name=CODE_OF_CONDUCT).order_by("staff__name", "name")


def check_of(school: School, pk: int) -> StaffCheck | None:
    """One check of somebody of the school."""
    return StaffCheck.objects.filter(pk=pk, staff__in=staff_in(school)).select_related("staff").first()


def training_of(school: School, pk: int) -> StaffTraining | None:
    """One training of somebody of the school."""
    return StaffTraining.objects.filter(pk=pk, staff__in=staff_in(school)).select_related("staff").first()


def vehicles_of(school: School) -> QuerySet[Vehicle]:
    """The vehicles in use, the school's own first, then by owner."""
    found = Vehicle.objects.filter(school=school, retired_at=None).select_related("owner")
    return found.order_by("-minibus", "owner__name", "registration")


def devices_of(school: School) -> QuerySet[AlarmDevice]:
    """The alarm devices in use (ATT-16)."""
    return AlarmDevice.objects.filter(school=school, retired_at=None).order_by("label")


def assessments_of(school: School) -> QuerySet[LoneWorkerAssessment]:
    """The lone-worker assessments that none has replaced, stale ones included, by name."""
    found = LoneWorkerAssessment.objects.filter(school=school, replaced_at=None).select_related("staff", "by")
    return found.order_by("staff__name", "pk")


def current_lone_worker(school: School, staff: Staff, day: date | None = None) -> LoneWorkerAssessment | None:
    """The assessment on which a person may work alone on `day` (the school's today); None when stale, replaced or past its review."""
    on = day or today_of(school)
    return LoneWorkerAssessment.objects.filter(
        school=school, staff=staff, replaced_at=None, stale_at=None, review_on__gte=on
    ).first()  # fmt: skip


def illnesses_of(school: School) -> QuerySet[StaffUnwell]:
    """Who was said to be unwell and not yet to be back, the newest first."""
    return StaffUnwell.objects.filter(school=school, ended_at=None).select_related("staff", "by").order_by("-symptoms_from", "pk")


def conflicts(household: Household) -> set[int]:
    """The numbers of the staff who must not visit a household."""
    return set(HouseholdConflict.objects.filter(household=household, ended_at=None).values_list("staff_id", flat=True))


def conflicts_in(school: School) -> QuerySet[HouseholdConflict]:
    """Every conflict of a school that holds, by the name of the member of staff."""
    found = HouseholdConflict.objects.filter(household__school=school, ended_at=None).select_related("staff", "household", "by")
    return found.prefetch_related("household__pupils").order_by("staff__name", "pk")


def rota(school: School, first: date, last: date) -> dict[date, DutyDay]:
    """The days of the duty rota from `first` to `last`, both included, that are filled."""
    days = Q(day__gte=first, day__lte=last)
    return {row.day: row for row in DutyDay.objects.filter(days, school=school).select_related("staff", "deputy")}
