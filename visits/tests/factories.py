"""Visits for tests, each as its services make it. `a_visit` stops at the stage that is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from homevisits.common.actors import SystemJob
from homevisits.messaging.models import Message, Notice
from homevisits.people.models import AlarmDevice, Contact, LoneWorkerAssessment, Pupil, School, Staff, StaffCheck, StaffTraining, Vehicle
from homevisits.people.services.lone_working import assess_lone_worker
from homevisits.people.tests.factories import ContactFactory, PupilFactory, SchoolFactory, StaffFactory
from homevisits.people.words import CODE_OF_CONDUCT
from homevisits.policy.models import PolicyRead, PolicyVersion
from homevisits.policy.selectors import version_in_force
from homevisits.policy.services import adopt_preset
from safeguarding.models import HouseholdWarning, Incident
from safeguarding.services.incidents import open_incident
from safeguarding.services.warnings import warn
from visits.hazards import preset_rows
from visits.models import Appointment, ArrivedAct, CheckIn, FilledForm, HomeVisit, Isolation, SchoolAssessment, VisitAgreement, VisitItem
from visits.models.printing import PrintRun
from visits.purposes import BY_CODE, TRANSPORT
from visits.questionnaires.definition import Question, missing
from visits.risk_questions import MATRIX, safe_answers
from visits.rules.leaving import lines_for, pair_of
from visits.rules.weekly import week_of
from visits.selectors.filled import revisions_of, values_of
from visits.services import departure
from visits.services.agreements import agree
from visits.services.annex import isolate
from visits.services.answers import Change, open_form, save_answers
from visits.services.appointments import offer
from visits.services.approval import approve
from visits.services.break_glass import go_now
from visits.services.briefing import acknowledge
from visits.services.common import draft_letter
from visits.services.outcomes import record_outcome
from visits.services.planning import Plan, plan_visit
from visits.services.requests import Asked
from visits.services.risk import assess_risk, confirm_read
from visits.services.school_assessment import keep_assessment
from visits.services.setting import set_alarm
from visits.services.signing import hand_in_form
from visits.services.weekly import sign_list
from visits.services.wellbeing import agree_first

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TESTS = SystemJob("test")


def a_school(preset: str = "primary-procedures", **changes: Any) -> School:
    """A school that runs on a preset, with changed settings where they are given."""
    school: School = SchoolFactory.create()
    adopt_preset(school=school, preset=preset, changes=changes, by=TESTS, now=NOW - timedelta(days=30))
    return school


def ready(school: School, roles: Sequence[str] = ("visiting_staff",), **fields: Any) -> Staff:
    """Somebody who may visit under the school's policy: checked, trained, with a mobile, the policy read."""
    fields.setdefault("mobile", f"+447700900{100 + Staff.objects.count() % 800}")
    staff: Staff = StaffFactory.create(school=school, roles=list(roles), **fields)
    version = version_in_force(school, NOW.date())
    make_ready(staff, version)
    if version.values.lone_visit_allowed:
        may_go_alone(school, staff)
    return staff


def may_go_alone(school: School, staff: Staff) -> LoneWorkerAssessment:
    """Give somebody a lone-worker assessment that holds."""
    review = NOW.date() + timedelta(days=180)
    return assess_lone_worker(
        school=school, staff=staff, hazards="An angry parent", measures="Phone on, office told", review_on=review, by=TESTS, now=NOW
    )


def make_ready(staff: Staff, version: PolicyVersion) -> None:
    """Give somebody every check and training that a policy asks for."""
    values, day = version.values, NOW.date() - timedelta(days=90)
    levels = {"enhanced_dbs", "barred_list", *values.required_checks}
    StaffCheck.objects.bulk_create([StaffCheck(staff=staff, level=level, checked_on=day) for level in sorted(levels)])
    names = sorted(set(values.required_training) - {"policy_read"})
    StaffTraining.objects.bulk_create(
        [StaffTraining(staff=staff, name=name, done_on=day, for_version=version.pk if name == CODE_OF_CONDUCT else 0) for name in names]
    )
    PolicyRead.objects.create(version=version, staff=staff, at=NOW - timedelta(days=20))


def a_visit(
    school: School | None = None,
    *,
    pupil: Pupil | None = None,
    pair: Sequence[Staff] | None = None,
    purpose: str = "welfare",
    now: datetime = NOW,
) -> HomeVisit:
    """A visit that is planned, by a headteacher of its own, back in an hour; nothing assessed or approved."""
    school = school or a_school()
    pupil = pupil or PupilFactory.create(school=school)
    pair = [ready(school), ready(school)] if pair is None else pair
    by = StaffFactory.create(school=school, roles=["headteacher"])
    made = plan_visit(
        school=school, pupil=pupil, visit=None, pair=pair, due_back=now + timedelta(hours=1), by=by, now=now, purpose=purpose,
        plan=a_plan(school, pair, purpose),
    )  # fmt: skip
    # That those who go are told of the plan is proved of its own: other tests look at what comes after.
    told = Notice.objects.filter(about="planned_for_you", school=school)
    for notice in told:
        Message.objects.filter(purpose__startswith=f"notice:{notice.pk}:").delete()
    told.delete()
    return made


