"""What stops a visit from leaving to its report. Each opens a page, with what goes wrong then."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

from homevisits.people.models import StaffRole
from homevisits.people.tests.factories import PupilFactory, StaffFactory
from visits.models import (
    VisitAlarm,
    VisitLetter,
    VisitMember,
    VisitPupil,
    VisitReport,
    WeeklyListVisit,
)
from visits.purposes import CHILD_CHECK, IN_YEAR, TUTORING
from visits.selectors.questionnaires import questionnaire_of
from visits.services.answers import open_form
from visits.tests.factories import (
    NOW,
)

from .scene import EARLIER, Scene, Try, act, changed, having, send, without
from .stopped import ALT, ATT, MAT

# Leaving


def leave(scene: Scene, says: str, wrong: AbstractContextManager[None]) -> Try:
    """The tablet of a pair that is ready."""
    return Try(scene.at(scene.first(scene.leaving), "visit_tablet", scene.leaving), wrong, send("We are leaving now"), says)


@act
def not_approved(scene: Scene) -> Try:
    return leave(scene, "The visit is not approved", changed(scene.leaving, status="planned"))


@act
def weekly_list_unsigned(scene: Scene) -> Try:
    rows = WeeklyListVisit.objects.filter(visit=scene.leaving)
    return leave(scene, "it needs the headteacher's own signature", without(rows))


@act
def no_mobile(scene: Scene) -> Try:
    return leave(scene, "There is no mobile number for", changed(scene.first(scene.leaving), mobile=""))


@act
def device_missing(scene: Scene) -> Try:
    return leave(scene, "No alarm device is assigned", changed(scene.leaving, device=None))


@act
def safe_word_missing(scene: Scene) -> Try:
    return leave(scene, "No safe word is agreed", changed(scene.leaving, safe_word=""))


@act
def vehicle_uninsured(scene: Scene) -> Try:
    @contextmanager
    def wrong() -> Iterator[None]:
        yesterday = NOW.date() - timedelta(days=1)
        with changed(scene.leaving, vehicle=scene.car.pk), changed(scene.car, insured_until=yesterday):
            yield

    return leave(scene, "is out of insurance", wrong())


@act
def briefing_unread(scene: Scene) -> Try:
    member = scene.leaving.members.order_by("pk")[0]
    return leave(scene, "has not acknowledged the briefing", changed(member, briefed_version=None))


@act
def identification_no(scene: Scene) -> Try:
    says = {ATT: "does not display the ID card", MAT: "has no identification", ALT: "has no badge"}
    row = scene.leaving.departure_checks.filter(item="id").order_by("pk")[0]
    return leave(scene, says.get(scene.preset, "has no school ID"), changed(row, yes=False))


@act
def vulnerable_persons_not_said(scene: Scene) -> Try:
    return leave(scene, "Say who is vulnerable", changed(scene.leaving.risks.get(), vulnerable_persons=""))


# Going inside


def enter(scene: Scene, says: str, wrong: AbstractContextManager[None] | None = None, **given: str) -> Try:
    """The tablet at the door, where a parent has invited staff in, but for what is given."""
    whole = {"adult_present": "true", "invited_by": "Mo Example", **({"parent_present": "true"} if scene.preset == ATT else {})}
    page = scene.at(scene.first(scene.out), "visit_tablet", scene.out)
    return Try(page, wrong or nullcontext(), send("We go inside", **whole | given), says)


@act
def no_adult(scene: Scene) -> Try:
    return enter(scene, "Nobody goes in unless an adult is present", adult_present="false")


@act
def another_adult_but_no_parent(scene: Scene) -> Try:
    return enter(scene, "another adult is not enough", parent_present="false")


@act
def appointment_not_confirmed(scene: Scene) -> Try:
    return enter(scene, "The family has not confirmed the appointment", changed(scene.out.appointments.get(), state="offered"))


@act
def waited_too_long(scene: Scene) -> Try:
    @contextmanager
    def wrong() -> Iterator[None]:
        rows = scene.out.check_ins.filter(point="arrived")
        rows.update(at=EARLIER)
        try:
            yield
        finally:
            rows.update(at=NOW)

    return enter(scene, "minutes: the visit is cancelled, nobody goes in", wrong())


@act
def parents_are_late(scene: Scene) -> Try:
    given = {"parent_present": "false"} if scene.preset == ATT else {}
    return enter(scene, "The parents are late: stay outside", changed(scene.out, parents_late_word_at=NOW), **given)


@act
def not_everybody_there(scene: Scene) -> Try:
    member = scene.out.members.order_by("pk")[1]
    return enter(scene, "Wait outside until everyone has arrived", changed(member, arrived_at=None))


@act
def invited_by_a_child(scene: Scene) -> Try:
    return enter(scene, "A child alone cannot invite you in", invited_by=scene.out.visit_pupils.get().pupil.first_name)


@act
def family_said_no(scene: Scene) -> Try:
    return enter(scene, "The family said no to the visit", changed(scene.out.appointments.get(), state="refused"))


@act
def help_was_called(scene: Scene) -> Try:
    return enter(scene, "stay outside", having(VisitAlarm(visit=scene.out, step="help", due_at=NOW, at=NOW)))


# On the way


@act
def late_without_a_word(scene: Scene) -> Try:
    page = scene.at(scene.first(scene.out), "visit_delay", scene.out)
    return Try(page, changed(scene.out, due_back=EARLIER), send("Move the time due back"), "say what holds them up")


# What was found


@act
def told_that_the_child_is_at_home(scene: Scene) -> Try:
    page = scene.at(scene.first(scene.out), "visit_outcome", scene.out, "completed")
    return Try(page, changed(scene.out, purpose=CHILD_CHECK), send("Record:"), "Say whether the child was seen")


@act
def fell_ill_without_annex(scene: Scene) -> Try:
    page = scene.at(scene.first(scene.out), "visit_outcome", scene.out, "unwell")
    return Try(page, nullcontext(), send("Record:"), "belongs to the infection-control annex")


@act
def alarm_taken_by_the_pair(scene: Scene) -> Try:
    VisitAlarm.objects.get_or_create(visit=scene.out, step="staff", defaults={"due_at": NOW, "at": NOW})
    page = scene.at(scene.office, "visit_alarm", scene.out)
    row = VisitMember(visit=scene.out, staff=scene.office, arrived_at=NOW)
    return Try(page, having(row), send("I deal with it"), "The pair itself does not silence its alarm")


# The form


@act
def form_written_by_another(scene: Scene) -> Try:
    clerk = StaffFactory.create(school=scene.school, roles=["office_admin"])
    version = questionnaire_of(scene.out, NOW)
    assert version is not None
    page = scene.at(clerk, "visit_form_section", scene.out, version.asks.sections[0].code)
    return Try(page, changed(clerk.roles.get(), role="line_manager"), send("Save and continue"), "Those who go write in the form")


@act
def no_signature(scene: Scene) -> Try:
    version = questionnaire_of(scene.out, NOW)
    assert version is not None
    open_form(visit=scene.out, version=version, by=scene.first(scene.out), now=NOW)
    page = scene.at(scene.first(scene.out), "visit_form_check", scene.out)
    return Try(page, nullcontext(), send("Hand in"), "One of the staff still has to sign")


# Closing


def closing(scene: Scene, says: str, wrong: AbstractContextManager[None] | None = None, **given: str) -> Try:
    """The report, complete but for what is given."""
    whole = {"text": "All was well.", "entered": "yes", "child_present": "yes", "evaluation": "It helped"}
    more = {"answer_notes_said": "yes", "answer_family_met": "The mother", "answer_needs": "Quiet"} if scene.preset == MAT else {}
    VisitReport.objects.filter(visit=scene.done).delete()
    page = scene.at(scene.first(scene.done), "visit_report", scene.done)
    whole = {name: value for name, value in (whole | more | given).items() if value}
    return Try(page, wrong or nullcontext(), send("Hand in and close", **whole), says, ("visits.VisitReport", "audit.AuditEvent"))


@act
def no_report(scene: Scene) -> Try:
    return closing(scene, "The report is still to be written", text="")


@act
def questionnaire_not_handed_in(scene: Scene) -> Try:
    return closing(scene, "The questionnaire is still to be filled in", changed(scene.done, purpose=IN_YEAR))


@act
def session_record_not_handed_in(scene: Scene) -> Try:
    return closing(scene, "The session record is still to be filled in", changed(scene.done, purpose=TUTORING))


@act
def no_evaluation(scene: Scene) -> Try:
    return closing(scene, "The evaluation must be completed", evaluation="")


@act
def not_said_whether_inside(scene: Scene) -> Try:
    return closing(scene, "Say whether you went inside", entered="")


@act
def not_everybody_back(scene: Scene) -> Try:
    return closing(scene, "Not everybody is back", changed(scene.done, returned_at=None))


@act
def nothing_said_of_a_child(scene: Scene) -> Try:
    brother = PupilFactory.create(household=scene.done.household, first_name="Bo")
    return closing(scene, "Nobody has said what was found about Bo", having(VisitPupil(visit=scene.done, pupil=brother)))


@act
def letter_is_the_designated_persons(scene: Scene) -> Try:
    VisitLetter.objects.get_or_create(visit=scene.done, kind="protocol_letter", defaults={"drafted_at": NOW})
    clerk = StaffFactory.create(school=scene.school, roles=["office_admin"])
    page = scene.at(clerk, "visit_letter_discard", scene.done, "protocol_letter")
    role = StaffRole(staff=scene.senior, school=scene.school, role=scene.values.designated_person)
    return Try(page, having(role), send("Do not send", reason="They rang"), "is sent by the designated person")


@act
def letter_not_left(scene: Scene) -> Try:
    row = VisitLetter(visit=scene.done, kind=scene.values.nobody_home_leaves, drafted_at=NOW)
    return closing(scene, "was left", having(row))


@act
def no_reason_for_ending(scene: Scene) -> Try:
    return closing(
        scene, "The reason for ending the visit is still to be written", changed(scene.done.outcomes.get(), kind="unsafe", note="")
    )
