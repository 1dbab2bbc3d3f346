"""The settings in words, with their bounds and choices: one row each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from . import words
from .kinds import Kind

MORNING = "The morning"
TEXTS = "Texts and the brake"
WHO = "Who goes"
APPROVAL = "Approval"
DOOR = "At the door"
OUT = "Out and back"
SAFE = "Safeguarding"
PAPERS = "Documents"
GROUPS = (MORNING, TEXTS, WHO, APPROVAL, DOOR, OUT, SAFE, PAPERS)


@dataclass(frozen=True)
class Row:
    """What `Setting` takes from here."""

    name: str
    group: str
    label: str
    help: str
    kind: Kind
    unit: str = ""
    low: Any = None
    high: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    open_ended: bool = False
    optional: bool = False
    at_least_one: bool = False


def _time(name: str, group: str, label: str, says: str, low: time | None = None, high: time | None = None) -> Row:
    return Row(name, group, label, says, Kind.TIME, "time", low, high)


def _number(name: str, group: str, label: str, unit: str, low: int, high: int, says: str) -> Row:
    return Row(name, group, label, says, Kind.NUMBER, unit, low, high)


def _bool(name: str, group: str, label: str, says: str) -> Row:
    return Row(name, group, label, says, Kind.BOOL, "yes or no")


def _choice(name: str, group: str, label: str, choices: Mapping[str, str], says: str, **more: Any) -> Row:
    return Row(name, group, label, says, Kind.CHOICE, "one of these", choices=choices, **more)


def _several(name: str, group: str, label: str, choices: Mapping[str, str], says: str, **more: Any) -> Row:
    return Row(name, group, label, says, Kind.CHOICES, "any of these", choices=choices, **more)


ROWS: tuple[Row, ...] = (
    _time("reporting_deadline", MORNING, "Parents report an absence by",
          "The time that texts and letters name as the latest to report an absence."),
    _time("first_text_at", MORNING, "First-day-absence text goes at",
          "When the contacts of a child who has neither arrived nor been reported absent are texted."),
    _time("call_at", MORNING, "The office rings at", "When a child still without a reason comes onto the call list."),
    _time("welfare_visit_at", MORNING, "A welfare visit is raised at",
          "When a child without contact by then is to be visited at home."),
    _number("register_grace", MORNING, "Grace for a late register", "minutes", 0, 120,
            "How long after its close a register may be missing before the office is told."),
    _number("call_grace", MORNING, "Grace for the first call", "minutes", 0, 180,
            "How long a due call may wait before the pupil support lead and the senior manager are told."),
    _time("school_day_ends", MORNING, "The school day ends at",
          "A case that is still open then is told to the safeguarding lead and the headteacher.", time(11, 0), time(18, 0)),
    _number("late_tolerance", MORNING, "A step counts as late after", "seconds", 10, 3600,
            "How late a step of the morning may come before people are alarmed about it."),
    Row("hold_share", TEXTS, "Brake: more than this share of the roll",
        "More children due a first text than this share, and more than the number below: the texts wait for one human look.",
        Kind.SHARE, "share of roll", 0.0, 1.0),
    _number("hold_minimum", TEXTS, "Brake: more cases than", "cases", 0, 1000,
            "Fewer due texts than this are never held, however small the school."),
    _time("text_catch_up_until", TEXTS, "No late text after",
          "A text that could not leave by then is not sent any more; the office and the senior manager are told instead."),
    _bool("all_clear", TEXTS, "All-clear text", "Whether those who were texted hear that the child is accounted for."),
    _number("minimum_staff", WHO, "Staff on a visit, at least", "persons", 1, 6, "How many different members of staff go."),
    _bool("lone_visit_allowed", WHO, "A visit by one person is allowed",
          "Whether one member of staff may go alone, with a current lone-worker assessment."),
    _choice("lone_visit_max_risk", WHO, "Alone up to this risk", words.LEVELS, "A visit with a higher risk needs two."),
    _choice("pair_override", WHO, "Sending fewer than the policy says",
            {"never": "Never, by nobody", "named_senior_and_reason": "A named senior person, with a written reason"},
            "Whether anybody may lift the number of staff."),
    _several("required_checks", WHO, "Checks before a visit", words.CHECKS, "Staff without them cannot be assigned."),
    _several("required_training", WHO, "Training before a visit", words.TRAINING, "Staff without it cannot be assigned.",
             open_ended=True),
    _choice("allowed_hours", WHO, "Hours of visits",
            {"school_hours_or_reason": "School hours; otherwise a reason",
             "after_school_for_in_year": "School hours, and after school for in-year admissions",
             "not_evening_or_reason": "Not in the evening, unless with a reason that the approver looks at",
             "school_hours_or_reason_and_contact": "School hours; otherwise a reason and a responsible contact",
             "holidays_for_education_welfare_officer": "School hours; the education welfare officer in holidays too"},
            "When a visit may take place without more words."),
    _time("evening_from", WHO, "Evening begins at", "A visit that reaches into the evening needs a reason where the policy asks for one.",
          time(15, 0), time(22, 0)),
    Row("unannounced_allowed_for", WHO, "Unannounced visits",
        "For which purposes, by whom and at whose request a visit may go without telling the parents first.",
        Kind.UNANNOUNCED, "purposes and roles", choices=words.PURPOSES),
    _number("standard_length", WHO, "A visit lasts", "minutes", 5, 240, "The length that a visit is planned with."),
    _number("in_year_visit_within", WHO, "In-year joiners are visited within", "days", 1, 90,
            "Calendar days from the first day at school."),
    _several("approvers", APPROVAL, "Who approves a visit", words.APPROVERS, "A member of the pair never approves.",
             at_least_one=True),
    _choice("approvals_needed", APPROVAL, "How many of them", {"any": "Any one of them", "all": "All of them"},
            "Whether one approval is enough."),
    _bool("high_risk_needs_safeguarding_decision", APPROVAL, "High risk goes to the safeguarding team",
          "A high-risk visit waits for the safeguarding team's decision."),
    _choice("first_visit_minimum_risk", APPROVAL, "A first visit counts at least as", words.LEVELS,
            "The level of the first visit to a home can be raised, not lowered."),
    _choice("risk_form", APPROVAL, "Risk assessment", {"questions": "Seven questions", "hazard_matrix": "Hazard matrix"},
            "The form that is filled before a visit."),
    _choice("school_assessment_by", APPROVAL, "The school's own assessment is made by", words.ROLES,
            "Who keeps the school's assessment of home visits up to date. Nobody: the school has none.", optional=True),
    _bool("weekly_list_signed", APPROVAL, "The week's list is signed first",
          "No visit of the week starts before the headteacher has signed the list."),
    _several("changes_told_to", APPROVAL, "A changed visit is told to", words.ROLES,
             "Who hears when time, pair or place of an approved visit change."),
    _choice("cancellation_reason_to", APPROVAL, "The reason for cancelling goes to",
            {"headteacher": "The headteacher", "headteacher_in_writing": "The headteacher, in writing",
             "safeguarding_system": "The safeguarding system"},
            "When a visit is cancelled because it is not safe."),
    _number("parents_absent_wait", DOOR, "Wait for absent parents", "minutes", 0, 120, "Then the visit is cancelled."),
    _number("parents_late_wait", DOOR, "Wait for parents who said they are late", "minutes", 0, 180, "Then the visit is cancelled."),
    _choice("wait_place", DOOR, "Staff wait", {"outside": "Outside", "car": "In the car"}, "Where staff wait for the parents."),
    _choice("animals_rule", DOOR, "Animals",
            {"may_ask": "Staff may ask for animals to be put in another room",
             "other_room_or_cancel": "Dangerous animals in another room, or the visit is cancelled",
             "none_in_the_room": "No animals in the room",
             "other_room_or_outside_or_cancel": "Dangerous animals in another room or outside, or the visit is cancelled"},
            "What staff ask of the family."),
    _choice("identification", DOOR, "Identification",
            {"school_id_carried": "School ID is carried",
             "card_on_front_of_clothing": "ID card on the front of the clothing",
             "carried_without_necklace_lanyard": "Carried, not on a lanyard round the neck",
             "badge_on_quick_release_lanyard": "Badge on a quick-release lanyard"},
            "How staff show who they are."),
    _bool("entry_needs_appointment", DOOR, "No entry without an appointment",
          "Without one the visit stays at the door."),
    _choice("adult_present_rule", DOOR, "No adult at home",
            {"block": "Staff do not enter without an adult", "block_without_parent": "Staff do not enter without a parent",
             "warn": "A parent or adult is there if possible; otherwise a warning"},
            "Who must be in before staff go inside."),
    _choice("nobody_home_leaves", DOOR, "Nobody at home: staff leave",
            {"letter_through_door": "A letter through the door", "parent_copy": "The parent's copy of the visit form",
             "calling_card": "A calling card"},
            "What is left behind."),
    _several("check_in_points", OUT, "Staff check in", words.POINTS, "The points of a visit at which staff let the office know.",
             at_least_one=True),
    Row("return_alarm_steps", OUT, "Not back in time", "Minutes after the time due back at which each is alarmed.",
        Kind.STEPS, "minutes after due", 0, 240, words.STEPS),
    _number("alarm_rest", OUT, "An acknowledged alarm rests", "minutes", 1, 60,
            "How long no further step comes once somebody deals with it."),
    _several("departure_tells", OUT, "A departure is told to", words.ROLES, "Who hears that a pair has left.", at_least_one=True),
    _bool("man_down_device_required", OUT, "Alarm device is carried", "A man-down device is logged in and checked before leaving."),
    _bool("safe_word_required", OUT, "Safe word", "A safe word is agreed for every visit."),
    _bool("vehicle_register_required", OUT, "Vehicle register", "Only a registered, insured vehicle can be chosen."),
    _several("vulnerable_flags", SAFE, "More urgent children", words.FLAGS,
             "An unexplained absence of a child with one of these is told to the safeguarding lead at once."),
    _number("referral_repeat", SAFE, "An unsent referral is told again every", "minutes", 5, 480,
            "Until it is marked as sent."),
    _choice("safeguarding_system", SAFE, "Safeguarding system",
            {"built_in": "The record in this program", "cpoms": "CPOMS", "safeguard": "Safeguard", "myconcern": "MyConcern"},
            "Where concerns and incidents are kept.", open_ended=True),
    Row("infection_annex", SAFE, "Infection-control annex",
        "For an epidemic: isolation in days, distance in metres, and who may change the annex. Nothing: no annex.",
        Kind.ANNEX, "annex", optional=True),
    Row("legal_threshold", SAFE, "Attendance to notify to the authority",
        "Below which attendance, over how many months. Nothing: no such list.", Kind.THRESHOLD, "per cent and months", optional=True),
    _choice("information_system", PAPERS, "Information system",
            {"arbor": "Arbor", "bromcom": "Bromcom", "sims": "SIMS"},
            "Where absences and forms are entered.", open_ended=True, optional=True),
    _choice("designated_person", PAPERS, "The protocol letter is sent by", words.ROLES,
            "Who sends the letter when an absence was not reported."),
    _several("policy_signed_by", PAPERS, "This policy is signed by", words.SIGNERS,
             "A version takes effect when all of these have signed. The headteacher signs a school's policy in any case.",
             at_least_one=True),
    _several("policy_reviewed_by", PAPERS, "This policy is reviewed by", words.SIGNERS, "Who looks at it, and is reminded.",
             at_least_one=True),
    _number("policy_review_every", PAPERS, "This policy is reviewed every", "months", 1, 60,
            "Unless the version gives a date for its next review."),
)  # fmt: skip
