"""The permission form of a visit (ATT-80): every field that it asks for, as a screen and on one page of paper."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from homevisits.common.phone import shown
from homevisits.documents.render import render_pdf
from homevisits.people.models import Contact, Pupil

from .models import BreakGlass, HomeVisit, VisitApproval, VisitMember, VisitRisk
from .purposes import words_of
from .rules.approval import role_words
from .rules.risk import current_risk, is_first_visit
from .selectors.permission import evaluation_of, parents_of

S = HomeVisit.Status
TEMPLATE = "visits/permission_pdf.html"


@dataclass(frozen=True)
class PermissionForm:
    """The form as it stands now."""

    visit: HomeVisit
    version: int
    purpose: str
    staff: list[tuple[VisitMember, str]]
    children: list[Pupil]
    parents: list[tuple[Contact, str]]
    address: list[str]
    risk: VisitRisk | None
    initial: bool
    evaluation: str
    carrier: str
    device: str
    device_works: bool | None
    approvals: list[tuple[VisitApproval, str]]
    sent: BreakGlass | None

    @property
    def second_missing(self) -> bool:
        """Whether the second name is missing."""
        return len(self.staff) < 2


def build(visit: HomeVisit) -> PermissionForm:
    """The form of a visit, empty fields where nothing is known yet."""
    members = list(visit.members.select_related("staff").order_by("pk"))
    home = [line.strip() for line in (visit.place or visit.address).splitlines() if line.strip()]
    approvals = visit.approvals.filter(voided_at__isnull=True).order_by("at", "pk")
    return PermissionForm(
        visit=visit, version=visit.version, purpose=words_of(visit.purpose, visit.purpose_words),
        staff=[(member, shown(member.staff.mobile) if member.staff.mobile else "") for member in members],
        children=[row.pupil for row in visit.visit_pupils.select_related("pupil").order_by("pk")],
        parents=[(contact, ", ".join(shown(number) for number in contact.numbers)) for contact in parents_of(visit)],
        address=[*home, *([visit.postcode] if visit.postcode and visit.postcode not in home and not visit.place else [])],
        risk=current_risk(visit), initial=is_first_visit(visit), evaluation=evaluation_of(visit),
        carrier=visit.device_carrier.name if visit.device_carrier else "", device=str(visit.device) if visit.device else "",
        device_works=_device_works(visit), approvals=[(row, role_words(row.role)) for row in approvals],
        sent=getattr(visit, "break_glass", None),
    )  # fmt: skip


def _device_works(visit: HomeVisit) -> bool | None:
    """What the departure checklist says of the device; None while nobody has answered."""
    answers = list(visit.departure_checks.filter(item__contains="device").values_list("yes", flat=True))
    return all(answers) if answers else None


def permission_html(visit: HomeVisit, now: datetime) -> str:
    """The form as the page that its PDF is made from."""
    return render_to_string(TEMPLATE, {"form": build(visit), "visit": visit, "school": visit.school, "now": now})


def permission_pdf(visit: HomeVisit, now: datetime) -> bytes:
    """The form on one page. Raises documents.render.PdfUnavailable where PDFs cannot be made."""
    return render_pdf(permission_html(visit, now))
