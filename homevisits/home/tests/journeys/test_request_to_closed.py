"""Each of the five policies takes a visit from the request to the closed file, in real browsers.

The member of staff has a tablet, the approver a phone, the family its own phone and no account. Everything is clicked and filled in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homevisits.messaging.models import Message
from homevisits.people.models import AlarmDevice, Pupil, School, Staff
from homevisits.people.tests.factories import ContactFactory, HouseholdFactory, PupilFactory, StaffFactory
from homevisits.testing.browser import TABLET
from visits.hazards import preset_rows
from visits.models import CheckIn, HomeVisit
from visits.risk_questions import safe_answers
from visits.tests.factories import a_school, a_vehicle, may_go_alone, ready

from .browsers import PHONE, Browser, set_clock

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SETS_OFF = MORNING + timedelta(minutes=75)
AT_THE_DOOR = MORNING + timedelta(minutes=90)
HOME_AGAIN = MORNING + timedelta(minutes=115)


@dataclass(frozen=True)
class Way:
    """What one policy asks for on the way; everything else is the same for all five."""

    preset: str
    purpose: str
    approvers: tuple[str, ...]  # roles, in the order in which they sign
    asked: dict[str, str] = field(default_factory=dict)  # more of the request's form
    planned: dict[str, str] = field(default_factory=dict)  # more of the plan's form
    alone: bool = False
    risk: dict[str, str] = field(default_factory=dict)
    safeguarding: bool = False
    reads_assessment: bool = False
    weekly: bool = False
    appointment: bool = False
    call: bool = False
    parent_present: bool = False
    report: dict[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()  # of the timeline, besides those of every visit


DANGER = {
    "q_violence": "yes", "what_violence": "Police were called in May", "do_violence": "Stay at the door, car facing out",
    "q_drugs": "yes", "what_drugs": "Smell of cannabis", "do_drugs": "Leave at once if anybody has taken any",
}  # fmt: skip
WAYS = (
    Way(
        "primary-procedures", "welfare", ("senior_manager",), {"answer_concern": "Not seen for a week"}, risk=DANGER, safeguarding=True,
        steps=("Safeguarding team decided",),
    ),
    Way(
        "attendance-officer", "attendance", ("senior_manager",), planned={"device": "Device 1", "device_carrier": "Tess Tablet"},
        reads_assessment=True, weekly=True, appointment=True, parent_present=True,
        report={"evaluation": "The reason is found and support agreed", "reasons": "routines", "support_routines": "Breakfast club"},
        steps=("The school’s assessment read", "Signed on the week's list", "The family was told the time", "The family confirmed"),
    ),
    Way(
        "academy-trust", "attendance", ("principal",), planned={"safe_word": "Marmalade"},
        risk={"vulnerable_persons": "None", "safeguarding_aware": "yes"},
        report={"answer_notes_said": "yes", "answer_family_met": "Mother and Ada", "answer_needs": "A quiet place to start the day"},
    ),
    Way("alternative-provision", "partnership", ("line_manager", "headteacher"), steps=("Approved by one of those needed",)),
    Way("secondary", "too_ill", ("senior_manager",), alone=True, call=True, steps=("Agreed by telephone",)),
)  # fmt: skip
EVERY_STEP = (
    "Asked for", "Planned", "Risk assessed", "Approved", "Briefing acknowledged", "Departure checklist answered", "Departed", "Spoke to",
    "Made as planned", "Everybody is back", "Report handed in, visit closed",
)  # fmt: skip


class Journey:
    """The people of one school, their screens, and the visit on its way."""

    def __init__(self, way: Way, browser_for: Callable[[dict[str, int]], Browser]) -> None:
        self.way, self.browser_for = way, browser_for
        self.school: School = a_school(way.preset)
        set_clock(self.school, MORNING)
        self.tess = ready(self.school, ("visiting_staff", "pupil_support_lead"), name="Tess Tablet")
        self.ted: Staff = ready(self.school, ("visiting_staff",), name="Ted Thorough-Featherstonehaugh")
        self.goes = [self.tess] if way.alone else [self.tess, self.ted]
        if way.alone:
            may_go_alone(self.school, self.tess)
        home = HouseholdFactory.create(
            school=self.school, address="Flat 14, The Old Maltings\n221 Upper Example Street", postcode="EX1 1AA"
        )
        self.pupil: Pupil = PupilFactory.create(school=self.school, household=home, first_name="Ada", last_name="Cholmondeley-Example")
        self.mother = ContactFactory.create(pupil=self.pupil, name="Mo Example", mobile="+447700900001")
        AlarmDevice.objects.create(school=self.school, label="Device 1")
        self.car = a_vehicle(self.school)
        self.tablet = browser_for(TABLET).sign_in(self.tess)
        self.phone = browser_for(PHONE)

    def staff(self, role: str) -> Staff:
        """Somebody in a role."""
        return StaffFactory.create(school=self.school, roles=[role], name=f"{role.replace('_', ' ').capitalize()} Example")

    def at(self, browser: Browser, name: str, *parts: Any) -> Browser:
        """A page of the visit."""
        return browser.open(name, self.school.slug, self.visit.pk, *parts)

    def look(self, browser: Browser, name: str, *, own: bool = False) -> Browser:
        """Look at a page; `own` when it differs from policy to policy."""
        return browser.look(f"{name}-{self.way.preset}" if own else name)

    # Before anybody goes

    def ask(self) -> None:
        """Find the child, choose the purpose, say why."""
        tablet = self.tablet.open("visit_ask", self.school.slug).fill(q="Ada").press("Find")
        self.look(tablet, "ask-whom").follow("Ada Cholmondeley-Example")
        self.look(tablet, "ask-why")
        tablet.send(tablet.page.locator(f'a[href*="purpose={self.way.purpose}"]'))
        whom = {"whom_to_see": "Ada and her mother", "why_not_at_school": "They cannot come in this week"}
        day = {"day_0": "24", "day_1": "11", "day_2": "2026", "time": "11:30", "length": "20"}
        tablet.fill(reason="She has missed nine days", documents="Reading folder", **whom, **day, **self.way.asked)
        self.look(tablet, "ask", own=True).press("Ask for the visit").expect(".flash", "The visit is asked for")
        self.visit = HomeVisit.objects.get(school=self.school)

    def plan(self) -> None:
        """Take the pair that is suggested, with what the policy wants of a plan."""
        tablet = self.at(self.tablet, "visit_plan").fill(**self.way.planned)
        self.look(tablet, "plan", own=True)
        pair = tablet.page.locator(".pairs button", has_text="Tess Tablet, alone" if self.way.alone else " and ")
        tablet.send(pair.first).expect(".flash", "Planned")

    def assess(self) -> None:
        """Go through the risks; the pair reads the school's own assessment where there has to be one."""
        if self.way.reads_assessment:
            head = self.phone.sign_in(self.staff("headteacher")).open("school_assessment_amend", self.school.slug)
            self.look(head.fill(text="Dogs, lone roads, tempers: two go, phones on."), "school-assessment-amend")
            head.press("Keep").expect(".flash", "")
        tablet = self.at(self.tablet, "visit_risk")
        values = self.visit.policy.values
        answers = {f"q_{code}": answer for code, answer in safe_answers(values).items()} | self.way.risk
        tablet.fill(**answers)
        self.look(tablet, "risk", own=True).press("Complete the assessment").expect("#visit-risk", "Completed by")
        assert (self.visit.risks.get().hazards != []) is bool(values.risk_form == "hazard_matrix" and preset_rows())
        for person in self.goes if self.way.reads_assessment else []:
            self.look(self.at(self.tablet.sign_in(person), "visit_risk_read"), "risk-read").press("I have read it")
        if self.way.safeguarding:
            lead = self.phone.sign_in(self.staff("dsl")).open("high_risk_list", self.school.slug)
            self.look(lead, "high-risk")
            self.at(lead, "high_risk_decide").fill(decision="visit", reason="Two go, and the police know of it")
            self.look(lead, "high-risk-decide").press("Record").expect(".flash", "")
            self.at(lead, "visit").expect("#visit-risk", "Two go, and the police know of it")

    def agree(self) -> None:
        """The family hears of it: by a message that it answers without an account, or on the telephone."""
        tablet = self.tablet.sign_in(self.tess)
        if self.way.appointment:
            self.at(tablet, "appointment_offer").tick("to", f"{self.mother.pk}:text")
            self.look(tablet, "offer").press("Offer this time").expect(".flash", "The appointment is offered")
            sent = Message.objects.get(school=self.school, template="appointment")
            found = re.search(r"/appointment/\S+", sent.body)
            assert found
            family = self.browser_for(PHONE)
            family.page.goto(family.base + found.group().rstrip("."))
            self.look(family.fill(answer="confirmed"), "family").press("Send my answer").expect(".flash", "Confirmed")
        if self.way.call:
            self.at(tablet, "agreement_call").fill(contact="Mo Example, mother", agreed="yes")
            self.look(tablet, "agreement-call").press("Record the call").expect(".flash", "The call is recorded")

    def approve(self) -> None:
        """Each approver reads the card on the phone and signs; the head signs the week's list."""
        for number, role in enumerate(self.way.approvers, 1):
            phone = self.phone.sign_in(self.staff(role)).open("approve_inbox", self.school.slug)
            self.look(phone, "inbox", own=True).send(phone.page.locator(f"#request-{self.visit.pk} .acts a").first)
            self.look(phone.expect(".signature__says", "approve the visit as"), "sign").press("Sign and approve")
            phone.expect(".flash", "Approved and signed" if number == len(self.way.approvers) else "It still needs another approval")
        if self.way.weekly:
            head = self.phone.sign_in(self.staff("headteacher")).open("weekly_list", self.school.slug)
            self.look(head, "weekly-list").press("Sign the list").expect(".flash", "The list is signed")

    # Out and back

    def leave(self) -> None:
        """Each reads the briefing and answers for themselves; then they go."""
        set_clock(self.school, SETS_OFF)
        for person in self.goes:
            tablet = self.at(self.tablet.sign_in(person), "visit_briefing")
            self.look(tablet, "briefing", own=True).press("I have read").expect(".flash", "you have read the briefing")
            for group in tablet.page.locator("fieldset.tick-line").all():
                group.locator("input").first.check()
            self.look(tablet, "leaving", own=True).press("Keep my answers").expect(".flash", "Your answers are kept")
        tablet.expect("main", "Everything is there: you can leave")
        tablet = self.tablet.sign_in(self.tess).open("visit_today", self.school.slug)
        self.look(tablet, "my-day").follow("Ada")
        self.look(tablet, "tablet-before", own=True).press("We are leaving now").expect(".flash", "Recorded: departed")

    def go_in(self) -> None:
        """Arrive, go inside, say who was spoken to and what was found."""
        set_clock(self.school, AT_THE_DOOR)
        points = self.visit.policy.values.check_in_points
        tablet = self.at(self.tablet, "visit_tablet")
        if CheckIn.Point.ARRIVING in points:
            tablet.press("We are about to arrive")
        for person in self.goes[::-1]:
            self.at(tablet.sign_in(person), "visit_tablet").press("I have arrived").expect(".flash", "Recorded")
        self.look(tablet, "tablet-door", own=True).fill(adult_present="true", invited_by="Mo Example")
        if self.way.parent_present:
            tablet.fill(parent_present="true")
        tablet.press("We go inside").expect("#door-timers", "Inside since 11:30")
        self.look(tablet, "tablet-inside").follow("Who we spoke to").fill(who=str(self.mother.pk), told_notes=True, told_sharing=True)
        self.look(tablet, "spoken").press("Record").expect(".flash", "Mo Example")
        self.look(tablet.follow("Say what you found"), "outcomes").follow("The visit was made as planned")
        self.look(tablet, "outcome").press("Record: the visit was made as planned").expect(".flash", "Recorded")

    def come_back(self) -> None:
        """Leave the property, and be back, every one."""
        set_clock(self.school, HOME_AGAIN)
        tablet = self.at(self.tablet, "visit_tablet").press("We have left the property")
        for person in self.goes[::-1]:
            self.at(tablet.sign_in(person), "visit_tablet").press("I am back").expect(".flash", "Recorded")

    def report(self) -> None:
        """Write the report and hand it in."""
        tablet = self.at(self.tablet, "visit_report").fill(
            text="Ada was well. A plan for the mornings is agreed.", entered="yes", child_present="yes"
        )
        self.look(tablet.fill(**self.way.report), "report", own=True).press("Hand in and close")
        tablet.expect(".flash", "The report is handed in and the visit is closed")


@pytest.mark.once
@pytest.mark.needs_chromium
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.preset)
def test_a_visit_goes_from_the_request_to_the_closed_file(way: Way, browser_for: Callable[[dict[str, int]], Browser]) -> None:
    journey = Journey(way, browser_for)
    journey.ask()
    journey.plan()
    journey.assess()
    journey.agree()
    journey.approve()
    journey.leave()
    journey.go_in()
    journey.come_back()
    journey.report()
    journey.visit.refresh_from_db()
    assert journey.visit.status == HomeVisit.Status.CLOSED
    for words in (*EVERY_STEP, *way.steps):
        journey.tablet.expect("#visit-time", words)
    journey.look(journey.tablet, "closed", own=True)
