"""Who may reach which route. A route that is not here fails the build: whoever adds a page adds its line.

Give a route of a school the same words as its `@school_view`: `act("see_today")`, `roles("dsl")` or `any_role()`.
A route with rows in its address (`<int:case_id>`) also needs a maker in route_rows.py.
"""

from dataclasses import dataclass
from enum import Enum, auto

from homevisits.people.matrix import EVERYONE, roles_for
from homevisits.people.models import Role


class Door(Enum):
    """What kind of door stands before a route."""

    ANYONE = auto()  # no sign-in: the sign-in pages, health, what parents may read
    SIGNED_IN = auto()  # whoever is signed in, in whatever school
    SCHOOL = auto()  # roles in the school of the address
    TOKEN = auto()  # machines, by a token of their own
    ADMIN = auto()  # Django's admin


@dataclass(frozen=True)
class Who:
    """Who may reach a route."""

    door: Door
    roles: frozenset[Role] = frozenset()


ANYONE, SIGNED_IN, TOKEN, ADMIN = (Who(door) for door in (Door.ANYONE, Door.SIGNED_IN, Door.TOKEN, Door.ADMIN))


def act(name: str) -> Who:
    """The roles that may do this act of the permission matrix, in the school of the address."""
    return Who(Door.SCHOOL, roles_for(name))


def roles(*names: str) -> Who:
    """These roles, in the school of the address."""
    return Who(Door.SCHOOL, frozenset(Role(name) for name in names))


def any_role() -> Who:
    """Whoever holds any role in the school of the address."""
    return Who(Door.SCHOOL, EVERYONE)


