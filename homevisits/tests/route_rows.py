"""What stands in the addresses of the routes, so that the matrix test can ask each of them with a real row of a school.

MAKERS: by the name in the address, a function that makes such a row in a school and answers what goes into the address.
PLAIN: by the name in the address, a value that belongs to no school. FOR_ROUTE: for a route whose parts belong together.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from attendance.tests import factories as morning
from homevisits.common.actors import SystemJob
from homevisits.documents.tests.factories import a_document_in, a_drop_in
from homevisits.home.tests import keeping
from homevisits.home.tests.chronologies import a_note_in, an_entry_in
from homevisits.messaging.notices import tell
from homevisits.messaging.tests.factories import make_text
from homevisits.people.models import ApiToken, Closure, Display, GuardedRequest, ImportRun, NumberFault, School, Tablet, Term
from homevisits.people.services.displays import make_display
from homevisits.people.services.guarded import ask
from homevisits.people.services.imports import Upload, start_preview
from homevisits.people.services.tablets import give_keys
from homevisits.people.tests import registers
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory, TrustFactory
from homevisits.policy.services import adopt_preset
from homevisits.rehearsal.tests.factories import a_rehearsal
from safeguarding.tests.factories import a_concern_file_in, a_concern_in, an_absence_in, an_action_in
from safeguarding.tests.referral_factories import a_referral_in, an_agency_in
from safeguarding.tests.staff_matters import a_complaint, an_allegation
from visits.links import sign
from visits.models import VisitPack
from visits.services.feed import make_feed
from visits.tests.attached import an_attachment_in
from visits.tests.factories import (
    a_difference_in,
    a_letter_in,
    a_print_run_in,
    a_visit_in,
    an_agreement_in,
    an_appointment_in,
    an_arrived_act_in,
    an_incident_in,
    an_item_in,
    an_outcome_in,
    at_the_door,
    isolation_in,
    sent_at_once,
    warning_in,
)

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


def a_preview(school: School) -> ImportRun:
    """An import that waits for a look."""
    file = Upload("pupils.csv", b"UPN,Forename,Surname,DOB\n,Ada,Example,03/11/2018\n")
    return start_preview(school=school, files=[file], by=SystemJob("test"), now=NOW)


def a_tablet(school: School) -> Tablet:
    """A tablet on which somebody of a school has worked."""
    return give_keys(secret="", words="iPad, Safari", by=StaffFactory.create(school=school, roles=["visiting_staff"]), now=NOW).tablet


def a_pack(school: School) -> dict[str, Any]:
    """A visit taken along, as the parts of an address."""
    visit, tablet = a_visit_in(school), a_tablet(school)
    pack = VisitPack.objects.create(visit=visit, tablet=tablet, staff=tablet.keys.get().staff, taken_at=NOW, expires_at=NOW)
    return {"visit_id": visit.pk, "pack_id": pack.pk}


def a_display(school: School) -> tuple[Display, str]:
    """A screen on a wall, with its token."""
    return make_display(school=school, name=f"Screen {uuid4()}", by=StaffFactory.create(school=school, roles=["office_admin"]), now=NOW)


def a_guarded_request(school: School) -> GuardedRequest:
    """Something about a guarded role that waits for a second person."""
    head = StaffFactory.create(school=school, roles=["headteacher"])
    who = StaffFactory.create(school=school, roles=["class_teacher"])
    return ask(school=school, staff=who, kind="role", role="deputy_dsl", by=head, now=school.now())


MAKERS: dict[str, Callable[[School], Any]] = {
    "request_id": lambda school: keeping.a_request(PupilFactory.create(school=school)).public_id,
    "review_id": lambda school: keeping.a_review(PupilFactory.create(school=school)).public_id,
    "hold_id": lambda school: keeping.a_hold(PupilFactory.create(school=school)).public_id,
    "transfer_id": lambda school: keeping.a_transfer(PupilFactory.create(school=school)).public_id,
    "school": lambda school: school.slug,
    "pupil_id": lambda school: PupilFactory.create(school=school).pk,
    "isolation_id": lambda school: isolation_in(school).pk,
    "warning_id": lambda school: warning_in(school).public_id,
    "household_id": lambda school: HouseholdFactory.create(school=school).pk,
    "contact_id": lambda school: ContactFactory.create(pupil=PupilFactory.create(school=school)).pk,
    "fault_id": lambda school: (
        NumberFault.objects.create(
            school=school, number="+447700900123", kind="wrong_number", found_at=NOW, found_by=StaffFactory.create()
        ).pk
    ),
    "staff_id": lambda school: StaffFactory.create(school=school, roles=["class_teacher"]).pk,
    "term_id": lambda school: Term.objects.create(school=school, name="Autumn", starts_on=NOW.date(), ends_on=NOW.date()).pk,
    "closure_id": lambda school: Closure.objects.create(school=school, day=NOW.date(), kind="inset", entered_at=NOW).pk,
    "token_id": lambda school: (
        ApiToken.objects.create(school=school, name="x", hash=f"x{school.pk}", hint="x", issued_at=NOW, issued_by=StaffFactory.create()).pk
    ),
    "run_id": lambda school: a_preview(school).pk,
    "role_id": lambda school: StaffFactory.create(school=school, roles=["class_teacher"]).roles.get().pk,
    "guarded_id": lambda school: StaffFactory.create(school=school, roles=["deputy_dsl"]).roles.get().pk,
    "asked_id": lambda school: a_guarded_request(school).pk,
    "message_id": lambda school: make_text(school, PupilFactory.create(school=school)).pk,
    "notice_id": lambda school: (
        tell(school=school, role="office_admin", about="held", says="Held.", task=True, by=SystemJob("test"), now=NOW).public_id
    ),
    "trust": lambda school: TrustFactory.create().slug,
    "version_id": lambda school: adopt_preset(school=school, preset="secondary", by=SystemJob("test"), now=NOW).pk,
    "rehearsal_id": lambda school: a_rehearsal(school).pk,
    "absence_id": lambda school: morning.message_in(school).pk,
    "arrival_id": lambda school: morning.arrival_in(school).pk,
    "aside_id": lambda school: morning.aside_in(school).pk,
    "reply_id": lambda school: morning.reply_in(school).pk,
    "register_id": lambda school: morning.register_in(school).pk,
    "case_id": lambda school: morning.case_in(school).pk,
    "complaint_id": lambda school: a_complaint(school).public_id,
    "public_id": lambda school: an_allegation(school).public_id,
    "display_id": lambda school: a_display(school)[0].pk,
    "wall_token": lambda school: a_display(school)[1],
    "concern_id": lambda school: a_concern_in(school).public_id,
    "away_id": lambda school: an_absence_in(school).public_id,
    "incident_id": lambda school: an_incident_in(school).public_id,
    "referral_id": lambda school: a_referral_in(school).public_id,
    "task_id": lambda school: an_agency_in(school).public_id,
    "visit_id": lambda school: a_visit_in(school).pk,
    "check_id": lambda school: registers.check_in(school).pk,
    "training_id": lambda school: registers.training_in(school).pk,
    "vehicle_id": lambda school: registers.vehicle_in(school).pk,
    "device_id": lambda school: registers.device_in(school).pk,
    "assessment_id": lambda school: registers.assessment_in(school).pk,
    "unwell_id": lambda school: registers.unwell_in(school).pk,
    "conflict_id": lambda school: registers.conflict_in(school).pk,
    "tablet_id": lambda school: a_tablet(school).pk,
    "secret": lambda school: make_feed(staff=StaffFactory.create(school=school, roles=["visiting_staff"]), school=school, now=NOW),
    "link": lambda school: sign(an_appointment_in(school)["appointment_id"], None),
    "attempt_id": lambda school: morning.call_in(school).pk,
}
PLAIN: dict[str, Any] = {
    "place": 0,
    "reference": "AAA-AAAA",
    "action_id": UUID(int=1),
    "uidb36": "1",
    "key": "a-b",
    "appointment_id": 1,
    "outcome_id": 1,
    "item_id": 1,
    "agreement_id": 1,
    "difference_id": 1,
    "arrived_id": 1,
    "pack_id": 1,
    "attachment_id": UUID(int=1),
    "document_id": 1,
    "drop_id": 1,
    "role": "headteacher",
    "week": "2026-11-23",
    "group": "the-morning",
    "name": "first_day_absence",
    "kind": "protocol_letter",
    "what": "acknowledge",
    "entry_id": UUID(int=1),
    "note_id": UUID(int=1),
    "whose": "file",
    "questionnaire": "welfare",
    "part": "curiosity",
    "section": "prompts",
    "pk": 1,  # of allauth's security keys
}
FOR_ROUTE: dict[str, Callable[[School], dict[str, Any]]] = {
    "chronology_note_amend": a_note_in,
    "system_entry": lambda school: {"entry_id": an_entry_in(school).public_id},
    "complaint_act": lambda school: {"complaint_id": a_complaint(school).public_id, "what": "acknowledge"},
    "retention_together": lambda school: {"kind": keeping.a_review(PupilFactory.create(school=school)).kind},
    "retention_certificate": lambda school: {"review_id": keeping.an_erased(school).public_id},
    "staff_keeping_review": lambda school: {"review_id": keeping.a_staff_review(school).public_id},
    "allegation_add": lambda school: {"public_id": an_allegation(school).public_id, "kind": "action"},
    "visit_pack_back": lambda school: a_pack(school),
    **dict.fromkeys(("print_run", "print_run_progress", "print_run_pdf"), lambda school: {"run_id": a_print_run_in(school).pk}),
    "visit_form_copy": lambda school: {"visit_id": at_the_door(a_visit_in(school)).pk, "whose": "file"},
    "visit_letter": lambda school: a_letter_in(school),
    "visit_letter_pdf": lambda school: a_letter_in(school),
    "visit_letter_print": lambda school: a_letter_in(school),
    "visit_letter_sent": lambda school: a_letter_in(school),
    "visit_letter_discard": lambda school: a_letter_in(school),
    **dict.fromkeys(("visit_attachment", "visit_attachment_file", "visit_attachment_withdraw"), lambda school: an_attachment_in(school)),
    "concern_action_end": lambda school: an_action_in(school),
    "concern_file": lambda school: a_concern_file_in(school),
    "upload_drop": lambda school: a_drop_in(school),
    **dict.fromkeys(("access_item", "access_file"), lambda school: keeping.an_item_in(school)),
    "pupil_document": lambda school: a_document_in(school),
    "visit_item": lambda school: an_item_in(school),
    "appointment_office": lambda school: an_appointment_in(school),
    "appointment_close": lambda school: an_appointment_in(school),
    "visit_sending_review": lambda school: {"visit_id": sent_at_once(a_visit_in(school)).pk},
    "visit_arrived_seen": lambda school: an_arrived_act_in(school),
    "visit_reason": lambda school: an_outcome_in(school),
    "visit_outcome_decide": lambda school: an_outcome_in(school),
    "visit_agreement_end": lambda school: an_agreement_in(school),
    "visit_form_section": lambda school: {"visit_id": a_visit_in(school).pk, "section": "seen"},
    "visit_form_sign": lambda school: {"visit_id": a_visit_in(school).pk, "role": "parent"},
    "visit_form_choose": lambda school: a_difference_in(school),
    "visit_outcome": lambda school: {"visit_id": a_visit_in(school).pk, "kind": "child_seen"},
}


def in_address(route: str, names: list[str], school: School) -> dict[str, Any]:
    """What goes into the address of a route, with rows of this school. Raises KeyError for a name without a maker."""
    if route in FOR_ROUTE:
        return {"school": school.slug, **FOR_ROUTE[route](school)}
    return {name: PLAIN[name] if name in PLAIN else MAKERS[name](school) for name in names}


# What stands in the address names no row: a kind of record, of which the page finds those of its own school.
NO_ROW = {"retention_together"}


def has_row(route: str, names: list[str]) -> bool:
    """Whether the address names a row of a school beyond the school itself."""
    return route not in NO_ROW and (route in FOR_ROUTE or any(name in MAKERS and name != "school" for name in names))
