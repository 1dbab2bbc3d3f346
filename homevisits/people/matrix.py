"""The permission matrix: which roles may do what. Pages, services and tests all read this one table.

A governor sees figures, never names; a trust administrator sees how schools run, never a case. Neither acts in one.
"""

from collections.abc import Iterable

from .models import Role

HEADS = frozenset({Role.HEADTEACHER, Role.PRINCIPAL})
EVERYONE = frozenset(Role)
STAFF = EVERYONE - {Role.GOVERNOR, Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN}
SAFEGUARDING = frozenset({Role.DSL, Role.DEPUTY_DSL})
LEADERS = HEADS | {Role.DEPUTY_HEADTEACHER, Role.SENIOR_MANAGER}
# Who works on the morning's absences at a desk.
OFFICE = (
    LEADERS
    | SAFEGUARDING
    | {Role.OFFICE_ADMIN, Role.ATTENDANCE_OFFICER, Role.PUPIL_SUPPORT_LEAD, Role.BUSINESS_MANAGER, Role.EDUCATION_WELFARE_OFFICER}
)
# Who keeps the school's records in order.
KEEPERS = HEADS | {Role.OFFICE_ADMIN, Role.ATTENDANCE_OFFICER, Role.BUSINESS_MANAGER}

ACTS: dict[str, frozenset[Role]] = {
    # The morning
    "log_absence": STAFF,
    "record_call": STAFF,
    "see_today": OFFICE,
    "see_case": OFFICE,
    "take_register": OFFICE | {Role.CLASS_TEACHER, Role.TEACHING_ASSISTANT},
    "release_hold": HEADS | {Role.OFFICE_ADMIN, Role.SENIOR_MANAGER},
    "retry_message": OFFICE,
    # Documents and codes for the school's information system
    "upload_documents": KEEPERS,
    "write_back": KEEPERS,
    "accept_reply": OFFICE,
    "see_messages": OFFICE,
    "lift_quarantine": HEADS | {Role.BUSINESS_MANAGER},
    "see_own_notices": EVERYONE,
    # Visits: rules of the policy decide further, by role and state
    "request_visit": STAFF,
    "see_visits": STAFF,
    "plan_visit": OFFICE | {Role.LINE_MANAGER},
    "assess_risk": STAFF,
    "approve_visit": OFFICE | {Role.LINE_MANAGER},
    "decide_high_risk": SAFEGUARDING,
    "offer_appointment": OFFICE | {Role.LINE_MANAGER, Role.VISITING_STAFF, Role.CLASS_TEACHER},
    "break_glass": HEADS | SAFEGUARDING,
    "sign_weekly_list": HEADS,
    "see_weekly_list": OFFICE,
    "keep_annex": HEADS,
    "keep_home_warnings": SAFEGUARDING,
    "keep_school_assessment": HEADS | {Role.DEPUTY_HEADTEACHER},
    "edit_questionnaires": HEADS | SAFEGUARDING | {Role.DEPUTY_HEADTEACHER, Role.OFFICE_ADMIN},
    "see_board": OFFICE,
    "take_alarm": STAFF,
    "take_back_tablets": OFFICE,
    "run_drill": LEADERS | SAFEGUARDING | {Role.OFFICE_ADMIN},
    "see_incidents": HEADS | SAFEGUARDING,
    # What is child protection: concerns, decisions, chronologies and what leaves them
    "read_concerns": SAFEGUARDING,
    # Staff matters: written by everybody; each record is shown to heads or to the chair of governors, never to whom it is about
    "write_allegation": STAFF | {Role.CHAIR_OF_GOVERNORS},
    "see_allegations": HEADS | {Role.CHAIR_OF_GOVERNORS},
    "record_complaint": STAFF,
    "keep_complaints": LEADERS | {Role.CHAIR_OF_GOVERNORS},
    "keep_displays": KEEPERS | LEADERS,
    "hear_of_concerns": SAFEGUARDING,  # that one waits, and no more: the line at the top of every page
    "raise_concern": STAFF,  # written and never read
    # That there is a referral and when it went; what it says is the safeguarding team's. One about staff is seen with its allegation.
    "keep_referrals": SAFEGUARDING | HEADS,
    "see_referral": SAFEGUARDING | HEADS | {Role.CHAIR_OF_GOVERNORS},
    # People
    "see_pupils": OFFICE,
    "edit_pupils": KEEPERS | {Role.PUPIL_SUPPORT_LEAD} | SAFEGUARDING,
    "import_pupils": KEEPERS,
    "edit_calendar": KEEPERS | {Role.DEPUTY_HEADTEACHER, Role.SENIOR_MANAGER},
    "manage_staff": HEADS | {Role.BUSINESS_MANAGER},
    "reset_second_factor": HEADS | {Role.BUSINESS_MANAGER},
    # The roles that a head may not give alone: who is the chair of governors, and whether a head is a safeguarding lead as well
    "keep_guarded_roles": SAFEGUARDING | {Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN},
    # The page of these roles, where whoever manages the staff asks for what another agrees to
    "see_guarded_roles": SAFEGUARDING | HEADS | {Role.CHAIR_OF_GOVERNORS, Role.TRUST_ADMIN, Role.BUSINESS_MANAGER},
    "switch_duty": LEADERS | {Role.OFFICE_ADMIN, Role.BUSINESS_MANAGER},
    "edit_school": HEADS | {Role.BUSINESS_MANAGER},
    # Registers of staff
    "keep_registers": HEADS | {Role.BUSINESS_MANAGER},
    "see_staff_registers": KEEPERS | LEADERS | {Role.LINE_MANAGER},  # each register has an act of its own
    "see_mobiles": KEEPERS | LEADERS,
    "assess_lone_working": LEADERS | {Role.BUSINESS_MANAGER, Role.LINE_MANAGER},
    "keep_staff_off_visits": KEEPERS | LEADERS | {Role.LINE_MANAGER},
    "see_own_register": STAFF,
    # Policy and wording
    "see_policy": EVERYONE,
    "edit_policy": LEADERS | SAFEGUARDING,
    "approve_policy": HEADS,
    "edit_templates": KEEPERS | {Role.DEPUTY_HEADTEACHER, Role.SENIOR_MANAGER},
    "go_live": HEADS,
    "rehearse": LEADERS | SAFEGUARDING,
    # Data protection
    "see_data_protection": HEADS | SAFEGUARDING | {Role.BUSINESS_MANAGER, Role.DEPUTY_HEADTEACHER},  # each part of it has an act of its own
    "subject_access": HEADS | SAFEGUARDING | {Role.DEPUTY_HEADTEACHER},  # the month runs on while the head is away
    "keep_retention": HEADS | SAFEGUARDING | {Role.BUSINESS_MANAGER},
    "transfer_file": SAFEGUARDING,
    # Oversight
    "see_audit": HEADS | {Role.DSL},
    "see_status": OFFICE | {Role.TRUST_ADMIN},
    "see_trust": OFFICE | {Role.TRUST_ADMIN},  # held through the trust
    "set_demo_clock": OFFICE,
}

# Acts on child protection records, and on who gets at them: their pages open only to somebody who proved by their second factor,
# within the last ten minutes, that it is them.
STEP_UP: frozenset[str] = frozenset(
    {
        "read_concerns",
        "see_incidents",
        "keep_referrals",
        "see_referral",
        "see_allegations",
        "subject_access",
        "keep_retention",
        "transfer_file",
        "see_audit",
        "reset_second_factor",
        "keep_guarded_roles",
        "see_guarded_roles",
    }
)


def roles_for(act: str) -> frozenset[Role]:
    """The roles that may do `act`. Raises KeyError for an act that is not in the table: a typing error must not open a door."""
    return ACTS[act]


def allows(act: str, roles: Iterable[str]) -> bool:
    """Whether any of `roles` may do `act`; for a page that already knows the person's roles."""
    return not ACTS[act].isdisjoint(roles)