ROUTES: dict[str, Who] = {
    "admin:*": ADMIN,
    "health": ANYONE,
    # Messages and notices
    "notify_receipt": TOKEN,
    "notify_text": TOKEN,
    "message_list": act("see_messages"),
    "message_again": act("retry_message"),
    "message_account": act("edit_school"),
    "message_token": act("edit_school"),
    "message_test": act("edit_school"),
    "wording_list": act("edit_templates"),
    "wording_preview": act("edit_templates"),
    "wording_edit": act("edit_templates"),
    "wording_drop": act("edit_templates"),
    "notice_list": act("see_own_notices"),
    "notice_count": act("see_own_notices"),
    "notices_seen": act("see_own_notices"),
    "notice_seen": act("see_own_notices"),
    "notice_done": act("see_own_notices"),
    "heartbeat": ANYONE,
    "engine_status": act("see_status"),
    "styleguide": SIGNED_IN,
    # Visits
    "visit_list": act("see_visits"),
    "visit": act("see_visits"),
    "visit_live": act("see_visits"),
    "approve_inbox": act("approve_visit"),
    "visit_approve": act("approve_visit"),
    "visit_return": act("approve_visit"),
    "visit_decline": act("approve_visit"),
    "visit_permission": act("see_visits"),
    "visit_permission_pdf": act("see_visits"),
    "send_now": act("break_glass"),
    "visit_send_now": act("break_glass"),
    "visit_sending_review": act("break_glass"),
    "visit_sign_week": act("sign_weekly_list"),
    "weekly_list": act("see_weekly_list"),
    "weekly_list_of": act("see_weekly_list"),
    "weekly_list_sign": act("sign_weekly_list"),
    "weekly_list_pdf": act("see_weekly_list"),
    "visit_ask": act("request_visit"),
    "in_year_due": act("plan_visit"),
    "visit_plan": act("plan_visit"),
    "visit_say_no": act("see_visits"),
    "visit_withdraw": act("request_visit"),
    "visit_refused": act("request_visit"),
    "visit_item": act("request_visit"),
    "visit_report": act("see_visits"),
    "visit_feedback": act("see_visits"),
    "visit_incident": act("see_visits"),
    "visit_letter_sent": act("see_today"),
    "visit_letter_discard": act("see_today"),
    "visit_review": act("edit_policy"),
    "incident_list": act("see_incidents"),
    "incident": act("see_incidents"),
    "incident_review": act("see_incidents"),
    "appointment_offer": act("offer_appointment"),
    "appointment_office": act("offer_appointment"),
    "appointment_close": act("offer_appointment"),
    "agreement_call": act("offer_appointment"),
    "appointment_answer": ANYONE,
    "visit_check_in": act("see_visits"),
    "visit_delay": act("see_visits"),
    "visit_end_at_home": act("see_visits"),
    "visit_help": act("see_visits"),
    "visit_alarm": act("take_alarm"),
    "visit_take_alarm": act("take_alarm"),
    "visit_safe_word": act("see_board"),
    "visit_police": act("take_alarm"),
    "visit_board": act("see_board"),
    "visit_board_live": act("see_board"),
    "visit_well": act("see_visits"),
    "visit_well_agree": act("see_visits"),
    # Signing in
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_reset_password": ANYONE,
    "account_reset_password_done": ANYONE,
    "account_reset_password_from_key": ANYONE,
    "account_reset_password_from_key_done": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_authenticate": ANYONE,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    # People
    "start": SIGNED_IN,
    "choose_school": SIGNED_IN,
    "signed_in": SIGNED_IN,
    "own_account": SIGNED_IN,
    "school_home": any_role(),
    "staff_list": act("manage_staff"),
    "staff_add": act("manage_staff"),
    "staff_detail": act("manage_staff"),
    "staff_change": act("manage_staff"),
    "staff_invite": act("manage_staff"),
    "staff_leave": act("manage_staff"),
    "role_give": act("manage_staff"),
    "role_end": act("manage_staff"),
    "duty": act("switch_duty"),
    "audit_log": act("see_audit"),
    # Registers of staff
    "staff_registers": act("see_staff_registers"),
    "who_may_visit": act("keep_registers"),
    "register_checks": act("keep_registers"),
    "check_enter": act("keep_registers"),
    "check_remove": act("keep_registers"),
    "register_training": act("keep_registers"),
    "training_enter": act("keep_registers"),
    "training_remove": act("keep_registers"),
    "register_policy": act("keep_registers"),
    "register_mobiles": act("see_mobiles"),
    "mobile_enter": act("keep_registers"),
    "register_vehicles": act("keep_registers"),
    "vehicle_enter": act("keep_registers"),
    "vehicle_change": act("keep_registers"),
    "vehicle_retire": act("keep_registers"),
    "register_devices": act("keep_registers"),
    "device_enter": act("keep_registers"),
    "device_change": act("keep_registers"),
    "device_retire": act("keep_registers"),
    "register_lone_working": act("assess_lone_working"),
    "lone_worker_assess": act("assess_lone_working"),
    "lone_worker_stale": act("assess_lone_working"),
    "register_rota": act("switch_duty"),
    "register_unwell": act("keep_staff_off_visits"),
    "unwell_enter": act("keep_staff_off_visits"),
    "unwell_test": act("keep_staff_off_visits"),
    "unwell_back": act("keep_staff_off_visits"),
    "register_conflicts": act("keep_staff_off_visits"),
    "conflict_enter": act("keep_staff_off_visits"),
    "conflict_end": act("keep_staff_off_visits"),
    "own_register": act("see_own_register"),
    "own_conduct": act("see_own_register"),
    "own_vehicle": act("see_own_register"),
    "own_unwell": act("see_own_register"),
    "own_test": act("see_own_register"),
    "own_back": act("see_own_register"),
    "own_conflict": act("see_own_register"),
    "own_conflict_enter": act("see_own_register"),
    "own_conflict_end": act("see_own_register"),
    # Pupils, imports, the calendar
    "pupil_needs": act("edit_pupils"),
    "household_notes": act("edit_pupils"),
    "pupil_list": act("see_pupils"),
    "pupil_detail": act("see_pupils"),
    "leaver_list": act("edit_pupils"),
    "contact_numbers": act("edit_pupils"),
    "number_works": act("edit_pupils"),
    "contact_restriction": act("edit_pupils"),
    "import_list": act("import_pupils"),
    "import_run": act("import_pupils"),
    "import_columns": act("import_pupils"),
    "import_load": act("import_pupils"),
    "import_drop": act("import_pupils"),
    "import_progress": act("import_pupils"),
    "import_faults": act("import_pupils"),
    "import_marks": act("import_pupils"),
    "school_calendar": act("edit_calendar"),
    "term_add": act("edit_calendar"),
    "term_change": act("edit_calendar"),
    "term_remove": act("edit_calendar"),
    "closure_add": act("edit_calendar"),
    "closure_remove": act("edit_calendar"),
    "demo_clock": act("set_demo_clock"),
    "demo_fresh_morning": act("set_demo_clock"),
    "token_list": act("edit_school"),
    "token_revoke": act("edit_school"),
    # The interface for connectors
    "api_registers": TOKEN,
    "api_openapi": ANYONE,
    "api_docs": ANYONE,
    # Policy: a trust's pages answer 404 to whoever does not run the trust
    "policy_home": act("see_policy"),
    "policy_read": act("see_policy"),
    "policy_readers": act("edit_policy"),
    "policy_start": act("edit_policy"),
    "policy_review": act("edit_policy"),
    "policy_history": act("see_policy"),
    "policy_version": act("see_policy"),
    "policy_draft": act("see_policy"),
    "policy_details": act("edit_policy"),
    "policy_references": act("edit_policy"),
    "policy_discard": act("edit_policy"),
    "policy_sign": act("see_policy"),
    "policy_edit": act("edit_policy"),
    "trust_policy_home": SIGNED_IN,
    "trust_policy_read": SIGNED_IN,
    "trust_policy_readers": SIGNED_IN,
    "trust_policy_start": SIGNED_IN,
    "trust_policy_review": SIGNED_IN,
    "trust_policy_history": SIGNED_IN,
    "trust_policy_version": SIGNED_IN,
    "trust_policy_draft": SIGNED_IN,
    "trust_policy_details": SIGNED_IN,
    "trust_policy_references": SIGNED_IN,
    "trust_policy_discard": SIGNED_IN,
    "trust_policy_sign": SIGNED_IN,
    "trust_policy_edit": SIGNED_IN,
    # 404 to whoever holds no role through the trust
    "trust_home": SIGNED_IN,
    "policy_public": ANYONE,
    "policy_public_pdf": ANYONE,
    "policy_public_trust": ANYONE,
    "policy_public_trust_pdf": ANYONE,
    # Rehearsals
    "rehearsal_list": act("rehearse"),
    "rehearsal_run": act("rehearse"),
    "rehearsal_progress": act("rehearse"),
    "rehearsal_compare": act("rehearse"),
    # The morning
    "today": act("see_today"),
    "today_live": act("see_today"),
    "away": act("see_today"),
    "late_steps": act("see_today"),
    "logged_today": act("see_today"),
    "log_page": act("log_absence"),
    "find_pupils": act("log_absence"),
    "pick_pupil": act("log_absence"),
    "suggest_code": act("log_absence"),
    "log_absence": act("log_absence"),
    "undo_absence": act("log_absence"),
    "undo_call": act("record_call"),
    "arrived": act("log_absence"),
    "undo_arrival": act("log_absence"),
    "release_hold": act("see_today"),
    "set_aside": act("see_today"),
    "deal_with_aside": act("see_today"),
    "answer_reply": act("accept_reply"),
    "case": act("see_case"),
    "case_live": act("see_case"),
    "correct": act("retry_message"),
    "contact_quality": act("see_pupils"),
    "mis_list": act("see_today"),
    "registers": act("take_register"),
    "take_register": act("take_register"),
    "sheet": act("see_today"),
    "close_today": act("edit_calendar"),
    "shadow": act("see_today"),
    "sending": act("go_live"),
    "record_call": act("record_call"),
}
