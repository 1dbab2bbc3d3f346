"""What stops a visit before anybody leaves: asking, planning, the family, risk, approval. Each opens a page, with what goes wrong then."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

from homevisits.people.models import LoneWorkerAssessment, StaffCheck, StaffRole, StaffTraining, StaffUnwell
from homevisits.people.tests.factories import ContactFactory
from homevisits.people.words import CODE_OF_CONDUCT
from homevisits.policy.models import PolicyRead
from visits.models import (
    AnnexVersion,
    SchoolAssessment,
    VisitMember,
)
from visits.purposes import CHILD_CHECK, OTHER, TRANSPORT
from visits.risk_questions import safe_answers
from visits.tests.factories import (
    NOW,
)

from .scene import EARLIER, Scene, Try, act, changed, having, send, without
from .stopped import ALT, ATT, MAT, SEC

# Asking


def asking(scene: Scene, says: str, **given: str | bool) -> Try:
    """The form of a request, complete but for what is given."""
    pupil = scene.asked.visit_pupils.get().pupil
    page = scene.at(scene.tess, "visit_ask", query=f"?pupil={pupil.pk}&purpose={scene.purpose}")
    answers = {"answer_concern": "Not seen for a week"} if scene.purpose == "welfare" else {}
    whole = {"reason": "Nobody answers", "whom_to_see": "The mother", "why_not_at_school": "They cannot", "time": "14:00", **answers}
    return Try(page, nullcontext(), send("Ask for the visit", **whole, **given), says)


@act
def unannounced_without_a_reason_that_counts(scene: Scene) -> Try:
    says = {MAT: "Going unannounced needs a reason", SEC: "needs one of the policy’s reasons"}
    return asking(scene, says.get(scene.preset, "is announced to the family beforehand"), announced="no")


@act
def joint_visit_without_its_worker(scene: Scene) -> Try:
    return asking(scene, "names the agency, its worker", joint_agency="Social care", joint_protocol_confirmed=True)


# Planning


def planning(scene: Scene, says: str, wrong: AbstractContextManager[None] | None = None, **given: str | bool) -> Try:
    """The form of a plan with two people who may go and all that the policy wants, but for what is given."""
    page = scene.at(scene.office, "visit_plan", scene.asked)
    whole: dict[str, str | bool] = {"first": "Tess Tablet", "second": "Ted Thorough"}
    whole |= {"device": "Device 2", "device_carrier": "Tess Tablet"} if scene.preset == ATT else {}
    whole |= {"safe_word": "Marmalade"} if scene.preset == MAT else {}
    return Try(page, wrong or nullcontext(), send("with these people", **whole | given), says)


@act
def no_purpose(scene: Scene) -> Try:
    return planning(scene, "A visit needs a purpose", changed(scene.asked, purpose=""))


@act
def other_purpose_without_words(scene: Scene) -> Try:
    return planning(scene, "Another purpose needs its words", changed(scene.asked, purpose=OTHER))


@act
def could_come_to_school(scene: Scene) -> Try:
    return planning(scene, "why the parents cannot come to school", changed(scene.asked, why_not_at_school=""))


@act
def too_few_go(scene: Scene) -> Try:
    nobody = {"first": "Nobody"} if scene.preset in (ALT, SEC) else {}
    return planning(scene, "different members of staff; here there is", None, **{"second": "Nobody", **nobody})


def alone(scene: Scene) -> dict[str, str]:
    """One person alone, let go by a senior where that takes one."""
    override = {"override_by": "Sam Senior", "override_reason": "Nobody else is there"} if scene.preset == MAT else {}
    return {"second": "Nobody", **override}


@act
def alone_without_lone_worker_assessment(scene: Scene) -> Try:
    rows = LoneWorkerAssessment.objects.filter(staff=scene.tess)
    return planning(scene, "no current lone-worker risk assessment", without(rows) if rows else None, **alone(scene))


@act
def alone_without_written_reason(scene: Scene) -> Try:
    return planning(scene, "needs its reason in writing", None, **alone(scene) | {"override_reason": ""})


@act
def pupil_taken_by_one_alone(scene: Scene) -> Try:
    wrong = changed(scene.asked, purpose=TRANSPORT, purpose_answers={"concern": "No bus"})
    return planning(scene, "Nobody takes a pupil anywhere alone", wrong, **alone(scene))


@act
def pupil_taken_without_minibus(scene: Scene) -> Try:
    wrong = changed(scene.asked, purpose=TRANSPORT, purpose_answers={"concern": "No bus"})
    return planning(scene, "A pupil is taken in the minibus", wrong)


@act
def not_checked(scene: Scene) -> Try:
    return planning(scene, "Ted Thorough lacks a current check", without(StaffCheck.objects.filter(staff=scene.ted)))


@act
def not_trained(scene: Scene) -> Try:
    rows = StaffTraining.objects.filter(staff=scene.ted, name="first_aid")
    return planning(scene, "Ted Thorough has not done", without(rows))


@act
def policy_not_read(scene: Scene) -> Try:
    return planning(scene, "Ted Thorough has not confirmed reading the policy", without(PolicyRead.objects.filter(staff=scene.ted)))


@act
def code_of_conduct_not_confirmed(scene: Scene) -> Try:
    rows = StaffTraining.objects.filter(staff=scene.ted, name=CODE_OF_CONDUCT)
    return planning(scene, "has not confirmed the code of conduct", without(rows))


@act
def unwell(scene: Scene) -> Try:
    row = StaffUnwell(staff=scene.ted, school=scene.school, symptoms_from=NOW.date(), at=NOW)
    return planning(scene, "Ted Thorough is off visits on that day", having(row))


@act
def on_another_visit(scene: Scene) -> Try:
    times = changed(scene.planned, due_at=NOW + timedelta(hours=2), due_back=NOW + timedelta(hours=5))
    return planning(scene, "Ted Thorough is on another visit at that time", times)


@act
def outside_the_hours(scene: Scene) -> Try:
    if scene.preset == SEC:
        return planning(scene, "The school is shut on that day", day_0="28")
    if scene.preset == MAT:
        return planning(scene, "The visit is in the evening", sets_off="18:45", arrive="19:00", back="20:00")
    return planning(scene, "The visit is outside school hours", sets_off="16:15", arrive="16:30", back="17:30")


@act
def no_alarm_device(scene: Scene) -> Try:
    return planning(scene, "Say which alarm device is carried", device="None")


@act
def no_safe_word(scene: Scene) -> Try:
    return planning(scene, "Agree a safe word", safe_word="")


# The family


@act
def told_of_an_unannounced_visit(scene: Scene) -> Try:
    contact = ContactFactory.create(pupil=scene.planned.visit_pupils.get().pupil, name="Una Example")
    page = scene.at(scene.office, "appointment_offer", scene.planned)
    wrong = changed(scene.planned, announced=False, unannounced_reason="Welfare is in question")
    return Try(page, wrong, send("Offer this time", to=f"{contact.pk}:text"), "The visit goes unannounced")


@act
def agreed_when_it_is_over(scene: Scene) -> Try:
    ContactFactory.create(pupil=scene.planned.visit_pupils.get().pupil, name="Cal Example", relationship="Father")
    page = scene.at(scene.office, "agreement_call", scene.planned)
    wrong = changed(scene.planned, status="declined")
    return Try(page, wrong, send("Record the call", contact="Cal Example, father", agreed="yes"), "The visit is past being agreed")


@act
def withdrawn_though_the_morning_raised_it(scene: Scene) -> Try:
    page = scene.at(scene.office, "visit_withdraw", scene.asked)
    wrong = changed(scene.asked, purpose=CHILD_CHECK, token=None)
    return Try(page, wrong, send("Withdraw it", reason="Not needed"), "The morning raised this visit")


# Risk and approval


@act
def a_must_be_yes_is_no(scene: Scene) -> Try:
    page = scene.at(scene.tess, "visit_risk", scene.planned)
    given = {f"q_{code}": said for code, said in safe_answers(scene.values).items()} | {"q_safeguarding_record_checked": "no"}
    return Try(page, nullcontext(), send("Complete the assessment", **given), "must be yes before a visit")


def approving(scene: Scene, says: str, wrong: AbstractContextManager[None]) -> Try:
    """The page on which the approver signs."""
    return Try(scene.at(scene.approver, "visit_approve", scene.planned), wrong, send("Sign and approve"), says)


@act
def no_risk_assessment(scene: Scene) -> Try:
    return approving(scene, "There is no completed risk assessment", changed(scene.planned.risks.get(), replaced_at=NOW))


@act
def high_risk_undecided(scene: Scene) -> Try:
    return approving(scene, "the safeguarding team decides first", changed(scene.planned.risks.get(), level="high"))


@act
def alone_at_more_than_low_risk(scene: Scene) -> Try:
    @contextmanager
    def wrong() -> Iterator[None]:
        with changed(scene.planned.risks.get(), level="medium"), without(VisitMember.objects.filter(visit=scene.planned, staff=scene.ted)):
            yield

    return approving(scene, "One person alone goes only where the risk is low", wrong())


@act
def own_visit(scene: Scene) -> Try:
    row = VisitMember(visit=scene.planned, staff=scene.approver)
    return approving(scene, "Nobody decides about their own visit", having(row))


@act
def not_the_approver(scene: Scene) -> Try:
    role = StaffRole.objects.get(staff=scene.approver)
    return approving(scene, "Visits are approved here by", changed(role, role="office_admin"))


@act
def new_risk_and_the_schools_assessment_is_old(scene: Scene) -> Try:
    @contextmanager
    def wrong() -> Iterator[None]:
        with changed(SchoolAssessment.objects.get(), at=EARLIER), changed(scene.planned.risks.get(), new_risk="A flooded lane"):
            yield

    return approving(scene, "This visit brings a new risk", wrong())


@act
def schools_assessment_not_read(scene: Scene) -> Try:
    member = scene.planned.members.get(staff=scene.ted)
    return approving(scene, "Ted Thorough has not confirmed reading the school’s assessment", changed(member, assessment_read_at=None))


@act
def no_mobile_on_the_permission(scene: Scene) -> Try:
    return approving(scene, "There is no mobile number for Ted Thorough", changed(scene.ted, mobile=""))


def annex(scene: Scene, *more: AbstractContextManager[None]) -> AbstractContextManager[None]:
    """The infection-control annex on, and what else is wrong."""
    version = AnnexVersion(school=scene.school, on=True, isolation_days=10, distance_metres=2, at=EARLIER, by=scene.approver)

    @contextmanager
    def on() -> Iterator[None]:
        with having(version), more[0] if more else nullcontext():
            yield

    return on()


@act
def annex_on_and_contact_could_be_remote(scene: Scene) -> Try:
    return approving(scene, "Say why contact with the family cannot be remote", annex(scene))


@act
def annex_on_and_somebody_has_symptoms(scene: Scene) -> Try:
    ill = having(StaffUnwell(staff=scene.ted, school=scene.school, symptoms_from=NOW.date(), at=NOW))
    return approving(scene, "Ted Thorough is off visits on that day", annex(scene, ill))


@act
def annex_on_and_a_lift(scene: Scene) -> Try:
    return approving(scene, "No lift in a staff car", annex(scene, changed(scene.planned, purpose=TRANSPORT)))