def a_plan(school: School, pair: Sequence[Staff], purpose: str = "welfare", **more: Any) -> Plan:
    """What the school's policy and the purpose ask of a plan, all of it answered."""
    values = version_in_force(school, NOW.date()).values
    given: dict[str, Any] = {
        "reason": "Nobody has answered for a week", "why_not_at_school": "They cannot come in", "whom_to_see": "Mother and child",
        "answers": {question.code: "Two calls and a letter" for question in BY_CODE[purpose].questions} if purpose in BY_CODE else {},
        "vehicle_words": "On foot",
    }  # fmt: skip
    if values.safe_word_required:
        given["safe_word"] = "Marmalade"
    if values.man_down_device_required and pair:
        given["device"] = AlarmDevice.objects.create(school=school, label=f"Device {AlarmDevice.objects.count() + 1}")
        given["device_carrier"] = pair[0]
    if purpose == TRANSPORT and pair:
        given["driver"], given["vehicle"] = pair[0], a_vehicle(school, minibus=True)
    return Plan(**given | more)


def a_vehicle(school: School, **fields: Any) -> Vehicle:
    """A vehicle of the register, insured for a year."""
    made = {"make": "Example", "model": "Van", "colour": "White", "insured_until": NOW.date() + timedelta(days=365), **fields}
    made.setdefault("registration", f"AB{10 + Vehicle.objects.count()} CDE")
    return Vehicle.objects.create(school=school, **made)


def a_request(school: School, pupil: Pupil | None = None, **asked: Any) -> Asked:
    """What somebody asks for, complete: a welfare visit this afternoon, announced."""
    pupil = pupil or PupilFactory.create(school=school)
    given: dict[str, Any] = {
        "pupils": [pupil], "purpose": "welfare", "reason": "Nobody has answered for a week", "arrive_at": NOW + timedelta(hours=3),
        "why_not_at_school": "They cannot come in", "whom_to_see": "Mother and child", "answers": {"concern": "Not seen for a week"},
    }  # fmt: skip
    return Asked(**given | asked)


def an_item_in(school: School) -> dict[str, int]:
    """A visit with something to take, as the parts of an address."""
    visit = a_visit_in(school)
    return {"visit_id": visit.pk, "item_id": VisitItem.objects.create(visit=visit, kind="document", what="Welcome pack").pk}


def a_visit_in(school: School) -> HomeVisit:
    """A planned visit in a school that may have no policy yet."""
    if not school.policy_versions.exists():
        adopt_preset(school=school, preset="primary-procedures", changes={}, by=TESTS, now=NOW - timedelta(days=30))
    return a_visit(school)


def assessed(visit: HomeVisit, level: str = "", *, by: Staff | None = None, now: datetime = NOW, **given: Any) -> HomeVisit:
    """The visit with a completed risk assessment in which nothing was found but what is given, read by those who go."""
    by = by or visit.members.select_related("staff").order_by("pk")[0].staff
    values = visit.policy.values
    answers = {**safe_answers(values), **given.pop("answers", {})}
    if values.risk_form == MATRIX:
        given = {"hazards": preset_rows(), "vulnerable_persons": "None", "safeguarding_aware": True, "safe_word": "Marigold", **given}
    assess_risk(visit=visit, level=level, by=by, now=now, answers=answers, **given)
    if values.school_assessment_by and not SchoolAssessment.objects.filter(school=visit.school).exists():
        head = StaffFactory.create(school=visit.school, roles=[values.school_assessment_by])
        keep_assessment(school=visit.school, text="Dogs, lone roads, tempers.", by=head, now=now)
    for member in visit.members.select_related("staff"):
        confirm_read(visit=visit, by=member.staff, now=now)
    visit.refresh_from_db()
    return visit


def an_incident_in(school: School) -> Incident:
    """An incident on a visit in a school."""
    by = StaffFactory.create(school=school, roles=["visiting_staff"])
    return open_incident(school=school, kind="threat", note="Shouted at.", visit_id=a_visit_in(school).pk, by=by, now=NOW)


def approved(visit: HomeVisit) -> HomeVisit:
    """The visit assessed and approved by everybody whose approval its policy needs, as it stands then."""
    if not visit.risks.exists():
        assessed(visit)
    roles = {"senior_manager_on_duty": "senior_manager"}
    for role in visit.policy.values.approvers:
        visit.refresh_from_db()
        if visit.status == HomeVisit.Status.PLANNED:
            approve(visit=visit, by=StaffFactory.create(school=visit.school, roles=[roles.get(role, role)]), now=NOW)
    visit.refresh_from_db()
    return visit


