"""What the permission form asks of rows: parents, the evaluation."""

from homevisits.people.models import Contact

from ..models import HomeVisit, VisitReport

PARENTS = 3


def parents_of(visit: HomeVisit) -> list[Contact]:
    """The parents to be seen: contacts with parental responsibility, the first to ring first, siblings' rows of one person once."""
    found = Contact.objects.filter(pupil__visit_pupils__visit=visit, restricted=False, gone=False).order_by("priority", "pk")
    people: dict[tuple[str, str], Contact] = {}
    for contact in found.filter(parental_responsibility=True) or found:
        people.setdefault((contact.name, contact.mobile), contact)
    return list(people.values())[:PARENTS]


def evaluation_of(visit: HomeVisit) -> str:
    """The evaluation that the report gives; empty before the visit."""
    report = VisitReport.objects.filter(visit=visit).first()
    return report.evaluation if report else ""
