"""What a school holds of one person for visits, for their own page."""

from dataclasses import dataclass
from datetime import date

from ..models import HouseholdConflict, LoneWorkerAssessment, School, Staff, StaffUnwell, Vehicle
from .registers import assessments_of, conflicts_in, expiry, illnesses_of, vehicles_of


@dataclass(frozen=True)
class OwnPage:
    """One person's entries in the registers of a school."""

    vehicles: list[tuple[Vehicle, tuple[str, str]]]
    assessment: LoneWorkerAssessment | None
    assessment_holds: bool
    unwell: StaffUnwell | None
    conflicts: list[HouseholdConflict]


def own_page(school: School, staff: Staff, day: date) -> OwnPage:
    """The entries of `staff` as they stand on `day`; vehicles with the state and the words of their insurance."""
    assessment = assessments_of(school).filter(staff=staff).first()
    return OwnPage(
        vehicles=[(car, insurance(car, day)) for car in own_vehicles(school, staff)],
        assessment=assessment,
        assessment_holds=bool(assessment and assessment.stale_at is None and assessment.review_on >= day),
        unwell=own_illness(school, staff),
        conflicts=list(conflicts_in(school).filter(staff=staff)),
    )


def own_vehicles(school: School, staff: Staff) -> list[Vehicle]:
    """The vehicles in use that belong to a person."""
    return list(vehicles_of(school).filter(owner=staff))


def own_vehicle(school: School, staff: Staff, pk: str) -> Vehicle | None:
    """One of a person's own vehicles, by what an address says of it."""
    return vehicles_of(school).filter(owner=staff, pk=int(pk)).first() if pk.isdigit() else None


def own_illness(school: School, staff: Staff) -> StaffUnwell | None:
    """What a person is said to be unwell with, if they are not back."""
    return illnesses_of(school).filter(staff=staff).first()


def insurance(car: Vehicle, day: date) -> tuple[str, str]:
    """The state and the words of a vehicle's insurance; without a day it counts as not insured (ATT-18)."""
    return expiry(car.insured_until, day) if car.insured_until else ("due", "No insurance entered")