def week_signed(visit: HomeVisit) -> HomeVisit:
    """The visit with the week's list signed by a headteacher of its own."""
    head = StaffFactory.create(school=visit.school, roles=["headteacher"])
    sign_list(school=visit.school, week=week_of(visit, NOW), by=head, now=NOW)
    return visit


def an_appointment(visit: HomeVisit, *, contact: Contact | None = None, channel: str = "text", now: datetime = NOW) -> Appointment:
    """An appointment offered to one contact of the family."""
    pupil = visit.visit_pupils.order_by("pk")[0].pupil
    contact = contact or ContactFactory.create(pupil=pupil)
    by = StaffFactory.create(school=visit.school, roles=["office_admin"])
    return offer(
        visit=visit, at=visit.arrive_at or now + timedelta(minutes=20), length_minutes=visit.length_minutes, place="At home",
        what_happens="Two of our staff come and talk with you.", questions="how things are going", to=[(contact, channel)], by=by, now=now,
    )  # fmt: skip


def an_appointment_in(school: School) -> dict[str, Any]:
    """The numbers of an appointment and of its visit, in a school that may have no policy yet."""
    row = an_appointment(a_visit_in(school))
    return {"visit_id": row.visit_id, "appointment_id": row.pk}


def sent_at_once(visit: HomeVisit) -> HomeVisit:
    """The planned visit with its pair sent at once by a safeguarding lead of its own."""
    lead = StaffFactory.create(school=visit.school, roles=["dsl"])
    pair = [member.staff for member in visit.members.all()]
    due_back = NOW + timedelta(hours=1)
    return go_now(school=visit.school, visit=visit, pupils=[], pair=pair, due_back=due_back, reason="A call for help", by=lead, now=NOW)


def ready_to_leave(visit: HomeVisit, now: datetime = NOW) -> HomeVisit:
    """An approved visit whose pair has read, chosen and ticked all that the policy asks for before leaving."""
    visit.refresh_from_db()
    pair = pair_of(visit)
    wants = visit.policy.values.man_down_device_required
    device = visit.device or (AlarmDevice.objects.get_or_create(school=visit.school, label="Device")[0] if wants else None)
    kit = departure.Kit(
        vehicle=visit.vehicle, vehicle_words=visit.vehicle_words or "On foot", device=device, device_carrier=pair[0] if wants else None,
        safe_word="Marmalade" if visit.policy.values.safe_word_required else "",
    )  # fmt: skip
    departure.equip(visit=visit, kit=kit, by=pair[0], now=now)
    visit.refresh_from_db()
    for person in pair:
        acknowledge(visit=visit, version=visit.version, by=person, now=now)
        answers = {line.code: True for line in lines_for(visit, person, now)}
        departure.answer_checklist(visit=visit, answers=answers, by=person, now=now)
    return visit


def warning_in(school: School) -> HouseholdWarning:
    """A warning about a home of a school, by its safeguarding lead."""
    home = PupilFactory.create(school=school).household
    by = StaffFactory.create(school=school, roles=["dsl"])
    return warn(household=home, about="animals", says="A large dog in the yard.", source="The safeguarding team", by=by, now=NOW)


def isolation_in(school: School) -> Isolation:
    """A pupil of a school who isolates for ten days."""
    by = StaffFactory.create(school=school, roles=["headteacher"])
    return isolate(pupil=PupilFactory.create(school=school), until=NOW.date() + timedelta(days=10), by=by, now=NOW)


def carrier_of(visit: HomeVisit) -> Staff:
    """Who of the pair carries the alarm device: whoever changes the pair keeps them, or names another."""
    return visit.device_carrier or visit.members.select_related("staff").order_by("pk")[0].staff


def out_now(visit: HomeVisit, *, minutes: float = 60, now: datetime = NOW, **fields: Any) -> HomeVisit:
    """The visit with its staff out since `now`, due back in so many minutes; what comes before is taken as done."""
    values = {"status": HomeVisit.Status.OUT, "departed_at": now, "due_back": now + timedelta(minutes=minutes), **fields}
    HomeVisit.objects.filter(pk=visit.pk).update(**values)
    visit.refresh_from_db()
    agree_first(visit)
    set_alarm(visit)
    return visit


def at_the_door(visit: HomeVisit, *, arrived: datetime | None = NOW) -> HomeVisit:
    """The visit with its staff out since ten minutes, and all of them at the door since `arrived`; how they leave is proved elsewhere."""
    gone = (arrived or NOW) - timedelta(minutes=10)
    HomeVisit.objects.filter(pk=visit.pk).update(status=HomeVisit.Status.OUT, departed_at=gone)
    for member in visit.members.all():
        if arrived:
            CheckIn.objects.create(visit=visit, point=CheckIn.Point.ARRIVED, at=arrived, by=member.staff)
    visit.members.update(arrived_at=arrived)
    return HomeVisit.objects.get(pk=visit.pk)


def an_outcome_in(school: School) -> dict[str, Any]:
    """The numbers of an outcome that asks for more, and of its visit, in a school that may have no policy yet."""
    visit = at_the_door(a_visit_in(school))
    by = visit.members.select_related("staff").order_by("pk")[0].staff
    return {"visit_id": visit.pk, "outcome_id": record_outcome(visit=visit, kind="child_alone", by=by, now=NOW).pk}


def a_letter_in(school: School) -> dict[str, Any]:
    """A visit with a drafted letter, as the parts of an address."""
    visit = a_visit_in(school)
    draft_letter(visit, "protocol_letter", NOW)
    return {"visit_id": visit.pk, "kind": "protocol_letter"}


def a_form(visit: HomeVisit, *, now: datetime = NOW) -> FilledForm:
    """The form of a visit whose staff are out, opened by the first of them."""
    if visit.departed_at is None:
        out_now(visit, now=now - timedelta(minutes=10))
    return open_form(visit=visit, by=pair_of(visit)[0], now=now)


def answer_all(form: FilledForm, *, by: Staff | None = None, now: datetime = NOW, **given: Any) -> None:
    """Answer what the form must have, shortly; `given` beside it."""
    by, asked = by or pair_of(form.visit)[0], form.version.asks
    values, revisions = values_of(form) | given, revisions_of(form)
    while owed := missing(asked, values):
        values |= {one.code: an_answer(one) for _, one in owed}
    changes = [Change(code=code, value=value, base=revisions.get(code, 0)) for code, value in values.items()]
    save_answers(form=form, changes=changes, by=by, now=now)


def form_handed_in(visit: HomeVisit, *, now: datetime = NOW) -> FilledForm:
    """The form of a visit that was made: filled shortly and handed in."""
    form = open_form(visit=visit, by=pair_of(visit)[0], now=now)
    answer_all(form, now=now)
    return hand_in_form(form=form, by=pair_of(visit)[0], now=now)


def an_answer(question: Question) -> str | list[str]:
    """Some answer to a question; to the prompts that nothing was seen."""
    if question.options:
        code = question.options[-1][0] if question.kind == "prompts" else question.options[0][0]
        return [code] if question.several else code
    return {"number": "30", "date": "2026-12-01"}.get(question.kind, "As usual")


def an_arrived_act_in(school: School) -> dict[str, Any]:
    """The numbers of an act that came in late and was refused, and of its visit, in a school that may have no policy yet."""
    visit = at_the_door(a_visit_in(school))
    by = visit.members.select_related("staff").order_by("pk")[0].staff
    row = ArrivedAct.objects.create(
        visit=visit, token=uuid4(), kind="check_in", data={"point": ["inside"]}, happened_at=NOW, received_at=NOW + timedelta(minutes=40),
        by=by, state=ArrivedAct.State.REFUSED, says="Nobody goes in unless an adult is present.", clause="PRI-23",
    )  # fmt: skip
    return {"visit_id": visit.pk, "arrived_id": row.pk}


def a_difference_in(school: School) -> dict[str, Any]:
    """The numbers of two answers that differ, and of their visit, in a school that may have no policy yet."""
    form = a_form(a_visit_in(school))
    for person, words in zip(pair_of(form.visit), ("Cheerful", "Quiet"), strict=True):
        save_answers(form=form, changes=[Change(code="child_how", value=words, base=0)], by=person, now=NOW)
    return {"visit_id": form.visit_id, "difference_id": form.conflicts.get().pk}


def an_agreement(visit: HomeVisit, **given: Any) -> VisitAgreement:
    """Something agreed on a visit that was made: the mother brings the child by bus, until in a week."""
    if visit.departed_at is None:
        out_now(visit)
    kept = {"what": "He comes by the early bus", "owner_words": "Mother", "due_on": NOW.date() + timedelta(days=7), **given}
    return agree(visit=visit, by=pair_of(visit)[0], now=NOW, **kept)


def an_agreement_in(school: School) -> dict[str, Any]:
    """The numbers of an agreement and of its visit, in a school that may have no policy yet."""
    row = an_agreement(a_visit_in(school))
    return {"visit_id": row.visit_id, "agreement_id": row.pk}


def a_print_run_in(school: School) -> PrintRun:
    """Papers that somebody of a school has asked for, not made yet."""
    by = StaffFactory.create(school=school, roles=["office_admin"])
    return PrintRun.objects.create(school=school, day=NOW.date(), asked_at=NOW, by=by, touched_at=NOW, token=uuid4())
